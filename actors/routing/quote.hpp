#pragma once

/// What would ship for a cart, and what else could.
///
/// The rules are those of docs/DOMAIN.md, "Carts". A quote is made as the plan
/// of an order with this cart would be, of the stock board as it is now: units
/// that the cart's reservation holds are taken first, at their locations. It
/// asks no actor and changes nothing, so any thread may call.

#include "actors/engine/context.hpp"
#include "actors/network.hpp"
#include "messages/commands.hpp"

namespace oms::routing {

/// The cart has no faults.
[[nodiscard]] quote_view quote_of(const cart& wanted, const network& net,
                                  const engine_context& context);

}  // namespace oms::routing
