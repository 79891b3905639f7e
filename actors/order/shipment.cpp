#include "actors/order/shipment.hpp"

#include <algorithm>

#include "actors/faults.hpp"
#include "actors/order/change.hpp"

namespace oms::order {

namespace {

// A caller that knows neither the shipment nor the source means all of them.
bool is_addressed(const shipment& parcel, const track_shipment& command) {
  if (!command.shipment.empty()) return parcel.id == command.shipment;
  return command.source.empty() || parcel.source.id == command.source;
}

// Whether the news can be newer than the status that it finds. Carriers'
// updates arrive late and out of order, and have no number to sort them by.
bool is_news(const shipment& parcel, tracking_status news) {
  using enum shipment_status;
  const auto end = end_of(news);
  switch (parcel.status) {
    case shipped:
      return true;
    case lost:
      // It was found, or the carrier is still looking for it.
      return end != lost;
    case delivered:
      return end == returned;
    case returned:
      // Nothing comes after it: what goes out again is another shipment.
      break;
  }
  return false;
}

}  // namespace

order_decision decide(const order_state& state, const track_shipment& command,
                      timestamp now) {
  order_change change(state, now);
  bool addressed = false;
  // `state` is what was there before: what is emitted does not change the list
  // that is walked.
  for (const auto& parcel : state.shipments) {
    if (!is_addressed(parcel, command)) continue;
    addressed = true;
    if (!is_news(parcel, command.news)) continue;
    change.emit(shipment_tracked{parcel.id, command.news});
    if (command.news == tracking_status::delivered)
      change.notify("shipment.delivered", parcel.id.value, "");
  }
  if (!addressed)
    return refuse(error_code::not_found, "the order has no such shipment",
                  "shipment");
  return change.finish();
}

}  // namespace oms::order
