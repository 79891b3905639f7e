#pragma once

/// Payments and refunds.
///
/// The engine moves no money: it records what others captured, and what they
/// shall give back. Amounts are minor units. Source of the rules:
/// docs/DOMAIN.md, "Payment" and "Refunds".

#include "actors/order/change.hpp"
#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// `plan_on` is what the brand's rules say now: it holds for an order that
/// waits for its payment. A repeated reference changes nothing. Errors:
/// `invalid` for a capture while nothing is due, `not_found` for an
/// authorization that the order does not have, `invalid_transition` for a
/// failure of an order that is paid in full.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const record_payment& command,
                                    plan_moment plan_on, timestamp now);

/// A repeated reference changes nothing. Errors: `invalid` unless it names
/// exactly one of lines, shipping and an amount, `quantity_too_great` for units
/// that are refunded or cancelled already, `refund_too_great` beyond what is
/// captured and not given back.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const request_refund& command,
                                    timestamp now);

/// Without an id: all requested refunds. Errors: `not_found`,
/// `invalid_transition` when it is settled the other way or none is requested.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const settle_refund& command,
                                    timestamp now);

/// After a shipment: asks for its money, if the order is planned on
/// authorizations.
void request_capture(order_change& change, const shipment_id& shipment);

/// After a capture: raises the alert about money beyond the total.
void tell_if_overpaid(order_change& change);

}  // namespace oms::order
