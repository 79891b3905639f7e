#pragma once

/// Whole lines of one SKU onto the units that the sources have free.
///
/// This is the only place where lines compete within a SKU (`splitLines` false,
/// one SKU on several lines): most units covered, then the objectives, then the
/// last ties of the planner. Up to `max_packed_lines` lines are packed by
/// depth-first search; above that each line, the largest first, goes to the
/// first source that still has enough.

#include <cstdint>
#include <span>

#include "actors/routing/allocator.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {

inline constexpr std::size_t max_packed_lines = 10;

/// Adds the packing of one SKU to `out`. `usable` is in the order of preference
/// for a single line. For `soonest`, no day up to `day` counts as later than
/// another. Each step takes one of `steps`; false when they ran out
/// and a better packing may exist.
bool pack_lines(const tier& asked, std::span<const supply> usable,
                std::span<const whole_line> lines, std::int64_t day,
                allocation& out, std::int64_t& steps);

}  // namespace oms::routing
