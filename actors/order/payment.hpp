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

/// A repeated reference changes nothing. Errors: `invalid` for a capture while
/// nothing is due, `invalid_transition` for a failure of an order that is paid
/// in full.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const record_payment& command,
                                    timestamp now);

/// Errors: `invalid` unless it names exactly one of lines, shipping and an
/// amount, `quantity_too_great` for units that are refunded or cancelled
/// already, `refund_too_great` beyond what is captured and not given back.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const request_refund& command,
                                    timestamp now);

/// Without an id: all requested refunds. Errors: `not_found`,
/// `invalid_transition` when it is settled the other way or none is requested.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const settle_refund& command,
                                    timestamp now);

/// After a capture: raises the alert about money beyond the total.
void tell_if_overpaid(order_change& change);

}  // namespace oms::order
