#pragma once

/// Collects the events of one decision about an order.
///
/// The deciders emit what happens in the order in which it happens; each event
/// is applied at once to a working copy, so that the next one is decided on
/// what is true by then. `finish` cancels units that left a fulfillment while
/// their cancellation was requested, and adds the refunds, notifications and
/// status changes that follow. One decision owns it, and it can be finished
/// once.

#include <string>

#include "actors/order/outcome.hpp"

namespace oms::order {

class order_change {
 public:
  order_change(order_state state, timestamp now);

  /// The working copy: each `emit` changes it and what refers into it.
  [[nodiscard]] const order_state& state() const { return outcome_.next; }
  [[nodiscard]] timestamp now() const { return now_; }

  void emit(event_body body);
  void notify(std::string kind, std::string subject, std::string text);

  /// Requests a refund of `amount` in minor units; nothing unless it is above
  /// 0.
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

}  // namespace oms::order
