#pragma once

/// A span of a log, planned again.
///
/// Plays the commands of the span on a simulated engine of its own, in memory,
/// and sums up where the orders went. One seed and one clock: the same span and
/// rules give the same outcome. Nothing is picked or shipped. Errors: rules
/// that the engine refuses. A command that it refuses is not an error, but
/// counted.

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
