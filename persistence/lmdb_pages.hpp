#pragma once

/// Checks LMDB's pages before LMDB trusts them. Internal to
/// persistence/lmdb_*.cpp.
///
/// LMDB has no checksums and follows whatever a page says, so one flipped bit
/// can make it read outside of its map and end the process. These functions
/// walk all trees of one snapshot and its list of free pages, and find what
/// would mislead LMDB: pages that are not what they should be, in use twice, or
/// out of range; nodes that do not fit; keys in the wrong order; wrong counts.
/// Values are not looked at. All pages are read but those of large values:
/// about 0.3 s per GB. Damage is `invalid`. Any thread may call them.

#include <lmdb.h>

#include <cstdint>
#include <filesystem>

#include "messages/errors.hpp"

namespace oms::persistence::lmdb {

/// A file of up to this size is walked whenever it is opened for writing, which
/// takes some milliseconds.
inline constexpr std::uint64_t always_checked_bytes = 64ULL << 20U;

/// Before the file is opened: do its two meta pages make sense? A file that is
/// too short for what is in use is called truncated.
[[nodiscard]] status check_meta_pages(const std::filesystem::path& file);

/// Checks what a read transaction sees. The transaction may be renewed, so it
/// must have no cursors.
[[nodiscard]] status check_pages(MDB_txn* reading);
/// Checks what a writing transaction has found; it must not have changed
/// anything yet.
[[nodiscard]] status check_pages_before(MDB_txn* writing);

}  // namespace oms::persistence::lmdb
