#pragma once

/// The log on disk, in LMDB.
///
/// Purpose: opens or creates a log in a directory of its own: `data.mdb`,
/// LMDB's `lock.mdb`, `LOCK`, which keeps a second writer out, and
/// `checkpoint/` with the tables. Owner: the caller; one store per directory
/// and process. Threads: see log_store.hpp.
/// Durability: every append is one transaction with full sync (never NOSYNC,
/// never MAPASYNC). Format: docs/STORAGE.md. Errors of opening, each with the
/// directory in its message: `conflict` when another process writes there, or
/// this one already; `not_found` when there is no log to read; `invalid` for a
/// truncated file, a file that is no log, or a log of another format;
/// `storage_unavailable` for what the operating system refuses. The tables have
/// no error of opening: if they are damaged they are empty. Damage of single
/// entries is found by `scan`, `read` and `verify`, not by opening.

#include <cstdint>
#include <filesystem>
#include <memory>

#include "persistence/log_store.hpp"

namespace oms::persistence {

struct lmdb_options {
  /// Address space, not disk. The map doubles whenever it is full.
  std::uint64_t first_map_bytes = 64ULL << 20U;
  /// Appends are refused when this is full.
  std::uint64_t max_map_bytes = 1ULL << 40U;
  /// To look on beside a running engine: takes no lock, can't append.
  bool read_only = false;
  /// Walks all pages at opening, however large the files are: 0.3 s per GB.
  /// Otherwise that is left out for large ones, and for a log that is only
  /// read.
  bool check_pages = false;
};

[[nodiscard]] result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options = {});

/// `log_store::back_up` of a store that another process writes, or none. Of
/// one that this process has open it is `conflict`: ask that store itself.
status back_up_store(const std::filesystem::path& directory,
                     const std::filesystem::path& to);

/// Writes the files of a store anew, without old pages: LMDB leaves what was
/// erased where it stood until it needs the page. Takes the writer's lock and
/// as much disk as is in use. Whoever reads meanwhile goes on with the old
/// files. If it fails the store is as it was.
status compact_store(const std::filesystem::path& directory);

}  // namespace oms::persistence
