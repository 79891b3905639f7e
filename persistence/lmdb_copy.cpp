#include "persistence/lmdb_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace oms::persistence::lmdb {

namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0640;

error failure(error_code code, std::string message) {
  return {.code = code, .message = std::move(message), .faults = {}};
}

error unavailable(const fs::path& where, const std::string& why) {
  return failure(error_code::storage_unavailable, where.string() + ": " + why);
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

/// Writes the pages in use, and none that are free, to a new file.
status copy_to(const database& from, const fs::path& target) {
  const int file = ::open(target.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode);
  if (file < 0) return failure_of(errno, target.string() + ": creating");
  int code = 0;
  // A reader like any other, so that the environment is not closed meanwhile.
  auto outcome = from.reading(
      unavailable(from.place(), "could not be opened again"), [&](MDB_txn*) {
        code = mdb_env_copyfd2(from.env(), file, MDB_CP_COMPACT);
        return status(done{});
      });
  if (outcome && code == 0 && ::fsync(file) != 0) code = errno;
  if (::close(file) != 0 && code == 0) code = errno;
  if (outcome && code != 0)
    outcome = failure_of(code, target.string() + ": copying");
  return outcome;
}

}  // namespace

status copy_store(const database& log, const database& tables,
                  const fs::path& to) {
  std::error_code refused;
  const bool existed = fs::exists(to, refused);
  if (!refused && existed &&
      (!fs::is_directory(to, refused) || !fs::is_empty(to, refused)) &&
      !refused)
    return failure(error_code::conflict,
                   to.string() + ": is not an empty directory");
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

}  // namespace oms::persistence::lmdb
