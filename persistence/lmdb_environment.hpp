#pragma once

/// LMDB's handles as owners, its files as they are checked before LMDB trusts
/// them, and the lock of the writer. Internal to persistence/lmdb_*.cpp.
///
/// A transaction belongs to the thread that began it. Functions that return an
/// int return LMDB's code, which `failure_of` translates.

#include <lmdb.h>
#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "messages/errors.hpp"

namespace oms::persistence::lmdb {

/// Of every file of a store: its group may read it.
inline constexpr mode_t file_mode = 0640;

/// `code` is LMDB's or an errno. `invalid` if it says that the file is damaged
/// or not LMDB's, `storage_unavailable` otherwise.
[[nodiscard]] error failure_of(int code, const std::string& doing);

struct close_environment {
  void operator()(MDB_env* env) const { mdb_env_close(env); }
};
using environment = std::unique_ptr<MDB_env, close_environment>;

struct abort_transaction {
  void operator()(MDB_txn* txn) const { mdb_txn_abort(txn); }
};
/// Aborts unless it is committed.
using transaction = std::unique_ptr<MDB_txn, abort_transaction>;

struct close_cursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
/// Of a read transaction, which it must not outlive.
using cursor = std::unique_ptr<MDB_cursor, close_cursor>;

/// `flags` as of mdb_txn_begin.
int begin(MDB_env* env, unsigned flags, transaction& out);
int commit(transaction txn);
int open_cursor(MDB_txn* txn, MDB_dbi table, cursor& out);

/// Opens `directory`/data.mdb and refuses a file that is shorter than what is
/// in use, since touching the missing pages would kill the process. A file
/// that does not exist is created unless `read_only`.
[[nodiscard]] result<environment> open_environment(
    const std::filesystem::path& directory, std::uint64_t map_bytes,
    bool read_only);

[[nodiscard]] std::uint64_t map_bytes(MDB_env* env);
/// What is in use: the length that the file must have at least.
[[nodiscard]] std::uint64_t used_bytes(MDB_env* env);

/// Makes the file long enough for `more_bytes` beyond what is in use. LMDB
/// may count a page as used without having written it; so only with this done
/// before every transaction a file shorter than what is in use has certainly
/// been truncated. Returns 0 or an errno.
int lengthen_file(MDB_env* env, std::uint64_t more_bytes);

/// Which file a path leads to. A path stays the same when another file is moved
/// there; device and inode do not.
struct file_identity {
  dev_t device = 0;
  ino_t file = 0;

  friend bool operator==(const file_identity&, const file_identity&) = default;
};
/// None when there is no such file; an errno when that can't be found out.
[[nodiscard]] result<std::optional<file_identity>> identity_of(
    const std::filesystem::path& path);
[[nodiscard]] std::optional<file_identity> identity_of(int file);
[[nodiscard]] std::optional<file_identity> identity_of(MDB_env* env);

/// `path` must still lead to `known`. If that can't be found out it passes: a
/// disk that does not answer is not another store, and writing will tell.
[[nodiscard]] status check_same_file(const std::filesystem::path& path,
                                     const file_identity& known);
/// The error for a file that doesn't.
[[nodiscard]] error replaced(const std::filesystem::path& path);

/// While it lives, a write beyond the process's limit on file size
/// (RLIMIT_FSIZE) fails with EFBIG on this thread, and SIGXFSZ does not end the
/// process: it is like a full disk. The process's own handlers stay as they
/// are, since the engine may be part of a program that has some.
class file_size_signal_blocked {
 public:
  file_size_signal_blocked();
  ~file_size_signal_blocked();
  file_size_signal_blocked(const file_size_signal_blocked&) = delete;
  file_size_signal_blocked& operator=(const file_size_signal_blocked&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

/// The lock of the one writer, released when it is destroyed or the process
/// ends. The file says which process has it.
class writer_lock {
 public:
  writer_lock() = default;
  ~writer_lock();
  writer_lock(writer_lock&& other) noexcept;
  writer_lock& operator=(writer_lock&& other) noexcept;

  [[nodiscard]] static result<writer_lock> take(
      const std::filesystem::path& directory);
  /// Fails once `directory` has another lock file.
  [[nodiscard]] status check_in_place(
      const std::filesystem::path& directory) const;
  /// Whether this very process has it.
  [[nodiscard]] static bool is_here(const std::filesystem::path& directory);

 private:
  explicit writer_lock(int file) : file_(file) {}

  int file_ = -1;
};

}  // namespace oms::persistence::lmdb
