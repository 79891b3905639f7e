#pragma once

/// What an order and each of its units cost.
///
/// Totals, and the money that a cancelled or refunded unit gives back, all in
/// minor units of the order's currency. The shares of the order discount go by
/// net with the largest remainder, equal remainders to the first lines; a
/// line's value is divided so that its units add up exactly, odd cents to the
/// first units. Source of the rules: docs/DOMAIN.md, "Refunds".

#include <vector>

#include "actors/order/order.hpp"

namespace oms::order {

/// unit price x quantity - discount.
[[nodiscard]] money net_of(const order_line& line);

/// Per line as it was ordered, whatever was cancelled since: net less its share
/// of the order discount, with tax.
[[nodiscard]] std::vector<money> line_values(const order_state& state);

/// The value of the first `units` units of a line. The difference of two such
/// values is what the units between are worth.
[[nodiscard]] money value_of_first(money line_value, quantity ordered,
                                   quantity units);

/// Over what is not cancelled; nothing left costs nothing.
[[nodiscard]] money total_of(const order_state& state);

/// What is still to be paid. A refund for cancelled units, or of what was paid
/// too much, counts as never paid; goodwill does not.
[[nodiscard]] money due_of(const order_state& state);
[[nodiscard]] money due_of(const order_state& state, money total);

/// What was paid beyond the total and is neither refunded nor requested back.
[[nodiscard]] money overpaid_of(const order_state& state);
[[nodiscard]] money overpaid_of(const order_state& state, money total);

}  // namespace oms::order
