#pragma once

/// A lower bound for `lowest_cost` that knows the fixed costs.
///
/// A source that is used pays its fixed cost for at most as many units as it
/// can give. Its cost divided by that number, added to each of its units, never
/// charges more than it costs; so the cheapest units at these prices bound the
/// cost of every plan from below. Sources that are in already pay in full and
/// give at their plain price.
///
/// Valid only where every plan covers all that the open sources can.

#include <cstdint>
#include <span>
#include <vector>

#include "actors/routing/allocator.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {

class fixed_costs {
 public:
  explicit fixed_costs(const tier& asked);

  /// No plan that uses all sources that are in, and of the open ones any,
  /// costs less.
  [[nodiscard]] wide bound(std::span<const standing> standings) const;

 private:
  /// One offer at one of its two prices, in 1/65536 of a minor unit.
  struct price {
    wide unit = 0;
    std::int64_t free = 0;
    std::uint32_t source = 0;
    /// The price while the source is open, or while it is in.
    standing at = standing::open;
  };

  [[nodiscard]] wide split_bound(std::size_t sku,
                                 std::span<const standing> standings) const;
  [[nodiscard]] wide whole_bound(std::size_t sku,
                                 std::span<const standing> standings) const;

  const tier& asked_;
  std::vector<std::vector<price>> prices_;
};

}  // namespace oms::routing
