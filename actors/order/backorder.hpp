#pragma once

/// What an order records of its units in the backorder queues.
///
/// The answer of a queue can't be refused: the queue has counted the units
/// already. The answer of the customer is a command. Source of the rules:
/// docs/DOMAIN.md, "Backorders".

#include <vector>

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// The backorder queue took units in, or refused them because the product may
/// not wait or its limit is reached. `accepted` are at most what is unrouted
/// of each line. `refused` come by SKU and say for each line how much of it is
/// unfillable from now on, not how much more. Changes the state in place.
[[nodiscard]] order_events entered_backorder_queue(
    order_state& state, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now);

/// What the customer says about the units of a line that wait: `wait` is
/// recorded, `cancel` cancels them. The same answer about the same wait is
/// a repetition. Errors: `invalid` for a line that the order does not have,
/// `quantity_too_great` where nothing is left to cancel.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const answer_backorder& command,
                                    timestamp now);

}  // namespace oms::order
