// What happens to units between the promise and the shipment.
//
// These events also tell the source what to do, and actors/outbox.cpp makes the
// message from the event alone, without the state of the order: recovery must
// be able to send it again. That is why they name the source beside the
// fulfillment and the SKU beside the line, which the order's state would know:
// a source knows SKUs, but neither lines nor fulfillments.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::FulfillmentAccepted::Builder out,
           const fulfillment_accepted& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
}

fulfillment_accepted read(schema::FulfillmentAccepted::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource())};
}

// `requests_stay` is true in all that this version writes. Older entries lack
// the field, which reads as false: then picking ended requests to cancel, and
// folding those entries must still do so.
void write(schema::UnitsPicked::Builder out, const units_picked& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setRequestsStay(in.requests_stay);
}

units_picked read(schema::UnitsPicked::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .lines = read_list(in.getLines()),
          .requests_stay = in.getRequestsStay()};
}

void write(schema::UnitsUnpicked::Builder out, const units_unpicked& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

units_unpicked read(schema::UnitsUnpicked::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .lines = read_list(in.getLines())};
}

// `receipts` is what the stock board said when the order decided. It is in the
// event, because the board has only what is true now, and a fold reads nothing
// but events.
void write(schema::RejectedUnits::Builder out, const rejected_units& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setFromAllocated(in.from_allocated.value);
  out.setFromPicked(in.from_picked.value);
  out.setReceipts(in.receipts);
  out.setRequested(in.requested.value);
}

rejected_units read(schema::RejectedUnits::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .from_allocated = quantity{in.getFromAllocated()},
          .from_picked = quantity{in.getFromPicked()},
          .receipts = in.getReceipts(),
          .requested = quantity{in.getRequested()}};
}

void write(schema::UnitsRejected::Builder out, const units_rejected& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  out.setReason(stored(in.reason));
  out.setShortPick(in.short_pick);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  if (filled(in.text)) out.setText(stored(in.text));
}

units_rejected read(schema::UnitsRejected::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .reason = word<reject_reason>(in.getReason()),
          .short_pick = in.getShortPick(),
          .lines = read_list(in.getLines()),
          .text = text(in.getText())};
}

// The two buckets are apart because the source must know which of the units
// are in its totes. Their sum would do for the order's own lines.
void write(schema::WorkUnits::Builder out, const work_units& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setFromAllocated(in.from_allocated.value);
  out.setFromPicked(in.from_picked.value);
  out.setRequested(in.requested.value);
}

work_units read(schema::WorkUnits::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .from_allocated = quantity{in.getFromAllocated()},
          .from_picked = quantity{in.getFromPicked()},
          .requested = quantity{in.getRequested()}};
}

void write(schema::ShipmentShipped::Builder out, const shipment_shipped& in) {
  if (filled(in.shipment)) out.setShipment(stored(in.shipment));
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  if (filled(in.carrier)) out.setCarrier(stored(in.carrier));
  if (filled(in.tracking)) out.setTracking(stored(in.tracking));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

shipment_shipped read(schema::ShipmentShipped::Reader in) {
  return {.shipment = text<shipment_id>(in.getShipment()),
          .fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .carrier = text(in.getCarrier()),
          .tracking = text(in.getTracking()),
          .lines = read_list(in.getLines())};
}

// No units: which ones move follows from the shipment and from where they are
// when it is folded, so that an update that comes too late moves none.
void write(schema::ShipmentTracked::Builder out, const shipment_tracked& in) {
  if (filled(in.shipment)) out.setShipment(stored(in.shipment));
  out.setNews(stored(in.news));
}

shipment_tracked read(schema::ShipmentTracked::Reader in) {
  return {.shipment = text<shipment_id>(in.getShipment()),
          .news = word<tracking_status>(in.getNews())};
}

void write(schema::CancelledLine::Builder out, const cancelled_line& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setFromUnrouted(in.from_unrouted.value);
  out.setFromBackordered(in.from_backordered.value);
}

cancelled_line read(schema::CancelledLine::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .from_unrouted = quantity{in.getFromUnrouted()},
          .from_backordered = quantity{in.getFromBackordered()}};
}

void write(schema::FulfillmentUnits::Builder out, const fulfillment_units& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

fulfillment_units read(schema::FulfillmentUnits::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .lines = read_list(in.getLines())};
}

// One event for both kinds of units, those that no source had promised and
// those on fulfillments: a cancellation is one decision with one reason.
void write(schema::UnitsCancelled::Builder out, const units_cancelled& in) {
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  write_list(in.promised, [&](auto n) { return out.initPromised(n); });
  if (filled(in.reason)) out.setReason(stored(in.reason));
  if (filled(in.note)) out.setNote(stored(in.note));
}

units_cancelled read(schema::UnitsCancelled::Reader in) {
  return {.lines = read_list(in.getLines()),
          .promised = read_list(in.getPromised()),
          .reason = text(in.getReason()),
          .note = text(in.getNote())};
}

// Reason and note are kept until the units go, which may be days later and by
// another command.
void write(schema::CancelRequested::Builder out, const cancel_requested& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  if (filled(in.reason)) out.setReason(stored(in.reason));
  if (filled(in.note)) out.setNote(stored(in.note));
}

cancel_requested read(schema::CancelRequested::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .lines = read_list(in.getLines()),
          .reason = text(in.getReason()),
          .note = text(in.getNote())};
}

// The answer is about everything that was asked for at the fulfillment, so it
// has no lines. If it agrees, an event `units_cancelled` has them.
void write(schema::CancelAnswered::Builder out, const cancel_answered& in) {
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  out.setAgreed(in.agreed);
}

cancel_answered read(schema::CancelAnswered::Reader in) {
  return {.fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .agreed = in.getAgreed()};
}

void write(schema::UnitsTakenBack::Builder out, const units_taken_back& in) {
  write_list(in.promised, [&](auto n) { return out.initPromised(n); });
}

units_taken_back read(schema::UnitsTakenBack::Reader in) {
  return {.promised = read_list(in.getPromised())};
}

void write(schema::UnitsReleased::Builder out, const units_released& in) {
  write_list(in.promised, [&](auto n) { return out.initPromised(n); });
}

units_released read(schema::UnitsReleased::Reader in) {
  return {.promised = read_list(in.getPromised())};
}

}  // namespace oms::codec
