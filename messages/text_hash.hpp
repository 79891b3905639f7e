#pragma once

/// A hash of texts that are ids for the most part, for tables in memory.
///
/// Eight bytes a step, the last of which may overlap: one or two steps for an
/// id, in less time than the call of the library's hash takes. Not for what is
/// stored, since it may change.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oms {

[[nodiscard]] inline std::uint32_t text_hash(std::string_view text) {
  constexpr std::uint64_t mixing = 0x9e3779b97f4a7c15ULL;
  const auto size = text.size();
  std::uint64_t hash = size * mixing;
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * mixing;
    hash ^= hash >> 32U;
  };
  const auto word_at = [&text](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
  };
  const auto half_at = [&text](std::size_t at) -> std::uint64_t {
    std::uint32_t half = 0;
    std::memcpy(&half, text.data() + at, sizeof half);
    return half;
  };
  const auto byte_at = [&text](std::size_t at) -> std::uint64_t {
    return static_cast<unsigned char>(text[at]);
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) mix(word_at(at));
    mix(word_at(size - 8));
  } else if (size >= 4) {
    mix(half_at(0) | half_at(size - 4) << 32U);
  } else if (size > 0) {
    mix(byte_at(0) | byte_at(size / 2) << 8U | byte_at(size - 1) << 16U);
  }
  mix(hash >> 29U);
  return static_cast<std::uint32_t>(hash >> 32U);
}

}  // namespace oms
