#pragma once

/// What the writer and the reader of runs must agree on. Internal to
/// persistence/order_run*.cpp. Format: docs/STORAGE.md, "Runs".

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oms::persistence {

/// A key's hash is made of its brand's, so that a run's brands are hashed once.
[[nodiscard]] std::uint64_t run_hash_of_brand(std::string_view brand);
[[nodiscard]] std::uint64_t run_hash(std::uint64_t brand, std::string_view id);

}  // namespace oms::persistence

namespace oms::persistence::run_format {

/// What a run begins with: "orders" and the version of its form, 1.
inline constexpr std::uint64_t mark = 0x0001'7372'6564'726fULL;
/// Of a text in a run, and of the count of anything: what a damaged run says
/// must not make its reader multiply past the end of numbers.
inline constexpr std::uint64_t max_count = 1ULL << 32U;

/// The upper half: the filter has used up little of it.
inline std::uint64_t tag_of(std::uint64_t hash) { return hash >> 32U; }

/// Most orders change soon after their placement, so the difference is small;
/// its sign is the lowest bit.
inline std::uint64_t changed_after(std::int64_t placed_at,
                                   std::int64_t changed_at) {
  const auto after = static_cast<std::uint64_t>(changed_at) -
                     static_cast<std::uint64_t>(placed_at);
  return after << 1U ^ (0 - (after >> 63U));
}

inline std::int64_t changed_at(std::uint64_t placed_at, std::uint64_t after) {
  return static_cast<std::int64_t>(placed_at +
                                   (after >> 1U ^ (0 - (after & 1U))));
}

}  // namespace oms::persistence::run_format
