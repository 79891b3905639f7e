#pragma once

/// The alerts of an order: when their cause is gone, and who has seen them.
///
/// Source of the rules: docs/DOMAIN.md, "Notifications and alerts".

#include <vector>

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"
#include "messages/open_alerts.hpp"

namespace oms::order {

class order_change;

/// The open alerts whose cause is not gone. In a store written before causes
/// ended alerts, an order may have others until its next event.
[[nodiscard]] std::vector<open_alert> open_alerts_of(const order_state& state);

/// Records of the open alerts that their cause is gone, where it is: at the end
/// of each decision.
void resolve_alerts(order_change& change);

/// Records the first acknowledgement of an alert, with its note. The engine has
/// found the alert in the log: it is this order's.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const acknowledge_alert& command,
                                    timestamp now);

}  // namespace oms::order
