#include "tools/json/commands.hpp"

#include <string>

#include "tools/json/network.hpp"

namespace oms::json {

namespace {

// The customer's id is a part of the order and goes into the log; name and
// e-mail are personal data and are kept beside it.
void read_customer(const node& at, place_order& out) {
  object_reader keys(at);
  keys.optional("id", out.body.customer);
  keys.optional("name", out.personal.customer_name);
  keys.optional("email", out.personal.email);
  keys.refuse_others();
}

// Country and position decide routing, which must stay explainable, so they are
// not personal data. Everything else is.
void read_ship_to(const node& at, place_order& out) {
  object_reader keys(at);
  keys.optional("name", out.personal.name);
  keys.optional("line1", out.personal.line1);
  keys.optional("line2", out.personal.line2);
  keys.optional("city", out.personal.city);
  keys.optional("region", out.personal.region);
  keys.optional("postalCode", out.personal.postal_code);
  keys.optional("country", out.body.ship_to.country);
  read_position(keys, out.body.ship_to.position);
  keys.refuse_others();
}

// Only scenarios number lines: an order of a real caller is referred to by its
// own ids, which the engine must not invent.
void read_line(const node& at, std::size_t index,
               const order_defaults& defaults, order_line& out) {
  object_reader keys(at);
  if (defaults.number_lines) {
    // Set before the key is read, which may then replace it.
    out.line = line_id(std::to_string(index + 1));
    keys.optional("line", out.line);
  } else {
    keys.required("line", out.line);
  }
  out.unit_price = defaults.unit_price;
  keys.required("sku", out.sku);
  keys.required("quantity", out.units);
  keys.optional("unitPrice", out.unit_price);
  keys.optional("discount", out.discount);
  keys.optional("tax", out.tax);
  keys.refuse_others();
}

void read_shipping(const node& at, shipping_choice& out) {
  object_reader keys(at);
  keys.optional("service", out.service);
  keys.optional("price", out.price);
  keys.refuse_others();
}

void read_prepayment(const node& at, prepayment& out) {
  object_reader keys(at);
  keys.required("captured", out.captured);
  keys.optional("reference", out.reference);
  keys.refuse_others();
}

}  // namespace

void read_order(const node& at, place_order& out,
                const order_defaults& defaults) {
  object_reader keys(at);
  keys.required("id", out.order.id);
  keys.optional("brand", out.order.brand);
  keys.optional("channel", out.body.channel);
  keys.optional("placedAt", out.body.placed_at);
  keys.optional("currency", out.body.currency);
  if (const auto customer = keys.find("customer")) {
    read_customer(*customer, out);
  }
  if (const auto ship_to = keys.find("shipTo")) read_ship_to(*ship_to, out);
  // Not by the reader of lists: a line needs its position and the defaults.
  if (const auto lines = keys.need("lines"); lines && is_list(*lines)) {
    out.body.lines.resize(lines->json().size());
    for (std::size_t i = 0; i < out.body.lines.size(); ++i) {
      read_line(lines->item(i), i, defaults, out.body.lines[i]);
    }
  }
  if (const auto shipping = keys.find("shipping")) {
    read_shipping(*shipping, out.body.shipping);
  }
  keys.optional("discount", out.body.discount);
  keys.optional("policy", out.body.policy);
  keys.optional("priority", out.body.priority);
  keys.optional("reservation", out.body.reservation);
  if (const auto payment = keys.find("payment")) {
    // Its presence means that the order is placed and paid in one step.
    read_prepayment(*payment, out.body.payment.emplace());
  }
  keys.refuse_others();
}

void read(const node& at, line_choice& out) {
  object_reader keys(at);
  keys.required("line", out.line);
  keys.required("quantity", out.units);
  keys.refuse_others();
}

// Sellable unless the caller says otherwise.
void read(const node& at, returned_line& out) {
  object_reader keys(at);
  keys.required("line", out.line);
  keys.required("quantity", out.units);
  keys.optional("condition", out.condition);
  keys.refuse_others();
}

void read(const node& at, work_line& out) {
  object_reader keys(at);
  keys.optional("line", out.line);
  keys.optional("sku", out.sku);
  keys.required("quantity", out.units);
  keys.refuse_others();
  // Something that is not an object has its fault already.
  if (at.json().is_object() && out.line.empty() && out.sku.empty()) {
    at.refuse("needs a line or a sku");
  }
}

// A capture without an amount is of all that is due.
void read_keys(object_reader& keys, record_payment& out) {
  keys.required("event", out.event);
  keys.optional("amount", out.amount);
  keys.optional("reference", out.reference);
  keys.optional("final", out.final);
}

// Lists of commands are optional values: without the key everything is meant,
// while an empty list is refused by the engine.
void read_keys(object_reader& keys, cancel_order& out) {
  keys.optional("lines", out.lines);
  keys.optional("reason", out.reason);
  keys.optional("note", out.note);
}

void read_keys(object_reader& keys, place_hold& out) {
  keys.required("hold", out.hold);
  keys.optional("reason", out.reason);
}

void read_keys(object_reader& keys, add_note& out) {
  keys.required("text", out.text);
}

void read_keys(object_reader& keys, plan_order& out) {
  keys.optional("preview", out.preview);
}

void read_keys(object_reader& keys, work_fulfillment& out) {
  // One command for seven actions, each with keys of its own. Whatever is not
  // read here is refused by the caller as unknown, so a `carrier` in a `pick`
  // is a fault.
  using enum fulfillment_action;
  if (out.action == cancel_answer) {
    keys.required("agreed", out.agreed);
    return;
  }
  keys.optional("lines", out.lines);
  // A short pick says by itself what happened, a rejection does not.
  if (out.action == reject) keys.required("reason", out.reason);
  if (out.action == short_pick) keys.optional("reason", out.reason);
  if (out.action == reject || out.action == short_pick)
    keys.optional("text", out.text);
  if (out.action == ship) {
    // The caller's own id, by which tracking finds the shipment later.
    keys.required("shipment", out.shipment);
    keys.optional("carrier", out.carrier);
    keys.optional("tracking", out.tracking);
  }
}

void read_keys(object_reader& keys, track_shipment& out) {
  keys.required("status", out.news);
}

void read_keys(object_reader& keys, request_refund& out) {
  keys.optional("lines", out.lines);
  keys.optional("shipping", out.shipping);
  keys.optional("amount", out.amount);
  keys.optional("reason", out.reason);
}

// No default for the outcome: to take a missing key for a failure, or for a
// success, would be wrong half of the time.
void read_keys(object_reader& keys, settle_refund& out) {
  keys.required("succeeded", out.succeeded);
}

void read_keys(object_reader& keys, request_return& out) {
  keys.required("return", out.id);
  keys.optional("lines", out.lines);
  keys.optional("reason", out.reason);
}

void read_keys(object_reader& keys, receive_return& out) {
  keys.required("location", out.location);
  keys.optional("lines", out.lines);
}

void read_keys(object_reader& keys, decide_return& out) {
  keys.required("accepted", out.accepted);
}

void read_keys(object_reader& keys, receive_stock& out) {
  keys.required("sku", out.sku);
  keys.required("quantity", out.units);
  keys.optional("reference", out.reference);
}

void read_keys(object_reader& keys, adjust_stock& out) {
  keys.required("sku", out.sku);
  keys.required("delta", out.delta);
  keys.optional("reason", out.reason);
}

// What is there, and not the difference: the engine finds that.
void read_keys(object_reader& keys, count_stock& out) {
  keys.required("sku", out.sku);
  keys.required("onHand", out.on_hand);
}

}  // namespace oms::json
