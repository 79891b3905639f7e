#include "tools/scenario/steps.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "messages/time_text.hpp"
#include "tools/json/commands.hpp"
#include "tools/json/network.hpp"

namespace oms::scenario {

namespace {

// What an order of a scenario may leave out: most scenarios are not about
// prices or the ids of lines.
constexpr json::order_defaults scenario_defaults{.unit_price = money{100},
                                                 .number_lines = true};

order_key read_order_key(json::object_reader& keys,
                         const file_context& context) {
  std::string id;
  keys.required("order", id);
  return context.order(id);
}

command_body read_place(const json::node& at, const file_context&) {
  place_order out;
  json::read_order(at, out, scenario_defaults);
  return out;
}

// Without an amount, everything that is open is paid. The reference defaults to
// the step's path, which is unique in the file: the engine counts a reference
// once.
command_body read_pay(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  record_payment out;
  out.order = read_order_key(keys, context);
  out.reference = at.path();
  keys.optional("amount", out.amount);
  keys.optional("reference", out.reference);
  keys.refuse_others();
  return out;
}

// The body of the HTTP call, with `order`.
template <class Command>
command_body read_of_order(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  Command out;
  out.order = read_order_key(keys, context);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

// Like the HTTP call, which names the hold in its path, it has no body of its
// own.
command_body read_unhold(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  release_hold out;
  out.order = read_order_key(keys, context);
  keys.required("hold", out.hold);
  keys.refuse_others();
  return out;
}

// Without a refund, all that are requested are settled.
command_body read_settle(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  settle_refund out;
  out.order = read_order_key(keys, context);
  keys.optional("refund", out.refund);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

// Of receiveReturn and decideReturn, whose return is in the path of the HTTP
// call.
template <class Command>
command_body read_of_return(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  Command out;
  out.order = read_order_key(keys, context);
  keys.required("return", out.id);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

template <fulfillment_action Action>
command_body read_work(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  work_fulfillment out;
  out.action = Action;
  out.order = read_order_key(keys, context);
  keys.required("source", out.source);
  if constexpr (Action == fulfillment_action::label ||
                Action == fulfillment_action::void_label)
    keys.required("label", out.label);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

about_event read_notification(const json::node& at,
                              const file_context& context) {
  json::object_reader keys(at);
  deliver_notification out;
  out.order = read_order_key(keys, context);
  about_event asked;
  keys.required("kind", asked.kind);
  json::read_keys(keys, out);
  keys.refuse_others();
  asked.entity = entity_of(out.order);
  asked.body = std::move(out);
  return asked;
}

// Of an order, or of a SKU at a location.
about_event read_acknowledgement(const json::node& at,
                                 const file_context& context) {
  json::object_reader keys(at);
  acknowledge_alert out;
  about_event asked;
  if (keys.find("location")) {
    keys.required("location", out.source);
    keys.required("sku", asked.sku.emplace());
    asked.entity = {entity_kind::location, out.source};
  } else {
    out.order = read_order_key(keys, context);
    asked.entity = entity_of(out.order);
  }
  keys.required("kind", asked.kind);
  json::read_keys(keys, out);
  keys.refuse_others();
  asked.body = std::move(out);
  return asked;
}

track_shipment read_shipments(json::object_reader& keys,
                              const file_context& context) {
  track_shipment out;
  out.order = read_order_key(keys, context);
  keys.optional("shipment", out.shipment);
  keys.optional("source", out.source);
  return out;
}

command_body read_track(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  track_shipment out = read_shipments(keys, context);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

command_body read_deliver(const json::node& at, const file_context& context) {
  json::object_reader keys(at);
  track_shipment out = read_shipments(keys, context);
  out.news = tracking_status::delivered;
  keys.refuse_others();
  return out;
}

// A query, which changes nothing.
cart read_quote(const json::node& at, const file_context&) {
  cart out;
  json::read(at, out);
  return out;
}

// What the path of the HTTP call names is a key of the step.
template <class Command>
void read_path(json::object_reader& keys, Command& out) {
  if constexpr (requires { out.location; })
    keys.required("location", out.location);
}
void read_path(json::object_reader& keys, announce_incoming& out) {
  keys.required("location", out.location);
  keys.required("reference", out.reference);
}
void read_path(json::object_reader& keys, close_transfer& out) {
  keys.required("transfer", out.transfer);
}
void read_path(json::object_reader& keys, release_reservation& out) {
  keys.required("reservation", out.reservation);
}

// A command that is about no order: the body of the HTTP call.
template <class Command>
command_body read_body(const json::node& at, const file_context&) {
  json::object_reader keys(at);
  Command out;
  read_path(keys, out);
  json::read_keys(keys, out);
  keys.refuse_others();
  return out;
}

// A location keeps its place in the list as its priority when it is defined
// again, as in the head of the file.
command_body read_location(const json::node& at, const file_context& context) {
  define_location out;
  if (at.json().is_object() && at.json().contains("id") &&
      at.json()["id"].is_string()) {
    const auto place = context.places.find(at.json()["id"].get<std::string>());
    if (place != context.places.end()) out.settings.priority = place->second;
  }
  json::read(at, out.settings);
  return out;
}

command_body read_supplier(const json::node& at, const file_context&) {
  define_supplier out;
  json::read(at, out.settings);
  return out;
}

command_body read_product(const json::node& at, const file_context&) {
  define_product out;
  json::read(at, out.settings);
  return out;
}

command_body read_routing(const json::node& at, const file_context&) {
  set_routing out;
  json::read(at, out.rules);
  return out;
}

struct verb {
  std::string_view name;
  // One of the three.
  command_body (*read)(const json::node& at,
                       const file_context& context) = nullptr;
  about_event (*read_about_event)(const json::node& at,
                                  const file_context& context) = nullptr;
  cart (*read_query)(const json::node& at,
                     const file_context& context) = nullptr;

  [[nodiscard]] step_action action(const json::node& at,
                                   const file_context& context) const {
    if (read != nullptr) return read(at, context);
    if (read_query != nullptr) return read_query(at, context);
    return read_about_event(at, context);
  }
};

using enum fulfillment_action;

// The words of docs/SCENARIOS.md. A verb that is not here is a fault.
constexpr verb verbs[] = {
    {"place", read_place},
    {"pay", read_pay},
    {"payment", read_of_order<record_payment>},
    {"cancel", read_of_order<cancel_order>},
    {"hold", read_of_order<place_hold>},
    {"unhold", read_unhold},
    {"note", read_of_order<add_note>},
    {"plan", read_of_order<plan_order>},
    {"edit", read_of_order<edit_order>},
    {"refund", read_of_order<request_refund>},
    {"settle", read_settle},
    {"return", read_of_order<request_return>},
    {"receiveReturn", read_of_return<receive_return>},
    {"decideReturn", read_of_return<decide_return>},
    {"accept", read_work<accept>},
    {"reject", read_work<reject>},
    {"pick", read_work<pick>},
    {"unpick", read_work<unpick>},
    {"ship", read_work<ship>},
    {"shortPick", read_work<short_pick>},
    {"move", read_work<fulfillment_action::move>},
    {"cancelAnswer", read_work<cancel_answer>},
    {"label", read_work<label>},
    {"voidLabel", read_work<void_label>},
    {"answerBackorder", read_of_order<answer_backorder>},
    {"deliverNotification", nullptr, read_notification},
    {"acknowledge", nullptr, read_acknowledgement},
    {"deliver", read_deliver},
    {"track", read_track},
    {"receive", read_body<receive_stock>},
    {"adjust", read_body<adjust_stock>},
    {"count", read_body<count_stock>},
    {"incoming", read_body<announce_incoming>},
    {"transfer", read_body<transfer_stock>},
    {"closeTransfer", read_body<close_transfer>},
    {"quote", nullptr, nullptr, read_quote},
    {"reserve", read_body<reserve_stock>},
    {"release", read_body<release_reservation>},
    {"consolidate", read_body<consolidate_orders>},
    {"location", read_location},
    {"supplier", read_supplier},
    {"product", read_product},
    {"routing", read_routing},
};

bool is_modifier(std::string_view key) {
  return key == "fails" || key == "mayFail" || key == "by";
}

class step_reader {
 public:
  explicit step_reader(const file_context& context) : context_(context) {}

  std::vector<step> read_all(const json::node& at, bool inside_together) {
    std::vector<step> out;
    if (!json::is_list(at)) return out;
    for (std::size_t i = 0; i < at.json().size(); ++i) {
      read_one(at.item(i), inside_together, out);
    }
    return out;
  }

 private:
  void read_one(const json::node& at, bool inside_together,
                std::vector<step>& out) {
    json::object_reader keys(at);
    step one;
    one.path = at.path();
    keys.optional("by", one.by);
    keys.optional("fails", one.fails);
    keys.optional("mayFail", one.may_fail);
    if (!find_verb(at, one.verb)) return;
    const json::node body = at.member(one.verb);

    if (one.verb == "advance") {
      one.action = read_advance(body);
    } else if (one.verb == "crash") {
      json::object_reader(body).refuse_others();
      one.action = crash{};
    } else if (one.verb == "together" || one.verb == "expect") {
      // Inside `together` nothing has happened yet that could be expected.
      if (inside_together) return body.refuse("is not allowed in together");
      if (one.verb == "together") {
        one.action = together{read_all(body, true)};
      } else {
        one.action = read_expect(body);
      }
    } else if (!read_command(body, one)) {
      return;
    }
    if (one.fails && !may_be_refused(one)) {
      return at.refuse_key("fails", "is only allowed for a command");
    }
    out.push_back(std::move(one));
  }

  static bool may_be_refused(const step& one) {
    return std::holds_alternative<command_body>(one.action) ||
           std::holds_alternative<about_event>(one.action) ||
           std::holds_alternative<cart>(one.action) ||
           std::holds_alternative<malformed>(one.action);
  }

  // The one key that says what the step does; modifiers aside.
  static bool find_verb(const json::node& at, std::string& name) {
    if (!at.json().is_object()) return false;
    for (const auto& [key, unused] : at.json().items()) {
      if (is_modifier(key)) continue;
      if (!name.empty()) {
        at.refuse_key(key, "is a second verb beside " + name);
        return false;
      }
      name = key;
    }
    if (name.empty()) at.refuse("has no verb, such as place or expect");
    return !name.empty();
  }

  static advance read_advance(const json::node& at) {
    const auto length = at.json().is_string()
                            ? parse_duration(at.json().get<std::string>())
                            : std::nullopt;
    if (!length) at.refuse("must be a duration such as 25h, 90s or 3d");
    return {length.value_or(duration{})};
  }

  expectation read_expect(const json::node& at) {
    return read_expectation(
        at, [this](const std::string& id) { return context_.order(id); });
  }

  // False when there is no such verb.
  bool read_command(const json::node& body, step& one) {
    const auto known = std::ranges::find(verbs, one.verb, &verb::name);
    if (known == std::ranges::end(verbs)) {
      body.refuse("is not a known verb");
      return false;
    }
    if (one.fails != error_code::invalid) {
      one.action = known->action(body, context_);
      return true;
    }
    // The step is about what is wrong with the body, so these are not faults of
    // the file.
    json::faults found;
    one.action =
        known->action(json::node(body.json(), body.path(), found), context_);
    if (!found.empty()) one.action = malformed{std::move(found)};
    return true;
  }

  const file_context& context_;
};

}  // namespace

order_key file_context::order(const std::string& id) const {
  const auto found = brands.find(id);
  // An order that the file never places has no brand: a step may expect to be
  // refused.
  return {found == brands.end() ? brand_id{} : found->second, order_id(id)};
}

std::vector<step> read_steps(const json::node& at,
                             const file_context& context) {
  return step_reader(context).read_all(at, false);
}

}  // namespace oms::scenario
