#pragma once

/// What an order records of its units in the backorder queues.
///
/// The answer of a queue can't be refused: the queue has counted the units
/// already. The answer of the customer is a command. Source of the rules:
/// docs/DOMAIN.md, "Backorders".

#include <utility>
#include <vector>

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// The backorder queue took units in, or refused them because the product may
/// not wait or its limit is reached. `accepted` are at most what is unrouted
/// of each line. `refused` come by SKU and say for each line how much of it is
/// unfillable from now on, not how much more. `expected` says when accepted
/// units come in, where that is known. Changes the state in place.
[[nodiscard]] order_events entered_backorder_queue(
    order_state& state, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now,
    const std::vector<std::pair<line_id, date>>& expected = {});

/// Units of the line that wait come in on this day. The customer is told where
/// it is later than the last one that he was told. Changes the state in place.
[[nodiscard]] order_events delayed(order_state& state, const line_id& line,
                                   date expected, timestamp now);

/// What the customer says about the units of a line that wait: `wait` is
/// recorded, `cancel` cancels them. The same answer about the same wait is
/// a repetition. Errors: `invalid` for a line that the order does not have,
/// `quantity_too_great` where nothing is left to cancel.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const answer_backorder& command,
                                    timestamp now);

}  // namespace oms::order
