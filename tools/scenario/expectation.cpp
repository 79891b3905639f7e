#include "tools/scenario/expectation.hpp"

#include <array>
#include <utility>

#include "tools/scenario/shape.hpp"

namespace oms::scenario {

namespace {

using json::value;

// The words of the enumerations that the shapes name, so that a new one is
// known without a change here.
json::value words() {
  const auto all = [](auto example) {
    return one_of(json::names<decltype(example)>());
  };
  return {{"policy", all(shipping_policy())},
          {"status", all(order_status())},
          {"payment", all(payment_status())},
          {"fulfillment", all(fulfillment_status())},
          {"shipment", all(shipment_status())},
          {"tracking", all(tracking_status())},
          {"refund", all(refund_status())},
          {"return", all(return_status())},
          {"condition", all(return_condition())}};
}

// What may be named, by subject; see tools/scenario/shape.hpp. A key that is
// not here is a fault of the file.
json::value shapes() {
  return expanded(json::value::parse(R"({
    "order": {
      "brand": "", "channel": "", "placedAt": "", "currency": "",
      "customer": {"id": "", "name": "", "email": ""},
      "shipTo": {"name": "", "line1": "", "line2": "", "city": "",
        "region": "", "postalCode": "", "country": "",
        "latitude": 0, "longitude": 0},
      "shipping": {"service": "", "price": 0},
      "discount": 0, "policy": "$policy", "priority": 0, "reservation": "",
      "status": "$status", "total": 0, "due": 0, "overpaid": 0, "version": 0,
      "payment": {"status": "$payment", "captured": 0, "refunded": 0,
        "refundRequested": 0},
      "lines": [{"line": "", "sku": "", "quantity": 0, "unitPrice": 0,
        "discount": 0, "tax": 0, "unrouted": 0, "backordered": 0,
        "allocated": 0, "picked": 0, "shipped": 0, "delivered": 0,
        "returned": 0, "lost": 0, "cancelled": 0, "unfillable": 0}],
      "fulfillments": [{"id": "", "source": "", "status": "$fulfillment",
        "lines": [{"line": "", "sku": "", "quantity": 0, "picked": 0,
          "shipped": 0, "cancelRequested": 0}]}],
      "shipments": [{"id": "", "fulfillment": "", "carrier": "",
        "tracking": "", "status": "$shipment", "news": "$tracking",
        "lines": [{"line": "", "sku": "", "quantity": 0}]}],
      "refunds": [{"id": "", "amount": 0, "status": "$refund",
        "reason": ""}],
      "returns": [{"id": "", "status": "$return",
        "lines": [{"line": "", "sku": "", "quantity": 0}],
        "received": [{"line": "", "sku": "", "quantity": 0,
          "condition": "$condition"}]}],
      "holds": [{"hold": "", "reason": ""}],
      "queue": [{"line": "", "sku": "", "position": 0, "expected": ""}]
    },
    "stock": {"onHand": 0, "available": 0, "reserved": 0, "committed": 0,
      "safetyStock": 0, "damaged": 0},
    "supplier": {"available": 0, "committed": 0},
    "backorders": {"queue": [{"order": "", "brand": "", "line": "",
      "quantity": 0, "priority": 0, "placedAt": ""}]},
    "notifications": {"kinds": [""]},
    "alerts": {"kinds": [""], "reasons": [""]},
    "timeline": {"contains": [{"kind": "", "by": "", "note": "", "from": "",
      "to": "", "reason": ""}]},
    "transitions": {"statuses": ["$status"]},
    "total": {"orders": 0}
  })"),
                  words());
}

class expectation_reader {
 public:
  expectation_reader(const json::node& at, const order_finder& find_order)
      : keys_(at), find_order_(find_order) {}

  expectation operator()() {
    using enum subject;
    using method = void (expectation_reader::*)(const json::node&);
    struct reading {
      const char* key;
      subject about;
      method read;
    };
    // The first key that is there says what the expectation is about. The order
    // matters where a subject's key may also be a key of another one.
    constexpr std::array<reading, 12> readings{{
        {"order", order, &expectation_reader::read_order},
        {"stock", stock, &expectation_reader::read_stock},
        {"supplier", supplier, &expectation_reader::read_supplier},
        {"backorders", backorders, &expectation_reader::read_backorders},
        {"notifications", notifications, &expectation_reader::read_of_order},
        {"alerts", alerts_of_order, &expectation_reader::read_alerts},
        {"timeline", timeline, &expectation_reader::read_order},
        {"transitions", transitions, &expectation_reader::read_order},
        {"invariants", invariants, &expectation_reader::read_invariants},
        {old_name_of_invariants, invariants,
         &expectation_reader::read_invariants},
        {"total", total, &expectation_reader::read_total},
        {"oneOf", one_of, &expectation_reader::read_one_of},
    }};
    for (const reading& candidate : readings) {
      if (const auto found = keys_.find(candidate.key)) {
        out_.about = candidate.about;
        (this->*candidate.read)(*found);
        read_named(candidate.key);
        return std::move(out_);
      }
    }
    keys_.at().refuse("does not say what it checks, such as order or stock");
    return std::move(out_);
  }

 private:
  void read_order(const json::node& at) {
    std::string id;
    json::read(at, id);
    out_.order = find_order_(id);
  }

  void read_of_order(const json::node& at) {
    json::object_reader keys(at);
    if (const auto order = keys.need("order")) read_order(*order);
    keys.refuse_others();
  }

  void read_stock(const json::node& at) {
    json::object_reader keys(at);
    keys.required("location", out_.place);
    keys.required("sku", out_.sku);
    keys.refuse_others();
  }

  // Two subjects have alerts: orders, and stocks of locations.
  void read_alerts(const json::node& at) {
    if (at.json().is_object() && at.json().contains("location")) {
      out_.about = subject::alerts_of_stock;
      read_stock(at);
    } else {
      read_of_order(at);
    }
  }

  void read_supplier(const json::node& at) {
    json::read(at, out_.place);
    keys_.required("sku", out_.sku);
  }

  void read_backorders(const json::node& at) { json::read(at, out_.sku); }

  void read_invariants(const json::node& at) {
    if (at.json() != true) at.refuse("must be true");
  }

  // The status selects the orders, so of this subject only the number is named.
  void read_total(const json::node& at) {
    json::object_reader keys(at);
    keys.required("status", out_.status);
    if (const auto orders = keys.need("orders")) {
      check_shape(*orders, 0);
      out_.named["orders"] = orders->json();
    }
    keys.refuse_others();
  }

  void read_one_of(const json::node& at) {
    if (!json::is_list(at)) return;
    if (at.json().empty()) at.refuse("must not be empty");
    for (std::size_t i = 0; i < at.json().size(); ++i) {
      out_.alternatives.push_back(read_expectation(at.item(i), find_order_));
    }
  }

  // Takes over every key that the shape of the subject has, `null` too: it
  // expects that there is no value.
  void read_named(const std::string& about) {
    static const json::value all = shapes();
    const auto shape = all.find(about);
    const json::value& json = keys_.at().json();
    if (shape != all.end() && about != "total") {
      for (const auto& [key, inner] : shape->items()) {
        if (const auto found = keys_.find(key)) check_shape(*found, inner);
        if (json.contains(key)) out_.named[key] = json.at(key);
      }
    }
    keys_.refuse_others();
  }

  json::object_reader keys_;
  const order_finder& find_order_;
  expectation out_;
};

}  // namespace

expectation read_expectation(const json::node& at,
                             const order_finder& find_order) {
  return expectation_reader(at, find_order)();
}

}  // namespace oms::scenario
