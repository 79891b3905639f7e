#pragma once

/// Cancels units of an order.
///
/// What is cancelled leaves the total and is refunded as far as it was paid.
/// Units that a third party has accepted are asked for instead and go when it
/// agrees. Source of the rules: docs/DOMAIN.md, "Cancelling".

#include <string>
#include <vector>

#include "actors/order/change.hpp"
#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Without lines: all that can go. A repeated reference changes nothing.
/// Errors: `invalid` for a line that the order does not have,
/// `quantity_too_great` for more units than can go.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const cancel_order& command, timestamp now);

/// Whether the source must agree before units leave the fulfillment.
[[nodiscard]] bool needs_consent(const fulfillment& work);

/// All units that may be cancelled, by line.
[[nodiscard]] std::vector<line_choice> cancellable_units(
    const order_state& state);

/// Units that an edit added and that wait until it is paid, by line.
[[nodiscard]] std::vector<line_choice> units_awaiting_payment(
    const order_state& state);

/// What becomes of units of lines that are to go: those that go at once, and
/// requests to third parties for the others. The caller has checked that
/// `wanted` is at most what `cancellable_units` says.
struct cancellation {
  units_cancelled gone;
  std::vector<cancel_requested> asked;
};
[[nodiscard]] cancellation cancellation_of(
    const order_state& state, const std::vector<line_choice>& wanted,
    const std::string& reason, const std::string& note,
    const std::string& reference = {});

/// Requests the refund after units have left or the total has dropped in
/// another way: `total_before` is what it was. The status is that of the
/// present state.
void refund_what_left(order_change& change, money total_before,
                      const std::string& reason);

/// Takes units of lines out of the order, unrouted ones first. The caller has
/// checked that `wanted` is at most what `cancellable_units` says.
void cancel_units(order_change& change, const std::vector<line_choice>& wanted,
                  const std::string& reason, const std::string& note,
                  const std::string& reference = {});

/// Takes promised units of one fulfillment out of the order. All of them are
/// allocated by now.
void cancel_promised(order_change& change, const fulfillment& work,
                     const std::vector<line_choice>& units);

/// Records that units are cancelled, and requests the refund for them.
void take_out(order_change& change, units_cancelled gone);

}  // namespace oms::order
