#pragma once

/// An order: how an event changes it, and how a reader sees it.
///
/// `apply` is the one way in which an order's state comes about: while the
/// engine runs and when a log is replayed. What may happen is decided by the
/// functions that decide.hpp lists. Source of the rules: docs/DOMAIN.md.

#include <vector>

#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "messages/views.hpp"

namespace oms::order {

/// Applies an event of this order that happened at `time`. It never fails: the
/// event was decided on this state.
void apply(order_state& state, const event_body& body, timestamp time);

/// The order as a reader sees it. The order must exist; queue positions and
/// personal data are the caller's to add.
[[nodiscard]] order_view view_of(const order_state& state);

/// Its lines in backorder queues, without what only the queues know.
[[nodiscard]] std::vector<queue_view> waiting_lines(const order_state& state);

}  // namespace oms::order
