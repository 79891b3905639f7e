#pragma once

/// The planner once more, naively: every plan of every tier is made and
/// valued straight from docs/DOMAIN.md, "Routing", and the best one kept.
///
/// Purpose: what the real planner is held against. Only for tiny requests;
/// the number of plans is exponential in everything. Shares no code with the
/// search but `distance_km`. Threads: any.

#include <cstdint>
#include <vector>

#include "actors/routing/planner.hpp"

namespace oms::routing {

struct brute_force_plan {
  /// Units by candidate (as they stand in the request) and SKU.
  std::vector<std::vector<std::int64_t>> taken;
  /// Whole lines only: the candidate of each line, or -1.
  std::vector<int> candidate_of_line;
  /// By SKU.
  std::vector<std::int64_t> uncovered;
  std::vector<std::int64_t> awaiting_capacity;
  bool sources_used_up = false;
  /// In the order of the rules, repeated ones left out; nearest in metres, and
  /// of soonest the last day.
  std::vector<std::int64_t> values;
};

[[nodiscard]] brute_force_plan plan_by_brute_force(const request& asked);

}  // namespace oms::routing
