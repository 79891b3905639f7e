#include "actors/order/backorder.hpp"

#include <string>
#include <utility>

#include "actors/order/change.hpp"

namespace oms::order {

// What begins to wait is told to the customer, and what may not wait raises an
// alert. The version in the subject tells a later wait of the same line from
// this one.
order_events entered_backorder_queue(order_state& state,
                                     const std::vector<line_units>& accepted,
                                     const std::vector<line_units>& refused,
                                     timestamp now) {
  auto change = order_change::in_place(state, now);
  const auto at = "@" + std::to_string(state.version);
  if (!accepted.empty()) {
    // Read ahead of the event, which makes all of them wait.
    std::vector<const line_units*> begin_to_wait;
    for (const auto& units : accepted)
      if (state.lines[*state.line_index(units.line)].buckets.backordered ==
          quantity{0})
        begin_to_wait.push_back(&units);
    change.emit(units_backordered{accepted});
    for (const auto* units : begin_to_wait)
      change.notify("backorder.created", units->line.value + at,
                    std::to_string(units->units.value) + " x " +
                        units->sku.value +
                        " must wait; wait or cancel as you like");
  }
  if (!refused.empty()) {
    change.emit(units_unfillable{refused});
    // One alert per SKU, and they come by SKU.
    const sku_id* told = nullptr;
    for (const auto& units : refused) {
      if (told != nullptr && *told == units.sku) continue;
      told = &units.sku;
      change.emit(
          alert_raised{"order.unfillable", units.sku.value + at, "unfillable"});
    }
  }
  return change.finish_in_place();
}

}  // namespace oms::order
