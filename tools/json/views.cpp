#include "tools/json/views.hpp"

#include "messages/time_text.hpp"
#include "tools/json/names.hpp"
#include "tools/json/network.hpp"

namespace oms::json {

namespace {

void write_time(const char* key, const std::optional<timestamp>& time,
                value& out) {
  if (time) out[key] = time_text(*time);
}

value write_customer(const customer_id& id, const personal_data& personal) {
  value out = value::object();
  write_text("id", id.value, out);
  write_text("name", personal.customer_name, out);
  write_text("email", personal.email, out);
  return out;
}

// One address again, of which one part is personal data and the other is not.
value write_ship_to(const destination& to, const personal_data& personal) {
  value out = value::object();
  write_text("name", personal.name, out);
  write_text("line1", personal.line1, out);
  write_text("line2", personal.line2, out);
  write_text("city", personal.city, out);
  write_text("region", personal.region, out);
  write_text("postalCode", personal.postal_code, out);
  write_text("country", to.country, out);
  write_position(to.position, out);
  return out;
}

// The keys of an order before its lines. Orders as sent and as read share them,
// so that a caller finds again what it sent. Objects without content are left
// out, as an order without personal data has them.
value write_head(const order_body& body, const personal_data& personal) {
  value out = value::object();
  write_text("channel", body.channel, out);
  write_time("placedAt", body.placed_at, out);
  out["currency"] = body.currency;
  value customer = write_customer(body.customer, personal);
  if (!customer.empty()) out["customer"] = std::move(customer);
  value ship_to = write_ship_to(body.ship_to, personal);
  if (!ship_to.empty()) out["shipTo"] = std::move(ship_to);
  return out;
}

// The keys of an order after its lines. Those with a default are always there,
// so that a reader sees what applies.
void write_tail(const order_body& body, value& out) {
  out["shipping"] = {{"service", body.shipping.service},
                     {"price", body.shipping.price.value}};
  out["discount"] = body.discount.value;
  out["policy"] = name_of(body.policy);
  out["priority"] = body.priority;
  write_text("reservation", body.reservation.value, out);
}

}  // namespace

value write(const order_line& line) {
  return {
      {"line", line.line.value},         {"sku", line.sku.value},
      {"quantity", line.units.value},    {"unitPrice", line.unit_price.value},
      {"discount", line.discount.value}, {"tax", line.tax.value}};
}

value write(const line_view& line) {
  value out = write(line.line);
  const line_buckets& buckets = line.buckets;
  // All buckets, also those that are 0: together they are the ordered quantity.
  out["unrouted"] = buckets.unrouted.value;
  out["backordered"] = buckets.backordered.value;
  out["allocated"] = buckets.allocated.value;
  out["picked"] = buckets.picked.value;
  out["shipped"] = buckets.shipped.value;
  out["delivered"] = buckets.delivered.value;
  out["returned"] = buckets.returned.value;
  out["lost"] = buckets.lost.value;
  out["cancelled"] = buckets.cancelled.value;
  out["unfillable"] = line.unfillable.value;
  return out;
}

value write(const fulfillment_line_view& line) {
  return {{"line", line.line.value},
          {"sku", line.sku.value},
          {"quantity", line.units.value},
          {"picked", line.picked.value},
          {"shipped", line.shipped.value},
          {"cancelRequested", line.cancel_requested.value}};
}

value write(const refund_view& refund) {
  value out{{"id", refund.id.value},
            {"amount", refund.requested.value},
            {"status", name_of(refund.status)}};
  write_text("reason", refund.reason, out);
  return out;
}

value write(const returned_units& units) {
  return {{"line", units.line.value},
          {"sku", units.sku.value},
          // Which bucket the units came from is the engine's business; the
          // event has it.
          {"quantity", (units.from_delivered + units.from_shipped).value},
          {"condition", name_of(units.condition)}};
}

value write(const return_view& requested) {
  return {{"id", requested.id.value},
          {"status", name_of(requested.status)},
          {"lines", write_list(requested.lines)},
          {"received", write_list(requested.received)}};
}

value write(const hold_view& hold) {
  return {{"hold", hold.id.value}, {"reason", hold.reason}};
}

// "expected" is there only if the product has a restock date.
value write(const queue_view& entry) {
  value out{{"line", entry.line.value},
            {"sku", entry.sku.value},
            {"position", entry.position}};
  write_time("expected", entry.expected, out);
  return out;
}

value write(const candidate_view& candidate) {
  return {{"source", write(candidate.source)},
          {"tier", candidate.tier},
          {"outcome", name_of(candidate.outcome)},
          // Beside what was taken: the difference is what a reader of a
          // decision asks about.
          {"couldGive", write_list(candidate.could_give)},
          {"taken", write_list(candidate.taken)}};
}

value write(const objective_value& objective) {
  return {{"objective", name_of(objective.kind)}, {"value", objective.value}};
}

value write_body(const order_body& body) {
  // The body of an order has no personal data; that is stored beside the log.
  value out = write_head(body, {});
  out["lines"] = write_list(body.lines);
  write_tail(body, out);
  if (body.payment) {
    out["payment"] = {{"captured", body.payment->captured.value},
                      {"reference", body.payment->reference}};
  }
  return out;
}

value write(const order_view& order) {
  value out{{"id", order.key.id.value}};
  write_text("brand", order.key.brand.value, out);
  out.update(write_head(order.body, order.personal));
  // The engine's time if the caller sent none. The key is in the head already
  // if the caller sent one, and is then replaced.
  out["placedAt"] = time_text(order.placed_at);
  out["status"] = name_of(order.status);
  // Not the prepayment under the same key of an order as sent: what was
  // captured since counts.
  out["payment"] = {{"status", name_of(order.payment)},
                    {"captured", order.captured.value},
                    {"refunded", order.refunded.value},
                    {"refundRequested", order.refund_requested.value}};
  out["total"] = order.total.value;
  out["due"] = order.due.value;
  out["overpaid"] = order.overpaid.value;
  out["lines"] = write_list(order.lines);
  write_tail(order.body, out);
  out["version"] = order.version;
  out["fulfillments"] = write_list(order.fulfillments);
  out["shipments"] = write_list(order.shipments);
  out["refunds"] = write_list(order.refunds);
  out["returns"] = write_list(order.returns);
  out["holds"] = write_list(order.holds);
  out["queue"] = write_list(order.queue);
  return out;
}

// The source with its kind: a location and a supplier may have the same id.
value write(const fulfillment_view& fulfillment) {
  value out{{"id", fulfillment.id.value},
            {"source", write(fulfillment.source)},
            {"status", name_of(fulfillment.status)},
            {"lines", write_list(fulfillment.lines)}};
  write_time("expectedDelivery", fulfillment.expected_delivery, out);
  return out;
}

value write(const shipment_view& shipment) {
  value out{{"id", shipment.id.value},
            {"fulfillment", shipment.fulfillment.value},
            {"carrier", shipment.carrier},
            {"tracking", shipment.tracking},
            {"status", name_of(shipment.status)}};
  // The last report of the carrier, which need not change the status.
  if (shipment.news) out["news"] = name_of(*shipment.news);
  out["lines"] = write_list(shipment.lines);
  return out;
}

// "reserved" includes what is on offer, so that the buckets add up to "onHand";
// "onOffer" says how much of it that is.
value write(const stock_view& stock) {
  return {{"location", stock.location},
          {"sku", stock.sku.value},
          {"onHand", stock.on_hand.value},
          {"available", stock.available.value},
          {"reserved", stock.reserved.value},
          {"committed", stock.committed.value},
          {"safetyStock", stock.safety_stock.value},
          {"damaged", stock.damaged.value},
          {"onOffer", stock.on_offer.value},
          {"version", stock.version}};
}

value write(const supplier_stock_view& stock) {
  value out{{"supplier", stock.supplier}, {"sku", stock.sku.value}};
  // Absent: no limit.
  if (stock.available) out["available"] = stock.available->value;
  out["committed"] = stock.committed.value;
  return out;
}

value write(const waiting_view& entry) {
  value out{{"order", entry.order.id.value}};
  // Orders that the caller may not see have neither id nor brand.
  write_text("brand", entry.order.brand.value, out);
  out["line"] = entry.line.value;
  out["quantity"] = entry.units.value;
  out["priority"] = entry.priority;
  out["placedAt"] = time_text(entry.placed_at);
  return out;
}

// Everything that explains the plan, also the candidates that gave nothing.
value write(const routing_decision& decision) {
  return {{"rulesVersion", decision.rules_version},
          {"asked", write_list(decision.asked)},
          {"candidates", write_list(decision.candidates)},
          {"objectives", write_list(decision.objectives)},
          {"uncovered", write_list(decision.uncovered)},
          {"exact", decision.exact}};
}

value write(const source_ref& source) {
  return {{"kind", name_of(source.kind)}, {"id", source.id}};
}

value write(const line_units& units) {
  return {{"line", units.line.value},
          {"sku", units.sku.value},
          {"quantity", units.units.value}};
}

value write(const sku_quantity& units) {
  return {{"sku", units.sku.value}, {"quantity", units.units.value}};
}

}  // namespace oms::json
