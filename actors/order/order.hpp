#pragma once

/// An order: how an event changes it, and how a reader sees it.
///
/// Purpose: `apply` is the one way in which an order's state comes about. What
/// may happen is decided in order/decide.hpp; `apply` never fails and never
/// decides. Owner: the order actor, or whoever replays a log. Threads: pure
/// functions. Source of the rules: docs/DOMAIN.md.

#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "messages/views.hpp"

namespace oms::order {

/// Applies an event of this order that happened at `time`.
void apply(order_state& state, const event_body& body, timestamp time);

/// The order as a reader sees it; queue positions and personal data are the
/// caller's to add.
[[nodiscard]] order_view view_of(const order_state& state);

}  // namespace oms::order
