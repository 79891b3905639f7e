#include <kj/encoding.h>

#include <algorithm>

#include "messages/time_text.hpp"
#include "tools/json/events.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/queries.hpp"
#include "tools/text/order_text.hpp"
#include "tools/text/timeline_text.hpp"

namespace oms::omsd {

namespace {

using json::value;

std::string location_of(const order_id& id) {
  return std::string("/v1/orders/") +
         kj::encodeUriComponent(kj::StringPtr(id.value.c_str())).cStr();
}

// For a repeated call that is answered from the engine's memory, after a
// restart: the Location is made from the body again.
std::string placed_at(const request& asked) {
  place_order order;
  return api::read_json(asked.body, order) ? location_of(order.order.id) : "";
}

void place(service& of, const request& asked, const reply& to) {
  place_order order;
  if (auto read = api::read_json(asked.body, order); !read)
    return to.answer(problem(read.failure()));
  // The body may name the brand, or the parameter, or the token implies it.
  if (order.order.brand.empty()) {
    auto brand = brand_asked(asked);
    if (!brand) return to.answer(problem(brand.failure()));
    order.order.brand = *brand;
  }
  // Made before the order moves into the command.
  auto location = location_of(order.order.id);
  const reply placed([location = std::move(location), to](response given) {
    // The engine answers a new order and a repeated one alike, so both are 201.
    if (given.status == 200) {
      given.status = 201;
      given.location = location;
    }
    to.answer(std::move(given));
  });
  run_command(of, asked, placed, std::move(order));
}

// Reads a body into a command about the order that the path names. Commands
// about a refund or a return have its id in the path, too.
template <class Command>
void on_order(service& of, const request& asked, const reply& to) {
  auto key = order_named(asked, asked.id("order"));
  if (!key) return to.answer(problem(key.failure()));
  Command command{};
  command.order = std::move(*key);
  if constexpr (requires { command.refund; })
    command.refund = refund_id(asked.id("refund"));
  if constexpr (requires { command.id; })
    if (asked.named.contains("return"))
      command.id = return_id(asked.id("return"));
  command_call(of, asked, to, std::move(command));
}

void unhold(service& of, const request& asked, const reply& to) {
  auto key = order_named(asked, asked.id("order"));
  if (!key) return to.answer(problem(key.failure()));
  run_command(of, asked, to,
              release_hold{std::move(*key), hold_id(asked.id("hold"))});
}

// Of the caller's brand, where the body names none; of a caller for all brands,
// all.
void consolidate(service& of, const request& asked, const reply& to) {
  consolidate_orders command;
  if (auto read = read_body(asked, type_of(&command), &command); !read)
    return to.answer(problem(read.failure()));
  if (command.brand.empty()) {
    auto brand = brand_filter_asked(asked);
    if (!brand) return to.answer(problem(brand.failure()));
    command.brand = brand->value_or(brand_id{});
  }
  run_command(of, asked, to, std::move(command));
}

// --- reading ----------------------------------------------------------------

// Answers with `look(service, order, moment)`, which may wait.
template <class Look>
void look_at_order(service& of, const request& asked, const reply& to,
                   Look look) {
  auto key = order_named(asked, asked.id("order"));
  if (!key) return to.answer(problem(key.failure()));
  auto at = moment_asked(asked);
  if (!at) return to.answer(problem(at.failure()));
  query_call(of, asked, to,
             [&of, look = std::move(look), key = *key, at = *at] {
               return look(of, key, at);
             });
}

void show(service& of, const request& asked, const reply& to) {
  look_at_order(
      of, asked, to,
      [text = asked.wants_text, when = when_asked(asked),
       colours = colours_of(asked)](service& in, const order_key& key,
                                    const std::optional<history::moment>& at) {
        const auto order = find_order(in, key, at);
        if (!order || !text) return answer_of(order);
        return text_answer(text::order_text(*order, when, colours));
      });
}

void timeline(service& of, const request& asked, const reply& to) {
  look_at_order(
      of, asked, to,
      [text = asked.wants_text, colours = colours_of(asked)](
          service& in, const order_key& key,
          const std::optional<history::moment>& at) -> response {
        const auto events = find_timeline(in, key, at);
        if (!events) return problem(events.failure());
        if (text)
          return text_answer(text::timeline_text(
              *events, {.sequences = true, .who = true, .colours = colours}));
        const json::value out{
            {"events", json::write_list(*events, [](const event& each) {
               return json::write(each);
             })}};
        return {200, json::one_line(out), json_type};
      });
}

void show_decisions(service& of, const request& asked, const reply& to) {
  look_at_order(of, asked, to,
                [](service& in, const order_key& key,
                   const std::optional<history::moment>& at) {
                  return answer_of(find_decisions(in, key, at));
                });
}

// Changes nothing, so whoever may read may ask.
void whatif(service& of, const request& asked, const reply& to) {
  auto key = order_named(asked, asked.id("order"));
  if (!key) return to.answer(problem(key.failure()));
  whatif_question question;
  if (auto read = read_body(asked, type_of(&question), &question); !read)
    return to.answer(problem(read.failure()));
  query_call(of, asked, to, [&of, key = *key, question = share(question)] {
    return answer_of(of.engine.behind().whatif(key, *question));
  });
}

result<std::optional<timestamp>> time_asked(const request& asked,
                                            std::string_view name) {
  const auto text = asked.asked(name);
  if (!text) return std::optional<timestamp>{};
  const auto time = parse_time(*text);
  if (!time)
    return wrong_parameter(name, "must be a time such as 2026-01-05T10:00:00Z");
  return time;
}

result<order_filter> filter_asked(const request& asked) {
  order_filter filter;
  auto brand = brand_filter_asked(asked);
  if (!brand) return brand.failure();
  filter.brand = std::move(*brand);
  if (const auto word = asked.asked("status")) {
    filter.status = json::named_value<order_status>(*word);
    if (!filter.status)
      return wrong_parameter(
          "status",
          "must be one of " + json::list_of(json::names<order_status>()));
  }
  if (const auto id = asked.asked("customer"))
    filter.customer = customer_id(*id);
  if (const auto id = asked.asked("sku")) filter.sku = sku_id(*id);
  auto from = time_asked(asked, "placedAfter");
  if (!from) return from.failure();
  filter.placed_from = *from;
  auto before = time_asked(asked, "placedBefore");
  if (!before) return before.failure();
  filter.placed_before = *before;
  return filter;
}

void list(service& of, const request& asked, const reply& to) {
  list_call(of, asked, to, filter_asked(asked),
            [&of](const order_filter& filter, std::size_t limit,
                  const std::string& cursor) {
              return answer_of(of.engine.behind().list(filter, cursor, limit));
            });
}

}  // namespace

void add_order_routes(std::vector<route>& all) {
  using enum http_method;
  const auto add = [&all](std::string_view pattern, std::string_view summary,
                          const fields::type_info* body, handler handle) {
    all.push_back(commanding(post, pattern, files::role::operate, summary, body,
                             std::move(handle), {brand_parameter}));
  };
  add("/v1/orders", "Place an order; with a payment, it is also paid.",
      shape<place_order>(), place);
  all.back().success = 201;
  all.back().location = placed_at;
  all.push_back(reading(
      "/v1/orders", "List orders, newest first.", list, shape<order_page>(),
      {{"status", "Only orders with this status, see docs/DOMAIN.md."},
       brand_parameter,
       {"customer", "Only orders of this customer."},
       {"sku", "Only orders with a line of this SKU."},
       {"placedAfter", "Only orders placed at or after this time."},
       {"placedBefore", "Only orders placed before this time."},
       limit_parameter,
       cursor_parameter}));
  const std::vector<parameter> of_order{brand_parameter, at_parameter};
  all.push_back(reading("/v1/orders/{order}",
                        "An order, now or as of an earlier time.", show,
                        shape<order_view>(), of_order));
  all.push_back(
      reading("/v1/orders/{order}/timeline",
              "The events of an order: what happened, when, by whom and why.",
              timeline, nullptr, of_order));
  all.push_back(reading("/v1/orders/{order}/decisions",
                        "Why the order was routed as it was.", show_decisions,
                        shape<api::decision_list>(), of_order));
  add("/v1/orders/{order}/payments", "Record a payment event.",
      shape<record_payment>(), on_order<record_payment>);
  add("/v1/orders/{order}/cancellations",
      "Cancel units, or everything that can be cancelled.",
      shape<cancel_order>(), on_order<cancel_order>);
  add("/v1/orders/{order}/holds", "Hold the order.", shape<place_hold>(),
      on_order<place_hold>);
  all.push_back(commanding(del, "/v1/orders/{order}/holds/{hold}",
                           files::role::operate, "Release a hold.", nullptr,
                           unhold, {brand_parameter}));
  add("/v1/orders/{order}/notes", "Add a note to the trail.", shape<add_note>(),
      on_order<add_note>);
  add("/v1/orders/{order}/plan",
      "Plan units again that are unrouted, unfillable, or allocated but not "
      "picked.",
      shape<plan_order>(), on_order<plan_order>);
  add("/v1/orders/{order}/edits",
      "Change what was ordered, where it goes, what it costs, or whom to "
      "contact. Everything that the body names is changed, or nothing.",
      shape<edit_order>(), on_order<edit_order>);
  add("/v1/orders/consolidate",
      "Plan orders again that are in several parcels or for which there is a "
      "better source now, and move what is better elsewhere.",
      shape<consolidate_orders>(), consolidate);
  all.push_back(reading("/v1/orders/{order}/whatif",
                        "How the order would ship under other rules, without a "
                        "source, or with stock that comes in.",
                        whatif, shape<whatif_view>(), {brand_parameter}));
  all.back().method = post;
  all.back().body = shape<whatif_question>();
  add("/v1/orders/{order}/backorders/answer",
      "Record whether the customer waits for units of a line, or cancel them.",
      shape<answer_backorder>(), on_order<answer_backorder>);
  add("/v1/orders/{order}/refunds", "Request a refund.",
      shape<request_refund>(), on_order<request_refund>);
  add("/v1/orders/{order}/refunds/{refund}/settlement",
      "Record whether a refund was paid out.", shape<settle_refund>(),
      on_order<settle_refund>);
  add("/v1/orders/{order}/returns", "Request a return.",
      shape<request_return>(), on_order<request_return>);
  add("/v1/orders/{order}/returns/{return}/receipt",
      "Receive the units of a return.", shape<receive_return>(),
      on_order<receive_return>);
  add("/v1/orders/{order}/returns/{return}/decision",
      "Accept or decline a return.", shape<decide_return>(),
      on_order<decide_return>);
}

}  // namespace oms::omsd
