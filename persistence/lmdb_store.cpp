#include "persistence/lmdb_store.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "persistence/hash_chain.hpp"
#include "persistence/lmdb_copy.hpp"
#include "persistence/lmdb_database.hpp"
#include "persistence/lmdb_pages.hpp"
#include "persistence/lmdb_tables.hpp"
#include "persistence/lmdb_values.hpp"
#include "persistence/personal_records.hpp"

namespace oms::persistence {

namespace {

using lmdb::bytes_of;
using lmdb::head_in;
using lmdb::number_in;
using lmdb::value_of;

constexpr std::uint64_t format_version = 1;
/// What a reader decodes in one transaction: little enough for a writer that
/// waits to move the map, and enough to make the transaction cheap.
constexpr std::size_t chunk_bytes = 256 * 1024;
/// The same, of a timeline.
constexpr std::size_t chunk_events = 64;
/// For the pages that one personal record may change.
constexpr std::uint64_t record_bytes = 64ULL << 10U;

error failure(error_code code, std::string message) {
  return {.code = code, .message = std::move(message), .faults = {}};
}

// --- the store --------------------------------------------------------------

class lmdb_store final : public log_store {
 public:
  lmdb_store(const std::filesystem::path& directory,
             const lmdb_options& options, lmdb::writer_lock lock)
      : read_only_(options.read_only),
        lock_(std::move(lock)),
        data_(directory, options,
              [this](MDB_txn* txn) { return open_tables(txn); }),
        tables_(directory / "checkpoint", options) {}

  /// To be called once before anything else.
  status open();

  status append(std::span<const event> batch) override;
  status scan(sequence from,
              const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<event>> read(sequence at) const override;
  status walk_back(
      sequence head,
      const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<codec::digest>> hash_at(
      sequence last) const override;
  [[nodiscard]] result<personal_data> personal(
      const order_key& order) const override;
  [[nodiscard]] status verify() const override;
  [[nodiscard]] store_stats stats() const override;
  [[nodiscard]] table_store& tables() override { return tables_; }
  [[nodiscard]] const table_store& tables() const override { return tables_; }
  status back_up(const std::filesystem::path& to) const override;

 private:
  [[nodiscard]] std::string place() const { return data_.place(); }

  status open_tables(MDB_txn* txn);
  status create_tables(MDB_txn* txn);
  status check_format(MDB_txn* txn) const;

  int put(MDB_txn* txn, std::span<const std::byte> sealed,
          const chain_head& after,
          std::span<const personal_change> changes) const;

  /// Calls `use` with a read transaction.
  template <class Use>
  status reading(Use use) const;
  [[nodiscard]] result<chain_head> head_of(MDB_txn* txn) const;
  /// Sets `cursor` to the entry that contains `at`, or, where the log should
  /// have ended at `last`, to whatever comes behind.
  int find(MDB_cursor* cursor, sequence at, sequence last, MDB_val& key,
           MDB_val& data) const;
  /// Lets `walk` follow a chunk of entries from the one that contains `from`
  /// on, and hands their bytes to `take`. Returns whether the log ends there.
  template <class Take>
  result<bool> follow(chain_walk& walk, sequence from, Take take) const;
  /// The event `at`, which is not behind `last`, the end of the log.
  result<event> event_at(MDB_cursor* cursor, sequence at, sequence last) const;

  bool read_only_;
  lmdb::writer_lock lock_;
  lmdb::database data_;
  lmdb_table_store tables_;
  MDB_dbi meta_ = 0;
  MDB_dbi log_ = 0;
  MDB_dbi personal_ = 0;
  /// As it stood in the file that was opened last.
  chain_head stored_head_;
  /// Of the appending thread: what it was told.
  chain_head head_;
};

// --- opening ----------------------------------------------------------------

status lmdb_store::open() {
  if (auto opened = data_.open(); !opened) return opened;
  head_ = stored_head_;
  tables_.open();
  return done{};
}

status lmdb_store::open_tables(MDB_txn* txn) {
  int code = mdb_dbi_open(txn, "meta", 0, &meta_);
  if (code == MDB_NOTFOUND) {
    MDB_stat stat;
    MDB_dbi root = 0;
    code = mdb_dbi_open(txn, nullptr, 0, &root);
    if (code == 0) code = mdb_stat(txn, root, &stat);
    if (code != 0) return lmdb::failure_of(code, place() + ": opening");
    if (stat.ms_entries != 0)
      return failure(error_code::invalid,
                     place() + ": data.mdb is not the log of an engine");
    if (read_only_)
      return failure(error_code::not_found,
                     place() + ": there is no log here yet");
    if (auto made = create_tables(txn); !made) return made;
  } else if (code == 0) {
    if (auto good = check_format(txn); !good) return good;
    code = mdb_dbi_open(txn, "log", 0, &log_);
    if (code == 0) code = mdb_dbi_open(txn, "personal", 0, &personal_);
    if (code == MDB_NOTFOUND)
      return failure(error_code::invalid, place() + ": a table is missing");
  }
  if (code != 0 && code != MDB_NOTFOUND)
    return lmdb::failure_of(code, place() + ": opening");
  auto head = head_of(txn);
  if (!head) return head.failure();
  stored_head_ = *head;
  return done{};
}

status lmdb_store::create_tables(MDB_txn* txn) {
  int code = lmdb::lengthen_file(mdb_txn_env(txn), lmdb::tree_bytes);
  if (code == 0) code = mdb_dbi_open(txn, "meta", MDB_CREATE, &meta_);
  if (code == 0) code = mdb_dbi_open(txn, "log", MDB_CREATE, &log_);
  if (code == 0) code = mdb_dbi_open(txn, "personal", MDB_CREATE, &personal_);
  const auto put = [&](std::string_view name, std::span<const std::byte> data) {
    auto key = value_of(name);
    auto value = value_of(data);
    if (code == 0) code = mdb_put(txn, meta_, &key, &value, 0);
  };
  const auto now =
      std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  put("format", bytes_of(format_version));
  put("created",
      bytes_of(static_cast<std::uint64_t>(now.time_since_epoch().count())));
  put("head", bytes_of(chain_head{}));
  if (code != 0) return lmdb::failure_of(code, place() + ": creating the log");
  return done{};
}

status lmdb_store::check_format(MDB_txn* txn) const {
  auto key = value_of("format");
  MDB_val value;
  const int code = mdb_get(txn, meta_, &key, &value);
  if (code != 0 || value.mv_size != sizeof(lmdb::number_bytes))
    return failure(error_code::invalid,
                   place() + ": data.mdb is not the log of an engine");
  if (const auto found = number_in(bytes_of(value)); found != format_version)
    return failure(error_code::invalid, place() + ": the log has format " +
                                            std::to_string(found) +
                                            ", this program reads format " +
                                            std::to_string(format_version));
  return done{};
}

// --- writing ----------------------------------------------------------------

status lmdb_store::append(std::span<const event> batch) {
  if (read_only_)
    return failure(error_code::storage_unavailable,
                   place() + ": is open for reading only");
  if (batch.empty()) return done{};
  const auto changes = personal_changes(batch);
  if (!changes) return changes.failure();
  const auto sealed = seal_batch(head_, batch);
  if (!sealed) return sealed.failure();
  const auto after = head_after(head_, batch.size(), *sealed);
  const auto arrived = [&] { return stored_head_ == after; };

  status outcome = done{};
  if (!data_.is_open()) outcome = data_.open();
  // When it was lost, this very batch may have been on its way.
  if (outcome && !arrived()) {
    auto more_bytes = sealed->size() + lmdb::tree_bytes;
    for (const auto& change : *changes)
      more_bytes += (change.data ? change.data->size() : 0) + record_bytes;
    outcome = data_.writing(
        more_bytes,
        [&](MDB_txn* txn) { return put(txn, *sealed, after, *changes); },
        arrived);
  }
  if (outcome) head_ = after;
  return outcome;
}

int lmdb_store::put(MDB_txn* txn, std::span<const std::byte> sealed,
                    const chain_head& after,
                    std::span<const personal_change> changes) const {
  const auto put = [txn](MDB_dbi table, MDB_val key, MDB_val value,
                         unsigned flags) {
    return mdb_put(txn, table, &key, &value, flags);
  };
  const auto first = bytes_of(head_.last + 1);
  int code = put(log_, value_of(first), value_of(sealed), MDB_APPEND);
  for (const auto& change : changes) {
    if (code != 0) return code;
    auto key = value_of(change.order);
    code = change.data ? put(personal_, key, value_of(*change.data), 0)
                       : mdb_del(txn, personal_, &key, nullptr);
    // Erased before, or there never was one.
    if (!change.data && code == MDB_NOTFOUND) code = 0;
  }
  const auto head = bytes_of(after);
  if (code == 0) code = put(meta_, value_of("head"), value_of(head), 0);
  return code;
}

// --- reading ----------------------------------------------------------------

template <class Use>
status lmdb_store::reading(Use use) const {
  return data_.reading(failure(error_code::storage_unavailable,
                               place() + ": could not be opened again"),
                       use);
}

result<chain_head> lmdb_store::head_of(MDB_txn* txn) const {
  auto key = value_of("head");
  MDB_val value;
  const int code = mdb_get(txn, meta_, &key, &value);
  if (code == 0 && value.mv_size == lmdb::head_bytes)
    return head_in(bytes_of(value));
  if (code != 0 && code != MDB_NOTFOUND)
    return lmdb::failure_of(code, place() + ": reading the head");
  return failure(error_code::invalid, place() + ": the head is missing");
}

int lmdb_store::find(MDB_cursor* cursor, sequence at, sequence last,
                     MDB_val& key, MDB_val& data) const {
  const auto wanted = bytes_of(at);
  key = value_of(wanted);
  int code = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
  if (at > last) return code;
  if (code == MDB_NOTFOUND)
    return mdb_cursor_get(cursor, &key, &data, MDB_LAST);
  if (code != 0 || number_in(bytes_of(key)) == at) return code;
  code = mdb_cursor_get(cursor, &key, &data, MDB_PREV);
  if (code != MDB_NOTFOUND) return code;
  // The first entry does not start at 1, which the walk will tell.
  return mdb_cursor_get(cursor, &key, &data, MDB_FIRST);
}

template <class Take>
result<bool> lmdb_store::follow(chain_walk& walk, sequence from,
                                Take take) const {
  bool ended = false;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, log_, cursor);
    if (code == 0) code = find(cursor.get(), from, head->last, key, data);
    std::size_t taken = 0;
    while (code == 0 && taken < chunk_bytes) {
      const auto first = number_in(bytes_of(key));
      const auto entry = walk.follow(first, bytes_of(data));
      if (!entry) return entry.failure();
      if (auto good = take(first, *entry); !good) return good;
      taken += data.mv_size;
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_NEXT);
    }
    if (code == 0) return done{};
    if (code != MDB_NOTFOUND)
      return lmdb::failure_of(code, place() + ": reading the log");
    ended = true;
    return walk.finish(*head);
  });
  if (!outcome) return outcome.failure();
  return ended;
}

status lmdb_store::scan(sequence from,
                        const std::function<bool(const event&)>& visit) const {
  auto walk = from <= 1 ? chain_walk() : chain_walk::from_the_middle();
  auto next = from;
  while (true) {
    // `visit` runs when the transaction is over: it may take its time, and
    // it may use the store.
    std::vector<codec::log_entry> entries;
    const auto ended =
        follow(walk, next,
               [&](sequence first, std::span<const std::byte> data) -> status {
                 auto entry = codec::decode_entry(data);
                 if (!entry) return bad_batch(first, entry.failure().message);
                 entries.push_back(std::move(*entry));
                 return done{};
               });
    for (const auto& entry : entries)
      for (const auto& one : entry.events)
        if (one.at >= from && !visit(one)) return done{};
    if (!ended) return ended.failure();
    if (*ended) return done{};
    next = walk.next();
  }
}

result<event> lmdb_store::event_at(MDB_cursor* cursor, sequence at,
                                   sequence last) const {
  MDB_val key;
  MDB_val data;
  if (const int code = find(cursor, at, last, key, data); code != 0)
    return lmdb::failure_of(code, place() + ": reading");
  const auto first = number_in(bytes_of(key));
  if (at < first) return bad_batch(first, "the batch before it is missing");
  auto one = codec::decode_event(entry_in(bytes_of(data)), at - first);
  if (!one) return bad_batch(first, one.failure().message);
  return one;
}

result<std::optional<event>> lmdb_store::read(sequence at) const {
  std::optional<event> found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    if (at == 0 || at > head->last) return done{};
    lmdb::cursor cursor;
    if (const int code = lmdb::open_cursor(txn, log_, cursor); code != 0)
      return lmdb::failure_of(code, place() + ": reading");
    auto one = event_at(cursor.get(), at, head->last);
    if (!one) return one.failure();
    found = std::move(*one);
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

status lmdb_store::walk_back(
    sequence head, const std::function<bool(const event&)>& visit) const {
  timeline_walk walk(head);
  while (walk.next() != 0) {
    // As in `scan`, `visit` runs when the transaction is over.
    std::vector<event> events;
    const auto outcome = reading([&](MDB_txn* txn) -> status {
      const auto end = head_of(txn);
      if (!end) return end.failure();
      lmdb::cursor cursor;
      if (const int code = lmdb::open_cursor(txn, log_, cursor); code != 0)
        return lmdb::failure_of(code, place() + ": reading");
      while (walk.next() != 0 && events.size() < chunk_events) {
        if (walk.next() > end->last) return walk.missing();
        auto one = event_at(cursor.get(), walk.next(), end->last);
        if (!one) return one.failure();
        if (auto good = walk.follow(*one); !good) return good;
        events.push_back(std::move(*one));
      }
      return done{};
    });
    for (const auto& one : events)
      if (!visit(one)) return done{};
    if (!outcome) return outcome;
  }
  return done{};
}

result<std::optional<codec::digest>> lmdb_store::hash_at(sequence last) const {
  std::optional<codec::digest> hash;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto end = head_of(txn);
    if (!end) return end.failure();
    if (last == 0 || last > end->last) return done{};
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, log_, cursor);
    if (code == 0) code = find(cursor.get(), last, end->last, key, data);
    if (code != 0) return lmdb::failure_of(code, place() + ": reading");
    auto found = hash_if_last(number_in(bytes_of(key)), bytes_of(data), last);
    if (!found) return found.failure();
    hash = *found;
    return done{};
  });
  if (!outcome) return outcome.failure();
  return hash;
}

result<personal_data> lmdb_store::personal(const order_key& order) const {
  const auto name = entity_of(order).key;
  personal_data found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    auto key = value_of(name);
    MDB_val value;
    const int code = mdb_get(txn, personal_, &key, &value);
    // None was given, or it was erased. A key that LMDB can't have is none.
    if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) return done{};
    if (code != 0)
      return lmdb::failure_of(code, place() + ": reading personal data");
    auto data = codec::decode_personal(bytes_of(value));
    if (!data) return data.failure();
    found = std::move(*data);
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

status lmdb_store::back_up(const std::filesystem::path& to) const {
  return lmdb::copy_store(data_, tables_.data(), to);
}

status lmdb_store::verify() const {
  // First, lest LMDB be misled by what is to be found.
  auto pages = reading([](MDB_txn* txn) { return lmdb::check_pages(txn); });
  if (!pages)
    return failure(pages.failure().code,
                   place() + ": " + pages.failure().message);
  chain_walk walk;
  while (true) {
    const auto ended = follow(
        walk, walk.next(),
        [](sequence, std::span<const std::byte>) -> status { return done{}; });
    if (!ended) return ended.failure();
    if (*ended) return done{};
  }
}

store_stats lmdb_store::stats() const {
  store_stats stats;
  static_cast<void>(reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    stats = {.last = head->last,
             .entries = head->entries,
             .bytes = lmdb::used_bytes(data_.env()),
             .head = head->hash};
    return done{};
  }));
  return stats;
}

}  // namespace

result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options) {
  lmdb::writer_lock lock;
  if (options.read_only && lmdb::writer_lock::is_here(directory))
    // LMDB takes two of a process for one: closing one would end the readers
    // of the other.
    return failure(error_code::conflict,
                   directory.string() + ": is open in this process already");
  if (!options.read_only) {
    std::error_code refused;
    std::filesystem::create_directories(directory, refused);
    if (refused)
      return failure(
          error_code::storage_unavailable,
          directory.string() + ": creating it: " + refused.message());
    auto taken = lmdb::writer_lock::take(directory);
    if (!taken) return taken.failure();
    lock = std::move(*taken);
  }
  auto store =
      std::make_unique<lmdb_store>(directory, options, std::move(lock));
  if (auto opened = store->open(); !opened) return opened.failure();
  return std::unique_ptr<log_store>(std::move(store));
}

status back_up_store(const std::filesystem::path& directory,
                     const std::filesystem::path& to) {
  const auto store = open_lmdb_store(directory, {.read_only = true});
  if (!store) return store.failure();
  return (*store)->back_up(to);
}

status compact_store(const std::filesystem::path& directory) {
  if (!std::filesystem::exists(directory / "data.mdb"))
    return failure(error_code::not_found,
                   directory.string() + ": there is no log here");
  const auto lock = lmdb::writer_lock::take(directory);
  if (!lock) return lock.failure();
  return lmdb::compact_files(directory);
}

}  // namespace oms::persistence
