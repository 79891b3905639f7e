#pragma once

/// A look at LMDB's pages before LMDB trusts them. Internal to
/// persistence/lmdb_*.cpp.
///
/// Purpose: LMDB has no checksums and follows whatever a page says, so that
/// one flipped bit can make it read outside of its map. This walks all trees
/// of one snapshot, and its list of free pages, and finds what would mislead
/// it: pages that are not what they should be, in use twice, or out of range;
/// nodes that do not fit; keys in the wrong order; counts that are not true.
/// It does not look at values. Owner: pure functions. Threads: any. Cost: it
/// reads every page but those of large values. Errors: `invalid` for damage.
/// Source of the format: mdb.c of LMDB 0.9.

#include <lmdb.h>

#include <cstdint>
#include <filesystem>

#include "messages/errors.hpp"

namespace oms::persistence::lmdb {

/// A file of up to this size is walked whenever it is opened to be written:
/// that takes some milliseconds.
inline constexpr std::uint64_t always_checked_bytes = 64ULL << 20U;

/// Before the file is opened: do its two meta pages make sense? A file that is
/// too short for what is in use is called truncated.
[[nodiscard]] status check_meta_pages(const std::filesystem::path& file);

/// What a read transaction sees. It is renewed, so there must be no cursors.
[[nodiscard]] status check_pages(MDB_txn* reading);
/// What a writing transaction has found; it has not changed anything yet.
[[nodiscard]] status check_pages_before(MDB_txn* writing);

}  // namespace oms::persistence::lmdb
