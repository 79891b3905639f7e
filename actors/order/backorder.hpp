#pragma once

/// What an order records of its units in the backorder queues.
///
/// The answer of a queue can't be refused: the queue has counted the units
/// already. Source of the rules: docs/DOMAIN.md, "Backorders".

#include <vector>

#include "actors/order/outcome.hpp"

namespace oms::order {

/// The backorder queue took units in, or refused them because the product may
/// not wait or its limit is reached. `accepted` are at most what is unrouted
/// of each line. `refused` come by SKU and say for each line how much of it is
/// unfillable from now on, not how much more. Changes the state in place.
[[nodiscard]] order_events entered_backorder_queue(
    order_state& state, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now);

}  // namespace oms::order
