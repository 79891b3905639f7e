#pragma once

/// Collects the events of one decision about an order.
///
/// Purpose: the deciders emit what happens in the order in which it happens;
/// each event is applied at once to a working copy, so that the next one is
/// decided on what is true by then. `finish` cancels units that left a
/// fulfillment while their cancellation was requested, and adds the refunds,
/// notifications and status changes that follow. Owner: one decision. Threads:
/// one.

#include <string>
#include <vector>

#include "actors/faults.hpp"
#include "actors/order/decide.hpp"
#include "actors/order/order.hpp"

namespace oms::order {

class order_change {
 public:
  order_change(order_state state, timestamp now);

  [[nodiscard]] const order_state& state() const { return outcome_.next; }
  [[nodiscard]] timestamp now() const { return now_; }

  void emit(event_body body);
  void notify(std::string kind, std::string subject, std::string text);

  /// Asks for `amount` back, if that is anything.
  void owe(money amount, std::string reason);

  /// Walks to the computed status, one event a step; false when the table
  /// has no way there.
  bool walk_to_status();

  /// Walks to the computed status; an error when the table has no way there.
  [[nodiscard]] order_decision finish();
  /// The same where no way out of the table is possible.
  [[nodiscard]] order_outcome finish_surely();

 private:
  void tell_status(order_status reached);
  void cancel_requested_units();

  order_outcome outcome_;
  timestamp now_;
};

/// After a capture: raises the alert about money beyond the total.
void tell_if_overpaid(order_change& change);

/// Takes units of lines out of the order, as far as `wanted` says, in the
/// order of docs/DOMAIN.md, "Cancelling". Checked by the caller.
void cancel_units(order_change& change, const std::vector<line_choice>& wanted,
                  const std::string& reason, const std::string& note);

/// Records that units are cancelled, and requests the refund for them.
void take_out(order_change& change, units_cancelled gone);

/// Takes promised units of one fulfillment out of the order.
void cancel_promised(order_change& change, const fulfillment& work,
                     const std::vector<line_choice>& units);

/// All units that may be cancelled, by line.
[[nodiscard]] std::vector<line_choice> cancellable_units(
    const order_state& state);

}  // namespace oms::order
