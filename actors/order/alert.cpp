#include "actors/order/alert.hpp"

#include <algorithm>
#include <charconv>

#include "actors/order/change.hpp"
#include "actors/order/price.hpp"
#include "messages/checkpoint.hpp"

namespace oms::order {

namespace {

bool is_unfillable(const order_state& state, std::string_view sku) {
  return std::ranges::any_of(state.lines, [sku](const order_line_state& line) {
    return line.ordered.sku.value == sku && line.unfillable > quantity{0};
  });
}

// The last that was heard of the message decides; one that was sent before it
// was dead does not count.
bool is_dead(const order_state& state, std::string_view about) {
  sequence notification = 0;
  std::from_chars(about.data(), about.data() + about.size(), notification);
  for (auto each = state.deliveries.rbegin(); each != state.deliveries.rend();
       ++each) {
    if (each->notification != notification) continue;
    if (each->outcome == delivery_outcome::sent) return false;
    if (each->outcome == delivery_outcome::dead) return true;
  }
  return true;
}

bool has_cause(const order_state& state, const open_alert& alert) {
  const auto about = about_of(alert.kind, alert.subject);
  if (alert.kind == "order.stuck")
    return state.status == order_status::awaiting_fulfillment;
  if (alert.kind == "order.unfillable") return is_unfillable(state, about);
  if (alert.kind == "payment.overpaid") return overpaid_of(state) > money{};
  if (alert.kind == "payment.unsecured")
    return !is_over(state.status) &&
           unsecured_of(state, total_of(state)) > edit_due_of(state);
  if (alert.kind == "delivery.dead") return is_dead(state, about);
  return true;
}

}  // namespace

std::vector<open_alert> open_alerts_of(const order_state& state) {
  auto open = state.open_alerts;
  std::erase_if(open, [&state](const open_alert& alert) {
    return !has_cause(state, alert);
  });
  return open;
}

void resolve_alerts(order_change& change) {
  if (change.state().open_alerts.empty()) return;
  // A copy, since each event takes one out.
  for (const auto& alert : std::vector(change.state().open_alerts))
    if (!has_cause(change.state(), alert))
      change.emit(alert_resolved{
          alert.kind, std::string(about_of(alert.kind, alert.subject))});
}

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
