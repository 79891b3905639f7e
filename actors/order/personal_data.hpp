#pragma once

/// What of an order is about a person, and is kept apart from the log.
///
/// It is a record beside the log (persistence/log_store.hpp); the log says only
/// that it was given and erased.

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"
#include "messages/views.hpp"

namespace oms::order {

/// Never refused, in any status and as often as it is asked.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const erase_personal_data& command,
                                    timestamp now);

/// The attributes of lines may be about a person: from here on they are part
/// of the personal data, and the lines have none.
void keep_apart(place_order& command);

/// Adds what was kept apart, lines' attributes included.
void add_personal(order_view& view, personal_data personal);

}  // namespace oms::order
