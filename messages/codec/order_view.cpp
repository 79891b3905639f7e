// An order as its reader sees it.
//
// Each word of the vocabulary has one `write` and one `read`; an empty text
// and an absent optional are not stored at all.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::LineView::Builder out, const line_view& in) {
  write(out.initLine(), in.line);
  write(out.initBuckets(), in.buckets);
  out.setUnfillable(in.unfillable.value);
}

line_view read(schema::LineView::Reader in) {
  return {.line = read(in.getLine()),
          .buckets = read(in.getBuckets()),
          .unfillable = quantity{in.getUnfillable()}};
}

void write(schema::FulfillmentLineView::Builder out,
           const fulfillment_line_view& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
  out.setPicked(in.picked.value);
  out.setShipped(in.shipped.value);
  out.setCancelRequested(in.cancel_requested.value);
}

fulfillment_line_view read(schema::FulfillmentLineView::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()},
          .picked = quantity{in.getPicked()},
          .shipped = quantity{in.getShipped()},
          .cancel_requested = quantity{in.getCancelRequested()}};
}

void write(schema::FulfillmentView::Builder out, const fulfillment_view& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  write(out.initSource(), in.source);
  out.setStatus(stored(in.status));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setHasExpectedDelivery(in.expected_delivery.has_value());
  out.setExpectedDeliveryUs(stored(in.expected_delivery.value_or(timestamp{})));
}

fulfillment_view read(schema::FulfillmentView::Reader in) {
  return {.id = text<fulfillment_id>(in.getId()),
          .source = read(in.getSource()),
          .status = word<fulfillment_status>(in.getStatus()),
          .lines = read_list(in.getLines()),
          .expected_delivery =
              in.getHasExpectedDelivery()
                  ? std::optional(time_of(in.getExpectedDeliveryUs()))
                  : std::nullopt};
}

void write(schema::ShipmentView::Builder out, const shipment_view& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  if (filled(in.carrier)) out.setCarrier(stored(in.carrier));
  if (filled(in.tracking)) out.setTracking(stored(in.tracking));
  out.setStatus(stored(in.status));
  out.setHasNews(in.news.has_value());
  if (in.news) out.setNews(stored(*in.news));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

shipment_view read(schema::ShipmentView::Reader in) {
  return {.id = text<shipment_id>(in.getId()),
          .fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .carrier = text(in.getCarrier()),
          .tracking = text(in.getTracking()),
          .status = word<shipment_status>(in.getStatus()),
          .news = in.getHasNews()
                      ? std::optional(word<tracking_status>(in.getNews()))
                      : std::nullopt,
          .lines = read_list(in.getLines())};
}

void write(schema::RefundView::Builder out, const refund_view& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  out.setRequested(in.requested.value);
  out.setStatus(stored(in.status));
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

refund_view read(schema::RefundView::Reader in) {
  return {.id = text<refund_id>(in.getId()),
          .requested = money{in.getRequested()},
          .status = word<refund_status>(in.getStatus()),
          .reason = text(in.getReason())};
}

void write(schema::ReturnView::Builder out, const return_view& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  out.setStatus(stored(in.status));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  write_list(in.received, [&](auto n) { return out.initReceived(n); });
}

return_view read(schema::ReturnView::Reader in) {
  return {.id = text<return_id>(in.getId()),
          .status = word<return_status>(in.getStatus()),
          .lines = read_list(in.getLines()),
          .received = read_list(in.getReceived())};
}

void write(schema::HoldView::Builder out, const hold_view& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

hold_view read(schema::HoldView::Reader in) {
  return {.id = text<hold_id>(in.getId()), .reason = text(in.getReason())};
}

void write(schema::QueueView::Builder out, const queue_view& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setPosition(in.position);
  out.setHasExpected(in.expected.has_value());
  out.setExpectedUs(stored(in.expected.value_or(timestamp{})));
}

queue_view read(schema::QueueView::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .position = in.getPosition(),
          .expected = in.getHasExpected()
                          ? std::optional(time_of(in.getExpectedUs()))
                          : std::nullopt};
}

void write(schema::OrderView::Builder out, const order_view& in) {
  write(out.initKey(), in.key);
  write(out.initBody(), in.body);
  write(out.initPersonal(), in.personal);
  out.setPlacedAtUs(stored(in.placed_at));
  out.setNumber(in.number);
  out.setStatus(stored(in.status));
  out.setPayment(stored(in.payment));
  out.setCaptured(in.captured.value);
  out.setRefunded(in.refunded.value);
  out.setRefundRequested(in.refund_requested.value);
  out.setTotal(in.total.value);
  out.setVersion(in.version);
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  write_list(in.fulfillments, [&](auto n) { return out.initFulfillments(n); });
  write_list(in.shipments, [&](auto n) { return out.initShipments(n); });
  write_list(in.refunds, [&](auto n) { return out.initRefunds(n); });
  write_list(in.returns, [&](auto n) { return out.initReturns(n); });
  write_list(in.holds, [&](auto n) { return out.initHolds(n); });
  write_list(in.queue, [&](auto n) { return out.initQueue(n); });
}

order_view read(schema::OrderView::Reader in) {
  return {.key = read(in.getKey()),
          .body = read(in.getBody()),
          .personal = read(in.getPersonal()),
          .placed_at = time_of(in.getPlacedAtUs()),
          .number = in.getNumber(),
          .status = word<order_status>(in.getStatus()),
          .payment = word<payment_status>(in.getPayment()),
          .captured = money{in.getCaptured()},
          .refunded = money{in.getRefunded()},
          .refund_requested = money{in.getRefundRequested()},
          .total = money{in.getTotal()},
          .version = in.getVersion(),
          .lines = read_list(in.getLines()),
          .fulfillments = read_list(in.getFulfillments()),
          .shipments = read_list(in.getShipments()),
          .refunds = read_list(in.getRefunds()),
          .returns = read_list(in.getReturns()),
          .holds = read_list(in.getHolds()),
          .queue = read_list(in.getQueue())};
}

}  // namespace oms::codec
