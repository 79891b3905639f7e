#pragma once

/// What became of an order's notifications.
///
/// Source of the rules: docs/DOMAIN.md, "Notifications and alerts".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Records the outcome, once per channel and attempt; the first `dead` of a
/// notification raises an alert. The engine has found the notification in the
/// log: it is this order's. Errors: `too_large` for too many outcomes.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const deliver_notification& command,
                                    timestamp now);

}  // namespace oms::order
