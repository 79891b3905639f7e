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

// After it the names of files in `directory` are on disk. A synced file whose
// name was not synced may be gone after a power cut.
status sync_directory(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (synced) return done{};
  return failure_of(code, directory.string() + ": syncing");
}

// Makes a new file, which `copy` fills, and syncs it. O_EXCL: what is there
// already is never written over.
template <class Copy>
status write_file(const fs::path& target, Copy copy) {
  const int file = ::open(
      target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, lmdb::file_mode);
  if (file < 0) return failure_of(errno, target.string() + ": creating");
  status outcome = copy(file);
  int code = 0;
  if (outcome && ::fsync(file) != 0) code = errno;
  // Some file systems report a failed write only now.
  if (::close(file) != 0 && code == 0) code = errno;
  if (outcome && code != 0)
    outcome = failure_of(code, target.string() + ": copying");
  if (!outcome) ::unlink(target.c_str());
  return outcome;
}

// Pages are checked first: LMDB follows them blindly while it copies, and a
// copy of damage would look like a backup. Only pages in use are copied, in
// their order, so a copy has neither free pages nor what was erased in them.
status copy_pages(MDB_env* env, int file, const fs::path& from) {
  transaction txn;
  if (const int code = begin(env, MDB_RDONLY, txn); code != 0)
    return failure_of(code, from.string() + ": copying");
  if (auto good = check_pages(txn.get()); !good)
    return error{good.failure().code,
                 from.string() + ": " + good.failure().message};
  // LMDB begins a transaction of its own.
  txn.reset();
  if (const int code = mdb_env_copyfd2(env, file, MDB_CP_COMPACT); code != 0)
    return failure_of(code, from.string() + ": copying");
  return done{};
}

// Of what is open and may be written meanwhile.
status copy_to(const database& from, const fs::path& target) {
  return write_file(target, [&](int file) {
    // As a reader like any other: so the environment is not opened anew and its
    // map does not move while LMDB copies.
    return from.reading(
        unavailable(from.place(), "could not be opened again"),
        [&](MDB_txn*) { return copy_pages(from.env(), file, from.place()); });
  });
}

// A new file beside the old one, then a rename: at every moment there is one
// whole file under the name, also if the process or the power goes.
status compact(const fs::path& directory) {
  const auto file = directory / "data.mdb";
  const auto copy = directory / "data.mdb.compact";
  ::unlink(copy.c_str());  // of a process that died
  {
    // Read-only, and closed before the rename, since it would go on with the
    // old file. LMDB enlarges a map that is smaller than what is in use.
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
  // A directory that was there stays if this fails, and one that was made goes.
  std::error_code refused;
  const bool existed = fs::exists(to, refused);
  if (!refused && existed &&
      (!fs::is_directory(to, refused) || !fs::is_empty(to, refused)) &&
      !refused)
    return error{error_code::conflict,
                 to.string() + ": is not an empty directory"};
  if (!refused) fs::create_directories(to, refused);
  if (refused) return unavailable(to, "creating it: " + refused.message());

  // The tables first: a log that is copied later has all events that their
  // checkpoint speaks of. Tables that could not be opened are left out; they
  // are made again from the copied log.
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
  // By name and not with remove_all(to): only what this has made is removed.
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
