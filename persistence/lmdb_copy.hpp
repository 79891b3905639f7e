#pragma once

/// Copies of a store's files: backups of an open store, and files without old
/// pages. Internal to persistence/lmdb_*.cpp.
///
/// Any thread may copy. Copying is a long read transaction: the store can be
/// written meanwhile, but its map can't grow. Errors are those of `back_up` and
/// `compact_store`; a half-made copy is removed.

#include <filesystem>

#include "persistence/lmdb_database.hpp"

namespace oms::persistence::lmdb {

/// Copies both into `to`: the tables first, so that the copied checkpoint is
/// never ahead of the copied log.
status copy_store(const database& log, const database& tables,
                  const std::filesystem::path& to);

/// Replaces the files of a store by compact copies. No process may write to it
/// meanwhile.
status compact_files(const std::filesystem::path& directory);

}  // namespace oms::persistence::lmdb
