#include "persistence/lmdb_environment.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "persistence/lmdb_pages.hpp"

namespace oms::persistence::lmdb {

namespace {

// The tables of a checkpoint are eight, those of the log three.
constexpr MDB_dbi max_tables = 16;
// Read transactions at one moment, over all processes.
constexpr unsigned max_readers = 512;
// By how much a file is lengthened, so that it is not done for every
// transaction.
constexpr std::uint64_t length_step_bytes = 4ULL << 20U;
// A multiple of every page size there is, as LMDB asks of the size of a map.
constexpr std::uint64_t map_step_bytes = 64ULL << 10U;

// More than what LMDB makes of lock.mdb: a head of three slots, and one for
// each reader, of a cache line each.
constexpr off_t lock_file_bytes = 64 * (max_readers + 2);

std::uint64_t page_bytes(MDB_env* env) {
  MDB_stat stat;
  return mdb_env_stat(env, &stat) == 0 ? stat.ms_psize : 0;
}

// LMDB writes its lock file through a map, and where the disk has no room for a
// page, that ends the process with SIGBUS. So all of it gets its room first.
// Only before the environment is opened: closing the file drops the locks that
// this process has on it.
int reserve_lock_file(const std::filesystem::path& directory) {
  const auto path = directory / "lock.mdb";
  const int file =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  // A directory that can only be read: LMDB does without the file, or refuses.
  if (file < 0) return errno == ENOSPC ? ENOSPC : 0;
  int code = ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, lock_file_bytes) == 0
                 ? 0
                 : errno;
  // A file system that can't. There, the risk stays.
  if (code == EOPNOTSUPP) code = 0;
  ::close(file);
  return code;
}

}  // namespace

// `invalid` is what no retry changes: the bytes are not what they should be.
// All else may pass by itself, above all a full disk.
error failure_of(int code, const std::string& doing) {
  const bool unreadable = code == MDB_INVALID || code == MDB_CORRUPTED ||
                          code == MDB_PAGE_NOTFOUND ||
                          code == MDB_VERSION_MISMATCH ||
                          code == MDB_INCOMPATIBLE;
  return error{
      unreadable ? error_code::invalid : error_code::storage_unavailable,
      doing + ": " + mdb_strerror(code)};
}

namespace {

/// Whether a commit has become visible since this reader began.
bool is_overtaken(MDB_env* env, MDB_txn* reader) {
  MDB_envinfo info{};
  return mdb_env_info(env, &info) == 0 &&
         info.me_last_txnid != mdb_txn_id(reader);
}

}  // namespace

// A reader copies the page that says where the trees are, and the second commit
// from then on overwrites that page: a reader whose thread is interrupted in
// between would have half of each. So it begins again, unless nothing became
// visible meanwhile: then no second commit has begun. Commits take far longer
// than beginning, so a second try is rare; the bound is for a writer that died
// just before its last commit became visible.
int begin(MDB_env* env, unsigned flags, transaction& out) {
  constexpr int most_tries = 1'000;
  int code = 0;
  for (int tries = 1; tries <= most_tries; ++tries) {
    MDB_txn* txn = nullptr;
    code = mdb_txn_begin(env, nullptr, flags, &txn);
    out.reset(txn);
    const bool is_reader = (flags & MDB_RDONLY) != 0;
    if (code != 0 || !is_reader || !is_overtaken(env, txn)) break;
  }
  return code;
}

int commit(transaction txn) {
  // LMDB frees it whether it can commit or not.
  return mdb_txn_commit(txn.release());
}

int open_cursor(MDB_txn* txn, MDB_dbi table, cursor& out) {
  MDB_cursor* opened = nullptr;
  const int code = mdb_cursor_open(txn, table, &opened);
  out.reset(opened);
  return code;
}

// LMDB takes a missing or empty file for a new one and trusts every byte of
// another. So what it would get wrong, or would end the process with, is looked
// for first: missing, empty, cut off, not LMDB's.
result<environment> open_environment(const std::filesystem::path& directory,
                                     std::uint64_t map_bytes, bool read_only) {
  const auto place = directory.string();
  const auto file = directory / "data.mdb";
  struct stat found {};
  const bool exists = ::stat(file.c_str(), &found) == 0;
  if (!exists && errno != ENOENT)
    return failure_of(errno, place + ": looking for data.mdb");
  if (!exists && read_only)
    return error{error_code::not_found, place + ": there is no log here"};
  // LMDB would take it for a new file, and an old log would start anew.
  if (exists && found.st_size == 0)
    return error{error_code::invalid,
                 place +
                     ": data.mdb is empty; it was truncated, or never "
                     "finished being created"};
  // LMDB believes the page size that it finds there, and divides by it.
  if (exists)
    if (auto good = check_meta_pages(file); !good)
      return error{good.failure().code, place + ": " + good.failure().message};

  MDB_env* raw = nullptr;
  if (const int code = mdb_env_create(&raw); code != 0)
    return failure_of(code, place + ": opening");
  environment env(raw);
  const auto rounded =
      (map_bytes + map_step_bytes - 1) / map_step_bytes * map_step_bytes;
  int code = mdb_env_set_maxdbs(raw, max_tables);
  if (code == 0) code = mdb_env_set_maxreaders(raw, max_readers);
  if (code == 0) code = mdb_env_set_mapsize(raw, rounded);
  if (code == 0) code = reserve_lock_file(directory);
  // Without NOTLS a slot for readers belongs to a thread until it ends, so that
  // a pool of threads would fill the table without reading.
  if (code == 0)
    code = mdb_env_open(raw, place.c_str(),
                        MDB_NOTLS | (read_only ? MDB_RDONLY : 0U), file_mode);
  // An empty file, or a part of one, that a full disk has left would be refused
  // when there is room again.
  if (code != 0 && !exists) ::unlink(file.c_str());
  if (code == MDB_INVALID || code == MDB_VERSION_MISMATCH)
    return error{error_code::invalid,
                 place + ": data.mdb is not a file of LMDB, or damaged: " +
                     mdb_strerror(code)};
  if (code != 0) return failure_of(code, place + ": opening");

  // Again, now that LMDB has chosen the newer of the two meta pages. Touching a
  // page beyond the end of a mapped file is SIGBUS.
  const auto used = used_bytes(raw);
  if (::stat(file.c_str(), &found) != 0)
    return failure_of(errno, place + ": looking for data.mdb");
  if (static_cast<std::uint64_t>(found.st_size) < used)
    return error{error_code::invalid,
                 place + ": data.mdb is truncated: it has " +
                     std::to_string(found.st_size) + " bytes, " +
                     std::to_string(used) + " are in use"};
  // The slot of a reader whose process died would keep old pages from being
  // used again, and the file would only grow.
  if (!read_only) mdb_reader_check(raw, nullptr);
  return env;
}

std::uint64_t map_bytes(MDB_env* env) {
  MDB_envinfo info;
  return mdb_env_info(env, &info) == 0 ? info.me_mapsize : 0;
}

std::uint64_t used_bytes(MDB_env* env) {
  MDB_envinfo info;
  if (mdb_env_info(env, &info) != 0) return 0;
  return (info.me_last_pgno + 1) * page_bytes(env);
}

// ftruncate and not fallocate: the file is to be long, not to take disk. Where
// the disk has no room for a page, LMDB's write of it fails, as it should.
int lengthen_file(MDB_env* env, std::uint64_t more_bytes) {
  int file = -1;
  if (const int code = mdb_env_get_fd(env, &file); code != 0) return code;
  struct stat found {};
  if (::fstat(file, &found) != 0) return errno;
  const auto wanted = used_bytes(env) + more_bytes;
  if (static_cast<std::uint64_t>(found.st_size) >= wanted) return 0;
  const auto length = static_cast<off_t>(wanted + length_step_bytes);
  return ::ftruncate(file, length) == 0 ? 0 : errno;
}

// Errors that say that there is no such file give none; others, such as an I/O
// error or a directory that may not be read, say nothing about the file.
result<std::optional<file_identity>> identity_of(
    const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0)
    return std::optional<file_identity>{{found.st_dev, found.st_ino}};
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ESTALE)
    return std::optional<file_identity>{};
  return failure_of(errno, path.string() + ": looking for it");
}

std::optional<file_identity> identity_of(int file) {
  struct stat found {};
  if (::fstat(file, &found) != 0) return std::nullopt;
  return file_identity{found.st_dev, found.st_ino};
}

std::optional<file_identity> identity_of(MDB_env* env) {
  int file = -1;
  if (mdb_env_get_fd(env, &file) != 0) return std::nullopt;
  return identity_of(file);
}

error replaced(const std::filesystem::path& path) {
  return error{error_code::storage_unavailable,
               path.string() +
                   ": was deleted or replaced while it was open; nothing "
                   "more is written to this store. Stop the process, put "
                   "the right store in place, and start it again"};
}

status check_same_file(const std::filesystem::path& path,
                       const file_identity& known) {
  const auto found = identity_of(path);
  if (!found || *found == known) return done{};
  return replaced(path);
}

// The kernel raises SIGXFSZ for the thread that writes, so blocking it in this
// thread is enough, and other threads are left alone.
file_size_signal_blocked::file_size_signal_blocked() {
  sigset_t pending;
  sigset_t blocked;
  ::sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGXFSZ) == 1;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGXFSZ);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

file_size_signal_blocked::~file_size_signal_blocked() {
  if (!was_pending_) {
    // What was raised meanwhile is taken away; unblocking would deliver it. One
    // that was pending before is not ours to take.
    sigset_t raised;
    sigemptyset(&raised);
    sigaddset(&raised, SIGXFSZ);
    const timespec at_once{};
    ::sigtimedwait(&raised, nullptr, &at_once);
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

writer_lock::~writer_lock() {
  if (file_ >= 0) ::close(file_);
}

writer_lock::writer_lock(writer_lock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

writer_lock& writer_lock::operator=(writer_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

// flock and not LMDB's own lock, which lets writers take turns: an engine keeps
// the end of the log in memory, so there must be one for as long as it runs.
// The kernel releases it when the process ends, however that happens, so there
// are no stale locks. The file itself is never removed: two processes could
// then lock two files of that name.
result<writer_lock> writer_lock::take(const std::filesystem::path& directory) {
  const auto path = directory / "LOCK";
  const int file =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  if (file < 0) return failure_of(errno, path.string() + ": opening");
  writer_lock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
    // For is_here(), and for people. On a full disk it may fail: then opening a
    // store twice in this process is not noticed, and everything else works.
    const auto self = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file, 0) == 0)
      static_cast<void>(::pwrite(file, self.data(), self.size(), 0) > 0);
    return lock;
  }
  if (errno == EWOULDBLOCK)
    return error{error_code::conflict,
                 directory.string() + ": is open in another process"};
  return failure_of(errno, path.string() + ": locking");
}

status writer_lock::check_in_place(
    const std::filesystem::path& directory) const {
  const auto known = identity_of(file_);
  return known ? check_same_file(directory / "LOCK", *known) : status(done{});
}

// A lock belongs to an open file and not to a process, so whether this process
// has it shows in two things: the file has its id, and it can't be locked
// again. The id alone may be left by an earlier process that had the same.
bool writer_lock::is_here(const std::filesystem::path& directory) {
  const int file = ::open((directory / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  std::array<char, 16> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  const bool is_mine =
      size > 0 &&
      std::string_view(text.data(), static_cast<std::size_t>(size)) ==
          std::to_string(::getpid()) + "\n";
  // Tried only if the id is ours: while this shared lock is held, an engine of
  // another process that opens the store would be refused.
  const bool is_locked = is_mine && ::flock(file, LOCK_SH | LOCK_NB) != 0;
  ::close(file);
  return is_locked;
}

}  // namespace oms::persistence::lmdb
