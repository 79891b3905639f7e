#include "persistence/lmdb_store.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "persistence/hash_chain.hpp"
#include "persistence/lmdb_environment.hpp"
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
/// For the pages of the trees that a transaction changes.
constexpr std::uint64_t tree_bytes = 1ULL << 20U;
/// For the pages that one personal record may change.
constexpr std::uint64_t record_bytes = 64ULL << 10U;

error failure(error_code code, std::string message) {
  return {.code = code, .message = std::move(message), .faults = {}};
}

// --- the store --------------------------------------------------------------

class lmdb_store final : public log_store {
 public:
  lmdb_store(std::filesystem::path directory, const lmdb_options& options,
             lmdb::writer_lock lock)
      : directory_(std::move(directory)),
        options_(options),
        lock_(std::move(lock)) {}

  /// To be called once before anything else.
  status open();

  status append(std::span<const event> batch) override;
  status scan(sequence from,
              const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<event>> read(sequence at) const override;
  [[nodiscard]] result<personal_data> personal(
      const order_key& order) const override;
  [[nodiscard]] status verify() const override;
  [[nodiscard]] store_stats stats() const override;

 private:
  struct tables {
    MDB_dbi meta = 0;
    MDB_dbi log = 0;
    MDB_dbi personal = 0;
  };

  [[nodiscard]] std::string place() const { return directory_.string(); }

  status open_tables();
  status create_tables(MDB_txn* txn);
  status check_format(MDB_txn* txn) const;

  int write(std::span<const std::byte> sealed, const chain_head& after,
            std::span<const personal_record> records);
  status grow_map(std::uint64_t more_bytes);
  status reopen();

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

  std::filesystem::path directory_;
  lmdb_options options_;
  lmdb::writer_lock lock_;

  /// Held shared while a read transaction is open, alone while the map moves
  /// or the environment is opened anew: LMDB allows neither beside the other.
  mutable std::shared_mutex map_mutex_;
  /// None when opening it anew has failed.
  lmdb::environment env_;
  tables tables_;
  /// Of the appending thread.
  chain_head head_;
};

// --- opening ----------------------------------------------------------------

status lmdb_store::open() {
  auto env = lmdb::open_environment(directory_, options_.first_map_bytes,
                                    options_.read_only);
  if (!env) return env.failure();
  env_ = std::move(*env);
  return open_tables();
}

status lmdb_store::open_tables() {
  lmdb::transaction txn;
  int code = lmdb::begin(env_.get(), options_.read_only ? MDB_RDONLY : 0U, txn);
  if (code == MDB_MAP_RESIZED) {
    // The file has outgrown `first_map_bytes`: take its own size.
    code = mdb_env_set_mapsize(env_.get(), 0);
    if (code == 0)
      code = lmdb::begin(env_.get(), options_.read_only ? MDB_RDONLY : 0U, txn);
  }
  if (code == 0) code = mdb_dbi_open(txn.get(), "meta", 0, &tables_.meta);
  if (code == MDB_NOTFOUND) {
    MDB_stat stat;
    MDB_dbi root = 0;
    code = mdb_dbi_open(txn.get(), nullptr, 0, &root);
    if (code == 0) code = mdb_stat(txn.get(), root, &stat);
    if (code != 0) return lmdb::failure_of(code, place() + ": opening");
    if (stat.ms_entries != 0)
      return failure(error_code::invalid,
                     place() + ": data.mdb is not the log of an engine");
    if (options_.read_only)
      return failure(error_code::not_found,
                     place() + ": there is no log here yet");
    if (auto made = create_tables(txn.get()); !made) return made;
  } else if (code == 0) {
    if (auto good = check_format(txn.get()); !good) return good;
    code = mdb_dbi_open(txn.get(), "log", 0, &tables_.log);
    if (code == 0)
      code = mdb_dbi_open(txn.get(), "personal", 0, &tables_.personal);
    if (code == MDB_NOTFOUND)
      return failure(error_code::invalid, place() + ": a table is missing");
  }
  if (code != 0 && code != MDB_NOTFOUND)
    return lmdb::failure_of(code, place() + ": opening");
  auto head = head_of(txn.get());
  if (!head) return head.failure();
  head_ = *head;
  // The handles of tables are valid only once this is committed.
  code = lmdb::commit(std::move(txn));
  if (code != 0) return lmdb::failure_of(code, place() + ": opening");
  return done{};
}

status lmdb_store::create_tables(MDB_txn* txn) {
  int code = lmdb::lengthen_file(env_.get(), tree_bytes);
  if (code == 0) code = mdb_dbi_open(txn, "meta", MDB_CREATE, &tables_.meta);
  if (code == 0) code = mdb_dbi_open(txn, "log", MDB_CREATE, &tables_.log);
  if (code == 0)
    code = mdb_dbi_open(txn, "personal", MDB_CREATE, &tables_.personal);
  const auto put = [&](std::string_view name, std::span<const std::byte> data) {
    auto key = value_of(name);
    auto value = value_of(data);
    if (code == 0) code = mdb_put(txn, tables_.meta, &key, &value, 0);
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
  const int code = mdb_get(txn, tables_.meta, &key, &value);
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
  if (options_.read_only)
    return failure(error_code::storage_unavailable,
                   place() + ": is open for reading only");
  if (batch.empty()) return done{};
  if (!env_)
    if (auto opened = reopen(); !opened) return opened;
  const auto records = personal_records(batch);
  if (!records) return records.failure();
  const auto sealed = seal_batch(head_, batch);
  if (!sealed) return sealed.failure();
  const auto after = head_after(head_, batch.size(), *sealed);

  while (true) {
    const int code = write(*sealed, after, *records);
    if (code == 0) {
      head_ = after;
      return done{};
    }
    const auto why = lmdb::failure_of(code, place() + ": appending");
    if (code == MDB_MAP_FULL) {
      if (auto grown = grow_map(sealed->size()); !grown) return grown;
    } else {
      // LMDB may be unusable after a failed commit, and does not tell here
      // whether the commit reached the disk after all. A fresh look does.
      if (auto opened = reopen(); opened && head_ == after) return done{};
      return why;
    }
  }
}

int lmdb_store::write(std::span<const std::byte> sealed,
                      const chain_head& after,
                      std::span<const personal_record> records) {
  std::uint64_t more_bytes = sealed.size() + tree_bytes;
  for (const auto& record : records)
    more_bytes += record.data.size() + record_bytes;
  if (const int code = lmdb::lengthen_file(env_.get(), more_bytes); code != 0)
    return code;

  lmdb::transaction txn;
  if (const int code = lmdb::begin(env_.get(), 0, txn); code != 0) return code;
  const auto put = [&](MDB_dbi table, MDB_val key, MDB_val value,
                       unsigned flags) {
    return mdb_put(txn.get(), table, &key, &value, flags);
  };
  const auto first = bytes_of(head_.last + 1);
  int code = put(tables_.log, value_of(first), value_of(sealed), MDB_APPEND);
  for (const auto& record : records)
    if (code == 0)
      code = put(tables_.personal, value_of(record.order),
                 value_of(record.data), 0);
  const auto head = bytes_of(after);
  if (code == 0) code = put(tables_.meta, value_of("head"), value_of(head), 0);
  if (code != 0) return code;
  return lmdb::commit(std::move(txn));
}

status lmdb_store::grow_map(std::uint64_t more_bytes) {
  const auto now = lmdb::map_bytes(env_.get());
  if (now >= options_.max_map_bytes)
    return failure(error_code::storage_unavailable,
                   place() + ": the map is full with " + std::to_string(now) +
                       " bytes, which is its limit");
  const auto wanted = std::max(2 * now, now + more_bytes + tree_bytes);
  const auto bytes = std::min(wanted, options_.max_map_bytes);
  int code = 0;
  {
    const std::unique_lock alone(map_mutex_);
    code = mdb_env_set_mapsize(env_.get(), bytes);
  }
  if (code == 0) return done{};
  // The old map is gone too: begin anew with what there was.
  static_cast<void>(reopen());
  return failure(error_code::storage_unavailable,
                 place() + ": no room for a map of " + std::to_string(bytes) +
                     " bytes: " + mdb_strerror(code));
}

status lmdb_store::reopen() {
  const std::unique_lock alone(map_mutex_);
  const auto known = head_;
  env_.reset();
  auto opened = open();
  if (!opened) {
    env_.reset();
    head_ = known;
  }
  return opened;
}

// --- reading ----------------------------------------------------------------

template <class Use>
status lmdb_store::reading(Use use) const {
  while (true) {
    {
      const std::shared_lock beside_others(map_mutex_);
      if (!env_)
        return failure(error_code::storage_unavailable,
                       place() + ": could not be opened again");
      lmdb::transaction txn;
      const int code = lmdb::begin(env_.get(), MDB_RDONLY, txn);
      if (code == 0) return use(txn.get());
      if (code != MDB_MAP_RESIZED)
        return lmdb::failure_of(code, place() + ": reading");
    }
    // Another process has made the map larger: follow it.
    const std::unique_lock alone(map_mutex_);
    if (const int code = mdb_env_set_mapsize(env_.get(), 0); code != 0)
      return lmdb::failure_of(code, place() + ": reading");
  }
}

result<chain_head> lmdb_store::head_of(MDB_txn* txn) const {
  auto key = value_of("head");
  MDB_val value;
  const int code = mdb_get(txn, tables_.meta, &key, &value);
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
    int code = lmdb::open_cursor(txn, tables_.log, cursor);
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

result<std::optional<event>> lmdb_store::read(sequence at) const {
  std::optional<event> found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    const auto head = head_of(txn);
    if (!head) return head.failure();
    if (at == 0 || at > head->last) return done{};
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, tables_.log, cursor);
    if (code == 0) code = find(cursor.get(), at, head->last, key, data);
    if (code != 0) return lmdb::failure_of(code, place() + ": reading");
    const auto first = number_in(bytes_of(key));
    if (at < first) return bad_batch(first, "the batch before it is missing");
    auto one = codec::decode_event(entry_in(bytes_of(data)), at - first);
    if (!one) return bad_batch(first, one.failure().message);
    found = std::move(*one);
    return done{};
  });
  if (!outcome) return outcome.failure();
  return found;
}

result<personal_data> lmdb_store::personal(const order_key& order) const {
  const auto name = entity_of(order).key;
  personal_data found;
  auto outcome = reading([&](MDB_txn* txn) -> status {
    auto key = value_of(name);
    MDB_val value;
    const int code = mdb_get(txn, tables_.personal, &key, &value);
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

status lmdb_store::verify() const {
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
             .bytes = lmdb::used_bytes(env_.get()),
             .head = head->hash};
    return done{};
  }));
  return stats;
}

}  // namespace

result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options) {
  lmdb::writer_lock lock;
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

}  // namespace oms::persistence
