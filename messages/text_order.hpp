#pragma once

/// Sorts many ids almost without comparing their texts: most begin alike, and
/// few differ after the next eight bytes alone.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

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

/// By the texts that `text_of` gives, which live until the end.
template <class Value, class TextOf>
void sort_by_text(std::vector<Value>& values, TextOf text_of) {
  if (values.empty()) return;
  std::string_view prefix = text_of(values.front());
  for (const auto& each : values) prefix = common_prefix(prefix, text_of(each));
  std::vector<std::pair<std::uint64_t, Value>> entries;
  entries.reserve(values.size());
  for (const auto& each : values)
    entries.emplace_back(beginning_of(text_of(each).substr(prefix.size())),
                         each);
  std::ranges::sort(entries, [&text_of](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first
                              : text_of(a.second) < text_of(b.second);
  });
  std::ranges::transform(entries, values.begin(),
                         [](const auto& each) { return each.second; });
}

}  // namespace oms
