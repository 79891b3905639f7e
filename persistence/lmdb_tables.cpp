#include "persistence/lmdb_tables.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "persistence/crc32c.hpp"
#include "persistence/lmdb_pages.hpp"
#include "persistence/lmdb_values.hpp"

namespace oms::persistence {

namespace {

namespace fs = std::filesystem;

using lmdb::bytes_of;
using lmdb::number_in;
using lmdb::value_of;

// Of keys and rows. Tables of another format are made anew from the log, so a
// change of the format needs a new number and no conversion.
constexpr std::uint64_t table_format = 4;
// By their number in `table`.
constexpr std::array<const char*, table_count> names = {
    "checkpoint", "heads",    "snapshots",    "runs",
    "shipments",  "commands", "command_times"};
// What a row needs besides its key and value, in a tree that is half full.
constexpr std::uint64_t row_bytes = 64;
// LMDB refuses a longer key, even to search for it.
constexpr std::size_t max_lmdb_key_bytes = 511;

// --- rows, which carry a checksum -------------------------------------------

using check_bytes = std::array<std::byte, sizeof(std::uint32_t)>;

// Over the key as well: a row under a damaged key would be a good row of
// another order.
check_bytes check_of(std::span<const std::byte> key,
                     std::span<const std::byte> value) {
  const auto whole = bytes_of(std::uint64_t{crc32c(value, crc32c(key))});
  check_bytes check;
  std::copy(whole.end() - check.size(), whole.end(), check.begin());
  return check;
}

// The value of a row; none if the row is damaged.
std::optional<std::span<const std::byte>> checked(
    std::span<const std::byte> key, std::span<const std::byte> stored) {
  if (stored.size() < sizeof(check_bytes)) return {};
  const auto value = stored.first(stored.size() - sizeof(check_bytes));
  if (!std::ranges::equal(stored.last(sizeof(check_bytes)),
                          check_of(key, value)))
    return {};
  return value;
}

// LMDB reserves the room, and the value and its checksum are written there. To
// put both together before would copy each of a million rows once more.
int put(MDB_cursor* cursor, const table_change& change) {
  auto key = value_of(change.key);
  const std::span<const std::byte> value = *change.value;
  MDB_val place{.mv_size = value.size() + sizeof(check_bytes),
                .mv_data = nullptr};
  const int code = mdb_cursor_put(cursor, &key, &place, MDB_RESERVE);
  if (code != 0) return code;
  auto* out = static_cast<std::byte*>(place.mv_data);
  out = std::ranges::copy(value, out).out;
  std::ranges::copy(check_of(change.key, value), out);
  return 0;
}

int remove(MDB_cursor* cursor, const table_change& change) {
  auto key = value_of(change.key);
  const int code = mdb_cursor_get(cursor, &key, nullptr, MDB_SET);
  if (code == MDB_NOTFOUND) return 0;
  return code == 0 ? mdb_cursor_del(cursor, 0) : code;
}

int put_number(MDB_txn* txn, MDB_dbi meta, std::string_view name,
               std::uint64_t number) {
  const auto data = bytes_of(number);
  auto key = value_of(name);
  auto value = value_of(data);
  return mdb_put(txn, meta, &key, &value, 0);
}

// None when it is missing.
std::optional<std::uint64_t> number_under(MDB_txn* txn, MDB_dbi meta,
                                          std::string_view name) {
  auto key = value_of(name);
  MDB_val value;
  if (mdb_get(txn, meta, &key, &value) != 0 ||
      value.mv_size != sizeof(lmdb::number_bytes))
    return {};
  return number_in(bytes_of(value));
}

}  // namespace

// --- opening ----------------------------------------------------------------

lmdb_table_store::lmdb_table_store(fs::path directory,
                                   const lmdb_options& options,
                                   entry_checks& checks)
    : read_only_(options.read_only),
      check_pages_(options.check_pages),
      checks_(checks),
      data_(std::move(directory), options,
            [this](MDB_txn* txn) { return open_tables(txn); }) {}

lmdb_table_store::~lmdb_table_store() { remove_mark(); }

// The journal asks this after each commit, on its own thread; it must not wait
// for the thread that writes checkpoints.
status lmdb_table_store::check_in_place() const {
  const std::unique_lock guard(replacing_, std::try_to_lock);
  // The writing thread is replacing the file, so for the moment it may be any.
  if (!guard) return done{};
  if (folder_)
    if (auto same = lmdb::check_same_file(data_.directory(), *folder_); !same)
      return same;
  return data_.check_in_place();
}

fs::path lmdb_table_store::mark() const { return data_.directory() / "OPENED"; }

// Not if the folder is another one by now: its mark is not this store's.
void lmdb_table_store::remove_mark() {
  std::error_code ignored;
  if (std::exchange(marked_, false) && check_in_place())
    fs::remove(mark(), ignored);
}

bool lmdb_table_store::are_doubted(MDB_txn* txn) const {
  return marked_before_ ||
         lmdb::used_bytes(mdb_txn_env(txn)) <= lmdb::always_checked_bytes;
}

// Nothing that is wrong with the tables may keep the log from opening, so
// errors of the file system are left to the opening below, which then fails as
// well.
void lmdb_table_store::open() {
  if (!read_only_) {
    std::error_code refused;
    const auto& directory = data_.directory();
    // A file in the place of the folder.
    if (!fs::is_directory(directory, refused)) fs::remove(directory, refused);
    fs::create_directories(directory, refused);
    if (const auto folder = lmdb::identity_of(directory); folder)
      folder_ = *folder;
    // The mark is made before any page is trusted and goes once the tables have
    // been written or closed. If a bad page ends the process in between, it is
    // still there, and the next process checks all pages before it trusts them.
    marked_before_ = fs::exists(mark(), refused);
    marked_ = std::ofstream(mark()).good();
  }
  auto opened = data_.open();
  // What the disk refuses now may be good later; what is bad stays bad.
  if (!opened && !read_only_ && opened.failure().code == error_code::invalid)
    opened = begin_anew();
  unseen_ = !opened;
  writes_ = stored_writes_;
}

// Removes the file and begins with empty tables. An engine that opens then
// finds no checkpoint, reads the log from its start and writes a complete one.
status lmdb_table_store::begin_anew() {
  const std::lock_guard guard(replacing_);
  data_.close();
  // Files in another folder are not ours to remove.
  if (folder_)
    if (auto same = lmdb::check_same_file(data_.directory(), *folder_); !same)
      return same;
  data_.forget_file();
  std::error_code refused;
  fs::create_directories(data_.directory(), refused);
  if (const auto folder = lmdb::identity_of(data_.directory()); folder)
    folder_ = *folder;
  // First the table of readers: a process that opens the new file must not
  // register in that of the old one. Processes that still read the old file
  // have both open, and keep them.
  fs::remove_all(data_.directory() / "lock.mdb", refused);
  if (!refused) fs::remove_all(data_.directory() / "data.mdb", refused);
  if (refused)
    return error{error_code::storage_unavailable,
                 data_.place() + ": removing data.mdb: " + refused.message()};
  if (auto opened = data_.open(); !opened) return opened;
  unseen_ = false;
  writes_ = stored_writes_;
  return done{};
}

status lmdb_table_store::open_tables(MDB_txn* txn) {
  const bool doubted = are_doubted(txn);
  if (doubted || check_pages_) {
    auto good =
        read_only_ ? lmdb::check_pages(txn) : lmdb::check_pages_before(txn);
    if (!good) return good;
  }
  // No other table is opened before the format is known.
  int code = mdb_dbi_open(txn, "meta", 0, &meta_);
  if (code == MDB_NOTFOUND && !read_only_) return create_tables(txn);
  if (code == 0 && number_under(txn, meta_, "format") != table_format)
    return error{error_code::invalid,
                 data_.place() + ": the tables have another format"};
  const auto writes =
      code == 0 ? number_under(txn, meta_, "writes") : std::nullopt;
  for (std::size_t i = 0; i < table_count && code == 0; ++i)
    code = mdb_dbi_open(txn, names.at(i), 0, &tables_.at(i));
  if (code == MDB_NOTFOUND || (code == 0 && !writes))
    return error{error_code::invalid, data_.place() + ": a table is missing"};
  if (code != 0)
    return lmdb::failure_of(code, data_.place() + ": opening the tables");
  stored_writes_ = *writes;
  return doubted ? check_rows(txn) : done{};
}

status lmdb_table_store::check_rows(MDB_txn* txn) const {
  for (std::size_t i = 0; i < table_count; ++i) {
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn, tables_.at(i), cursor);
    while (code == 0) {
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_NEXT);
      if (code == 0 && !checked(bytes_of(key), bytes_of(data)))
        return error{error_code::invalid, data_.place() +
                                              ": a row of the table " +
                                              names.at(i) + " is damaged"};
    }
    if (code != MDB_NOTFOUND)
      return lmdb::failure_of(code, data_.place() + ": opening the tables");
  }
  return done{};
}

status lmdb_table_store::create_tables(MDB_txn* txn) {
  int code = lmdb::lengthen_file(mdb_txn_env(txn), lmdb::tree_bytes);
  if (code == 0) code = mdb_dbi_open(txn, "meta", MDB_CREATE, &meta_);
  for (std::size_t i = 0; i < table_count && code == 0; ++i)
    code = mdb_dbi_open(txn, names.at(i), MDB_CREATE, &tables_.at(i));
  if (code == 0) code = put_number(txn, meta_, "format", table_format);
  if (code == 0) code = put_number(txn, meta_, "writes", 0);
  if (code != 0)
    return lmdb::failure_of(code, data_.place() + ": creating the tables");
  stored_writes_ = 0;
  return done{};
}

// --- writing ----------------------------------------------------------------

status lmdb_table_store::write(std::span<const table_change> changes) {
  if (read_only_)
    return error{error_code::storage_unavailable,
                 data_.place() + ": is open for reading only"};
  if (auto good = check_keys(changes); !good) return good;
  if (!data_.is_open()) {
    // If they were never open, the checkpointer took them for empty and this is
    // a complete checkpoint. It must not come beside rows that no one has read.
    auto opened = unseen_ ? begin_anew() : data_.open();
    if (!opened) return opened;
    writes_ = stored_writes_;
  }
  auto more_bytes = lmdb::tree_bytes;
  for (const auto& change : changes)
    if (change.value)
      more_bytes += 2 * (change.key.size() + change.value->size() + row_bytes);
  // Each write counts itself, in its own transaction. So after a commit that
  // failed without saying whether it arrived, the count in the file tells.
  auto outcome = data_.writing(
      more_bytes, [&](MDB_txn* txn) { return make(txn, changes); },
      [&] { return stored_writes_ == writes_ + 1; });
  if (!outcome) return outcome;
  ++writes_;
  // They were read and written without ending the process, so their pages are
  // not doubted any more.
  remove_mark();
  // Trees that were changed in many places may have taken more pages than that,
  // so that the file could be shorter than what is in use. If this fails and
  // the process then dies, the file counts as cut off and the tables are begun
  // anew.
  static_cast<void>(lmdb::lengthen_file(data_.env(), 0));
  return done{};
}

int lmdb_table_store::make(MDB_txn* txn,
                           std::span<const table_change> changes) const {
  if (const int code = put_number(txn, meta_, "writes", writes_ + 1); code != 0)
    return code;
  // A cursor that stays in its table knows the page of the next key.
  lmdb::cursor cursor;
  std::optional<table> open;
  int code = 0;
  for (const auto& change : changes) {
    if (open != change.in) {
      cursor.reset();
      code = lmdb::open_cursor(txn, handle_of(change.in), cursor);
      open = change.in;
    }
    if (code == 0)
      code = change.value ? put(cursor.get(), change)
                          : remove(cursor.get(), change);
    if (code != 0) break;
  }
  return code;
}

status lmdb_table_store::clear() {
  if (read_only_)
    return error{error_code::storage_unavailable,
                 data_.place() + ": is open for reading only"};
  // The file may be damaged, so nothing of it is looked at.
  return begin_anew();
}

// --- reading ----------------------------------------------------------------

MDB_dbi lmdb_table_store::handle_of(table in) const {
  return tables_.at(static_cast<std::size_t>(in));
}

template <class Use>
status lmdb_table_store::reading(Use use) const {
  // Tables that were never open read as empty: the engine starts without a
  // checkpoint. Ones that were open and are not now must not, because a list
  // would be shorter than it was.
  const status closed =
      unseen_ ? status(done{})
              : error{error_code::storage_unavailable,
                      data_.place() + ": could not be opened again"};
  return data_.reading(closed, use);
}

status lmdb_table_store::find(MDB_txn* txn, table in,
                              std::span<const std::byte> key,
                              std::optional<codec::bytes>& value) const {
  auto name = value_of(key);
  MDB_val stored;
  const int code = mdb_get(txn, handle_of(in), &name, &stored);
  // There is no row under a key that LMDB can't have.
  if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) return done{};
  if (code != 0)
    return lmdb::failure_of(code, data_.place() + ": reading the tables");
  const auto found = checked(key, bytes_of(stored));
  if (!found) return damaged_row(in);
  value.emplace(found->begin(), found->end());
  return done{};
}

error lmdb_table_store::damaged_row(table in) const {
  const std::string name = names.at(static_cast<std::size_t>(in));
  auto why = error{error_code::storage_unavailable,
                   data_.place() + ": a row of the table " + name +
                       " is damaged; stop the engine and delete this "
                       "folder, and it is made anew from the log"};
  checks_.report("table " + name, why);
  return why;
}

result<std::optional<codec::bytes>> lmdb_table_store::get(
    table in, std::span<const std::byte> key) const {
  std::optional<codec::bytes> value;
  auto outcome =
      reading([&](MDB_txn* txn) { return find(txn, in, key, value); });
  if (!outcome) return outcome.failure();
  return value;
}

result<std::vector<std::optional<codec::bytes>>> lmdb_table_store::get_all(
    table in, std::span<const codec::bytes> keys) const {
  std::vector<std::optional<codec::bytes>> values(keys.size());
  auto outcome = reading([&](MDB_txn* txn) -> status {
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (auto found = find(txn, in, keys[i], values[i]); !found) return found;
    return done{};
  });
  if (!outcome) return outcome.failure();
  return values;
}

status lmdb_table_store::scan(table in, std::span<const std::byte> from,
                              const row_visitor& visit) const {
  return walk(in, from, false, visit);
}

status lmdb_table_store::scan_back(table in, std::span<const std::byte> from,
                                   const row_visitor& visit) const {
  if (from.empty()) return done{};
  return walk(in, from, true, visit);
}

status lmdb_table_store::walk(table in, std::span<const std::byte> from,
                              bool back, const row_visitor& visit) const {
  return reading([&](MDB_txn* txn) -> status {
    // LMDB would refuse a longer key to begin at. Stored keys have at most 500
    // bytes, so what is cut off changes no comparison with one.
    const auto start = from.first(std::min(from.size(), max_lmdb_key_bytes));
    lmdb::cursor cursor;
    MDB_val key = value_of(start);
    MDB_val data;
    int code = lmdb::open_cursor(txn, handle_of(in), cursor);
    if (code == 0)
      code = mdb_cursor_get(cursor.get(), &key, &data,
                            start.empty() ? MDB_FIRST : MDB_SET_RANGE);
    // MDB_SET_RANGE finds the first key at `start` or after it. Backwards that
    // is one too far, unless it is `start` itself.
    if (back && code == MDB_NOTFOUND)
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_LAST);
    else if (back && code == 0 && !std::ranges::equal(bytes_of(key), start))
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_PREV);
    while (code == 0) {
      const auto value = checked(bytes_of(key), bytes_of(data));
      if (!value) return damaged_row(in);
      if (!visit(bytes_of(key), *value)) return done{};
      code =
          mdb_cursor_get(cursor.get(), &key, &data, back ? MDB_PREV : MDB_NEXT);
    }
    if (code == MDB_NOTFOUND) return done{};
    return lmdb::failure_of(code, data_.place() + ": reading the tables");
  });
}

// --- views ------------------------------------------------------------------

// Within a read transaction, which keeps the pages that it sees.
class lmdb_table_store::held_view final : public table_view {
 public:
  held_view(const lmdb_table_store& store, MDB_txn* txn)
      : store_(store),
        txn_(txn),
        moment_{.file = store.data_.openings(),
                .map = store.data_.map_moves(),
                .write = mdb_txn_id(txn)} {}

  [[nodiscard]] const table_moment& moment() const override { return moment_; }

  status scan(table in, const row_visitor& visit) const override {
    lmdb::cursor cursor;
    MDB_val key;
    MDB_val data;
    int code = lmdb::open_cursor(txn_, store_.handle_of(in), cursor);
    while (code == 0) {
      code = mdb_cursor_get(cursor.get(), &key, &data, MDB_NEXT);
      if (code != 0) break;
      const auto stored = bytes_of(data);
      if (stored.size() < sizeof(check_bytes)) return store_.damaged_row(in);
      if (!visit(bytes_of(key),
                 stored.first(stored.size() - sizeof(check_bytes))))
        return done{};
    }
    if (code == MDB_NOTFOUND) return done{};
    return lmdb::failure_of(code,
                            store_.data_.place() + ": reading the tables");
  }

  // The checksum is behind the value.
  [[nodiscard]] status check(table in, std::span<const std::byte> key,
                             std::span<const std::byte> value) const override {
    if (checked(key, {value.data(), value.size() + sizeof(check_bytes)}))
      return done{};
    return store_.damaged_row(in);
  }

 private:
  const lmdb_table_store& store_;
  MDB_txn* txn_;
  table_moment moment_;
};

status lmdb_table_store::view(const view_user& use) const {
  return reading([&](MDB_txn* txn) { return use(held_view(*this, txn)); });
}

}  // namespace oms::persistence
