#include "persistence/lmdb_database.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace oms::persistence::lmdb {

namespace {

error unavailable(std::string message) {
  return {.code = error_code::storage_unavailable,
          .message = std::move(message),
          .faults = {}};
}

// LMDB says "Input/output error" when the disk takes only a part of a write,
// which it does when it is full.
int cause_of(int code, const std::filesystem::path& directory,
             std::uint64_t bytes) {
  if (code != EIO) return code;
  std::error_code unknown;
  const auto space = std::filesystem::space(directory, unknown);
  return !unknown && space.available < bytes ? ENOSPC : code;
}

}  // namespace

database::database(std::filesystem::path directory, const lmdb_options& options,
                   preparation prepare)
    : directory_(std::move(directory)),
      options_(options),
      prepare_(std::move(prepare)) {}

// Alone, because an environment must not be closed while one of its
// transactions is open.
status database::open() {
  const std::unique_lock alone(map_mutex_);
  env_.reset();
  auto opened = open_alone();
  if (!opened) env_.reset();
  return opened;
}

void database::close() {
  const std::unique_lock alone(map_mutex_);
  env_.reset();
}

status database::check_in_place() const {
  if (!file_) return done{};
  return check_same_file(directory_ / "data.mdb", *file_);
}

status database::open_alone() {
  const file_size_signal_blocked no_signal;
  // When it is opened again, a file that is gone would be created.
  if (auto same = check_in_place(); !same) return same;
  auto env = open_environment(directory_, options_.first_map_bytes,
                              options_.read_only);
  if (!env) return env.failure();
  // It may have been replaced between that check and the opening. The identity
  // of what is open can't be: it is asked of the descriptor.
  const auto file = identity_of(env->get());
  if (file_ && file != file_) return replaced(directory_ / "data.mdb");
  if (!file_) file_ = file;
  env_ = std::move(*env);
  const unsigned flags = options_.read_only ? MDB_RDONLY : 0U;
  transaction txn;
  int code = begin(env_.get(), flags, txn);
  if (code == MDB_MAP_RESIZED) {
    // The file has outgrown `first_map_bytes`: take its own size.
    code = mdb_env_set_mapsize(env_.get(), 0);
    if (code == 0) code = begin(env_.get(), flags, txn);
  }
  if (code != 0) return failure_of(code, place() + ": opening");
  if (auto prepared = prepare_(txn.get()); !prepared) return prepared;
  // The handles of tables are valid only once this is committed.
  code = commit(std::move(txn));
  if (code != 0) return failure_of(code, place() + ": opening");
  ++openings_;
  return done{};
}

// A commit of LMDB that fails either has changed nothing (the disk was full
// before the meta page was written), or leaves it open (writing or syncing the
// meta page failed). In the second case LMDB marks its environment as broken;
// retrying would write the same events twice, and giving up would lose answers
// for events that are there.
status database::writing(std::uint64_t more_bytes,
                         const std::function<int(MDB_txn*)>& change,
                         const std::function<bool()>& arrived) {
  const file_size_signal_blocked no_signal;
  while (true) {
    const int code = write(more_bytes, change);
    if (code == 0) return done{};
    if (code == MDB_MAP_FULL) {
      if (auto grown = grow_map(more_bytes); !grown) return grown;
      continue;
    }
    const auto why = failure_of(cause_of(code, directory_, more_bytes),
                                place() + ": writing");
    // It was given up before the page that makes it count was written.
    if (is_trusted()) return why;
    // That page may have reached the disk or not. Reading it anew tells. If the
    // file can't be opened now, the database stays closed, and its owner asks
    // `arrived` again when it opens.
    if (auto opened = open(); opened && arrived()) return done{};
    return why;
  }
}

// LMDB has no question for this; beginning a transaction is the cheapest way to
// learn whether its environment is marked as broken.
bool database::is_trusted() const {
  transaction txn;
  return begin(env_.get(), MDB_RDONLY, txn) != MDB_PANIC;
}

int database::write(std::uint64_t more_bytes,
                    const std::function<int(MDB_txn*)>& change) {
  // Before LMDB counts a page as used: see lengthen_file.
  if (const int code = lengthen_file(env_.get(), more_bytes); code != 0)
    return code;
  transaction txn;
  if (const int code = begin(env_.get(), 0, txn); code != 0) return code;
  if (const int code = change(txn.get()); code != 0) return code;
  return commit(std::move(txn));
}

// Doubles, so that a log of a terabyte has moved its map a few times only; or
// more, if one write needs more. LMDB allows this only while the process has no
// transaction, so readers are waited for. Their transactions are short for that
// reason.
status database::grow_map(std::uint64_t more_bytes) {
  const auto now = map_bytes(env_.get());
  if (now >= options_.max_map_bytes)
    return unavailable(place() + ": the map is full with " +
                       std::to_string(now) + " bytes, which is its limit");
  const auto wanted = std::max(2 * now, now + more_bytes + tree_bytes);
  const auto bytes = std::min(wanted, options_.max_map_bytes);
  int code = 0;
  {
    const std::unique_lock alone(map_mutex_);
    code = mdb_env_set_mapsize(env_.get(), bytes);
    ++map_moves_;
  }
  if (code == 0) return done{};
  // LMDB has unmapped the old one before it tried, so the environment has no
  // map at all and is opened anew with what there was.
  static_cast<void>(open());
  return unavailable(place() + ": no room for a map of " +
                     std::to_string(bytes) + " bytes: " + mdb_strerror(code));
}

// Size 0 takes over what the other process has made of it.
int database::follow_map() const {
  const std::unique_lock alone(map_mutex_);
  ++map_moves_;
  return env_ ? mdb_env_set_mapsize(env_.get(), 0) : 0;
}

}  // namespace oms::persistence::lmdb
