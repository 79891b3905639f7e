#include "actors/order/hold.hpp"

#include <algorithm>

#include "actors/faults.hpp"
#include "actors/order/change.hpp"

namespace oms::order {

namespace {

bool has_hold(const order_state& state, const hold_id& hold) {
  return std::any_of(
      state.holds.begin(), state.holds.end(),
      [&hold](const order_hold& each) { return each.id == hold; });
}

}  // namespace

order_decision decide(const order_state& state, const place_hold& command,
                      timestamp now) {
  // Allocations stay: the source keeps the units for the order, and what is
  // held is only that they are worked on. The same hold again is a repetition,
  // whatever its reason.
  order_change change(state, now);
  if (!has_hold(state, command.hold))
    change.emit(hold_placed{command.hold, command.reason});
  return change.finish();
}

order_decision decide(const order_state& state, const release_hold& command,
                      timestamp now) {
  if (!has_hold(state, command.hold))
    return refuse(error_code::not_found, "the order has no such hold", "hold");
  // The event itself wants a plan (actors/outbox.cpp), which is made once
  // no other hold is left.
  order_change change(state, now);
  change.emit(hold_released{command.hold});
  return change.finish();
}

}  // namespace oms::order
