#include "tools/text/order_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "messages/time_text.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/json/order_keys.hpp"
#include "tools/text/number_text.hpp"

namespace oms::text {

namespace {

// Joins what is not empty with commas: most orders lack some of it, and
// personal data may have been erased.
std::string joined(std::initializer_list<std::string> parts) {
  std::string out;
  for (const auto& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : ", ") + part;
  return out;
}

void add_bucket(const char* name, quantity units, std::string& out) {
  if (units == quantity{0}) return;
  out += fmt::format("{}{} {}", out.empty() ? "" : ", ", grouped(units.value),
                     name);
}

std::string buckets_text(const line_view& line) {
  std::string out;
  const auto& in = line.buckets;
  // Both are a part of the unrouted ones, but are not planned.
  add_bucket("unrouted", in.unrouted - line.unfillable - line.awaiting_payment,
             out);
  add_bucket("awaiting payment", line.awaiting_payment, out);
  add_bucket("unfillable", line.unfillable, out);
  add_bucket("backordered", in.backordered, out);
  add_bucket("allocated", in.allocated, out);
  add_bucket("picked", in.picked, out);
  add_bucket("shipped", in.shipped, out);
  add_bucket("delivered", in.delivered, out);
  add_bucket("returned", in.returned, out);
  add_bucket("lost", in.lost, out);
  add_bucket("cancelled", in.cancelled, out);
  return out;
}

template <class Line>
std::string units_text(const std::vector<Line>& lines) {
  std::string out;
  for (const auto& line : lines)
    // A fulfillment keeps the lines whose units have moved away.
    if (line.units != quantity{0})
      out += fmt::format("{}{} x {}", out.empty() ? "" : ", ",
                         grouped(line.units.value), line.sku.value);
  return out.empty() ? "nothing left" : out;
}

// Rows with a label on the left. A row without content is left out, so an order
// shows only what it has.
class order_writer {
 public:
  order_writer(const order_view& order, const palette& colours)
      : order_(order), colours_(colours) {}

  std::string operator()(const std::string& when) {
    title(when);
    people();
    further();
    amounts();
    lines();
    work();
    rest();
    return std::move(out_);
  }

 private:
  void row(const char* name, const std::string& text) {
    if (text.empty()) return;
    out_ += fmt::format(
        "  {}  {}\n", colours_.paint(colour::dim, fmt::format("{:<12}", name)),
        harmless_line(text));
  }

  void title(const std::string& when) {
    const auto status = json::name_of(order_.status);
    out_ += fmt::format("Order {}",
                        colours_.paint(colour::bold, order_.key.id.value));
    if (!order_.key.brand.empty())
      out_ += " of " + harmless_line(order_.key.brand.value);
    out_ += ": " + colours_.paint(colour_of(order_.status), status) + '\n';
    row("shown", when);
  }

  void people() {
    const auto& who = order_.personal;
    row("placed", joined({time_text(order_.placed_at), order_.body.channel}));
    row("customer",
        joined({order_.body.customer.value, who.customer_name, who.email}));
    row("ship to", joined({who.name, who.line1, who.line2, who.city, who.region,
                           who.postal_code, order_.body.ship_to.country}));
  }

  // Under the name of the member, in words: "gift_note" is "gift note".
  void further() {
    const auto body = json::write(order_.body);
    for (const auto* key : json::further_order_keys()) {
      const auto shown = body.find(key->name);
      if (shown == body.end()) continue;
      std::string name = key->field->member;
      std::replace(name.begin(), name.end(), '_', ' ');
      row(name.c_str(), shown->is_string() ? shown->get<std::string>()
                                           : json::one_line(*shown));
    }
  }

  void amounts() {
    const auto money_of = [this](money amount) {
      return money_text(amount, order_.body.currency);
    };
    auto text = money_of(order_.total) + ", payment " +
                std::string(json::name_of(order_.payment));
    // Only what differs from the usual: the payment status says the rest.
    if (order_.captured != money{0} && order_.captured != order_.total)
      text += ", captured " + money_of(order_.captured);
    if (order_.authorized != money{0})
      text += ", authorized " + money_of(order_.authorized);
    if (order_.capture_requested != money{0})
      text += ", capture requested " + money_of(order_.capture_requested);
    // Before the first payment everything is due, which the total says already.
    if (order_.captured != money{0} && order_.due != money{0})
      text += ", due " + money_of(order_.due);
    if (order_.overpaid != money{0})
      text += ", overpaid " + money_of(order_.overpaid);
    if (order_.refunded != money{0})
      text += ", refunded " + money_of(order_.refunded);
    if (order_.refund_requested != money{0})
      text += ", refund requested " + money_of(order_.refund_requested);
    row("total", text);
  }

  void lines() {
    // Buckets line up in a column, however long the SKUs are.
    std::size_t width = 0;
    for (const auto& line : order_.lines)
      width = std::max(width, line_text(line).size());
    const char* name = "lines";
    for (const auto& line : order_.lines) {
      auto text =
          fmt::format("{:<{}}  {}", line_text(line), width, buckets_text(line));
      for (const auto& place : order_.queue)
        // Beside its line, since each line waits in a queue of its own SKU.
        if (place.line == line.line.line) text += queue_text(place);
      // Only the first of several rows has the label.
      row(std::exchange(name, ""), text);
    }
  }

  static std::string line_text(const line_view& line) {
    return fmt::format("{}: {} x {}", line.line.line.value,
                       grouped(line.line.units.value), line.line.sku.value);
  }

  static std::string queue_text(const queue_view& place) {
    auto text =
        fmt::format("; position {} in the backorder queue", place.position);
    if (place.expected) text += ", expected " + date_text(*place.expected);
    if (place.answer)
      text += fmt::format("; answer: {}", json::name_of(*place.answer));
    return text;
  }

  // Of a parcel that has yet to leave.
  static std::string expected_text(const fulfillment_view& of) {
    const bool is_over = of.status == fulfillment_status::closed ||
                         of.status == fulfillment_status::cancelled ||
                         of.status == fulfillment_status::incomplete;
    if (is_over || !of.expected_delivery) return {};
    return ", expected " + date_text(*of.expected_delivery);
  }

  void work() {
    const char* name = "fulfillments";
    for (const auto& each : order_.fulfillments)
      row(std::exchange(name, ""),
          fmt::format("{} from {}, {}{}: {}", each.id.value, each.source.id,
                      json::name_of(each.status), expected_text(each),
                      units_text(each.lines)));
    name = "labels";
    for (const auto& each : order_.fulfillments)
      for (const auto& label : each.labels)
        row(std::exchange(name, ""),
            joined({label.bought.id.value, "of " + each.id.value,
                    label.bought.carrier, label.bought.tracking,
                    label.voided ? "voided" : ""}));
    name = "shipments";
    for (const auto& each : order_.shipments) {
      // Carrier and tracking number are the caller's to give, and may be
      // missing.
      auto how = joined({std::string(json::name_of(each.status)), each.carrier,
                         each.tracking});
      row(std::exchange(name, ""), fmt::format("{}, {}: {}", each.id.value, how,
                                               units_text(each.lines)));
    }
  }

  void rest() {
    const char* name = "holds";
    for (const auto& each : order_.holds)
      row(std::exchange(name, ""), joined({each.id.value, each.reason}));
    name = "refunds";
    for (const auto& each : order_.refunds)
      row(std::exchange(name, ""),
          joined({each.id.value,
                  money_text(each.requested, order_.body.currency),
                  std::string(json::name_of(each.status)), each.reason}));
    name = "returns";
    for (const auto& each : order_.returns)
      row(std::exchange(name, ""),
          fmt::format("{}, {}: {}", each.id.value, json::name_of(each.status),
                      units_text(each.lines)));
  }

  const order_view& order_;
  const palette& colours_;
  std::string out_;
};

}  // namespace

std::string order_text(const order_view& order, const std::string& when,
                       const palette& colours) {
  return order_writer(order, colours)(when);
}

// Three colors: an end that is bad, an end that is good, and everything that
// goes on.
colour colour_of(order_status status) {
  switch (status) {
    case order_status::cancelled:
      return colour::red;
    case order_status::fulfilled:
    case order_status::delivered:
      return colour::green;
    default:
      return colour::cyan;
  }
}

}  // namespace oms::text
