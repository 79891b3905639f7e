#pragma once

/// Copies of a store's files. Internal to persistence/lmdb_*.cpp.
///
/// Purpose: backups of what is open, and files without old pages. Owner: the
/// caller. Threads: any; copying is a long read transaction, beside which the
/// store is written but its map can't grow. Errors: as `back_up` and
/// `compact_store` have them; what was half made is removed.

#include <filesystem>

#include "persistence/lmdb_database.hpp"

namespace oms::persistence::lmdb {

/// Copies both into `to`: the tables first, so that a checkpoint is never
/// ahead of its log.
status copy_store(const database& log, const database& tables,
                  const std::filesystem::path& to);

/// Replaces the files of a store that nobody writes by compact copies.
status compact_files(const std::filesystem::path& directory);

}  // namespace oms::persistence::lmdb
