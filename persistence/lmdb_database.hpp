#pragma once

/// One LMDB environment that grows. Internal to persistence/lmdb_*.cpp.
///
/// This is what the log and the tables beside it have in common: readers beside
/// one writer, a map that is made larger when it is full, and an environment
/// that is opened anew when LMDB can't be trusted any more. One thread opens,
/// closes and writes; any thread reads. Errors are `storage_unavailable`, or
/// `invalid` where LMDB finds damage; each has the directory in its message.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "persistence/lmdb_environment.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::persistence::lmdb {

/// What a transaction needs besides its values: the pages of the trees that it
/// changes, which LMDB writes anew.
inline constexpr std::uint64_t tree_bytes = 1ULL << 20U;

class database {
 public:
  /// Opens or creates the tables, in a transaction that writes unless the
  /// database is read-only. Called whenever the environment is opened.
  using preparation = std::function<status(MDB_txn*)>;

  database(std::filesystem::path directory, const lmdb_options& options,
           preparation prepare);

  /// Opens it, or closes it and opens it anew. If that fails it is closed. It
  /// opens only the file that it opened first, whatever is at its path by then.
  status open();
  void close();
  /// The next file that is opened is taken for the right one: its owner has
  /// replaced it on purpose.
  void forget_file() { file_.reset(); }
  /// Fails once its path leads to another file than the one it opened.
  [[nodiscard]] status check_in_place() const;
  /// How often it was opened.
  [[nodiscard]] std::uint64_t openings() const { return openings_; }
  /// How often its map was moved. To be asked within `reading`, where neither
  /// this nor `openings` changes.
  [[nodiscard]] std::uint64_t map_moves() const { return map_moves_; }
  [[nodiscard]] bool is_open() const { return env_ != nullptr; }
  [[nodiscard]] MDB_env* env() const { return env_.get(); }
  [[nodiscard]] const std::filesystem::path& directory() const {
    return directory_;
  }
  [[nodiscard]] std::string place() const { return directory_.string(); }

  /// Calls `use` with a read transaction: MDB_txn* to status. Calls nothing
  /// and returns `closed` if the database is not open.
  template <class Use>
  status reading(const status& closed, Use use) const;

  /// Commits what `change` puts into a transaction; `change` returns LMDB's
  /// code, and is called again when the map had to grow. `more_bytes` is about
  /// what it adds. A commit that failed has changed nothing, unless LMDB no
  /// longer trusts its environment: then the database is opened anew, and
  /// `arrived` says whether the change is there after all.
  status writing(std::uint64_t more_bytes,
                 const std::function<int(MDB_txn*)>& change,
                 const std::function<bool()>& arrived);

 private:
  status open_alone();
  int write(std::uint64_t more_bytes,
            const std::function<int(MDB_txn*)>& change);
  status grow_map(std::uint64_t more_bytes);
  [[nodiscard]] int follow_map() const;
  [[nodiscard]] bool is_trusted() const;

  std::filesystem::path directory_;
  lmdb_options options_;
  preparation prepare_;

  /// Held shared while a read transaction is open, alone while the map moves
  /// or the environment is opened anew: LMDB allows neither beside the other.
  mutable std::shared_mutex map_mutex_;
  environment env_;
  std::optional<file_identity> file_;
  std::uint64_t openings_ = 0;
  mutable std::uint64_t map_moves_ = 0;
};

template <class Use>
status database::reading(const status& closed, Use use) const {
  while (true) {
    {
      const std::shared_lock beside_others(map_mutex_);
      if (!env_) return closed;
      transaction txn;
      const int code = begin(env_.get(), MDB_RDONLY, txn);
      if (code == 0) return use(txn.get());
      if (code != MDB_MAP_RESIZED)
        return failure_of(code, place() + ": reading");
    }
    // Another process has made the map larger.
    if (const int code = follow_map(); code != 0)
      return failure_of(code, place() + ": reading");
  }
}

}  // namespace oms::persistence::lmdb
