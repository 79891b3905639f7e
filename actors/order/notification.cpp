#include "actors/order/notification.hpp"

#include <algorithm>
#include <string>

#include "actors/faults.hpp"
#include "actors/order/change.hpp"
#include "messages/limits.hpp"

namespace oms::order {

order_decision decide(const order_state& state,
                      const deliver_notification& command, timestamp now) {
  order_change change(state, now);
  const auto& known = state.deliveries;
  const notification_outcome told{command.notification, command.channel,
                                  command.attempt, command.outcome};
  if (std::find(known.begin(), known.end(), told) != known.end())
    return change.finish();
  if (known.size() >= limits::max_deliveries_per_order)
    return refuse(error_code::too_large,
                  "the order has too many outcomes of notifications");
  const bool is_dead = command.outcome == delivery_outcome::dead;
  const bool is_first = std::none_of(
      known.begin(), known.end(), [&command](const notification_outcome& each) {
        return each.notification == command.notification &&
               each.outcome == delivery_outcome::dead;
      });
  change.emit(notification_attempted{command.notification, command.channel,
                                     command.attempt, command.outcome,
                                     command.reason});
  // Not where the message itself was about such an alert, or a channel that is
  // down would raise one after the other.
  if (is_dead && is_first && !command.is_about_delivery)
    change.emit(alert_raised{
        "delivery.dead", std::to_string(command.notification), command.reason});
  return change.finish();
}

}  // namespace oms::order
