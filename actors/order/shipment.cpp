#include <algorithm>

#include "actors/order/change.hpp"
#include "actors/order/decide.hpp"

namespace oms {

namespace {

bool ends_parcel(tracking_status news) {
  return news == tracking_status::delivered || news == tracking_status::lost ||
         news == tracking_status::returned;
}

bool is_addressed(const shipment& parcel, const track_shipment& command) {
  if (!command.shipment.empty()) return parcel.id == command.shipment;
  return command.source.empty() || parcel.source.id == command.source;
}

bool is_same_end(const shipment& parcel, tracking_status news) {
  switch (parcel.status) {
    case shipment_status::delivered:
      return news == tracking_status::delivered;
    case shipment_status::lost:
      return news == tracking_status::lost;
    case shipment_status::returned:
      return news == tracking_status::returned;
    case shipment_status::shipped:
      break;
  }
  return false;
}

}  // namespace

order_decision decide(const order_state& state, const track_shipment& command,
                      timestamp now) {
  order_change change(state, now);
  bool addressed = false;
  for (const auto& parcel : state.shipments) {
    if (!is_addressed(parcel, command)) continue;
    addressed = true;
    if (parcel.status != shipment_status::shipped) {
      // The same end told twice is one end, and late news gates nothing.
      const bool one_named = !command.shipment.empty();
      if (one_named && ends_parcel(command.news) &&
          !is_same_end(parcel, command.news))
        return refuse(error_code::invalid_transition,
                      "the parcel has come to another end");
      continue;
    }
    change.emit(shipment_tracked{parcel.id, command.news});
    if (command.news == tracking_status::delivered)
      change.notify("shipment.delivered", parcel.id.value, "");
  }
  if (!addressed)
    return refuse(error_code::not_found, "the order has no such shipment",
                  "shipment");
  return change.finish();
}

}  // namespace oms
