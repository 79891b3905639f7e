#include "actors/order/delivery.hpp"

#include <utility>

#include "actors/expected_dates.hpp"
#include "actors/order/change.hpp"
#include "messages/time_text.hpp"

namespace oms::order {

calendar::parcel_dates dates_of(const order_state& state,
                                const source_ref& source,
                                const std::vector<allocated_line>& lines,
                                const network& net, timestamp now) {
  const auto* from = net.find(source);
  if (from == nullptr) return {};
  return dates_of_parcel(*from, net.rules_of(state.key.brand).rules,
                         state.body->ship_to, state.body->shipping.service,
                         lines, now);
}

order_events expected_anew(order_state& state, const network& net,
                           timestamp now) {
  auto change = order_change::in_place(state, now);
  for (std::size_t i = 0; i < state.fulfillments.size(); ++i) {
    const auto& work = state.fulfillments[i];
    std::vector<allocated_line> left;
    for (const auto& line : work.lines)
      if (line.remaining() > quantity{0})
        left.push_back({.line = {}, .sku = state.lines[line.line].ordered.sku});
    if (left.empty()) continue;
    const auto dates = dates_of(state, work.source, left, net, now);
    if (dates.ship != work.expected_ship ||
        dates.delivery != work.expected_delivery)
      change.emit(delivery_expected{work.id, dates.ship, dates.delivery});
  }
  return change.finish_in_place();
}

std::string date_in_brackets(const std::optional<date>& expected) {
  return expected ? " (" + date_text(*expected) + ")" : std::string();
}

}  // namespace oms::order
