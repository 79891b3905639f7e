#pragma once

/// LMDB's files, as far as they are looked at. Internal to
/// persistence/lmdb_pages.cpp.
///
/// Purpose: the headers of its pages and nodes, and the numbers in them. Owner:
/// values, copied out of a page, for they may stand at any address. Threads:
/// any. Source: mdb.c of LMDB 0.9.

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
inline constexpr page_number no_page = ~page_number{0};
/// The meta pages.
inline constexpr page_number first_page = 2;

inline constexpr std::uint16_t branch_page = 0x01;
inline constexpr std::uint16_t leaf_page = 0x02;
inline constexpr std::uint16_t overflow_page = 0x04;
inline constexpr std::uint16_t meta_page = 0x08;

inline constexpr std::uint16_t large_value = 0x01;
inline constexpr std::uint16_t whole_tree = 0x02;

inline constexpr std::uint16_t number_keys = MDB_INTEGERKEY;
inline constexpr std::size_t max_key_bytes = 511;
inline constexpr unsigned max_depth = 32;

struct page_header {
  page_number self;
  std::uint16_t pad;
  std::uint16_t flags;
  /// Of a large value: the count of its pages, in these two together.
  std::uint16_t lower;
  std::uint16_t upper;
};
static_assert(sizeof(page_header) == 16);

struct node_header {
  std::uint16_t low;
  std::uint16_t high;
  std::uint16_t flags;
  std::uint16_t key_bytes;
};
static_assert(sizeof(node_header) == 8);

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
