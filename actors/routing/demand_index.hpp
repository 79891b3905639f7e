#pragma once

/// The lines of a request by SKU: demand is planned per SKU, and several lines
/// may have the same one.

#include <cstdint>
#include <vector>

#include "actors/routing/planner.hpp"

namespace oms::routing {

struct demand_index {
  /// The distinct SKUs, in order of first appearance.
  std::vector<sku_id> skus;
  /// Index into `skus`, by line.
  std::vector<std::size_t> sku_of_line;
};

[[nodiscard]] demand_index index_demand(const std::vector<demand>& lines);

}  // namespace oms::routing
