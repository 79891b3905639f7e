#include "actors/order/stuck.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/order/change.hpp"
#include "actors/order/price.hpp"

namespace oms::order {

std::optional<timestamp> stuck_alert_due(const order_state& order,
                                         duration stuck_after) {
  if (order.status != order_status::awaiting_fulfillment ||
      stuck_after == never_stuck)
    return std::nullopt;
  const auto first = order.status_since + stuck_after;
  if (!order.stuck_alert_at) return first;
  // It may have been reported before, when it had this status another time.
  return std::max(first, *order.stuck_alert_at + stuck_alert_interval);
}

// The order actor keeps the deadline. The version makes the subject of each
// alert its own, since it is repeated every 24 hours. Of several reasons it
// gives the first in the list of docs/DOMAIN.md, "Notifications and alerts".
order_events stuck(order_state& state, timestamp now) {
  auto change = order_change::in_place(state, now);
  const bool none_accepted =
      std::none_of(state.fulfillments.begin(), state.fulfillments.end(),
                   [](const fulfillment& work) {
                     return work.remaining() > quantity{0} && work.accepted;
                   });
  quantity unfillable;
  quantity awaiting_payment;
  for (const auto& line : state.lines) {
    unfillable += line.unfillable;
    awaiting_payment += line.awaiting_payment;
  }
  const auto unrouted = state.total_of(&line_buckets::unrouted);
  std::string reason = "notShipped";
  if (state.total_of(&line_buckets::backordered) > quantity{0})
    reason = "backordered";
  else if (unfillable > quantity{0})
    reason = "unfillable";
  else if (!state.holds.empty())
    reason = "onHold";
  else if (awaiting_payment > quantity{0})
    reason = "awaitingPayment";
  else if (unrouted > quantity{0} && !is_unsecured(state))
    reason = "awaitingCapacity";
  else if (none_accepted)
    reason = "notAccepted";
  change.emit(
      alert_raised{"order.stuck", std::to_string(state.version), reason});
  return change.finish_in_place();
}

}  // namespace oms::order
