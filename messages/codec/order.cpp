// Orders: placing, paying, planning, holds, refunds, effects.
//
// An event has results and not requests: an amount that was computed, a bucket
// that units leave, a status that was reached. So a later version with another
// rule folds old entries to what was true when they were written.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::OrderLine::Builder out, const order_line& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  out.setUnitPrice(in.unit_price.value);
  out.setDiscount(in.discount.value);
  out.setTax(in.tax.value);
}

order_line read(schema::OrderLine::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .unit_price = money{in.getUnitPrice()},
          .discount = money{in.getDiscount()},
          .tax = money{in.getTax()}};
}

void write(schema::Prepayment::Builder out, const prepayment& in) {
  out.setCaptured(in.captured.value);
  if (filled(in.reference)) out.setReference(stored(in.reference));
}

prepayment read(schema::Prepayment::Reader in) {
  return {.captured = money{in.getCaptured()},
          .reference = text(in.getReference())};
}

// The body as the caller sent it, but for personal data. An order that is
// placed again is compared with it, so nothing may be left out of it, not even
// what no rule needs.
void write(schema::OrderBody::Builder out, const order_body& in) {
  if (filled(in.channel)) out.setChannel(stored(in.channel));
  out.setHasPlacedAt(in.placed_at.has_value());
  out.setPlacedAtUs(stored(in.placed_at.value_or(timestamp{})));
  if (filled(in.currency)) out.setCurrency(stored(in.currency));
  if (filled(in.customer)) out.setCustomer(stored(in.customer));
  // A group is part of the struct, so it is got and not made.
  auto ship_to = out.getShipTo();
  if (filled(in.ship_to.country))
    ship_to.setCountry(stored(in.ship_to.country));
  if (in.ship_to.position) write(ship_to.initPosition(), *in.ship_to.position);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  auto shipping = out.getShipping();
  if (filled(in.shipping.service))
    shipping.setService(stored(in.shipping.service));
  shipping.setPrice(in.shipping.price.value);
  out.setDiscount(in.discount.value);
  out.setPolicy(stored(in.policy));
  out.setPriority(in.priority);
  if (filled(in.reservation)) out.setReservation(stored(in.reservation));
  if (in.payment) write(out.initPayment(), *in.payment);
}

order_body read(schema::OrderBody::Reader in) {
  const auto ship_to = in.getShipTo();
  const auto shipping = in.getShipping();
  return {
      .channel = text(in.getChannel()),
      .placed_at = in.getHasPlacedAt()
                       ? std::optional(time_of(in.getPlacedAtUs()))
                       : std::nullopt,
      .currency = text(in.getCurrency()),
      .customer = text<customer_id>(in.getCustomer()),
      .ship_to = {.country = text(ship_to.getCountry()),
                  .position = ship_to.hasPosition()
                                  ? std::optional(read(ship_to.getPosition()))
                                  : std::nullopt},
      .lines = read_list(in.getLines()),
      .shipping = {.service = text(shipping.getService()),
                   .price = money{shipping.getPrice()}},
      .discount = money{in.getDiscount()},
      .policy = word<shipping_policy>(in.getPolicy()),
      .priority = in.getPriority(),
      .reservation = text<reservation_id>(in.getReservation()),
      .payment = in.hasPayment() ? std::optional(read(in.getPayment()))
                                 : std::nullopt};
}

// A root of its own. No struct of the log has a field of this type, so no event
// can carry it into the log by mistake.
void write(schema::PersonalData::Builder out, const personal_data& in) {
  if (filled(in.customer_name)) out.setCustomerName(stored(in.customer_name));
  if (filled(in.email)) out.setEmail(stored(in.email));
  if (filled(in.name)) out.setName(stored(in.name));
  if (filled(in.line1)) out.setLine1(stored(in.line1));
  if (filled(in.line2)) out.setLine2(stored(in.line2));
  if (filled(in.city)) out.setCity(stored(in.city));
  if (filled(in.region)) out.setRegion(stored(in.region));
  if (filled(in.postal_code)) out.setPostalCode(stored(in.postal_code));
}

personal_data read(schema::PersonalData::Reader in) {
  return {.customer_name = text(in.getCustomerName()),
          .email = text(in.getEmail()),
          .name = text(in.getName()),
          .line1 = text(in.getLine1()),
          .line2 = text(in.getLine2()),
          .city = text(in.getCity()),
          .region = text(in.getRegion()),
          .postal_code = text(in.getPostalCode())};
}

// `has_personal` tells a record that is missing from one that never was. In
// entries from before the field it reads as false, and a missing record is
// then taken for none.
void write(schema::OrderPlaced::Builder out, const order_placed& in) {
  write(out.initBody(), *in.body);
  out.setNumber(in.number);
  if (in.has_personal) out.setHasPersonal(true);
}

order_placed read(schema::OrderPlaced::Reader in) {
  return {.body = read(in.getBody()),
          .number = in.getNumber(),
          .personal = {},
          .has_personal = in.getHasPersonal()};
}

// `from` follows from the events before, but the checkpointer counts orders by
// status along the log and has no state of orders to look it up in.
void write(schema::StatusChanged::Builder out, const status_changed& in) {
  out.setFrom(stored(in.from));
  out.setTo(stored(in.to));
}

status_changed read(schema::StatusChanged::Reader in) {
  return {.from = word<order_status>(in.getFrom()),
          .to = word<order_status>(in.getTo())};
}

void write(schema::PaymentStarted::Builder out, const payment_started& in) {
  if (filled(in.reference)) out.setReference(stored(in.reference));
}

payment_started read(schema::PaymentStarted::Reader in) {
  return {.reference = text(in.getReference())};
}

void write(schema::PaymentCaptured::Builder out, const payment_captured& in) {
  out.setCaptured(in.captured.value);
  if (filled(in.reference)) out.setReference(stored(in.reference));
}

payment_captured read(schema::PaymentCaptured::Reader in) {
  return {.captured = money{in.getCaptured()},
          .reference = text(in.getReference())};
}

void write(schema::PaymentFailed::Builder out, const payment_failed& in) {
  if (filled(in.reference)) out.setReference(stored(in.reference));
  out.setFinal(in.final);
}

payment_failed read(schema::PaymentFailed::Reader in) {
  return {.reference = text(in.getReference()), .final = in.getFinal()};
}

void write(schema::OrderPlanned::Builder out, const order_planned& in) {
  write(out.initDecision(), in.decision);
  out.setByCommand(in.by_command);
}

order_planned read(schema::OrderPlanned::Reader in) {
  return {.decision = read(in.getDecision()), .by_command = in.getByCommand()};
}

void write(schema::AllocatedLine::Builder out, const allocated_line& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setFromUnrouted(in.from_unrouted.value);
  out.setFromBackordered(in.from_backordered.value);
}

allocated_line read(schema::AllocatedLine::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .from_unrouted = quantity{in.getFromUnrouted()},
          .from_backordered = quantity{in.getFromBackordered()}};
}

// `place` is what the source was at that moment. The location may be another
// kind of place by the time the order is folded, and a fold asks no one.
void write(schema::UnitsAllocated::Builder out, const units_allocated& in) {
  write(out.initSource(), in.source);
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  out.setPlace(stored(in.place));
  out.setOpened(in.opened);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

units_allocated read(schema::UnitsAllocated::Reader in) {
  return {.source = read(in.getSource()),
          .fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .place = word<source_type>(in.getPlace()),
          .opened = in.getOpened(),
          .lines = read_list(in.getLines())};
}

void write(schema::GrantDeclined::Builder out, const grant_declined& in) {
  write(out.initSource(), in.source);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

grant_declined read(schema::GrantDeclined::Reader in) {
  return {.source = read(in.getSource()), .lines = read_list(in.getLines())};
}

void write(schema::UnitsBackordered::Builder out, const units_backordered& in) {
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

units_backordered read(schema::UnitsBackordered::Reader in) {
  return {.lines = read_list(in.getLines())};
}

void write(schema::UnitsUnfillable::Builder out, const units_unfillable& in) {
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

units_unfillable read(schema::UnitsUnfillable::Reader in) {
  return {.lines = read_list(in.getLines())};
}

void write(schema::HoldPlaced::Builder out, const hold_placed& in) {
  if (filled(in.hold)) out.setHold(stored(in.hold));
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

hold_placed read(schema::HoldPlaced::Reader in) {
  return {.hold = text<hold_id>(in.getHold()), .reason = text(in.getReason())};
}

void write(schema::HoldReleased::Builder out, const hold_released& in) {
  if (filled(in.hold)) out.setHold(stored(in.hold));
}

hold_released read(schema::HoldReleased::Reader in) {
  return {.hold = text<hold_id>(in.getHold())};
}

void write(schema::NoteAdded::Builder out, const note_added& in) {
  if (filled(in.text)) out.setText(stored(in.text));
}

note_added read(schema::NoteAdded::Reader in) {
  return {.text = text(in.getText())};
}

// The amount is stored also where lines are: how a discount is spread over them
// is a rule, which may change.
void write(schema::RefundRequested::Builder out, const refund_requested& in) {
  if (filled(in.refund)) out.setRefund(stored(in.refund));
  out.setRequested(in.requested.value);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setShipping(in.shipping);
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

refund_requested read(schema::RefundRequested::Reader in) {
  return {.refund = text<refund_id>(in.getRefund()),
          .requested = money{in.getRequested()},
          .lines = read_list(in.getLines()),
          .shipping = in.getShipping(),
          .reason = text(in.getReason())};
}

void write(schema::RefundSettled::Builder out, const refund_settled& in) {
  if (filled(in.refund)) out.setRefund(stored(in.refund));
  out.setSucceeded(in.succeeded);
}

refund_settled read(schema::RefundSettled::Reader in) {
  return {.refund = text<refund_id>(in.getRefund()),
          .succeeded = in.getSucceeded()};
}

void write(schema::ReturnRequested::Builder out, const return_requested& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

return_requested read(schema::ReturnRequested::Reader in) {
  return {.id = text<return_id>(in.getId()),
          .lines = read_list(in.getLines()),
          .reason = text(in.getReason())};
}

// The source books what comes in and needs the condition; the order needs the
// buckets. Delivered units are taken before shipped ones, which was decided.
void write(schema::ReturnedUnits::Builder out, const returned_units& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setFromDelivered(in.from_delivered.value);
  out.setFromShipped(in.from_shipped.value);
  out.setCondition(stored(in.condition));
}

returned_units read(schema::ReturnedUnits::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .from_delivered = quantity{in.getFromDelivered()},
          .from_shipped = quantity{in.getFromShipped()},
          .condition = word<return_condition>(in.getCondition())};
}

void write(schema::ReturnReceived::Builder out, const return_received& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  write(out.initLocation(), in.location);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

return_received read(schema::ReturnReceived::Reader in) {
  return {.id = text<return_id>(in.getId()),
          .location = read(in.getLocation()),
          .lines = read_list(in.getLines())};
}

void write(schema::ReturnDeclined::Builder out, const return_declined& in) {
  if (filled(in.id)) out.setId(stored(in.id));
}

return_declined read(schema::ReturnDeclined::Reader in) {
  return {.id = text<return_id>(in.getId())};
}

// Kinds are texts and not words of an enumeration: a program that passes them
// on needs no new version of a schema for a new one, and nothing decides by
// them but "order.split" and "order.stuck" (actors/order/order.cpp).
void write(schema::NotificationRecorded::Builder out,
           const notification_recorded& in) {
  if (filled(in.kind)) out.setKind(stored(in.kind));
  if (filled(in.subject)) out.setSubject(stored(in.subject));
  if (filled(in.text)) out.setText(stored(in.text));
}

notification_recorded read(schema::NotificationRecorded::Reader in) {
  return {.kind = text(in.getKind()),
          .subject = text(in.getSubject()),
          .text = text(in.getText())};
}

void write(schema::AlertRaised::Builder out, const alert_raised& in) {
  if (filled(in.kind)) out.setKind(stored(in.kind));
  if (filled(in.subject)) out.setSubject(stored(in.subject));
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

alert_raised read(schema::AlertRaised::Reader in) {
  return {.kind = text(in.getKind()),
          .subject = text(in.getSubject()),
          .reason = text(in.getReason())};
}

}  // namespace oms::codec
