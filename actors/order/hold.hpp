#pragma once

/// Holds: what keeps an order from being planned and shipped.
///
/// Source of the rules: docs/DOMAIN.md, "Holds".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// A hold that is there already stays as it is, with its first reason.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const place_hold& command, timestamp now);

/// Errors: `not_found` for a hold that the order does not have.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const release_hold& command, timestamp now);

}  // namespace oms::order
