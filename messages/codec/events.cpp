// The event: its header, and the table of all bodies.
//
// The table is written out twice, as a visitor and as a switch. It can't be
// made from the index of the variant: the numbers of the schema's union are on
// disk and only grow, while the variant is ordered for readers
// (`personal_data_erased` has the last number and not the last place).

#include <variant>

#include "messages/codec/parts.hpp"
#include "messages/overloaded.hpp"

namespace oms::codec {

namespace {

// No generic lambda: an event that is not written down here does not compile,
// instead of being logged as a kind without content.
void write_body(schema::Event::Body::Builder out, const event_body& body) {
  std::visit(
      overloaded{
          [&](const order_placed& what) { write(out.initOrderPlaced(), what); },
          [&](const status_changed& what) {
            write(out.initStatusChanged(), what);
          },
          [&](const payment_started& what) {
            write(out.initPaymentStarted(), what);
          },
          [&](const payment_captured& what) {
            write(out.initPaymentCaptured(), what);
          },
          [&](const payment_failed& what) {
            write(out.initPaymentFailed(), what);
          },
          [&](const order_planned& what) {
            write(out.initOrderPlanned(), what);
          },
          [&](const units_allocated& what) {
            write(out.initUnitsAllocated(), what);
          },
          [&](const grant_declined& what) {
            write(out.initGrantDeclined(), what);
          },
          [&](const units_backordered& what) {
            write(out.initUnitsBackordered(), what);
          },
          [&](const units_unfillable& what) {
            write(out.initUnitsUnfillable(), what);
          },
          [&](const fulfillment_accepted& what) {
            write(out.initFulfillmentAccepted(), what);
          },
          [&](const units_picked& what) { write(out.initUnitsPicked(), what); },
          [&](const units_unpicked& what) {
            write(out.initUnitsUnpicked(), what);
          },
          [&](const units_rejected& what) {
            write(out.initUnitsRejected(), what);
          },
          [&](const shipment_shipped& what) {
            write(out.initShipmentShipped(), what);
          },
          [&](const shipment_tracked& what) {
            write(out.initShipmentTracked(), what);
          },
          [&](const units_cancelled& what) {
            write(out.initUnitsCancelled(), what);
          },
          [&](const cancel_requested& what) {
            write(out.initCancelRequested(), what);
          },
          [&](const cancel_answered& what) {
            write(out.initCancelAnswered(), what);
          },
          [&](const units_taken_back& what) {
            write(out.initUnitsTakenBack(), what);
          },
          [&](const units_released& what) {
            write(out.initUnitsReleased(), what);
          },
          [&](const hold_placed& what) { write(out.initHoldPlaced(), what); },
          [&](const hold_released& what) {
            write(out.initHoldReleased(), what);
          },
          [&](const note_added& what) { write(out.initNoteAdded(), what); },
          // It says all by being there, so it has no struct of its own.
          [&](const personal_data_erased&) { out.setPersonalDataErased(); },
          [&](const refund_requested& what) {
            write(out.initRefundRequested(), what);
          },
          [&](const refund_settled& what) {
            write(out.initRefundSettled(), what);
          },
          [&](const return_requested& what) {
            write(out.initReturnRequested(), what);
          },
          [&](const return_received& what) {
            write(out.initReturnReceived(), what);
          },
          [&](const return_declined& what) {
            write(out.initReturnDeclined(), what);
          },
          [&](const notification_recorded& what) {
            write(out.initNotificationRecorded(), what);
          },
          [&](const alert_raised& what) { write(out.initAlertRaised(), what); },
          [&](const location_defined& what) {
            write(out.initLocationDefined(), what);
          },
          [&](const supplier_defined& what) {
            write(out.initSupplierDefined(), what);
          },
          [&](const stock_received& what) {
            write(out.initStockReceived(), what);
          },
          [&](const stock_adjusted& what) {
            write(out.initStockAdjusted(), what);
          },
          [&](const stock_counted& what) {
            write(out.initStockCounted(), what);
          },
          [&](const safety_stock_set& what) {
            write(out.initSafetyStockSet(), what);
          },
          [&](const stock_offered& what) {
            write(out.initStockOffered(), what);
          },
          [&](const offer_settled& what) {
            write(out.initOfferSettled(), what);
          },
          [&](const stock_committed& what) {
            write(out.initStockCommitted(), what);
          },
          [&](const stock_decommitted& what) {
            write(out.initStockDecommitted(), what);
          },
          [&](const stock_accepted& what) {
            write(out.initStockAccepted(), what);
          },
          [&](const stock_picked& what) { write(out.initStockPicked(), what); },
          [&](const stock_shipped& what) {
            write(out.initStockShipped(), what);
          },
          [&](const stock_rejected& what) {
            write(out.initStockRejected(), what);
          },
          [&](const stock_taken_back& what) {
            write(out.initStockTakenBack(), what);
          },
          [&](const stock_restocked& what) {
            write(out.initStockRestocked(), what);
          },
          [&](const product_defined& what) {
            write(out.initProductDefined(), what);
          },
          [&](const routing_set& what) { write(out.initRoutingSet(), what); },
      },
      body);
}

// Without `default`, so that the compiler names a kind of the schema that is
// missing here.
event_body read_body(schema::Event::Body::Reader in) {
  using kind = schema::Event::Body::Which;
  switch (in.which()) {
    case kind::ORDER_PLACED:
      return read(in.getOrderPlaced());
    case kind::STATUS_CHANGED:
      return read(in.getStatusChanged());
    case kind::PAYMENT_STARTED:
      return read(in.getPaymentStarted());
    case kind::PAYMENT_CAPTURED:
      return read(in.getPaymentCaptured());
    case kind::PAYMENT_FAILED:
      return read(in.getPaymentFailed());
    case kind::ORDER_PLANNED:
      return read(in.getOrderPlanned());
    case kind::UNITS_ALLOCATED:
      return read(in.getUnitsAllocated());
    case kind::GRANT_DECLINED:
      return read(in.getGrantDeclined());
    case kind::UNITS_BACKORDERED:
      return read(in.getUnitsBackordered());
    case kind::UNITS_UNFILLABLE:
      return read(in.getUnitsUnfillable());
    case kind::FULFILLMENT_ACCEPTED:
      return read(in.getFulfillmentAccepted());
    case kind::UNITS_PICKED:
      return read(in.getUnitsPicked());
    case kind::UNITS_UNPICKED:
      return read(in.getUnitsUnpicked());
    case kind::UNITS_REJECTED:
      return read(in.getUnitsRejected());
    case kind::SHIPMENT_SHIPPED:
      return read(in.getShipmentShipped());
    case kind::SHIPMENT_TRACKED:
      return read(in.getShipmentTracked());
    case kind::UNITS_CANCELLED:
      return read(in.getUnitsCancelled());
    case kind::CANCEL_REQUESTED:
      return read(in.getCancelRequested());
    case kind::CANCEL_ANSWERED:
      return read(in.getCancelAnswered());
    case kind::UNITS_TAKEN_BACK:
      return read(in.getUnitsTakenBack());
    case kind::UNITS_RELEASED:
      return read(in.getUnitsReleased());
    case kind::HOLD_PLACED:
      return read(in.getHoldPlaced());
    case kind::HOLD_RELEASED:
      return read(in.getHoldReleased());
    case kind::NOTE_ADDED:
      return read(in.getNoteAdded());
    case kind::PERSONAL_DATA_ERASED:
      return personal_data_erased{};
    case kind::REFUND_REQUESTED:
      return read(in.getRefundRequested());
    case kind::REFUND_SETTLED:
      return read(in.getRefundSettled());
    case kind::RETURN_REQUESTED:
      return read(in.getReturnRequested());
    case kind::RETURN_RECEIVED:
      return read(in.getReturnReceived());
    case kind::RETURN_DECLINED:
      return read(in.getReturnDeclined());
    case kind::NOTIFICATION_RECORDED:
      return read(in.getNotificationRecorded());
    case kind::ALERT_RAISED:
      return read(in.getAlertRaised());
    case kind::LOCATION_DEFINED:
      return read(in.getLocationDefined());
    case kind::SUPPLIER_DEFINED:
      return read(in.getSupplierDefined());
    case kind::STOCK_RECEIVED:
      return read(in.getStockReceived());
    case kind::STOCK_ADJUSTED:
      return read(in.getStockAdjusted());
    case kind::STOCK_COUNTED:
      return read(in.getStockCounted());
    case kind::SAFETY_STOCK_SET:
      return read(in.getSafetyStockSet());
    case kind::STOCK_OFFERED:
      return read(in.getStockOffered());
    case kind::OFFER_SETTLED:
      return read(in.getOfferSettled());
    case kind::STOCK_COMMITTED:
      return read(in.getStockCommitted());
    case kind::STOCK_DECOMMITTED:
      return read(in.getStockDecommitted());
    case kind::STOCK_ACCEPTED:
      return read(in.getStockAccepted());
    case kind::STOCK_PICKED:
      return read(in.getStockPicked());
    case kind::STOCK_SHIPPED:
      return read(in.getStockShipped());
    case kind::STOCK_REJECTED:
      return read(in.getStockRejected());
    case kind::STOCK_TAKEN_BACK:
      return read(in.getStockTakenBack());
    case kind::STOCK_RESTOCKED:
      return read(in.getStockRestocked());
    case kind::PRODUCT_DEFINED:
      return read(in.getProductDefined());
    case kind::ROUTING_SET:
      return read(in.getRoutingSet());
  }
  // A later version wrote it. Skipping it would be to open with another state
  // than the one that callers were told of.
  throw malformed{"an event is of a kind that this version does not know"};
}

event_cause read_cause(schema::Cause::Reader in) {
  return {.entity = {.kind = word<entity_kind>(in.getEntityKind()),
                     .key = text(in.getEntityKey())},
          .version = in.getVersion()};
}

}  // namespace

// Neither `at` nor personal data is written: the one follows from the position
// in the entry, the other goes into a record that can be erased.
void write(schema::Event::Builder out, const event& in) {
  out.setPrevious(in.previous);
  out.setTimeUs(stored(in.time));
  out.setEntityKind(stored(in.entity.kind));
  if (filled(in.entity.key)) out.setEntityKey(stored(in.entity.key));
  out.setVersion(in.version);
  if (filled(in.by)) out.setBy(stored(in.by));
  if (filled(in.command)) out.setCommand(stored(in.command));
  // Most events have no cause, and so not the three words of its struct.
  if (in.cause) {
    auto cause = out.initCause();
    cause.setEntityKind(stored(in.cause->entity.kind));
    if (filled(in.cause->entity.key))
      cause.setEntityKey(stored(in.cause->entity.key));
    cause.setVersion(in.cause->version);
  }
  write_body(out.initBody(), in.body);
}

// The caller sets `at`, since only it knows the entry.
event read(schema::Event::Reader in) {
  return {.at = 0,
          .previous = in.getPrevious(),
          .time = time_of(in.getTimeUs()),
          .entity = {.kind = word<entity_kind>(in.getEntityKind()),
                     .key = text(in.getEntityKey())},
          .version = in.getVersion(),
          .by = text<actor_name>(in.getBy()),
          .command = text(in.getCommand()),
          .cause = in.hasCause() ? std::optional(read_cause(in.getCause()))
                                 : std::nullopt,
          .body = read_body(in.getBody())};
}

}  // namespace oms::codec
