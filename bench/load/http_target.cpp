#include "bench/load/http_target.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "tools/json/value.hpp"

namespace oms::load {

namespace {

using nlohmann::json;
using omsctl::encoded;
using omsctl::http_command;

// A multiple of the number of subjects, which are asked about in turn: none
// waits for the answers about another, which may take longer.
constexpr std::size_t question_connections = 32;

std::string of_brand(const order_key& order) {
  return "?brand=" + encoded(order.brand.value);
}

std::string order_path(const order_key& order, const char* part) {
  return "/v1/orders/" + encoded(order.id.value) + part + of_brand(order);
}

// A path and a body each.

http_command call_of(const place_order& in) {
  json body{{"id", in.order.id.value},
            {"brand", in.order.brand.value},
            {"channel", in.body.channel},
            {"customer", {{"id", in.body.customer.value}}},
            {"shipTo",
             {{"country", in.body.ship_to.country},
              {"latitude", in.body.ship_to.position->latitude},
              {"longitude", in.body.ship_to.position->longitude}}}};
  if (const auto& person = in.personal; !person.empty()) {
    body["customer"]["name"] = person.customer_name;
    body["customer"]["email"] = person.email;
    auto& to = body["shipTo"];
    to["name"] = person.name;
    to["line1"] = person.line1;
    to["city"] = person.city;
    to["postalCode"] = person.postal_code;
  }
  for (const auto& line : in.body.lines)
    body["lines"].push_back({{"line", line.line.value},
                             {"sku", line.sku.value},
                             {"quantity", line.units.value},
                             {"unitPrice", line.unit_price.value}});
  if (in.body.payment)
    body["payment"] = {{"captured", in.body.payment->captured.value},
                       {"reference", in.body.payment->reference}};
  return {.path = "/v1/orders", .body = body.dump()};
}

http_command call_of(const record_payment& in) {
  return {
      .path = order_path(in.order, "/payments"),
      .body = json{{"event", "captured"}, {"reference", in.reference}}.dump()};
}

http_command call_of(const cancel_order& in) {
  json body{{"reason", in.reason}};
  if (in.lines)
    for (const auto& each : *in.lines)
      body["lines"].push_back(
          {{"line", each.line.value}, {"quantity", each.units.value}});
  return {.path = order_path(in.order, "/cancellations"), .body = body.dump()};
}

http_command call_of(const work_fulfillment& in) {
  const auto path = [&in](const char* verb) {
    return "/v1/fulfillments/" +
           encoded(in.order.id.value + ":" + in.fulfillment.value) + verb +
           of_brand(in.order);
  };
  if (in.action == fulfillment_action::pick)
    return {.path = path("/pick"), .body = "{}"};
  if (in.action != fulfillment_action::ship)
    throw std::logic_error("work that no load has");
  return {.path = path("/ship"),
          .body = json{{"shipment", in.shipment.value}, {"carrier", in.carrier}}
                      .dump()};
}

http_command call_of(const track_shipment& in) {
  if (in.news != tracking_status::delivered)
    throw std::logic_error("news that no load has");
  return {.path = "/v1/shipments/" + encoded(in.shipment.value) + "/tracking" +
                  of_brand(in.order),
          .body = R"({"status":"delivered"})"};
}

http_command call_of(const define_location& in) {
  return {.method = "PUT",
          .path = "/v1/locations/" + encoded(in.settings.id),
          .body = json{{"priority", in.settings.priority},
                       {"latitude", in.settings.position->latitude},
                       {"longitude", in.settings.position->longitude}}
                      .dump()};
}

http_command call_of(const receive_stock& in) {
  return {.path = "/v1/locations/" + encoded(in.location) + "/receipts",
          .body = json{{"sku", in.sku.value},
                       {"quantity", in.units.value},
                       {"reference", in.reference}}
                      .dump()};
}

http_command call_of(const command& one) {
  auto out = std::visit(
      [](const auto& body) -> http_command {
        if constexpr (requires { call_of(body); })
          return call_of(body);
        else
          throw std::logic_error("a command that no load has");
      },
      static_cast<const command_variant&>(one.body));
  out.by = one.by.value;
  return out;
}

// What decides about the connection.
std::string subject_of(const command& one) {
  return std::visit(
      [](const auto& body) -> std::string {
        if constexpr (requires { body.order.id.value; })
          return body.order.id.value;
        else if constexpr (requires { body.location; })
          return body.location;
        else if constexpr (requires { body.settings.id; })
          return body.settings.id;
        else
          return {};
      },
      static_cast<const command_variant&>(one.body));
}

std::optional<error> failure_of(const result<omsctl::http_answer>& got) {
  if (!got) return got.failure();
  if (got->is_good()) return {};
  error out{error_code::invalid, omsctl::problem_text(*got), {}};
  const auto body = oms::json::parse_text(got->body);
  const auto code =
      body && body->is_object() ? body->value("code", "") : std::string();
  if (code == "notFound") out.code = error_code::not_found;
  if (code == "invalidTransition") out.code = error_code::invalid_transition;
  if (code == "overloaded") out.code = error_code::overloaded;
  return out;
}

omsctl::http_question question_of(const question& what) {
  switch (what.about) {
    case question::subject::order:
      return {.path = "/v1/orders/" + encoded(what.order.id.value),
              .query = {{"brand", what.order.brand.value}}};
    case question::subject::timeline:
      return {
          .path = "/v1/orders/" + encoded(what.order.id.value) + "/timeline",
          .query = {{"brand", what.order.brand.value}}};
    case question::subject::list:
      return {.path = "/v1/orders",
              .query = {{"brand", what.order.brand.value},
                        {"customer", what.customer.value}}};
    case question::subject::stock:
      return {.path = "/v1/stock/" + encoded(what.sku.value), .query = {}};
  }
  return {};
}

oms::json::value read(omsctl::http_client& from, const std::string& path) {
  const auto got = from.get({.path = path, .query = {}});
  if (const auto failure = failure_of(got))
    throw std::runtime_error(failure->message);
  auto body = oms::json::parse_text(got->body);
  if (!body) throw std::runtime_error(path + ": " + body.failure().message);
  return std::move(*body);
}

}  // namespace

http_target::http_target(server at, std::size_t connections)
    : server_target(std::move(at)),
      control_(connect()),
      for_commands_(connect(connections)),
      for_questions_(connect(question_connections)),
      commands_(connections),
      questions_(question_connections) {
  (void)last_sequence();
}

std::unique_ptr<omsctl::http_client> http_target::connect() const {
  auto made = omsctl::http_client::open(
      {.url = "http://" + address(), .token_file = {}, .ca_file = {}});
  if (!made) throw std::runtime_error(made.failure().message);
  return std::move(*made);
}

std::vector<std::unique_ptr<omsctl::http_client>> http_target::connect(
    std::size_t count) const {
  std::vector<std::unique_ptr<omsctl::http_client>> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(connect());
  return out;
}

void http_target::submit(std::vector<command> batch, landed done) {
  note(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto lane = std::hash<std::string>()(subject_of(batch[i]));
    commands_.add(lane, [this, i, done,
                         one = std::move(batch[i])](std::size_t connection) {
      const auto failure =
          failure_of(for_commands_[connection]->send(call_of(one)));
      outcome out;
      add_answer(out, i, failure ? &*failure : nullptr);
      done(out);
    });
  }
}

void http_target::ask(const question& what, replied done) {
  questions_.add(
      asked_++, [this, what, done = std::move(done)](std::size_t connection) {
        const auto failure =
            failure_of(for_questions_[connection]->get(question_of(what)));
        done(failure ? &*failure : nullptr);
      });
}

std::uint64_t http_target::last_sequence() {
  return read(*control_, "/v1/admin/stats").value("sequence", std::uint64_t{0});
}

std::int64_t http_target::committed_at(const std::string& location) {
  std::int64_t units = 0;
  const auto body =
      read(*control_, "/v1/locations/" + encoded(location) + "/stock");
  for (const auto& each : body.at("stock"))
    units += each.value("committed", std::int64_t{0});
  return units;
}

}  // namespace oms::load
