#include "tools/scenario/expectation.hpp"

#include <array>
#include <utility>

#include "messages/views.hpp"
#include "tools/json/commands.hpp"
#include "tools/scenario/shape.hpp"

namespace oms::scenario {

namespace {

using json::value;

// An order as it is read, with what files say in another way: its id says what
// an expectation is about, and sources are named by their ids alone.
json::value order_shape() {
  auto shape = shape_of(type_of(static_cast<const order_view*>(nullptr)));
  shape.erase("id");
  shape["fulfillments"].front()["source"] = "";
  // A file may also expect the day that has passed, which is not shown.
  shape["queue"].front()["overdue"] = nullptr;
  return shape;
}

// A quote, whose parcels name their sources by their ids alone.
json::value quote_shape() {
  auto shape = shape_of(type_of(static_cast<const quote_view*>(nullptr)));
  shape["parcels"].front()["source"] = "";
  shape["alternatives"].front()["parcels"].front()["source"] = "";
  return shape;
}

// What may be named, by subject; see tools/scenario/shape.hpp. A key that is
// not here is a fault of the file.
json::value shapes() {
  return expanded(json::value::parse(R"({
    "order": "$order",
    "stock": {"onHand": 0, "available": 0, "reserved": 0, "committed": 0,
      "safetyStock": 0, "damaged": 0},
    "incoming": {"lines": [{"reference": "", "quantity": 0, "expected": "",
      "overdue": true, "transferred": true}]},
    "supplier": {"available": 0, "committed": 0},
    "quote": "$quote",
    "backorders": {"queue": [{"order": "", "brand": "", "line": "",
      "quantity": 0, "priority": 0, "placedAt": ""}]},
    "notifications": {"kinds": [""]},
    "alerts": {"kinds": [""], "reasons": [""], "open": true},
    "timeline": {"contains": [{"kind": "", "by": "", "note": "", "from": "",
      "to": "", "reason": ""}]},
    "transitions": {"statuses": ["$status"]},
    "total": {"orders": 0},
    "preview": {"total": 0, "due": 0, "refund": 0,
      "parcels": [{"source": "", "expectedShip": "", "expectedDelivery": "",
        "lines": [{"line": "", "sku": "", "quantity": 0}]}],
      "backordered": [{"sku": "", "quantity": 0, "expected": "",
        "expectedDelivery": ""}]},
    "consolidation": {"orders": 0, "before": 0, "after": 0}
  })"),
                  {{"order", order_shape()},
                   {"quote", quote_shape()},
                   {"status", one_of(json::names<order_status>())}});
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
    constexpr std::array<reading, 16> readings{{
        {"order", order, &expectation_reader::read_order},
        {"preview", preview, &expectation_reader::read_preview},
        {"stock", stock, &expectation_reader::read_stock},
        {"incoming", incoming, &expectation_reader::read_stock},
        {"supplier", supplier, &expectation_reader::read_supplier},
        {"quote", quote, &expectation_reader::read_quote},
        {"backorders", backorders, &expectation_reader::read_backorders},
        {"notifications", notifications, &expectation_reader::read_of_order},
        {"alerts", alerts_of_order, &expectation_reader::read_alerts},
        {"timeline", timeline, &expectation_reader::read_order},
        {"transitions", transitions, &expectation_reader::read_order},
        {"invariants", invariants, &expectation_reader::read_true},
        {old_name_of_invariants, invariants, &expectation_reader::read_true},
        {"total", total, &expectation_reader::read_total},
        {"consolidation", consolidation, &expectation_reader::read_true},
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

  // The body of the command, with `order`.
  void read_preview(const json::node& at) {
    json::object_reader keys(at);
    if (const auto order = keys.need("order")) read_order(*order);
    out_.edit.order = out_.order;
    json::read_keys(keys, out_.edit);
    out_.edit.preview = true;
    keys.refuse_others();
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

  void read_quote(const json::node& at) {
    json::read(at, out_.wanted);
    if (keys_.at().json().contains("alternatives"))
      out_.wanted.alternatives = true;
  }

  void read_backorders(const json::node& at) { json::read(at, out_.sku); }

  void read_true(const json::node& at) {
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
