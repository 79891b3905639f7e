#include "actors/order/change.hpp"

#include <cassert>
#include <map>
#include <utility>

#include "actors/faults.hpp"
#include "actors/order/alert.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/order.hpp"
#include "actors/order/status.hpp"

namespace oms::order {

namespace {

// Placing a paid order takes seven; most commands take fewer.
constexpr std::size_t usual_events_of_command = 8;

}  // namespace

order_change::order_change(const order_state& state, timestamp now)
    : copy_(state), state_(*copy_), now_(now) {
  events_.reserve(usual_events_of_command);
}

order_change::order_change(order_state* state, timestamp now)
    : state_(*state), now_(now) {}

void order_change::emit(event_body body) {
  apply(state_, body, now_);
  events_.push_back(std::move(body));
}

void order_change::notify(std::string kind, std::string subject,
                          std::string text) {
  emit(notification_recorded{std::move(kind), std::move(subject),
                             std::move(text)});
}

void order_change::owe(money amount, std::string reason) {
  if (amount <= money{0}) return;
  // Refunds are never removed, so the count is a free id.
  const refund_id id{std::to_string(state().refunds.size() + 1)};
  emit(refund_requested{.refund = id,
                        .requested = amount,
                        .lines = {},
                        .shipping = false,
                        .reason = std::move(reason)});
  notify("refund.requested", id.value, std::to_string(amount.value));
}

// Other statuses have no notification of their own: customers hear of shipments
// one by one.
void order_change::tell_status(order_status reached) {
  switch (reached) {
    case order_status::paid:
      notify("order.paid", "", "");
      break;
    case order_status::refunded:
      notify("order.refunded", "", "");
      break;
    case order_status::cancelled:
      notify("order.cancelled", "", "");
      break;
    default:
      break;
  }
}

bool order_change::walk_to_status() {
  const auto path = status_path(state().status, computed_status(state()));
  if (!path) return false;
  for (const auto step : *path) {
    emit(status_changed{state().status, step});
    tell_status(step);
  }
  // The computed status depends on the status: an order that was handed over to
  // planning stays so. The walk is over when both agree.
  return path->empty() || walk_to_status();
}

// Units whose cancellation was requested are unrouted once they have left their
// fulfillment. They are cancelled before planning sees them, or another source
// would be asked to ship what the customer does not want.
void order_change::cancel_requested_units() {
  std::map<fulfillment_id, units_cancelled> all;
  const auto note = [&](const fulfillment_id& from, const auto& lines) {
    for (const auto& units : lines)
      if (units.requested > quantity{0})
        all[from].lines.push_back(
            {units.line, units.sku, units.requested, quantity{0}});
  };
  // Gathered first, because `take_out` adds to the events.
  for (const auto& body : events_) {
    if (const auto* rejected = std::get_if<units_rejected>(&body))
      note(rejected->fulfillment, rejected->lines);
    if (const auto* lost = std::get_if<units_taken_back>(&body))
      for (const auto& part : lost->promised)
        note(part.fulfillment, part.lines);
    if (const auto* moved = std::get_if<units_released>(&body))
      for (const auto& part : moved->promised)
        note(part.fulfillment, part.lines);
  }
  for (auto& [from, gone] : all) {
    const auto* work = state().find_fulfillment(from);
    gone.reason = work->cancel_reason;
    gone.note = work->cancel_note;
    take_out(*this, std::move(gone));
  }
}

order_decision order_change::finish() {
  cancel_requested_units();
  if (!walk_to_status())
    return refuse(error_code::invalid_transition,
                  "the order can't leave its status this way");
  resolve_alerts(*this);
  return order_outcome{std::move(events_), std::move(*copy_), now_};
}

// What another entity reports has happened, so it can't be refused.
order_events order_change::finish_in_place() {
  cancel_requested_units();
  [[maybe_unused]] const bool walked = walk_to_status();
  assert(walked);
  resolve_alerts(*this);
  return std::move(events_);
}

}  // namespace oms::order
