#pragma once

/// What carriers say of shipments.
///
/// Source of the rules: docs/DOMAIN.md, "Fulfillment". Shipping itself is work
/// on a fulfillment (work.hpp).

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// An update that is older than what it finds changes nothing. Errors:
/// `not_found` for a shipment that the order does not have.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const track_shipment& command,
                                    timestamp now);

}  // namespace oms::order
