#pragma once

/// Notes of people, in the audit trail of an order.

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Records the text; the state of the order keeps none of it. The same note
/// twice is two notes.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const add_note& command, timestamp now);

}  // namespace oms::order
