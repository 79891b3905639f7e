#pragma once

/// The computed statuses of an order and of its fulfillments.
///
/// No status is set: each follows from buckets, money and holds. Source of the
/// rules: docs/DOMAIN.md, "Order status" and "Fulfillment".

#include <optional>
#include <span>
#include <vector>

#include "actors/order/order.hpp"

namespace oms::order {

/// The status that the buckets and the money say.
[[nodiscard]] order_status computed_status(const order_state& state);

/// The statuses to walk through, the first excluded; none when there is no
/// way in the table of transitions. Empty when `from` is `to`.
[[nodiscard]] std::optional<std::vector<order_status>> status_path(
    order_status from, order_status to);

/// Whether the table of transitions has this step.
[[nodiscard]] bool is_transition(order_status from, order_status to);

[[nodiscard]] payment_status computed_payment_status(const order_state& state);

/// Held by a hold, or by waiting to ship complete.
[[nodiscard]] bool is_on_hold(const order_state& state);

[[nodiscard]] fulfillment_status computed_status(const order_state& state,
                                                 const fulfillment& work);

}  // namespace oms::order
