#pragma once

/// The log on disk, in LMDB.
///
/// Purpose: opens or creates a log in a directory of its own: `data.mdb`,
/// LMDB's `lock.mdb`, and `LOCK`, which keeps a second writer out. Owner: the
/// caller; one store per directory and process. Threads: see log_store.hpp.
/// Durability: every append is one transaction with full sync (never NOSYNC,
/// never MAPASYNC). Format: docs/STORAGE.md. Errors of opening, each with the
/// directory in its message: `conflict` when another process writes there;
/// `not_found` when there is no log to read; `invalid` for a truncated file, a
/// file that is no log, or a log of another format; `storage_unavailable` for
/// what the operating system refuses. Damage of single entries is found by
/// `scan`, `read` and `verify`, not by opening.

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
};

[[nodiscard]] result<std::unique_ptr<log_store>> open_lmdb_store(
    const std::filesystem::path& directory, const lmdb_options& options = {});

}  // namespace oms::persistence
