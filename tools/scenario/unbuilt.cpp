#include "tools/scenario/unbuilt.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tools/scenario/shape.hpp"

namespace oms::scenario {

namespace {

using json::value;

// Shapes that the table uses more than once.
constexpr const char* named_shapes = R"({
  "address": {"name": "", "company": "", "line1": "", "line2": "", "city": "",
    "region": "", "postalCode": "", "country": "", "phone": "",
    "latitude": 0, "longitude": 0},
  "customer": {"id": "", "name": "", "email": "", "phone": "", "locale": ""},
  "shipping": {"service": "", "price": 0},
  "skus": [{"sku": "", "quantity": 0}],
  "work": [{"line": "", "sku": "", "quantity": 0}],
  "objectives": ["fewestShipments|lowestCost|nearest|priority|balanceStock|soonest"],
  "cart": {"brand": "", "shipTo": "$address", "lines": "$skus",
    "shipping": "$shipping", "priority": 0, "objectives": "$objectives",
    "alternatives": true, "reservation": ""},
  "edit": {"order": "", "shipTo": "$address", "billTo": "$address",
    "customer": "$customer", "shipping": "$shipping", "discount": 0,
    "priority": 0, "policy": "asAvailable|shipComplete",
    "objectives": "$objectives", "channelOrder": "",
    "attributes": {"*": ""}, "note": "", "preview": true,
    "lines": [{"line": "", "sku": "", "quantity": 0, "unitPrice": 0,
      "discount": 0, "tax": 0, "title": "", "variant": "",
      "attributes": {"*": ""}}]},
  "parcels": [{"source": "", "lines": "$work", "expectedShip": "",
    "expectedDelivery": ""}],
  "waiting": [{"line": "", "sku": "", "quantity": 0, "expected": "",
    "expectedDelivery": ""}]
})";

// What isn't built, by verb, and for `expect` by subject. Keys with a "+" are
// not built; their value is the shape of what they hold, so that a misspelt key
// inside is still a fault. Of a text "a|b" these words are not built.
// Everything else only leads there.
constexpr const char* table = R"({
  "fails": "preconditionFailed", "mayFail": "preconditionFailed",
  "place": {
    "+relatesTo": [{"order": "", "kind": "exchange|replacement|split"}],
    "+objectives": "$objectives",
    "lines": [{"+attributes": {"*": ""}}]},
  "receive": {"+incoming": "", "+reason": "", "+lines": "$skus"},
  "adjust": {"+reference": "", "+incoming": "",
    "+lines": [{"sku": "", "delta": 0}]},
  "count": {"+reason": "", "+reference": "", "+incoming": "",
    "+lines": [{"sku": "", "onHand": 0}]},
  "location": {"+timeZone": "", "+cutoff": "", "+holidays": [""],
    "+workingDays": ["mon|tue|wed|thu|fri|sat|sun"],
    "+address": {"company": "", "line1": "", "line2": "", "city": "",
      "region": "", "postalCode": "", "phone": "", "email": ""}},
  "routing": {"objectives": ["soonest"], "+consolidateEveryS": 0,
    "+unknownDays": 0,
    "+transit": [{"service": "", "upToKm": 0, "days": 0}]},
  "+quote": "$cart",
  "+reserve": {"brand": "", "shipTo": "$address", "lines": "$skus",
    "shipping": "$shipping", "priority": 0, "objectives": "$objectives",
    "alternatives": true, "reservation": "", "expiresInS": 0,
    "partial": true},
  "+release": {"reservation": "", "lines": "$skus"},
  "+edit": "$edit",
  "+move": {"order": "", "source": "", "to": "", "reason": "",
    "lines": "$work"},
  "+incoming": {"location": "", "reference": "", "lines": "$skus",
    "expected": ""},
  "+transfer": {"transfer": "", "from": "", "to": "", "lines": "$skus",
    "expected": ""},
  "+closeTransfer": {"transfer": ""},
  "+consolidate": {"brand": "", "sku": "", "limit": 0, "preview": true},
  "expect": {
    "+quote": {"quote": "$cart", "parcels": "$parcels",
      "backordered": "$waiting", "split": true,
      "alternatives": [{"why": "", "parcels": "$parcels",
        "backordered": "$waiting", "costDelta": 0,
        "objectives": "$objectives", "policy": "asAvailable|shipComplete"}]},
    "+preview": {"preview": "$edit", "total": 0, "due": 0, "refund": 0,
      "parcels": "$parcels", "backordered": "$waiting"},
    "+consolidation": {"consolidation": true, "orders": 0, "before": 0,
      "after": 0},
    "+incoming": {"incoming": {"location": "", "sku": ""},
      "lines": [{"reference": "", "quantity": 0, "expected": ""}]},
    "order": {
      "+relatesTo": [{"order": "", "kind": "exchange|replacement|split"}],
      "+objectives": "$objectives",
      "lines": [{"+awaitingPayment": 0,
        "+attributes": {"*": ""}}],
      "fulfillments": [{"+expectedShip": "", "+expectedDelivery": ""}],
      "queue": [{"+expectedDelivery": "", "+overdue": null}]},
    "notifications": {
      "kinds": ["order.changed|backorder.delayed"]},
    "alerts": {"+open": true,
      "kinds": ["incoming.overdue|endpoint.disabled"]},
    "timeline": {"contains": [{
      "kind": "order.changed|order.related|backorder.delayed"}]}
  }
})";

const json::value& unbuilt() {
  // Parsed once: a run may read hundreds of files.
  static const json::value all =
      expanded(json::value::parse(table), json::value::parse(named_shapes));
  return all;
}

constexpr char not_built = '+';

bool is_in(const json::value& json, const std::string& key) {
  return json.is_object() && json.contains(key);
}

// Whether `path` is `outer` or below it: "steps[1].place" is not below
// "steps[1].pl".
bool is_inside(std::string_view path, std::string_view outer) {
  if (!path.starts_with(outer)) return false;
  path.remove_prefix(outer.size());
  return path.empty() || path.front() == '.' || path.front() == '[';
}

}  // namespace

unbuilt_words::unbuilt_words(const json::value& file) {
  const json::node at(file, "", faults_);
  if (!file.is_object()) return;
  find_in_head(at);
  if (is_in(file, "steps")) find_in_steps(at.member("steps"));
}

// Suppliers and stock have no words that are not built.
void unbuilt_words::find_in_head(const json::node& file) {
  const auto find_each = [&](const char* list, const char* verb) {
    if (!is_in(file.json(), list)) return;
    find(file.member(list), json::value::array({unbuilt()[verb]}), true);
  };
  find_each("locations", "location");
  if (is_in(file.json(), "routing") && file.json()["routing"].is_array()) {
    find_each("routing", "routing");
  } else if (is_in(file.json(), "routing")) {
    find(file.member("routing"), unbuilt()["routing"], true);
  }
}

void unbuilt_words::find_in_steps(const json::node& steps) {
  if (!steps.json().is_array()) return;
  for (std::size_t i = 0; i < steps.json().size(); ++i) {
    find_in_step(steps.item(i));
  }
}

void unbuilt_words::find_in_step(const json::node& step) {
  if (!step.json().is_object()) return;
  if (is_in(step.json(), "together")) {
    return find_in_steps(step.member("together"));
  }
  if (is_in(step.json(), "expect")) {
    return find_in_expectation(step.member("expect"));
  }
  // A body that must be refused may have any form, so its shape is not checked.
  const bool checked = step.json().value("fails", json::value()) != "invalid";
  find(step, unbuilt(), checked);
}

void unbuilt_words::find_in_expectation(const json::node& expected) {
  const json::value& json = expected.json();
  if (is_in(json, "oneOf") && json["oneOf"].is_array()) {
    const json::node all = expected.member("oneOf");
    for (std::size_t i = 0; i < all.json().size(); ++i) {
      find_in_expectation(all.item(i));
    }
    return;
  }
  for (const auto& [key, shape] : unbuilt()["expect"].items()) {
    const bool built = key.front() != not_built;
    const std::string about = built ? key : key.substr(1);
    if (!is_in(json, about)) continue;
    if (built) return find(expected, shape, true);
    add(about, expected.member(about));
    places_.push_back({expected.path(), expected.path(), &json});
    return check_shape(expected, shape);
  }
}

void unbuilt_words::find(const json::node& at, const json::value& shape,
                         bool checked) {
  const json::value& json = at.json();
  if (shape.is_object() && json.is_object()) {
    for (const auto& [key, inner] : shape.items()) {
      find_key(at, key, inner, checked);
    }
  } else if (shape.is_array() && json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      find(at.item(i), shape.front(), checked);
    }
  } else if (shape.is_string() && json.is_string()) {
    find_word(at, shape);
  }
}

void unbuilt_words::find_key(const json::node& object, const std::string& key,
                             const json::value& shape, bool checked) {
  const bool built = key.front() != not_built;
  const std::string name = built ? key : key.substr(1);
  if (!is_in(object.json(), name)) return;
  const json::node at = object.member(name);
  if (built) return find(at, shape, checked);
  add(name, at);
  places_.push_back({at.path(), object.path(), &object.json()});
  if (checked) check_shape(at, shape);
}

void unbuilt_words::find_word(const json::node& at, const json::value& words) {
  const auto word = at.json().get<std::string>();
  if (!is_one_of(word, words.get_ref<const std::string&>())) return;
  add(word, at);
  places_.push_back({at.path(), "", nullptr});
}

void unbuilt_words::add(std::string word, const json::node& at) {
  // Each word once, where it is used first.
  const auto same = std::ranges::find(words_, word, &unbuilt_word::word);
  if (same == words_.end()) words_.push_back({std::move(word), at.path()});
}

// The readers know only what is built, so a word that is not is a fault to
// them: an unknown key, or a required one that it replaces. Such faults are
// removed. Faults inside unbuilt words, which the readers skip, are added.
json::faults unbuilt_words::judged(json::faults found) const {
  std::erase_if(found, [this](const fault& one) { return explains(one); });
  found.insert(found.end(), faults_.begin(), faults_.end());
  return found;
}

bool unbuilt_words::explains(const fault& one) const {
  const auto dot = one.path.rfind('.');
  const std::string parent = one.path.substr(0, dot == one.path.npos ? 0 : dot);
  const std::string key = one.path.substr(dot + 1);
  return std::ranges::any_of(places_, [&](const place& word) {
    // Inside the word, or a key that is missing in the object that has the
    // word.
    return is_inside(one.path, word.path) ||
           (word.object != nullptr && parent == word.parent &&
            word.object->value(key, json::value()).is_null());
  });
}

}  // namespace oms::scenario
