#pragma once

/// Acknowledgements of the alerts of an order.
///
/// Source of the rules: docs/DOMAIN.md, "Notifications and alerts".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Records the first acknowledgement of an alert, with its note. The engine has
/// found the alert in the log: it is this order's.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const acknowledge_alert& command,
                                    timestamp now);

}  // namespace oms::order
