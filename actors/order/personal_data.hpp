#pragma once

/// Names and addresses of an order, once they are asked to be erased.
///
/// They are a record beside the log (persistence/log_store.hpp); the log says
/// only that they were given and erased.

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Never refused, in any status and as often as it is asked.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const erase_personal_data& command,
                                    timestamp now);

}  // namespace oms::order
