#include "messages/events.hpp"

#include <cassert>
#include <utility>

namespace oms {

template class compiled_variant<event_variant>;

namespace {

// The names of events, as the audit trail, the API and scenarios have them.
// They are not on disk, where the schema's union says which event it is. But
// callers compare them, so they are as fixed as the fields of the API.
//
// One overload per event, and no generic one: an event without a name does not
// compile. A table beside the variant could miss one. The first word is what
// the event is about, which need not be the entity that records it. A step that
// an order and a source both record has two names: an order's
// "fulfillment.picked" is followed by "stock.picked" of the source.
struct name_of {
  std::string_view operator()(const order_placed&) const {
    return "order.placed";
  }
  std::string_view operator()(const status_changed&) const {
    return "order.statusChanged";
  }
  std::string_view operator()(const payment_started&) const {
    return "payment.started";
  }
  std::string_view operator()(const payment_captured&) const {
    return "payment.captured";
  }
  std::string_view operator()(const payment_failed&) const {
    return "payment.failed";
  }
  std::string_view operator()(const order_planned&) const {
    return "order.planned";
  }
  std::string_view operator()(const units_allocated&) const {
    return "fulfillment.allocated";
  }
  std::string_view operator()(const grant_declined&) const {
    return "order.grantDeclined";
  }
  std::string_view operator()(const units_backordered&) const {
    return "order.backordered";
  }
  std::string_view operator()(const units_unfillable&) const {
    return "order.unfillable";
  }
  std::string_view operator()(const fulfillment_accepted&) const {
    return "fulfillment.accepted";
  }
  std::string_view operator()(const units_picked&) const {
    return "fulfillment.picked";
  }
  std::string_view operator()(const units_unpicked&) const {
    return "fulfillment.unpicked";
  }
  std::string_view operator()(const units_rejected&) const {
    return "fulfillment.rejected";
  }
  std::string_view operator()(const shipment_shipped&) const {
    return "shipment.shipped";
  }
  std::string_view operator()(const shipment_tracked&) const {
    return "shipment.tracked";
  }
  std::string_view operator()(const units_cancelled&) const {
    return "order.unitsCancelled";
  }
  std::string_view operator()(const cancel_requested&) const {
    return "fulfillment.cancelRequested";
  }
  std::string_view operator()(const cancel_answered&) const {
    return "fulfillment.cancelAnswered";
  }
  std::string_view operator()(const units_taken_back&) const {
    return "fulfillment.takenBack";
  }
  std::string_view operator()(const units_released&) const {
    return "fulfillment.released";
  }
  std::string_view operator()(const hold_placed&) const {
    return "hold.placed";
  }
  std::string_view operator()(const hold_released&) const {
    return "hold.released";
  }
  std::string_view operator()(const note_added&) const { return "note.added"; }
  std::string_view operator()(const personal_data_erased&) const {
    return "personalData.erased";
  }
  std::string_view operator()(const refund_requested&) const {
    return "refund.requested";
  }
  std::string_view operator()(const refund_settled&) const {
    return "refund.settled";
  }
  std::string_view operator()(const return_requested&) const {
    return "return.requested";
  }
  std::string_view operator()(const return_received&) const {
    return "return.received";
  }
  std::string_view operator()(const return_declined&) const {
    return "return.declined";
  }
  std::string_view operator()(const notification_recorded&) const {
    return "notification";
  }
  std::string_view operator()(const alert_raised&) const { return "alert"; }
  std::string_view operator()(const location_defined&) const {
    return "location.defined";
  }
  std::string_view operator()(const supplier_defined&) const {
    return "supplier.defined";
  }
  std::string_view operator()(const stock_received&) const {
    return "stock.received";
  }
  std::string_view operator()(const stock_adjusted&) const {
    return "stock.adjusted";
  }
  std::string_view operator()(const stock_counted&) const {
    return "stock.counted";
  }
  std::string_view operator()(const safety_stock_set&) const {
    return "stock.safetyStockSet";
  }
  std::string_view operator()(const stock_offered&) const {
    return "stock.offered";
  }
  std::string_view operator()(const offer_settled&) const {
    return "stock.offerSettled";
  }
  std::string_view operator()(const stock_committed&) const {
    return "stock.committed";
  }
  std::string_view operator()(const stock_decommitted&) const {
    return "stock.decommitted";
  }
  std::string_view operator()(const stock_accepted&) const {
    return "stock.accepted";
  }
  std::string_view operator()(const stock_picked&) const {
    return "stock.picked";
  }
  std::string_view operator()(const stock_shipped&) const {
    return "stock.shipped";
  }
  std::string_view operator()(const stock_rejected&) const {
    return "stock.rejected";
  }
  std::string_view operator()(const stock_taken_back&) const {
    return "stock.takenBack";
  }
  std::string_view operator()(const stock_restocked&) const {
    return "stock.restocked";
  }
  std::string_view operator()(const product_defined&) const {
    return "product.defined";
  }
  std::string_view operator()(const routing_set&) const {
    return "routing.set";
  }
};

}  // namespace

std::size_t events_in(std::span<const decision_events> decisions) {
  std::size_t events = 0;
  for (const auto& each : decisions) events += each.size();
  return events;
}

std::string_view kind_of(const event_body& body) {
  return std::visit(name_of{}, body);
}

// The key is the one under which the log, the checkpoint's heads and the
// records of personal data know the order, so its form is part of the format on
// disk. It is made for every event that is decided, hence in one allocation.
entity_ref entity_of(const order_key& order) {
  std::string key;
  key.reserve(order.brand.value.size() + 1 + order.id.value.size());
  key += order.brand.value;
  key += '/';
  key += order.id.value;
  return {.kind = entity_kind::order, .key = std::move(key)};
}

// A location and a supplier may have the same id: the kind is part of the
// identity, and of keys in the tables.
entity_ref entity_of(const source_ref& source) {
  return {.kind = source.kind == source_kind::location ? entity_kind::location
                                                       : entity_kind::supplier,
          .key = source.id};
}

order_key order_of(const entity_ref& entity) {
  assert(entity.kind == entity_kind::order);
  // The first one: a brand contains no '/', an order id may. The engine never
  // makes a key without one, but a damaged or foreign log may have it, and
  // a reader that shows that event must be able to name its order.
  const auto slash = entity.key.find('/');
  if (slash == std::string::npos)
    return {.brand = brand_id{}, .id = order_id{entity.key}};
  return {.brand = brand_id{entity.key.substr(0, slash)},
          .id = order_id{entity.key.substr(slash + 1)}};
}

source_ref source_of(const entity_ref& entity) {
  assert(entity.kind == entity_kind::location ||
         entity.kind == entity_kind::supplier);
  return {.kind = entity.kind == entity_kind::supplier ? source_kind::supplier
                                                       : source_kind::location,
          .id = entity.key};
}

}  // namespace oms
