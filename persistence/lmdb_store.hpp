#pragma once

/// The log on disk, in LMDB.
///
/// `open_lmdb_store` opens or creates a log in a directory of its own:
/// `data.mdb`, LMDB's `lock.mdb`, `LOCK`, which keeps a second writer out, and
/// `checkpoint/` with the tables. The caller owns the store; there may be one
/// per directory and process. For threads see log_store.hpp.
///
/// Durability: every append is one transaction with full sync (never NOSYNC,
/// never MAPASYNC).
///
/// Errors of opening, each with the directory in its message: `conflict` if
/// another process writes there, or this one has it open already; `not_found`
/// if there is no log to read; `invalid` for a truncated or damaged file, a
/// file that is not a log, a log of another format, or a checkpoint whose log
/// is gone; `storage_unavailable` for what the operating system refuses. The
/// tables have no errors of opening: if they are damaged they are empty. Damage
/// of single entries is found by reading them and by `verify`, not by opening.
/// Format: docs/STORAGE.md.

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
  /// For readers beside a running engine: takes no lock, can't append.
  bool read_only = false;
  /// Walks all pages when the store is opened, however large the files are: 0.3
  /// s per GB. Otherwise this is left out for large files, and for a log that
  /// is only read.
  bool check_pages = false;
};

[[nodiscard]] result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options = {});

/// Writes the files of a store anew, without old pages: LMDB leaves erased
/// bytes in the file until it needs their page. Takes the writer's lock, and as
/// much disk as is in use. Readers that have the store open go on with the old
/// files. If it fails, the store is as it was.
status compact_store(const std::filesystem::path& directory);

}  // namespace oms::persistence
