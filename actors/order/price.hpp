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

/// What is still to be paid, or to be secured where the order is planned on
/// authorizations. A refund for cancelled units, or of what was paid too much,
/// counts as never paid; goodwill does not.
[[nodiscard]] money due_of(const order_state& state);
[[nodiscard]] money due_of(const order_state& state, money total);
/// As it would be with another rule.
[[nodiscard]] money due_of(const order_state& state, money total,
                           plan_moment plan_on);

/// What is left of the authorizations.
[[nodiscard]] money authorized_of(const order_state& state);
/// Of the total, what is not captured; and what is not authorized either.
[[nodiscard]] money uncaptured_of(const order_state& state, money total);
[[nodiscard]] money unsecured_of(const order_state& state, money total);

/// Of what is due, the part that edits made due since the order was paid in
/// full. Only units that they added wait for it.
[[nodiscard]] money edit_due_of(const order_state& state);
/// What is due beside that.
[[nodiscard]] money due_without_edits(const order_state& state);
/// No more is due than for edits.
[[nodiscard]] bool is_paid_in_full(const order_state& state);

/// Planned on its authorizations, of which too much has ended since: until it
/// is secured again, nothing more of it is planned. Money for an edit does not
/// count.
[[nodiscard]] bool is_unsecured(const order_state& state);

/// What shipments so far may ask for: the value of what has left and the
/// shipping price, as far as that is neither captured nor requested and is
/// covered by authorizations. 0 where orders are planned on captures.
[[nodiscard]] money to_capture_of(const order_state& state);

/// What was paid beyond the total and is neither refunded nor requested back.
[[nodiscard]] money overpaid_of(const order_state& state);
[[nodiscard]] money overpaid_of(const order_state& state, money total);

}  // namespace oms::order
