#pragma once

/// For sorting many ids without comparing their texts: most begin alike, and
/// few differ after the next eight bytes alone.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oms {

[[nodiscard]] inline std::string_view common_prefix(std::string_view a,
                                                    std::string_view b) {
  const auto end = std::ranges::mismatch(a, b).in1;
  return a.substr(0, static_cast<std::size_t>(end - a.begin()));
}

/// Up to eight bytes of a text as a number: if those of two texts differ, the
/// texts are in the order of the numbers.
[[nodiscard]] inline std::uint64_t beginning_of(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t beginning = 0;
  std::memcpy(&beginning, text.data(), std::min(text.size(), sizeof beginning));
  return __builtin_bswap64(beginning);
}

}  // namespace oms
