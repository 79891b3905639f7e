#include "actors/order/alert.hpp"

#include <algorithm>

#include "actors/order/change.hpp"

namespace oms::order {

order_decision decide(const order_state& state,
                      const acknowledge_alert& command, timestamp now) {
  order_change change(state, now);
  const auto& seen = state.acknowledged;
  if (std::find(seen.begin(), seen.end(), command.alert) == seen.end())
    change.emit(alert_acknowledged{command.alert, command.kind, command.subject,
                                   command.note});
  return change.finish();
}

}  // namespace oms::order
