#include "persistence/lmdb_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "persistence/lmdb_pages.hpp"

namespace oms::persistence::lmdb {

namespace {

namespace fs = std::filesystem;

error unavailable(const fs::path& where, const std::string& why) {
  return error{error_code::storage_unavailable, where.string() + ": " + why};
}

/// After it the names of files in `directory` are on disk.
status sync_directory(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (synced) return done{};
  return failure_of(code, directory.string() + ": syncing");
}

/// Writes the pages in use, and none that are free, to a new file. `copy` is
/// handed the file.
template <class Copy>
status write_file(const fs::path& target, Copy copy) {
  const int file = ::open(
      target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, lmdb::file_mode);
  if (file < 0) return failure_of(errno, target.string() + ": creating");
  status outcome = copy(file);
  int code = 0;
  if (outcome && ::fsync(file) != 0) code = errno;
  if (::close(file) != 0 && code == 0) code = errno;
  if (outcome && code != 0)
    outcome = failure_of(code, target.string() + ": copying");
  if (!outcome) ::unlink(target.c_str());
  return outcome;
}

/// Damage would mislead LMDB, and is no good copy.
status copy_pages(MDB_env* env, int file, const fs::path& from) {
  transaction txn;
  if (const int code = begin(env, MDB_RDONLY, txn); code != 0)
    return failure_of(code, from.string() + ": copying");
  if (auto good = check_pages(txn.get()); !good)
    return error{good.failure().code,
                 from.string() + ": " + good.failure().message};
  txn.reset();
  if (const int code = mdb_env_copyfd2(env, file, MDB_CP_COMPACT); code != 0)
    return failure_of(code, from.string() + ": copying");
  return done{};
}

/// Of what is open and may be written meanwhile.
status copy_to(const database& from, const fs::path& target) {
  return write_file(target, [&](int file) {
    // A reader like any other, so that the environment stays open and as it
    // is.
    return from.reading(
        unavailable(from.place(), "could not be opened again"),
        [&](MDB_txn*) { return copy_pages(from.env(), file, from.place()); });
  });
}

status compact(const fs::path& directory) {
  const auto file = directory / "data.mdb";
  const auto copy = directory / "data.mdb.compact";
  ::unlink(copy.c_str());  // of a process that died
  {
    auto env = open_environment(directory, tree_bytes, true);
    if (!env) return env.failure();
    auto written = write_file(copy, [&](int target) {
      return copy_pages(env->get(), target, directory);
    });
    if (!written) return written;
  }
  if (::rename(copy.c_str(), file.c_str()) != 0) {
    const int code = errno;
    ::unlink(copy.c_str());
    return failure_of(code, file.string() + ": replacing");
  }
  return sync_directory(directory);
}

}  // namespace

status copy_store(const database& log, const database& tables,
                  const fs::path& to) {
  const file_size_signal_blocked no_signal;
  std::error_code refused;
  const bool existed = fs::exists(to, refused);
  if (!refused && existed &&
      (!fs::is_directory(to, refused) || !fs::is_empty(to, refused)) &&
      !refused)
    return error{error_code::conflict,
                 to.string() + ": is not an empty directory"};
  if (!refused) fs::create_directories(to, refused);
  if (refused) return unavailable(to, "creating it: " + refused.message());

  status outcome = done{};
  if (tables.is_open()) {
    fs::create_directory(to / "checkpoint", refused);
    if (refused) outcome = unavailable(to, refused.message());
    if (outcome) outcome = copy_to(tables, to / "checkpoint" / "data.mdb");
    if (outcome) outcome = sync_directory(to / "checkpoint");
  }
  if (outcome) outcome = copy_to(log, to / "data.mdb");
  if (outcome) outcome = sync_directory(to);
  if (outcome && !existed)
    outcome = sync_directory(fs::absolute(to).parent_path());
  if (!outcome) {
    std::error_code ignored;
    fs::remove_all(to / "checkpoint", ignored);
    fs::remove(to / "data.mdb", ignored);
    if (!existed) fs::remove(to, ignored);
  }
  return outcome;
}

status compact_files(const fs::path& directory) {
  const file_size_signal_blocked no_signal;
  if (auto compacted = compact(directory); !compacted) return compacted;
  const auto tables = directory / "checkpoint";
  if (!fs::exists(tables / "data.mdb")) return done{};
  auto compacted = compact(tables);
  // Opening the store will begin them anew.
  if (!compacted && compacted.failure().code == error_code::invalid)
    return done{};
  return compacted;
}

}  // namespace oms::persistence::lmdb
