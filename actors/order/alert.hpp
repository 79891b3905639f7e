#pragma once

/// Alerts of an order that people have seen.
///
/// Source of the rules: docs/DOMAIN.md, "Notifications and alerts".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Records who has seen it, with the note. The first one counts. The engine has
/// found the alert in the log: it is this order's.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const acknowledge_alert& command,
                                    timestamp now);

}  // namespace oms::order
