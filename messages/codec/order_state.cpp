// The state of an order.
//
// Each word of the vocabulary has one `write` and one `read`; an empty text
// and an absent optional are not stored at all.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::LineBuckets::Builder out, const line_buckets& in) {
  out.setUnrouted(in.unrouted.value);
  out.setBackordered(in.backordered.value);
  out.setAllocated(in.allocated.value);
  out.setPicked(in.picked.value);
  out.setShipped(in.shipped.value);
  out.setDelivered(in.delivered.value);
  out.setReturned(in.returned.value);
  out.setLost(in.lost.value);
  out.setCancelled(in.cancelled.value);
}

line_buckets read(schema::LineBuckets::Reader in) {
  return {.unrouted = quantity{in.getUnrouted()},
          .backordered = quantity{in.getBackordered()},
          .allocated = quantity{in.getAllocated()},
          .picked = quantity{in.getPicked()},
          .shipped = quantity{in.getShipped()},
          .delivered = quantity{in.getDelivered()},
          .returned = quantity{in.getReturned()},
          .lost = quantity{in.getLost()},
          .cancelled = quantity{in.getCancelled()}};
}

void write(schema::OrderLineState::Builder out, const order_line_state& in) {
  write(out.initOrdered(), in.ordered);
  write(out.initBuckets(), in.buckets);
  out.setUnfillable(in.unfillable.value);
  out.setRefundedUnits(in.refunded_units.value);
  out.setInReturn(in.in_return.value);
}

order_line_state read(schema::OrderLineState::Reader in) {
  return {.ordered = read(in.getOrdered()),
          .buckets = read(in.getBuckets()),
          .unfillable = quantity{in.getUnfillable()},
          .refunded_units = quantity{in.getRefundedUnits()},
          .in_return = quantity{in.getInReturn()}};
}

void write(schema::FulfillmentLine::Builder out, const fulfillment_line& in) {
  out.setLine(static_cast<std::uint32_t>(in.line));
  out.setAllocated(in.allocated.value);
  out.setPicked(in.picked.value);
  out.setShipped(in.shipped.value);
  out.setCancelled(in.cancelled.value);
  out.setMovedAway(in.moved_away.value);
  out.setCancelRequested(in.cancel_requested.value);
}

fulfillment_line read(schema::FulfillmentLine::Reader in) {
  return {.line = in.getLine(),
          .allocated = quantity{in.getAllocated()},
          .picked = quantity{in.getPicked()},
          .shipped = quantity{in.getShipped()},
          .cancelled = quantity{in.getCancelled()},
          .moved_away = quantity{in.getMovedAway()},
          .cancel_requested = quantity{in.getCancelRequested()}};
}

void write(schema::Fulfillment::Builder out, const fulfillment& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  write(out.initSource(), in.source);
  out.setPlace(stored(in.place));
  out.setAccepted(in.accepted);
  if (filled(in.cancel_reason)) out.setCancelReason(stored(in.cancel_reason));
  if (filled(in.cancel_note)) out.setCancelNote(stored(in.cancel_note));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
}

fulfillment read(schema::Fulfillment::Reader in) {
  return {.id = text<fulfillment_id>(in.getId()),
          .source = read(in.getSource()),
          .place = word<place_kind>(in.getPlace()),
          .accepted = in.getAccepted(),
          .cancel_reason = text(in.getCancelReason()),
          .cancel_note = text(in.getCancelNote()),
          .lines = read_list(in.getLines())};
}

void write(schema::ShipmentLine::Builder out, const shipment_line& in) {
  out.setLine(static_cast<std::uint32_t>(in.line));
  out.setUnits(in.units.value);
  out.setEnded(in.ended.value);
}

shipment_line read(schema::ShipmentLine::Reader in) {
  return {.line = in.getLine(),
          .units = quantity{in.getUnits()},
          .ended = quantity{in.getEnded()}};
}

void write(schema::Shipment::Builder out, const shipment& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  if (filled(in.fulfillment)) out.setFulfillment(stored(in.fulfillment));
  write(out.initSource(), in.source);
  if (filled(in.carrier)) out.setCarrier(stored(in.carrier));
  if (filled(in.tracking)) out.setTracking(stored(in.tracking));
  out.setStatus(stored(in.status));
  out.setHasNews(in.news.has_value());
  if (in.news) out.setNews(stored(*in.news));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setTookAll(in.took_all);
}

shipment read(schema::Shipment::Reader in) {
  return {.id = text<shipment_id>(in.getId()),
          .fulfillment = text<fulfillment_id>(in.getFulfillment()),
          .source = read(in.getSource()),
          .carrier = text(in.getCarrier()),
          .tracking = text(in.getTracking()),
          .status = word<shipment_status>(in.getStatus()),
          .news = in.getHasNews()
                      ? std::optional(word<tracking_status>(in.getNews()))
                      : std::nullopt,
          .lines = read_list(in.getLines()),
          .took_all = in.getTookAll()};
}

void write(schema::Refund::Builder out, const refund& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  out.setRequested(in.requested.value);
  out.setStatus(stored(in.status));
  if (filled(in.reason)) out.setReason(stored(in.reason));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  out.setShipping(in.shipping);
  out.setExcess(in.excess.value);
}

refund read(schema::Refund::Reader in) {
  return {.id = text<refund_id>(in.getId()),
          .requested = money{in.getRequested()},
          .status = word<refund_status>(in.getStatus()),
          .reason = text(in.getReason()),
          .lines = read_list(in.getLines()),
          .shipping = in.getShipping(),
          .excess = money{in.getExcess()}};
}

void write(schema::OrderReturn::Builder out, const order_return& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  out.setStatus(stored(in.status));
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  write_list(in.received, [&](auto n) { return out.initReceived(n); });
}

order_return read(schema::OrderReturn::Reader in) {
  return {.id = text<return_id>(in.getId()),
          .status = word<return_status>(in.getStatus()),
          .lines = read_list(in.getLines()),
          .received = read_list(in.getReceived())};
}

void write(schema::OrderHold::Builder out, const order_hold& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  if (filled(in.reason)) out.setReason(stored(in.reason));
}

order_hold read(schema::OrderHold::Reader in) {
  return {.id = text<hold_id>(in.getId()), .reason = text(in.getReason())};
}

void write(schema::Rejection::Builder out, const rejection& in) {
  write(out.initSource(), in.source);
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setReceipts(in.receipts);
}

rejection read(schema::Rejection::Reader in) {
  return {.source = read(in.getSource()),
          .sku = text<sku_id>(in.getSku()),
          .receipts = in.getReceipts()};
}

namespace {

/// Indexes of lines are followed without a look later on.
template <class Works>
void check_lines(const Works& works, std::size_t lines) {
  for (const auto& work : works)
    for (const auto& each : work.lines)
      if (each.line >= lines)
        throw malformed{"units are of a line that the order does not have"};
}

}  // namespace

void write(schema::OrderState::Builder out, const order_state& in) {
  write(out.initKey(), in.key);
  write(out.initBody(), *in.body);
  out.setPlacedAtUs(stored(in.placed_at));
  out.setNumber(in.number);
  out.setStatus(stored(in.status));
  out.setStatusSinceUs(stored(in.status_since));
  out.setPaymentStarted(in.payment_started);
  out.setPaymentFailedFinally(in.payment_failed_finally);
  out.setSplitTold(in.split_told);
  out.setPersonalDataErased(in.personal_data_erased);
  out.setHasPersonal(in.has_personal);
  out.setStuckAlerts(in.stuck_alerts);
  out.setCaptured(in.captured.value);
  out.setRefunded(in.refunded.value);
  out.setRefundRequested(in.refund_requested.value);
  out.setVersion(in.version);
  write_texts(in.payment_references,
              [&](auto n) { return out.initPaymentReferences(n); });
  write_texts(in.failed_references,
              [&](auto n) { return out.initFailedReferences(n); });
  write_list(in.lines, [&](auto n) { return out.initLines(n); });
  write_list(in.fulfillments, [&](auto n) { return out.initFulfillments(n); });
  write_list(in.shipments, [&](auto n) { return out.initShipments(n); });
  write_list(in.refunds, [&](auto n) { return out.initRefunds(n); });
  write_list(in.returns, [&](auto n) { return out.initReturns(n); });
  write_list(in.holds, [&](auto n) { return out.initHolds(n); });
  write_list(in.rejections, [&](auto n) { return out.initRejections(n); });
  write_list(in.unable, [&](auto n) { return out.initUnable(n); });
}

order_state read(schema::OrderState::Reader in) {
  order_state out{
      .key = read(in.getKey()),
      .body = read(in.getBody()),
      .placed_at = time_of(in.getPlacedAtUs()),
      .number = in.getNumber(),
      .status = word<order_status>(in.getStatus()),
      .status_since = time_of(in.getStatusSinceUs()),
      .payment_started = in.getPaymentStarted(),
      .payment_failed_finally = in.getPaymentFailedFinally(),
      .split_told = in.getSplitTold(),
      .personal_data_erased = in.getPersonalDataErased(),
      .has_personal = in.getHasPersonal(),
      .stuck_alerts = in.getStuckAlerts(),
      .captured = money{in.getCaptured()},
      .refunded = money{in.getRefunded()},
      .refund_requested = money{in.getRefundRequested()},
      .version = in.getVersion(),
      .payment_references = read_texts<std::string>(in.getPaymentReferences()),
      .failed_references = read_texts<std::string>(in.getFailedReferences()),
      .lines = read_list(in.getLines()),
      .fulfillments = read_list(in.getFulfillments()),
      .shipments = read_list(in.getShipments()),
      .refunds = read_list(in.getRefunds()),
      .returns = read_list(in.getReturns()),
      .holds = read_list(in.getHolds()),
      .rejections = read_list(in.getRejections()),
      .unable = read_list(in.getUnable())};
  out.places = line_places(out.lines);
  check_lines(out.fulfillments, out.lines.size());
  check_lines(out.shipments, out.lines.size());
  return out;
}

}  // namespace oms::codec
