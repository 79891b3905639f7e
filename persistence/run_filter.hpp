#pragma once

/// The filter of a run: says of nearly every key that a run does not have that
/// it does not have it. Internal to persistence/order_run*.cpp.
///
/// A Bloom filter in blocks of a cache line, so that a question costs one miss.
/// With 12 bits and 6 probes per key about one key in 150 that is not there
/// passes. It keeps nothing: the bits are in the run.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace oms::persistence::run_filter {

inline constexpr std::size_t block_bytes = 64;
inline constexpr std::size_t bits_per_key = 12;
inline constexpr unsigned probes = 6;
/// A place in a block takes so many bits of a hash.
inline constexpr unsigned place_bits = 9;
static_assert(1U << place_bits == block_bytes * 8);

inline std::uint64_t blocks_for(std::uint64_t keys) {
  return keys * bits_per_key / (block_bytes * 8) + 1;
}

/// The block comes from the upper half of the hash, the places in it from bits
/// that are mixed once more, so that they do not depend on the block.
inline std::size_t block_of(std::uint64_t hash, std::uint64_t blocks) {
  return static_cast<std::size_t>((hash >> 32U) * blocks >> 32U);
}

inline std::uint64_t places_of(std::uint64_t hash) {
  return hash * 0x9e3779b97f4a7c15ULL >> 8U;
}

/// Whether `use` is true of each bit of a hash: of its byte, and of the bit in
/// it.
template <class Byte, class Use>
bool all_of_bits(std::span<Byte> bits, std::uint64_t blocks, std::uint64_t hash,
                 Use use) {
  const auto block =
      bits.subspan(block_of(hash, blocks) * block_bytes, block_bytes);
  auto places = places_of(hash);
  for (unsigned i = 0; i < probes; ++i, places >>= place_bits) {
    const auto place = places & (block_bytes * 8 - 1);
    if (!use(block[place / 8], std::byte{1} << (place % 8))) return false;
  }
  return true;
}

inline void add(std::span<std::byte> bits, std::uint64_t blocks,
                std::uint64_t hash) {
  all_of_bits(bits, blocks, hash, [](std::byte& byte, std::byte bit) {
    byte |= bit;
    return true;
  });
}

inline bool may_have(std::span<const std::byte> bits, std::uint64_t blocks,
                     std::uint64_t hash) {
  return all_of_bits(bits, blocks, hash, [](std::byte byte, std::byte bit) {
    return (byte & bit) != std::byte{0};
  });
}

}  // namespace oms::persistence::run_filter
