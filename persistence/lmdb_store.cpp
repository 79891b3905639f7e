#include "persistence/lmdb_store.hpp"

#include <string>
#include <system_error>
#include <utility>

#include "persistence/checkpoint_store.hpp"
#include "persistence/lmdb_copy.hpp"
#include "persistence/lmdb_log.hpp"

namespace oms::persistence {

namespace {

// A checkpoint without its log: the log was lost, or a backup was restored in
// part. LMDB would begin an empty log, and the engine would number orders from
// 1 again as if nothing had happened.
status check_log_is_there(const std::filesystem::path& directory) {
  const auto folder = directory / "checkpoint";
  std::error_code unknown;
  if (std::filesystem::exists(directory / "data.mdb", unknown) || unknown ||
      !std::filesystem::exists(folder / "data.mdb", unknown))
    return done{};
  entry_checks checks;
  lmdb_table_store tables(folder, {.read_only = true}, checks);
  tables.open();
  const auto found = checkpoint_reader(tables).head();
  // Tables without a checkpoint: their process ended before it wrote anything,
  // so there is nothing to lose.
  if (tables.data().is_open() && found && !*found) return done{};
  std::string of_what = "a log";
  if (found && *found)
    of_what += " of " + std::to_string((*found)->head.upto) + " events";
  return error{error_code::invalid,
               directory.string() + ": data.mdb is missing, but checkpoint " +
                   "belongs to " + of_what +
                   "; restore a backup, or move the folder away to begin " +
                   "with an empty store"};
}

}  // namespace

result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options) {
  lmdb::writer_lock lock;
  // LMDB takes two openings by one process for one: its locks belong to the
  // process, so closing one would drop those of the other, readers included.
  if (options.read_only && lmdb::writer_lock::is_here(directory))
    return error{error_code::conflict,
                 directory.string() + ": is open in this process already"};
  if (!options.read_only) {
    std::error_code refused;
    std::filesystem::create_directories(directory, refused);
    if (refused)
      return error{error_code::storage_unavailable,
                   directory.string() + ": creating it: " + refused.message()};
    auto taken = lmdb::writer_lock::take(directory);
    if (!taken) return taken.failure();
    lock = std::move(*taken);
    if (auto whole = check_log_is_there(directory); !whole)
      return whole.failure();
  }
  auto store = std::make_unique<lmdb_log>(directory, options, std::move(lock));
  if (auto opened = store->open(); !opened) return opened.failure();
  return std::unique_ptr<log_store>(std::move(store));
}

status compact_store(const std::filesystem::path& directory) {
  // Before the lock, whose file would be made in a directory that is no store.
  if (!std::filesystem::exists(directory / "data.mdb"))
    return error{error_code::not_found,
                 directory.string() + ": there is no log here"};
  const auto lock = lmdb::writer_lock::take(directory);
  if (!lock) return lock.failure();
  return lmdb::compact_files(directory);
}

}  // namespace oms::persistence
