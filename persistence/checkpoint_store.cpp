#include "persistence/checkpoint_store.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "messages/codec/snapshots.hpp"
#include "persistence/checkpoint_keys.hpp"
#include "persistence/run_set.hpp"

namespace oms::persistence {

namespace {

constexpr std::string_view head_key = "head";
// How many old commands one write removes at least. Bounded, so that a write
// stays short after a long pause; and more go than come, so that they do not
// pile up.
constexpr std::size_t min_forgotten = 10'000;

error unreadable(const std::string& why) {
  return {.code = error_code::storage_unavailable,
          .message = "the checkpoint is not readable: " + why,
          .faults = {}};
}

// LMDB's order of keys: bytes without a sign, a prefix before what it begins.
bool comes_before(const codec::bytes& a, const codec::bytes& b) {
  const auto common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order < 0 || (order == 0 && a.size() < b.size());
}

// The last version of each order, by number: that is the order of the table,
// and an order that came twice would be taken for new twice. Pointers, because
// rows are large.
std::vector<const order_row*> newest_of(const checkpoint& made) {
  std::vector<std::pair<std::uint64_t, const order_row*>> rows;
  rows.reserve(made.orders.size() + made.kept_orders.size());
  for (const auto& row : made.orders) rows.emplace_back(row.number, &row);
  for (const auto* row : made.kept_orders) rows.emplace_back(row->number, row);
  std::ranges::stable_sort(rows, {},
                           [](const auto& each) { return each.first; });
  std::vector<const order_row*> newest;
  newest.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i + 1 == rows.size() || rows[i + 1].first != rows[i].first)
      newest.push_back(rows[i].second);
  return newest;
}

// What a checkpoint does to the tables. It may bring a hundred thousand
// commands and shipments, so it matters how they are gathered and sorted.
class change_list {
 public:
  void put(table in, codec::bytes key, codec::bytes value) {
    add({.in = in, .key = std::move(key), .value = std::move(value)});
  }
  void remove(table in, codec::bytes key) {
    add({.in = in, .key = std::move(key), .value = {}});
  }

  void index(const shipment_row& row) {
    put(table::shipments, keys::of(row.shipment, row.order), {});
  }

  // Two rows: by id for those who ask, by time for the removal of old ones.
  void index(const done_command& command) {
    const auto when = keys::of(command.time, command.given.at);
    put(table::commands, keys::of(command.id), when);
    put(table::command_times, when, keys::of(command.id));
  }

  // By table and key, so that LMDB comes to each page once and neighbors share
  // it. Changes of one key keep their order: a command that is removed and
  // comes again must be there in the end.
  [[nodiscard]] std::vector<table_change> sorted() && {
    const auto before = [](const table_change* a, const table_change* b) {
      return comes_before(a->key, b->key);
    };
    std::vector<table_change> all;
    all.reserve(count_);
    std::vector<table_change*> places;
    for (auto& some : changes_) {
      places.clear();
      for (auto& each : some) places.push_back(&each);
      if (!std::ranges::is_sorted(places, before))
        std::ranges::stable_sort(places, before);
      for (auto* each : places) all.push_back(std::move(*each));
    }
    return all;
  }

 private:
  void add(table_change change) {
    const auto first =
        change.key.empty() ? 0 : std::to_integer<std::size_t>(change.key[0]);
    changes_[static_cast<std::size_t>(change.in) * first_bytes + first]
        .push_back(std::move(change));
    ++count_;
  }

  static constexpr std::size_t first_bytes = 256;
  // By table and first byte of the key: much of it is sorted already, and only
  // the rest has to be.
  std::vector<std::vector<table_change>> changes_{table_count * first_bytes};
  std::size_t count_ = 0;
};

// None if `when` does not have the form of a time and a sequence.
std::optional<done_command> command_of(std::span<const std::byte> id,
                                       std::span<const std::byte> when) {
  constexpr auto number_bytes = sizeof(std::uint64_t);
  if (when.size() != 2 * number_bytes) return {};
  return done_command{.id = keys::text_in(id),
                      .given = {keys::number_in(when.last(number_bytes))},
                      .time = keys::time_in(when.first(number_bytes))};
}

// The commands of a table from `from` on, as long as they are wanted: of
// `commands` those with a prefix, of `command_times` those that are old. One is
// the other with key and value exchanged.
template <class Wanted>
result<std::vector<done_command>> commands_in(const table_store& tables,
                                              table in,
                                              std::span<const std::byte> from,
                                              std::size_t limit,
                                              Wanted is_wanted) {
  std::vector<done_command> found;
  bool readable = true;
  const auto outcome = tables.scan(
      in, from,
      [&](std::span<const std::byte> key, std::span<const std::byte> value) {
        if (found.size() == limit) return false;
        auto one = in == table::commands ? command_of(key, value)
                                         : command_of(value, key);
        readable = one.has_value();
        if (!readable || !is_wanted(*one)) return false;
        found.push_back(std::move(*one));
        return true;
      });
  if (!outcome) return outcome.failure();
  if (!readable) return unreadable("a command has no time");
  return found;
}

// Removes commands whose time is over, the oldest first. It is part of a
// checkpoint and not a task of its own, so that it needs neither a timer nor a
// second transaction.
status forget_old_commands(const table_store& tables, const checkpoint& made,
                           change_list& changes) {
  const auto old =
      commands_in(tables, table::command_times, {},
                  std::max(min_forgotten, 2 * made.commands.size()),
                  [&made](const done_command& each) {
                    return each.time < made.commands_kept_from;
                  });
  if (!old) return old.failure();
  std::vector<codec::bytes> ids;
  ids.reserve(old->size());
  for (const auto& each : *old) ids.push_back(keys::of(each.id));
  const auto known = tables.get_all(table::commands, ids);
  if (!known) return known.failure();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto when = keys::of((*old)[i].time, (*old)[i].given.at);
    // Unless the id was used again since: then its row is of the later command,
    // and only the row by time is left of this one.
    if ((*known)[i] == when) changes.remove(table::commands, std::move(ids[i]));
    changes.remove(table::command_times, std::move(when));
  }
  return done{};
}

// So much goes into one run of a checkpoint: rows and the SKUs that they name.
// A checkpoint of a whole log has many orders, and a run is made in memory.
constexpr std::size_t max_run_parts = 400'000;

// One run, or several where there are too many orders for one.
void put_runs_of(std::span<const order_row* const> orders,
                 const std::function<bool(std::uint64_t)>& older,
                 std::uint64_t name, change_list& changes) {
  while (!orders.empty()) {
    std::size_t count = 0;
    std::size_t parts = 0;
    while (count < orders.size() && parts < max_run_parts)
      parts += 1 + orders[count++]->skus.size();
    changes.put(table::runs, key_of({name, name}),
                encode_run(orders.first(count), older));
    orders = orders.subspan(count);
    ++name;
  }
}

status put_runs(const held_runs& runs, std::span<const order_row* const> orders,
                change_list& changes) {
  status readable = done{};
  const auto older = [&](std::uint64_t number) {
    const auto found = runs.find(number);
    if (!found) readable = found.failure();
    return found && found->has_value();
  };
  put_runs_of(orders, older, runs.size() == 0 ? 1 : runs.at(0).name.newest + 1,
              changes);
  return readable;
}

// One run in the place of those that are due.
status merge_due(const held_runs& runs, std::vector<table_change>& changes) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < runs.size(); ++i)
    sizes.push_back(runs.at(i).value.size());
  const auto [first, count] = due_merge(sizes);
  if (count == 0) return done{};
  std::vector<const order_run*> oldest_first;
  for (auto i = first + count; i > first; --i) {
    if (auto good = runs.check(i - 1); !good) return good;
    const auto& stored = runs.at(i - 1);
    oldest_first.push_back(&stored.run);
    changes.push_back(
        {.in = table::runs, .key = key_of(stored.name), .value = {}});
  }
  changes.push_back(
      {.in = table::runs,
       .key = key_of({.newest = runs.at(first).name.newest,
                      .oldest = runs.at(first + count - 1).name.oldest}),
       .value = merge_runs(oldest_first)});
  return done{};
}

error too_large(const std::string& what) {
  return {.code = error_code::too_large,
          .message = what + " is too large for a checkpoint",
          .faults = {}};
}

}  // namespace

// --- writing ----------------------------------------------------------------

// Reads before it writes, outside of the transaction: there is no other writer,
// so what was read still holds.
status checkpoint_store::write(const checkpoint& made) {
  change_list changes;
  const auto orders = newest_of(made);
  // Where there are no tables yet, `reading` calls nothing, and all is new.
  bool put = false;
  auto read = reading([&](const table_view& /*view*/, const held_runs& runs) {
    put = true;
    return put_runs(runs, orders, changes);
  });
  if (!read) return read;
  if (!put)
    put_runs_of(
        orders, [](std::uint64_t) { return false; }, 1, changes);
  for (const auto& one : made.heads)
    changes.put(table::heads, keys::of(one.entity), keys::of(one.head));
  // Before those that come: one of them may have an id that is removed here,
  // and the later change of a key counts.
  if (auto forgotten = forget_old_commands(*tables_, made, changes); !forgotten)
    return forgotten;
  for (const auto& one : made.commands) changes.index(one);
  for (const auto& one : made.shipments) changes.index(one);
  const auto put_snapshot = [&changes](const encoded_snapshot& one) {
    changes.put(table::snapshots, keys::of(one.source, one.at), one.data);
  };
  std::ranges::for_each(made.snapshots, put_snapshot);
  std::ranges::for_each(made.kept_snapshots, put_snapshot);
  auto head = codec::encode_head(made.head);
  if (head.empty()) return too_large("the head");
  changes.put(table::checkpoint, keys::of(head_key), std::move(head));
  return writable_->write(std::move(changes).sorted());
}

result<bool> checkpoint_store::merge() {
  std::vector<table_change> changes;
  auto read = reading([&](const table_view& /*view*/, const held_runs& runs) {
    return merge_due(runs, changes);
  });
  if (!read) return read.failure();
  if (changes.empty()) return false;
  if (auto written = writable_->write(changes); !written)
    return written.failure();
  return true;
}

status checkpoint_store::clear() { return writable_->clear(); }

// --- reading ----------------------------------------------------------------

result<std::optional<codec::anchored_head>> checkpoint_reader::head() const {
  using found = std::optional<codec::anchored_head>;
  const auto data = tables_->get(table::checkpoint, keys::of(head_key));
  if (!data) return data.failure();
  if (!*data) return found{};
  auto head = codec::decode_head(**data);
  if (!head) return unreadable(head.failure().message);
  return found{std::move(*head)};
}

status checkpoint_reader::reading(
    const std::function<status(const table_view&, const held_runs&)>& use)
    const {
  return tables_->view([&](const table_view& view) -> status {
    auto known = tables_->known_runs().of(view);
    if (!known) return known.failure();
    return use(view, held_runs(view, std::move(*known)));
  });
}

namespace {

template <class Find>
result<std::optional<order_row>> row_in(const held_runs& runs, Find find) {
  const auto found = find(runs);
  if (!found) return found.failure();
  if (!*found) return std::optional<order_row>{};
  return std::optional(runs.row(**found));
}

}  // namespace

result<std::optional<order_row>> checkpoint_reader::order(
    const order_key& key) const {
  result<std::optional<order_row>> row = std::optional<order_row>{};
  auto read = reading([&](const table_view& /*view*/, const held_runs& runs) {
    row = row_in(runs, [&key](const held_runs& in) { return in.find(key); });
    return status(done{});
  });
  if (!read) return read.failure();
  return row;
}

result<std::optional<order_row>> checkpoint_reader::order(
    std::uint64_t number) const {
  result<std::optional<order_row>> row = std::optional<order_row>{};
  auto read = reading([&](const table_view& /*view*/, const held_runs& runs) {
    row =
        row_in(runs, [number](const held_runs& in) { return in.find(number); });
    return status(done{});
  });
  if (!read) return read.failure();
  return row;
}

status checkpoint_reader::orders(
    std::span<const order_key> keys,
    const std::function<status(std::size_t, std::optional<order_row>)>& use)
    const {
  if (keys.empty()) return done{};
  bool has_tables = false;
  const auto read =
      reading([&](const table_view& /*view*/, const held_runs& runs) -> status {
        has_tables = true;
        for (std::size_t i = 0; i < keys.size(); ++i) {
          auto row = row_in(
              runs, [&](const held_runs& in) { return in.find(keys[i]); });
          if (!row) return row.failure();
          if (auto used = use(i, std::move(*row)); !used) return used;
        }
        return done{};
      });
  if (!read || has_tables) return read;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (auto used = use(i, {}); !used) return used;
  return done{};
}

result<std::vector<entity_head>> checkpoint_reader::heads() const {
  std::vector<entity_head> heads;
  const auto outcome = tables_->scan(
      table::heads, {},
      [&](std::span<const std::byte> key, std::span<const std::byte> value) {
        heads.push_back(
            {.entity = {.kind = static_cast<entity_kind>(key.front()),
                        .key = keys::text_in(key.subspan(1))},
             .head = keys::number_in(value)});
        return true;
      });
  if (!outcome) return outcome.failure();
  return heads;
}

// Orders have no row in `heads`: their own rows have the head.
result<sequence> checkpoint_reader::head_of(const entity_ref& entity) const {
  if (entity.kind == entity_kind::order) {
    const auto row = order(order_of(entity));
    if (!row) return row.failure();
    return *row ? (*row)->head : 0;
  }
  const auto head = tables_->get(table::heads, keys::of(entity));
  if (!head) return head.failure();
  return *head ? keys::number_in(**head) : 0;
}

// --- shipments and commands -------------------------------------------------

result<std::vector<order_key>> checkpoint_reader::orders_with(
    const shipment_id& shipment, const std::optional<brand_id>& brand,
    std::size_t limit) const {
  const auto prefix = brand ? keys::of(shipment, *brand) : keys::of(shipment);
  std::vector<order_key> orders;
  const auto outcome = tables_->scan(
      table::shipments, prefix,
      [&](std::span<const std::byte> key, std::span<const std::byte>) {
        auto order = keys::order_in(key, prefix);
        if (orders.size() == limit || !order) return false;
        orders.push_back(std::move(*order));
        return true;
      });
  if (!outcome) return outcome.failure();
  return orders;
}

result<std::vector<done_command>> checkpoint_reader::commands(
    const std::string& prefix, std::size_t limit) const {
  return commands_in(*tables_, table::commands, keys::of(prefix), limit,
                     [&prefix](const done_command& each) {
                       return each.id.starts_with(prefix);
                     });
}

// --- snapshots --------------------------------------------------------------

namespace {

// Keeps the first snapshot of `source` that a scan comes to. Its bytes are
// copied and decoded after the scan, since a snapshot may take long and a
// visitor runs inside of a transaction.
class snapshot_finder {
 public:
  explicit snapshot_finder(const source_ref& source)
      : prefix_(keys::of(source)) {}

  // For a scan: returns whether to go on.
  bool operator()(std::span<const std::byte> key,
                  std::span<const std::byte> value) {
    if (!keys::starts_with(key, prefix_)) return false;
    // Of another source, with a zero byte in its id, which begins like this
    // one.
    if (key.size() != prefix_.size() + sizeof(sequence)) return true;
    at_ = keys::number_in(key.last(sizeof(sequence)));
    data_.emplace(value.begin(), value.end());
    return false;
  }

  [[nodiscard]] result<std::optional<source_snapshot>> found() const {
    if (!data_) return std::optional<source_snapshot>{};
    auto state = codec::decode_source_snapshot(*data_);
    if (!state) return unreadable(state.failure().message);
    return std::optional(
        source_snapshot{.state = std::move(*state), .at = at_});
  }

 private:
  codec::bytes prefix_;
  sequence at_ = 0;
  std::optional<codec::bytes> data_;
};

}  // namespace

result<std::optional<source_snapshot>> checkpoint_reader::snapshot(
    const source_ref& source, sequence upto) const {
  snapshot_finder finder(source);
  const auto outcome = tables_->scan_back(
      table::snapshots, keys::of(source, upto), std::ref(finder));
  if (!outcome) return outcome.failure();
  return finder.found();
}

result<std::optional<source_snapshot>> checkpoint_reader::snapshot_after(
    const source_ref& source, sequence after) const {
  // `after + 1` would be 0, and the first snapshot would be found.
  if (after == ~sequence{0}) return std::optional<source_snapshot>{};
  snapshot_finder finder(source);
  const auto outcome = tables_->scan(
      table::snapshots, keys::of(source, after + 1), std::ref(finder));
  if (!outcome) return outcome.failure();
  return finder.found();
}

}  // namespace oms::persistence
