#pragma once

/// A window of a log, planned again.
///
/// Purpose: plays the commands of a window on a simulated engine of its own
/// and sums up where the orders went. One seed and one clock: the same window
/// and rules give the same outcome. Nothing is picked or shipped. Owner: the
/// call has engine and store. Threads: one. Errors: rules that the engine
/// refuses.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "messages/errors.hpp"
#include "tools/omsctl/whatif/history_span.hpp"

namespace oms::omsctl {

/// Counts over all orders of the window, at its end.
struct planned_window {
  std::uint64_t orders_placed = 0;
  std::uint64_t orders_planned = 0;
  /// Those with at least one fulfillment, and with several.
  std::uint64_t orders_served = 0;
  std::uint64_t orders_split = 0;
  std::uint64_t parcels = 0;
  quantity units_promised;
  /// Shipment costs, km and units of all parcels, as `lowestCost` adds them.
  money cost;
  /// Units that ever had to wait, and those that wait at the end.
  quantity units_backordered;
  quantity units_waiting;
  quantity units_unfillable;
  /// Parcels by source.
  std::map<source_ref, std::uint64_t> by_source;
  /// Commands that the engine refused, by reason.
  std::map<std::string, std::uint64_t> refused;
};

struct replanning_options {
  /// Take the place of the recorded rules of the same brands.
  rules_by_brand rules;
  /// Told how many commands are done; may be empty.
  std::function<void(std::size_t)> progress;
};

[[nodiscard]] result<planned_window> plan_again(
    const history_span& played, const replanning_options& options);

}  // namespace oms::omsctl
