#include "tools/json/events.hpp"

#include <variant>

#include "messages/time_text.hpp"
#include "tools/json/names.hpp"
#include "tools/json/network.hpp"
#include "tools/json/views.hpp"

namespace oms::json {

namespace {

// Left out if it is zero. An event names a bucket for each way in which units
// may have come, of which usually one is used.
template <class Tag>
void write_amount(const char* key, amount<Tag> number, value& out) {
  if (number.value != 0) out[key] = number.value;
}

// Left out if it is not set: it marks an exception.
void write_flag(const char* key, bool set, value& out) {
  if (set) out[key] = true;
}

void write_order(const order_key& order, value& out) {
  out["order"] = order.id.value;
  write_text("brand", order.brand.value, out);
}

value write_line(const line_id& line, const sku_id& sku) {
  value out = value::object();
  write_text("line", line.value, out);
  out["sku"] = sku.value;
  return out;
}

// `work_units` and `rejected_units` have these fields in common. The keys that
// begin with "from" are buckets; tools/text/trail_text.cpp adds them up.
template <class Units>
value write_work(const Units& units) {
  value out = write_line(units.line, units.sku);
  write_amount("fromAllocated", units.from_allocated, out);
  write_amount("fromPicked", units.from_picked, out);
  write_amount("requested", units.requested, out);
  return out;
}

value write_allocated(const allocated_line& line) {
  value out = write_line(line.line, line.sku);
  write_amount("fromUnrouted", line.from_unrouted, out);
  write_amount("fromBackordered", line.from_backordered, out);
  return out;
}

value write_cancelled(const cancelled_line& line) {
  value out = write_line(line.line, line.sku);
  write_amount("fromUnrouted", line.from_unrouted, out);
  write_amount("fromBackordered", line.from_backordered, out);
  return out;
}

value write_promised(const fulfillment_units& units) {
  return {{"fulfillment", units.fulfillment.value},
          {"source", units.source.id},
          {"lines", write_list(units.lines, write_work<work_units>)}};
}

value write_returned(const returned_units& units) {
  value out = write_line(units.line, units.sku);
  write_amount("fromDelivered", units.from_delivered, out);
  write_amount("fromShipped", units.from_shipped, out);
  out["condition"] = name_of(units.condition);
  return out;
}

value write_shipped(const shipped_stock& line) {
  value out{{"sku", line.sku.value}, {"quantity", line.units.value}};
  write_amount("picked", line.picked, out);
  // Shipped although a count had not found them: the order had the last word,
  // and both agree again by this.
  write_amount("countedOut", line.counted_out, out);
  return out;
}

value write_rejected(const rejected_stock& line) {
  value out{{"sku", line.sku.value}, {"quantity", line.units.value}};
  write_amount("picked", line.picked, out);
  // Missing units, or for `outOfStock` what was still available as well.
  write_amount("writtenOff", line.written_off, out);
  write_amount("damaged", line.damaged, out);
  return out;
}

value write_restocked(const restocked_line& line) {
  value out{{"sku", line.sku.value}};
  write_amount("sellable", line.sellable, out);
  write_amount("damaged", line.damaged, out);
  return out;
}

// The keys that every event of a fulfillment begins with.
template <class Event>
value write_fulfillment(const Event& event) {
  return {{"fulfillment", event.fulfillment.value},
          {"source", event.source.id}};
}

template <class Event>
value write_sku_units(const Event& event) {
  return {{"sku", event.sku.value}, {"quantity", event.units.value}};
}

template <class Event>
value write_order_lines(const Event& event) {
  value out = value::object();
  write_order(event.order, out);
  out["lines"] = write_list(event.lines);
  return out;
}

// One handler per event, in the order of `event_body`. There is no default, so
// that a new event does not compile until it is decided what of it is shown.
struct content_writer {
  value operator()(const order_placed& e) const {
    // Without `personal`, which travels with the event but is not in the log.
    value out = write_body(*e.body);
    out["number"] = e.number;
    return out;
  }
  // Texts take any event with these two keys for a change of status.
  value operator()(const status_changed& e) const {
    return {{"from", name_of(e.from)}, {"to", name_of(e.to)}};
  }
  value operator()(const payment_started& e) const {
    value out = value::object();
    write_text("reference", e.reference, out);
    return out;
  }
  value operator()(const payment_captured& e) const {
    value out{{"captured", e.captured.value}};
    write_text("reference", e.reference, out);
    return out;
  }
  value operator()(const payment_failed& e) const {
    value out = value::object();
    write_text("reference", e.reference, out);
    write_flag("final", e.final, out);
    return out;
  }
  value operator()(const order_planned& e) const {
    // In full: it is the only record of why a source was chosen.
    value out{{"decision", write(e.decision)}};
    write_flag("byCommand", e.by_command, out);
    return out;
  }
  value operator()(const units_allocated& e) const {
    value out = write_fulfillment(e);
    // Recorded, since what the source is may be changed later, and the rules
    // about third parties depend on what it was.
    out["place"] = name_of(e.place);
    write_flag("opened", e.opened, out);
    out["lines"] = write_list(e.lines, write_allocated);
    return out;
  }
  value operator()(const grant_declined& e) const {
    return {{"source", e.source.id}, {"lines", write_list(e.lines)}};
  }
  value operator()(const units_backordered& e) const {
    return {{"lines", write_list(e.lines)}};
  }
  // Units that no source has and that may not wait.
  value operator()(const units_unfillable& e) const {
    return {{"lines", write_list(e.lines)}};
  }
  value operator()(const fulfillment_accepted& e) const {
    return write_fulfillment(e);
  }
  value operator()(const units_picked& e) const {
    value out = write_fulfillment(e);
    out["lines"] = write_list(e.lines);
    return out;
  }
  value operator()(const units_unpicked& e) const {
    value out = write_fulfillment(e);
    out["lines"] = write_list(e.lines);
    return out;
  }
  value operator()(const units_rejected& e) const {
    value out = write_fulfillment(e);
    out["reason"] = name_of(e.reason);
    write_text("text", e.text, out);
    write_flag("shortPick", e.short_pick, out);
    // Without `receipts`, which means something only to the planner.
    out["lines"] = write_list(e.lines, write_work<rejected_units>);
    return out;
  }
  value operator()(const shipment_shipped& e) const {
    value out{{"shipment", e.shipment.value}};
    // After the shipment, which is what the event is about.
    out.update(write_fulfillment(e));
    write_text("carrier", e.carrier, out);
    write_text("tracking", e.tracking, out);
    out["lines"] = write_list(e.lines, write_work<work_units>);
    return out;
  }
  value operator()(const shipment_tracked& e) const {
    return {{"shipment", e.shipment.value}, {"status", name_of(e.news)}};
  }
  // "lines" are the units that no source had promised, "promised" those of each
  // fulfillment.
  value operator()(const units_cancelled& e) const {
    value out{{"lines", write_list(e.lines, write_cancelled)},
              {"promised", write_list(e.promised, write_promised)}};
    write_text("reason", e.reason, out);
    write_text("note", e.note, out);
    return out;
  }
  value operator()(const cancel_requested& e) const {
    value out = write_fulfillment(e);
    out["lines"] = write_list(e.lines);
    write_text("reason", e.reason, out);
    write_text("note", e.note, out);
    return out;
  }
  value operator()(const cancel_answered& e) const {
    value out = write_fulfillment(e);
    out["agreed"] = e.agreed;
    return out;
  }
  value operator()(const units_taken_back& e) const {
    return {{"promised", write_list(e.promised, write_promised)}};
  }
  value operator()(const units_released& e) const {
    return {{"promised", write_list(e.promised, write_promised)}};
  }
  value operator()(const hold_placed& e) const {
    value out{{"hold", e.hold.value}};
    write_text("reason", e.reason, out);
    return out;
  }
  value operator()(const hold_released& e) const {
    return {{"hold", e.hold.value}};
  }
  value operator()(const note_added& e) const { return {{"note", e.text}}; }
  // That it happened is all there is to say.
  value operator()(const personal_data_erased&) const {
    return value::object();
  }
  value operator()(const refund_requested& e) const {
    value out{{"refund", e.refund.value}, {"amount", e.requested.value}};
    // A refund of an amount, or of shipping, has no lines.
    if (!e.lines.empty()) out["lines"] = write_list(e.lines);
    write_flag("shipping", e.shipping, out);
    write_text("reason", e.reason, out);
    return out;
  }
  value operator()(const refund_settled& e) const {
    return {{"refund", e.refund.value}, {"succeeded", e.succeeded}};
  }
  value operator()(const return_requested& e) const {
    value out{{"return", e.id.value}, {"lines", write_list(e.lines)}};
    write_text("reason", e.reason, out);
    return out;
  }
  value operator()(const return_received& e) const {
    return {{"return", e.id.value},
            {"location", e.location.id},
            {"lines", write_list(e.lines, write_returned)}};
  }
  value operator()(const return_declined& e) const {
    return {{"return", e.id.value}};
  }
  value operator()(const notification_recorded& e) const {
    // Under a key of its own: "kind" is that of the event, "notification".
    value out{{"notification", e.kind}};
    write_text("subject", e.subject, out);
    write_text("text", e.text, out);
    return out;
  }
  // Under a key of its own, like a notification.
  value operator()(const alert_raised& e) const {
    value out{{"alert", e.kind}};
    write_text("subject", e.subject, out);
    write_text("reason", e.reason, out);
    return out;
  }
  value operator()(const location_defined& e) const {
    return {{"settings", write(e.settings)}};
  }
  value operator()(const supplier_defined& e) const {
    return {{"settings", write(e.settings)}};
  }
  value operator()(const stock_received& e) const {
    value out = write_sku_units(e);
    write_text("reference", e.reference, out);
    return out;
  }
  value operator()(const stock_adjusted& e) const {
    value out{{"sku", e.sku.value}, {"delta", e.delta.value}};
    write_text("reason", e.reason, out);
    return out;
  }
  // With what was booked before, so that a reader sees the difference without
  // looking for the event before.
  value operator()(const stock_counted& e) const {
    return {{"sku", e.sku.value},
            {"was", e.was.value},
            {"onHand", e.on_hand.value}};
  }
  value operator()(const safety_stock_set& e) const {
    return write_sku_units(e);
  }
  // What the backorder queue is offered, and below how much of that is decided.
  // Both are events of the source alone.
  value operator()(const stock_offered& e) const { return write_sku_units(e); }
  value operator()(const offer_settled& e) const { return write_sku_units(e); }
  value operator()(const stock_committed& e) const {
    value out = write_order_lines(e);
    write_flag("opens", e.opens, out);
    // 0: the backorder queue asked, and no plan.
    if (e.round != 0) out["round"] = e.round;
    return out;
  }
  value operator()(const stock_decommitted& e) const {
    return write_order_lines(e);
  }
  // Accepted as a whole, so there are no units to name.
  value operator()(const stock_accepted& e) const {
    value out = value::object();
    write_order(e.order, out);
    return out;
  }
  value operator()(const stock_picked& e) const { return write_order_lines(e); }
  value operator()(const stock_shipped& e) const {
    value out = value::object();
    write_order(e.order, out);
    out["lines"] = write_list(e.lines, write_shipped);
    return out;
  }
  value operator()(const stock_rejected& e) const {
    value out = value::object();
    write_order(e.order, out);
    out["reason"] = name_of(e.reason);
    out["lines"] = write_list(e.lines, write_rejected);
    return out;
  }
  // One SKU, since a count is of one; the promises are taken back one by one.
  value operator()(const stock_taken_back& e) const {
    value out = value::object();
    write_order(e.order, out);
    out.update(write_sku_units(e));
    write_amount("picked", e.picked, out);
    return out;
  }
  value operator()(const stock_restocked& e) const {
    value out = value::object();
    write_order(e.order, out);
    out["lines"] = write_list(e.lines, write_restocked);
    return out;
  }
  value operator()(const product_defined& e) const {
    return {{"settings", write(e.settings)}};
  }
  // With its version, which decisions name.
  value operator()(const routing_set& e) const {
    return {{"version", e.version}, {"rules", write(e.rules)}};
  }
};

}  // namespace

// Apart from the envelope, since RPC has fields of its own for that.
value write_content(const event_body& body) {
  return std::visit(content_writer{}, body);
}

// Under the key that commands use for it: an order has its brand apart, and a
// product is its SKU.
value write_entity(const entity_ref& entity) {
  value out = value::object();
  switch (entity.kind) {
    case entity_kind::order:
      write_order(order_of(entity), out);
      break;
    case entity_kind::product:
      out["sku"] = entity.key;
      break;
    case entity_kind::location:
    case entity_kind::supplier:
    case entity_kind::routing:
    case entity_kind::engine:
      out[std::string(name_of(entity.kind))] = entity.key;
      break;
  }
  return out;
}

value write(const event& happened) {
  value out{{"at", happened.at}, {"time", time_text(happened.time)}};
  out.update(write_entity(happened.entity));
  out["kind"] = kind_of(happened.body);
  out["by"] = happened.by.value;
  // The caller's key of the command, if it had one.
  write_text("command", happened.command, out);
  // Last, so that all events begin alike. Versions, causes and the link to the
  // event before are for recovery and not shown.
  out.update(write_content(happened.body));
  return out;
}

}  // namespace oms::json
