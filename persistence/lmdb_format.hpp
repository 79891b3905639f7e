#pragma once

/// LMDB's files, as far as they are checked: the headers of pages and nodes,
/// and the numbers in them. Internal to persistence/lmdb_pages.cpp.
///
/// The format is that of mdb.c of LMDB 0.9. Headers are copied out of a page
/// before they are read, since they may be at any address.

#include <lmdb.h>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace oms::persistence::lmdb::format {

static_assert(std::endian::native == std::endian::little &&
                  sizeof(std::size_t) == 8,
              "LMDB's files are those of the machine");

using page_number = std::uint64_t;
inline constexpr std::uint32_t magic = 0xbeefc0de;
inline constexpr std::uint32_t version = 1;
/// The root of an empty tree.
inline constexpr page_number no_page = ~page_number{0};
/// The pages before it are the two meta pages.
inline constexpr page_number first_page = 2;

inline constexpr std::uint16_t branch_page = 0x01;
inline constexpr std::uint16_t leaf_page = 0x02;
inline constexpr std::uint16_t overflow_page = 0x04;
inline constexpr std::uint16_t meta_page = 0x08;

/// Of a node: the value is on pages of its own, and the node has their number.
inline constexpr std::uint16_t large_value = 0x01;
/// Of a node: the value is the `tree` of a named database.
inline constexpr std::uint16_t whole_tree = 0x02;

/// Of the tree of free pages, whose keys are ids of transactions.
inline constexpr std::uint16_t number_keys = MDB_INTEGERKEY;
inline constexpr std::size_t max_key_bytes = 511;
/// LMDB's cursors have room for no more.
inline constexpr unsigned max_depth = 32;

struct page_header {
  page_number self;
  std::uint16_t pad;
  std::uint16_t flags;
  /// The free room of the page is between these two offsets. On the first page
  /// of a large value they are the count of its pages.
  std::uint16_t lower;
  std::uint16_t upper;
};
static_assert(sizeof(page_header) == 16);

struct node_header {
  /// The size of the value; in a branch, with `flags`, the number of the child.
  std::uint16_t low;
  std::uint16_t high;
  std::uint16_t flags;
  std::uint16_t key_bytes;
};
static_assert(sizeof(node_header) == 8);

/// A B+ tree: a named database, the main one that has these, or the free pages.
struct tree {
  /// In the tree of free pages: the size of a page.
  std::uint32_t pad;
  std::uint16_t flags;
  std::uint16_t depth;
  std::uint64_t branch_pages;
  std::uint64_t leaf_pages;
  std::uint64_t overflow_pages;
  std::uint64_t entries;
  page_number root;
};
static_assert(sizeof(tree) == 48);

/// The root of one snapshot. There are two meta pages, which transactions write
/// in turn: a commit counts once its meta page is on disk.
struct meta {
  page_header header;
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t address;
  std::uint64_t map_bytes;
  tree free;
  tree main;
  page_number last_page;
  std::uint64_t transaction;
};
static_assert(sizeof(meta) == 152);

}  // namespace oms::persistence::lmdb::format
