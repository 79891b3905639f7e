#pragma once

/// One LMDB environment that grows. Internal to persistence/lmdb_*.cpp.
///
/// Purpose: what the log and the tables beside it have in common: readers
/// beside one writer, a map that is made larger when it is full, and an
/// environment that is opened anew when LMDB can't be trusted any more. Owner:
/// the store. Threads: one thread opens, closes and writes; any thread reads.
/// Errors: `storage_unavailable`, or `invalid` where LMDB finds damage; each
/// has the directory in its message.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "persistence/lmdb_environment.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::persistence::lmdb {

/// For the pages of the trees that a transaction changes.
inline constexpr std::uint64_t tree_bytes = 1ULL << 20U;

class database {
 public:
  /// Opens or creates the tables, in a transaction that writes unless the
  /// database is read-only. Called whenever the environment is opened.
  using preparation = std::function<status(MDB_txn*)>;

  database(std::filesystem::path directory, const lmdb_options& options,
           preparation prepare);

  /// Opens it, or closes it and opens it anew. If that fails it is closed.
  status open();
  void close();
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
  /// what it adds. After a failed commit the database is opened anew, and
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

  std::filesystem::path directory_;
  lmdb_options options_;
  preparation prepare_;

  /// Held shared while a read transaction is open, alone while the map moves
  /// or the environment is opened anew: LMDB allows neither beside the other.
  mutable std::shared_mutex map_mutex_;
  environment env_;
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
