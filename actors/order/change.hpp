#pragma once

/// Collects the events of one decision about an order.
///
/// The deciders emit what happens in the order in which it happens; each event
/// is applied at once, so that the next one is decided on what is true by then.
/// `finish` cancels units that left a fulfillment while their cancellation was
/// requested, and adds the refunds, notifications, status changes and ends of
/// alerts that follow. One decision owns it, and it can be finished once.

#include <optional>
#include <string>

#include "actors/order/outcome.hpp"

namespace oms::order {

class order_change {
 public:
  /// For a command, which may be refused: works on a copy of the state.
  order_change(const order_state& state, timestamp now);
  /// For what can't be refused: changes the state itself.
  [[nodiscard]] static order_change in_place(order_state& state,
                                             timestamp now) {
    return {&state, now};
  }
  order_change(const order_change&) = delete;
  order_change& operator=(const order_change&) = delete;
  ~order_change() = default;

  /// Each `emit` changes it and what refers into it.
  [[nodiscard]] const order_state& state() const { return state_; }
  [[nodiscard]] timestamp now() const { return now_; }

  void emit(event_body body);
  void notify(std::string kind, std::string subject, std::string text);

  /// Requests a refund of `amount` in minor units; nothing unless it is above
  /// 0.
  void owe(money amount, std::string reason);

  /// Walks to the computed status, one event a step; false when the table
  /// has no way there.
  bool walk_to_status();

  /// Of a command. Walks to the computed status; an error when the table has no
  /// way there.
  [[nodiscard]] order_decision finish();
  /// In place, where no way out of the table is possible.
  [[nodiscard]] order_events finish_in_place();

 private:
  order_change(order_state* state, timestamp now);

  void tell_status(order_status reached);
  void cancel_requested_units();

  /// None where the state is changed in place.
  std::optional<order_state> copy_;
  order_state& state_;
  order_events events_;
  timestamp now_;
};

}  // namespace oms::order
