#include "persistence/checkpoint_store.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "messages/codec/snapshots.hpp"
#include "persistence/checkpoint_keys.hpp"

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
std::vector<const order_row*> newest_of(const std::vector<order_row>& orders) {
  std::vector<const order_row*> rows;
  rows.reserve(orders.size());
  for (const auto& row : orders) rows.push_back(&row);
  const auto number = [](const order_row* row) { return row->number; };
  std::ranges::stable_sort(rows, {}, number);
  std::vector<const order_row*> newest;
  newest.reserve(rows.size());
  for (const auto* row : rows)
    if (!newest.empty() && newest.back()->number == row->number)
      newest.back() = row;
    else
      newest.push_back(row);
  return newest;
}

// What a checkpoint does to the tables. A checkpoint of 100,000 orders is about
// a million rows, so it matters how they are gathered and sorted.
class change_list {
 public:
  void put(table in, codec::bytes key, codec::bytes value) {
    add({.in = in, .key = std::move(key), .value = std::move(value)});
  }
  void remove(table in, codec::bytes key) {
    add({.in = in, .key = std::move(key), .value = {}});
  }

  // The index rows of an order that was not there before. They have no value:
  // the key has all that a list needs to come to the order's row.
  void index(const order_row& row) {
    const keys::place where{.placed_at = row.placed_at, .number = row.number};
    const auto add = [&](codec::bytes prefix) {
      put(table::order_index, keys::with(std::move(prefix), where), {});
    };
    add(keys::prefix(keys::index::time, {}));
    add(keys::prefix(row.status));
    add(keys::prefix(keys::index::brand, row.key.brand.value));
    if (!row.customer.empty())
      add(keys::prefix(keys::index::customer, row.customer.value));
    for (const auto& sku : row.skus)
      add(keys::prefix(keys::index::sku, sku.value));
    put(table::order_numbers, keys::of(entity_of(row.key).key),
        keys::of(row.number));
  }

  // Of all that the index is by, only the status of an order changes, so this
  // is two rows and not one per list that the order is in.
  void move(const order_row& row, order_status before) {
    if (row.status == before) return;
    const keys::place where{.placed_at = row.placed_at, .number = row.number};
    remove(table::order_index, keys::with(keys::prefix(before), where));
    put(table::order_index, keys::with(keys::prefix(row.status), where), {});
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
  // By table and first byte of the key, which in the index is what it is by.
  // Orders come by number, so many of these are sorted already (those by time,
  // and the rows themselves), and only the others have to be sorted.
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

error too_large(const std::string& what) {
  return {.code = error_code::too_large,
          .message = what + " is too large for a checkpoint",
          .faults = {}};
}

}  // namespace

// --- writing ----------------------------------------------------------------

// Reads before it writes, outside of the transaction: there is no other writer,
// so what was read still holds. The rows that are there tell which orders are
// new, and from which status the others move.
status checkpoint_store::write(const checkpoint& made) {
  const auto orders = newest_of(made.orders);
  std::vector<codec::bytes> numbers;
  numbers.reserve(orders.size());
  for (const auto* row : orders) numbers.push_back(keys::of(row->number));
  const auto before = tables_->get_all(table::orders, numbers);
  if (!before) return before.failure();

  change_list changes;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& row = *orders[i];
    if (const auto& stored = (*before)[i]) {
      const auto old = codec::decode_row(*stored);
      if (!old) return unreadable(old.failure().message);
      changes.move(row, old->status);
    } else {
      changes.index(row);
    }
    auto data = codec::encode_row(row);
    if (data.empty()) return too_large("order " + std::to_string(row.number));
    changes.put(table::orders, std::move(numbers[i]), std::move(data));
  }
  for (const auto& one : made.heads)
    changes.put(table::heads, keys::of(one.entity), keys::of(one.head));
  // Before those that come: one of them may have an id that is removed here,
  // and the later change of a key counts.
  if (auto forgotten = forget_old_commands(*tables_, made, changes); !forgotten)
    return forgotten;
  for (const auto& one : made.commands) changes.index(one);
  for (const auto& one : made.shipments) changes.index(one);
  for (const auto& one : made.snapshots)
    changes.put(table::snapshots, keys::of(one.source, one.at), one.data);
  auto head = codec::encode_head(made.head);
  if (head.empty()) return too_large("the head");
  changes.put(table::checkpoint, keys::of(head_key), std::move(head));
  return writable_->write(std::move(changes).sorted());
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

// By way of the number, because rows are kept by number: there they are in the
// order of placement, and new ones come at the end of the tree.
result<std::optional<order_row>> checkpoint_reader::order(
    const order_key& key) const {
  const auto number =
      tables_->get(table::order_numbers, keys::of(entity_of(key).key));
  if (!number) return number.failure();
  if (!*number) return std::optional<order_row>{};
  return order(keys::number_in(**number));
}

result<std::optional<order_row>> checkpoint_reader::order(
    std::uint64_t number) const {
  const auto data = tables_->get(table::orders, keys::of(number));
  if (!data) return data.failure();
  if (!*data) return std::optional<order_row>{};
  auto row = codec::decode_row(**data);
  if (!row) return unreadable(row.failure().message);
  return std::optional<order_row>{std::move(*row)};
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
