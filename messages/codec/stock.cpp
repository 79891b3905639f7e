// Locations, suppliers and the catalogue.
//
// Events about an order name its key: a source has no other way to find the
// promise, and the outbox makes the message to the order from the event alone.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::LocationDefined::Builder out, const location_defined& in) {
  write(out.initSettings(), in.settings);
}

location_defined read(schema::LocationDefined::Reader in) {
  return {.settings = read(in.getSettings())};
}

void write(schema::SupplierDefined::Builder out, const supplier_defined& in) {
  write(out.initSettings(), in.settings);
}

supplier_defined read(schema::SupplierDefined::Reader in) {
  return {.settings = read(in.getSettings())};
}

void write(schema::StockReceived::Builder out, const stock_received& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  if (filled(in.reference)) out.setReference(stored(in.reference));
}

stock_received read(schema::StockReceived::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .reference = text(in.getReference())};
}

void write(schema::StockAdjusted::Builder out, const stock_adjusted& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setDelta(in.delta.value);
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

stock_adjusted read(schema::StockAdjusted::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .delta = quantity{in.getDelta()},
          .reason = text(in.getReason())};
}

// A count is absolute and an adjustment relative, as their commands are. `was`
// changes nothing; it lets a reader of the trail see what the count found.
void write(schema::StockCounted::Builder out, const stock_counted& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setWas(in.was.value);
  out.setOnHand(in.on_hand.value);
}

stock_counted read(schema::StockCounted::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .was = quantity{in.getWas()},
          .on_hand = quantity{in.getOnHand()}};
}

void write(schema::SafetyStockSet::Builder out, const safety_stock_set& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
}

safety_stock_set read(schema::SafetyStockSet::Reader in) {
  return {.sku = text<sku_id>(in.getSku()), .units = quantity{in.getUnits()}};
}

// What is on offer is part of the log, so that a crash between the offer and
// the answer leaves units reserved, and recovery knows which offers to repeat.
void write(schema::StockOffered::Builder out, const stock_offered& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
}

stock_offered read(schema::StockOffered::Reader in) {
  return {.sku = text<sku_id>(in.getSku()), .units = quantity{in.getUnits()}};
}

void write(schema::OfferSettled::Builder out, const offer_settled& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
}

offer_settled read(schema::OfferSettled::Reader in) {
  return {.sku = text<sku_id>(in.getSku()), .units = quantity{in.getUnits()}};
}

// `round` goes with the promise to the order and tells it which of its requests
// is answered. It is logged because recovery may have to send that message
// again. `opens` was decided by the capacity of that day.
void write(schema::StockCommitted::Builder out, const stock_committed& in) {
  write(out.initOrder(), in.order);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setOpens(in.opens);
  out.setRound(in.round);
}

stock_committed read(schema::StockCommitted::Reader in) {
  return {.order = read(in.getOrder()),
          .lines = read_list(in.getLines()),
          .opens = in.getOpens(),
          .round = in.getRound()};
}

// No lines is a message of its own here: the order has heard of one
// `stock_taken_back`. A null pointer and an empty list read alike, so nothing
// more is needed to keep it.
void write(schema::StockDecommitted::Builder out, const stock_decommitted& in) {
  write(out.initOrder(), in.order);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

stock_decommitted read(schema::StockDecommitted::Reader in) {
  return {.order = read(in.getOrder()), .lines = read_list(in.getLines())};
}

void write(schema::StockAccepted::Builder out, const stock_accepted& in) {
  write(out.initOrder(), in.order);
}

stock_accepted read(schema::StockAccepted::Reader in) {
  return {.order = read(in.getOrder())};
}

// Put back is picked with negative units: the order's word is added up, and
// pairs that cross a revocation cancel out.
void write(schema::StockPicked::Builder out, const stock_picked& in) {
  write(out.initOrder(), in.order);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

stock_picked read(schema::StockPicked::Reader in) {
  return {.order = read(in.getOrder()), .lines = read_list(in.getLines())};
}

// `counted_out` is where the order and a count crossed: the order ships what
// the source was about to revoke. These units left the books with the count, so
// shipping them must not take them out of the stock again.
void write(schema::ShippedStock::Builder out, const shipped_stock& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  out.setPicked(in.picked.value);
  out.setCountedOut(in.counted_out.value);
}

shipped_stock read(schema::ShippedStock::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .picked = quantity{in.getPicked()},
          .counted_out = quantity{in.getCountedOut()}};
}

void write(schema::StockShipped::Builder out, const stock_shipped& in) {
  write(out.initOrder(), in.order);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

stock_shipped read(schema::StockShipped::Reader in) {
  return {.order = read(in.getOrder()), .lines = read_list(in.getLines())};
}

// The effect per line is stored beside the reason. It depends on what was
// available and what was being revoked at that moment.
void write(schema::RejectedStock::Builder out, const rejected_stock& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  out.setPicked(in.picked.value);
  out.setWrittenOff(in.written_off.value);
  out.setDamaged(in.damaged.value);
}

rejected_stock read(schema::RejectedStock::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .picked = quantity{in.getPicked()},
          .written_off = quantity{in.getWrittenOff()},
          .damaged = quantity{in.getDamaged()}};
}

void write(schema::StockRejected::Builder out, const stock_rejected& in) {
  write(out.initOrder(), in.order);
  out.setReason(stored(in.reason));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

stock_rejected read(schema::StockRejected::Reader in) {
  return {.order = read(in.getOrder()),
          .reason = word<reject_reason>(in.getReason()),
          .lines = read_list(in.getLines())};
}

// One event per order and SKU, and not one per count: each is a message to one
// order, and a message is known by its sender's version.
void write(schema::StockTakenBack::Builder out, const stock_taken_back& in) {
  write(out.initOrder(), in.order);
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  out.setPicked(in.picked.value);
}

stock_taken_back read(schema::StockTakenBack::Reader in) {
  return {.order = read(in.getOrder()),
          .sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .picked = quantity{in.getPicked()}};
}

void write(schema::RestockedLine::Builder out, const restocked_line& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setSellable(in.sellable.value);
  out.setDamaged(in.damaged.value);
}

restocked_line read(schema::RestockedLine::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .sellable = quantity{in.getSellable()},
          .damaged = quantity{in.getDamaged()}};
}

void write(schema::StockRestocked::Builder out, const stock_restocked& in) {
  write(out.initOrder(), in.order);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

stock_restocked read(schema::StockRestocked::Reader in) {
  return {.order = read(in.getOrder()), .lines = read_list(in.getLines())};
}

void write(schema::ProductDefined::Builder out, const product_defined& in) {
  write(out.initSettings(), in.settings);
}

product_defined read(schema::ProductDefined::Reader in) {
  return {.settings = read(in.getSettings())};
}

// The version is what routing decisions refer to.
void write(schema::RoutingSet::Builder out, const routing_set& in) {
  write(out.initRules(), in.rules);
  out.setVersion(in.version);
}

routing_set read(schema::RoutingSet::Reader in) {
  return {.rules = read(in.getRules()), .version = in.getVersion()};
}

}  // namespace oms::codec
