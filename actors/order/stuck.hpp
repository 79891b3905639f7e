#pragma once

/// When an order counts as stuck, and what is recorded then.
///
/// The one reading of the routing rules' stuckAfterS, for the order actor and
/// the checkpointer. Source of the rules: docs/DOMAIN.md, alert `order.stuck`.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "actors/order/outcome.hpp"
#include "messages/limits.hpp"
#include "messages/order_state.hpp"

namespace oms::order {

inline constexpr duration never_stuck{0};
inline constexpr duration stuck_alert_interval = std::chrono::hours(24);

/// Rules written before there was a limit may say more than a time can hold.
[[nodiscard]] constexpr duration stuck_after_of(std::int64_t stuck_after_s) {
  return std::chrono::seconds(
      std::clamp<std::int64_t>(stuck_after_s, 0, limits::max_stuck_after_s));
}

/// From then on the time is known, by the rules as they were at that moment.
[[nodiscard]] inline bool has_entered_planning(const order_state& state) {
  return state.exists() && state.status != order_status::pending &&
         state.status != order_status::payment_processing &&
         state.status != order_status::paid;
}

/// When the next alert is due; none if no alert will come. It depends on when
/// the last one came: after a time without an engine there is one alert, and
/// not one for each day of it.
[[nodiscard]] std::optional<timestamp> stuck_alert_due(const order_state& order,
                                                       duration stuck_after);

/// The deadline for leaving awaiting_fulfillment has passed: raises the alert,
/// with the reason. Changes the state in place.
[[nodiscard]] order_events stuck(order_state& state, timestamp now);

}  // namespace oms::order
