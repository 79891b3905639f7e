#pragma once

/// The lines of a request by SKU: demand is planned per SKU, and several lines
/// may have the same one.

#include <cstdint>
#include <vector>

#include "actors/routing/planner.hpp"

namespace oms::routing {

struct demand_index {
  /// By distinct SKU, in order of first appearance: the line where it appears.
  std::vector<std::size_t> first_line;
  /// Index into `first_line`, by line.
  std::vector<std::size_t> sku_of_line;
};

/// Replaces what `out` had.
void index_demand(const std::vector<demand>& lines, demand_index& out);

}  // namespace oms::routing
