#include "persistence/lmdb_log.hpp"

#include <chrono>
#include <string_view>

#include "persistence/lmdb_pages.hpp"
#include "persistence/lmdb_values.hpp"

namespace oms::persistence {

namespace {

using lmdb::bytes_of;
using lmdb::number_in;
using lmdb::value_of;

constexpr std::uint64_t log_format = 2;
// For the pages that one personal record may change: a path through its tree.
constexpr std::uint64_t record_bytes = 64ULL << 10U;

}  // namespace

// --- opening ----------------------------------------------------------------

status lmdb_log::open() {
  // The log alone decides whether the store opens; the tables follow from it.
  if (auto opened = data_.open(); !opened) return opened;
  head_ = stored_head_;
  if (const auto folder = lmdb::identity_of(data_.directory()); folder)
    folder_ = *folder;
  tables_.open();
  return done{};
}

// Runs whenever the environment is opened, also after a commit of which LMDB
// did not say whether it arrived. So it reads the head, by which the appending
// thread finds out.
status lmdb_log::open_tables(MDB_txn* txn) {
  // The file may be another one than before.
  checks_.forget();
  if (auto good = check_pages(txn); !good)
    return error{good.failure().code, place() + ": " + good.failure().message +
                                          "; restore a backup"};
  int code = mdb_dbi_open(txn, "meta", 0, &meta_);
  if (code == MDB_NOTFOUND) {
    // A new file has no entries at all. One with some is another program's, and
    // nothing is created in it.
    MDB_stat stat;
    MDB_dbi root = 0;
    code = mdb_dbi_open(txn, nullptr, 0, &root);
    if (code == 0) code = mdb_stat(txn, root, &stat);
    if (code != 0) return lmdb::failure_of(code, place() + ": opening");
    if (stat.ms_entries != 0)
      return error{error_code::invalid,
                   place() + ": data.mdb is not the log of an engine"};
    if (read_only_)
      return error{error_code::not_found,
                   place() + ": there is no log here yet"};
    if (auto made = create_tables(txn); !made) return made;
  } else if (code == 0) {
    if (auto good = check_format(txn); !good) return good;
    code = mdb_dbi_open(txn, "log", 0, &log_);
    if (code == 0) code = mdb_dbi_open(txn, "personal", 0, &personal_);
    if (code == MDB_NOTFOUND)
      return error{error_code::invalid, place() + ": a table is missing"};
  }
  if (code != 0 && code != MDB_NOTFOUND)
    return lmdb::failure_of(code, place() + ": opening");
  auto head = head_of(txn);
  if (!head) return head.failure();
  stored_head_ = *head;
  return done{};
}

// A store that is opened to be read, often beside an engine that has checked
// it, skips the walk unless it is asked for; so does a large one, because
// opening must not take longer with a longer history.
status lmdb_log::check_pages(MDB_txn* txn) const {
  const bool is_small =
      lmdb::used_bytes(mdb_txn_env(txn)) <= lmdb::always_checked_bytes;
  if (!check_pages_ && (read_only_ || !is_small)) return done{};
  return read_only_ ? lmdb::check_pages(txn) : lmdb::check_pages_before(txn);
}

status lmdb_log::create_tables(MDB_txn* txn) {
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
  put("format", bytes_of(log_format));
  put("created",
      bytes_of(static_cast<std::uint64_t>(now.time_since_epoch().count())));
  put("head", bytes_of(chain_head{}));
  if (code != 0) return lmdb::failure_of(code, place() + ": creating the log");
  return done{};
}

status lmdb_log::check_format(MDB_txn* txn) const {
  auto key = value_of("format");
  MDB_val value;
  const int code = mdb_get(txn, meta_, &key, &value);
  if (code != 0 || value.mv_size != sizeof(lmdb::number_bytes))
    return error{error_code::invalid,
                 place() + ": data.mdb is not the log of an engine"};
  if (const auto found = number_in(bytes_of(value)); found != log_format)
    return error{error_code::invalid, place() + ": the log has format " +
                                          std::to_string(found) +
                                          ", this program reads format " +
                                          std::to_string(log_format)};
  return done{};
}

// --- writing ----------------------------------------------------------------

// What must hold when this returns success: the batch is on disk once, it
// follows what this store has written before, and the files are those under the
// store's path. Two things make that hard. A commit may fail without saying
// whether it arrived, and another process may replace the files or write to
// them. Both are decided by comparing heads: the head has the hash of the last
// entry, and so names the whole log before it.
status lmdb_log::append(std::span<const decision> batch) {
  if (read_only_)
    return error{error_code::storage_unavailable,
                 place() + ": is open for reading only"};
  if (lost_) return *lost_;
  const auto events = events_in(batch);
  if (events == 0) return done{};
  const auto changes = personal_changes(batch);
  if (!changes) return changes.failure();
  const auto sealed = seal_batch(head_, batch);
  if (!sealed) return sealed.failure();
  const auto after = head_after(head_, events, *sealed);
  const auto arrived = [&] { return stored_head_ == after; };
  // If the file was opened anew meanwhile, it must end where this store thinks
  // it does, before this batch or after it. Any other end is another log, and
  // appending to it would make a chain of two halves.
  const auto openings = data_.openings();
  const auto check_opened = [&]() -> status {
    if (data_.openings() == openings) return done{};
    if (stored_head_ != head_ && stored_head_ != after) lost_ = another_log();
    return lost_ ? status(*lost_) : check_files();
  };

  status outcome = done{};
  if (!data_.is_open()) {
    outcome = data_.open();
    if (outcome) outcome = check_opened();
  }
  // If it was closed since the last try, that try may have written this very
  // batch: the journal sends a batch again until it is written.
  if (outcome && !arrived()) {
    auto more_bytes = sealed->size() + lmdb::tree_bytes;
    for (const auto& change : *changes)
      more_bytes += (change.data ? change.data->size() : 0) + record_bytes;
    // The head is compared once more inside of the transaction, where no other
    // process can write. MDB_BAD_TXN ends it without a change, and `is_ours`
    // says why.
    bool is_ours = true;
    outcome = data_.writing(
        more_bytes,
        [&](MDB_txn* txn) {
          const auto head = head_of(txn);
          is_ours = head && *head == head_;
          return is_ours ? put(txn, *sealed, after, *changes) : MDB_BAD_TXN;
        },
        arrived);
    if (!is_ours) {
      lost_ = another_log();
      outcome = *lost_;
    }
    if (auto same = check_opened(); !same) outcome = same;
  }
  if (outcome) head_ = after;
  return outcome;
}

error lmdb_log::another_log() const {
  return error{error_code::storage_unavailable,
               place() +
                   ": another process has written to this log, or it was "
                   "replaced by another one; nothing more is written to it. "
                   "Stop the process, put the right store in place, and "
                   "start it again"};
}

int lmdb_log::put(MDB_txn* txn, std::span<const std::byte> sealed,
                  const chain_head& after,
                  std::span<const personal_change> changes) const {
  const auto put = [txn](MDB_dbi table, MDB_val key, MDB_val value,
                         unsigned flags) {
    return mdb_put(txn, table, &key, &value, flags);
  };
  const auto first = bytes_of(head_.last + 1);
  // MDB_APPEND fills pages to the end, since no key ever comes between two, and
  // refuses a key that is not the largest.
  int code = put(log_, value_of(first), value_of(sealed), MDB_APPEND);
  for (const auto& change : changes) {
    if (code != 0) return code;
    code = change.data
               ? put(personal_, value_of(change.key), value_of(*change.data), 0)
               : erase_personal(txn, change.key);
  }
  // In the same transaction as the entry: the head never says more or less than
  // the log has.
  const auto head = bytes_of(after);
  if (code == 0) code = put(meta_, value_of("head"), value_of(head), 0);
  return code;
}

int lmdb_log::erase_personal(MDB_txn* txn, const std::string& order) const {
  auto key = value_of(order);
  int code = mdb_del(txn, personal_, &key, nullptr);
  const auto first_edited = first_edited_key(order);
  // Erased before, or there never was one.
  while (code == 0 || code == MDB_NOTFOUND) {
    lmdb::cursor cursor;
    code = lmdb::open_cursor(txn, personal_, cursor);
    if (code != 0) return code;
    key = value_of(first_edited);
    MDB_val record;
    code = mdb_cursor_get(cursor.get(), &key, &record, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND) return 0;
    if (code != 0) return code;
    const std::string_view found(static_cast<const char*>(key.mv_data),
                                 key.mv_size);
    if (!is_personal_key(found, order)) return 0;
    code = mdb_cursor_del(cursor.get(), 0);
  }
  return code;
}

}  // namespace oms::persistence
