#pragma once

/// Bytes as hexadecimal digits, in lower case.
///
/// Digests and random tokens are compared as text, so all of them must be
/// written in one case.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace oms {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

[[nodiscard]] inline std::string hex_of(std::span<const std::byte> bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const auto byte : bytes) {
    out += hex_digits[std::to_integer<std::size_t>(byte) / 16];
    out += hex_digits[std::to_integer<std::size_t>(byte) % 16];
  }
  return out;
}

}  // namespace oms
