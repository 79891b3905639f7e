#pragma once

/// Keys and values as LMDB keeps them: numbers, texts and the head of the chain
/// as bytes, and back. Internal to persistence/lmdb_*.cpp.
///
/// An MDB_val only points at bytes. Those that LMDB returns are in the map and
/// are good until the transaction ends. The caller checks sizes before it reads
/// numbers or a head.

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "persistence/hash_chain.hpp"

namespace oms::persistence::lmdb {

/// LMDB takes a pointer that is not const, and does not write through it.
inline MDB_val value_of(std::span<const std::byte> data) {
  return {.mv_size = data.size(),
          .mv_data = const_cast<std::byte*>(data.data())};
}

inline MDB_val value_of(std::string_view text) {
  return value_of(std::as_bytes(std::span(text)));
}

inline std::span<const std::byte> bytes_of(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

/// Big-endian, so that LMDB's order of bytes is the order of numbers.
using number_bytes = std::array<std::byte, sizeof(std::uint64_t)>;

inline number_bytes bytes_of(std::uint64_t number) {
  number_bytes out;
  for (auto byte = out.rbegin(); byte != out.rend(); ++byte, number >>= 8U)
    *byte = static_cast<std::byte>(number & 0xffU);
  return out;
}

inline std::uint64_t number_in(std::span<const std::byte> data) {
  std::uint64_t number = 0;
  for (const auto byte : data)
    number = number << 8U | static_cast<std::uint64_t>(byte);
  return number;
}

/// As stored under "head": last, entries, hash.
inline constexpr std::size_t head_bytes =
    2 * sizeof(number_bytes) + sizeof(codec::digest);
using stored_head = std::array<std::byte, head_bytes>;

inline stored_head bytes_of(const chain_head& head) {
  stored_head out;
  auto place = std::ranges::copy(bytes_of(head.last), out.begin()).out;
  place = std::ranges::copy(bytes_of(head.entries), place).out;
  std::ranges::copy(head.hash, place);
  return out;
}

inline chain_head head_in(std::span<const std::byte> data) {
  chain_head head{.last = number_in(data.first(8)),
                  .entries = number_in(data.subspan(8, 8)),
                  .hash = {}};
  std::ranges::copy(data.subspan(16, 32), head.hash.begin());
  return head;
}

}  // namespace oms::persistence::lmdb
