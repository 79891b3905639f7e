/// JSON by lists of fields, both ways: messages/fields/json_read.hpp and
/// json_write.hpp, with the types of the vocabulary.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/fields/json_read.hpp"
#include "messages/fields/json_write.hpp"
#include "messages/views.hpp"

namespace oms::fields {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// "path: message" of each fault.
template <class T>
std::vector<std::string> faults_in(std::string_view text, T out = {}) {
  std::vector<std::string> all;
  for (const auto& each : read_json(text, out))
    all.push_back(each.path + ": " + each.message);
  return all;
}

template <class T>
T read(std::string_view text) {
  T out;
  EXPECT_THAT(read_json(text, out), IsEmpty()) << text;
  return out;
}

constexpr const char* whole_order = R"({
  "id": "SO-1", "brand": "acme", "channel": "web",
  "placedAt": "2026-01-05T10:00:00Z", "currency": "EUR",
  "customer": {"id": "C-1", "name": "Ann", "email": "ann@example.com"},
  "shipTo": {"name": "Ann", "line1": "Main St 1", "city": "Köln",
             "postalCode": "50667", "country": "DE",
             "latitude": 50.9, "longitude": 7},
  "lines": [{"line": "1", "sku": "A", "quantity": 2, "unitPrice": 1000,
             "discount": 1, "tax": 2}],
  "shipping": {"service": "express", "price": 500}, "discount": 3,
  "policy": "shipComplete", "priority": -4, "reservation": "R-1",
  "payment": {"captured": 10, "reference": "pay-1"}})";

TEST(read_json, fills_every_field_of_an_order) {
  const auto order = read<place_order>(whole_order);
  EXPECT_EQ(order.order, (order_key{brand_id("acme"), order_id("SO-1")}));
  EXPECT_EQ(order.personal, (personal_data{.customer_name = "Ann",
                                           .email = "ann@example.com",
                                           .name = "Ann",
                                           .line1 = "Main St 1",
                                           .line2 = "",
                                           .city = "Köln",
                                           .region = "",
                                           .postal_code = "50667"}));
  const auto& body = order.body;
  EXPECT_EQ(body.channel, "web");
  EXPECT_EQ(body.placed_at, timestamp{std::chrono::seconds{1'767'607'200}});
  EXPECT_EQ(body.currency, "EUR");
  EXPECT_EQ(body.customer, customer_id("C-1"));
  EXPECT_EQ(body.ship_to, (destination{"DE", coordinates{50.9, 7}}));
  EXPECT_THAT(body.lines,
              ElementsAre(order_line{line_id("1"), sku_id("A"), quantity{2},
                                     money{1000}, money{1}, money{2}}));
  EXPECT_EQ(body.shipping, (shipping_choice{"express", money{500}}));
  EXPECT_EQ(body.discount, money{3});
  EXPECT_EQ(body.policy, shipping_policy::ship_complete);
  EXPECT_EQ(body.priority, -4);
  EXPECT_EQ(body.reservation, reservation_id("R-1"));
  EXPECT_EQ(body.payment, (prepayment{money{10}, "pay-1"}));
}

TEST(read_json, leaves_what_is_left_out_as_it_was) {
  record_payment payment{.order = {}, .amount = money{5}, .reference = "old"};
  EXPECT_THAT(read_json(R"({"event": "failed", "amount": null})", payment),
              IsEmpty());
  EXPECT_EQ(payment.event, payment_event::failed);
  EXPECT_EQ(payment.amount, money{5});
  EXPECT_EQ(payment.reference, "old");
}

TEST(read_json, requires_one_of_the_keys_that_belong_together) {
  const auto faults_of_payment = [](const std::string& payment) {
    return faults_in<place_order>(
        R"({"id": "O", "lines": [{"line": "1", "sku": "A", "quantity": 1}],
            "payment": )" +
        payment + "}");
  };
  EXPECT_THAT(faults_of_payment(R"({"captured": 0})"), testing::IsEmpty());
  EXPECT_THAT(faults_of_payment(R"({"authorized": 5, "reference": "a"})"),
              testing::IsEmpty());
  EXPECT_THAT(faults_of_payment(R"({"reference": "a"})"),
              ElementsAre("payment.captured: is required"));
  EXPECT_THAT(faults_of_payment(R"({"authorized": null})"),
              ElementsAre("payment.captured: is required"));
}

TEST(read_json, names_every_fault_by_its_path) {
  EXPECT_THAT(
      faults_in<place_order>(R"({
        "id": "", "brand": 1, "colour": {"a": [1, {}]}, "customer": [],
        "lines": [{"line": "1", "sku": "A", "quantity": 0, "line": "2"},
                  {"sku": " A", "quantity": 1.5}, null],
        "shipTo": {"latitude": 91, "country": "D\u0007"},
        "policy": "never", "placedAt": "yesterday", "payment": {}})"),
      ElementsAre("id: is missing", "brand: must be a text",
                  "colour: is not known here", "customer: must be an object",
                  "lines[0].quantity: must be at least 1",
                  "lines[0].line: is a duplicate",
                  "lines[1].sku: must not begin or end with whitespace",
                  "lines[1].quantity: must be a whole number",
                  "lines[1].line: is required", "lines[2]: must be an object",
                  "shipTo.latitude: must be at most 90",
                  "shipTo.country: must not contain control characters",
                  "policy: must be one of asAvailable, shipComplete",
                  "placedAt: must be a time such as 2026-01-05T10:00:00Z",
                  "payment.captured: is required"));
}

TEST(read_json, says_where_a_text_stops_being_json) {
  EXPECT_THAT(faults_in<add_note>("{\"text\": \"a\",\n  \"text\" 1}"),
              ElementsAre(HasSubstr("is not valid JSON at line 2, column 10")));
  EXPECT_THAT(faults_in<add_note>(""),
              ElementsAre(HasSubstr("line 1, column 1: incomplete JSON")));
  EXPECT_THAT(faults_in<add_note>("{\"text\": \"a\"} {}"),
              ElementsAre(HasSubstr("column 15: something follows its end")));
}

TEST(read_json, refuses_what_readers_often_let_pass) {
  for (const auto* text :
       {"{\"text\": \"a\",}", "{text: \"a\"}", "{'text': 'a'}", "[]", "null",
        "{\"text\": \"\\ud800\"}", "{\"text\": \"\t\"}", "{\"text\": 01}",
        "{\"text\": \"a\", \"text\": null}", "{\"text\": \"a\\u0000b\"}",
        "{\"text\": NaN}", "{\"text\": \"a\"} x", "// x\n{\"text\": \"a\"}"})
    EXPECT_THAT(faults_in<add_note>(text), SizeIs(1)) << text;
  const std::string deep(100, '[');
  EXPECT_THAT(faults_in<add_note>("{\"x\": " + deep), Not(IsEmpty()));
}

TEST(read_json, takes_whole_numbers_as_they_are_written) {
  const auto amount = [](const std::string& number) {
    return faults_in<adjust_stock>(R"({"sku": "A", "delta": )" + number + "}");
  };
  for (const auto* whole : {"5.0", "1e3", "-10e-1", "1.20e1", "0e99", "-0"})
    EXPECT_THAT(amount(whole), IsEmpty()) << whole;
  for (const auto* other :
       {"0.99999999999999999999", "1e-1", "1.5", "1e400", "\"1\"", "true"})
    EXPECT_THAT(amount(other), ElementsAre("delta: must be a whole number"))
        << other;
  EXPECT_THAT(amount("1000000001"),
              ElementsAre("delta: must be at most 1000000000"));
  EXPECT_THAT(amount("12345678901234567890"),
              ElementsAre("delta: must be at most 1000000000"));
  EXPECT_THAT(amount("-1000000001"),
              ElementsAre("delta: must be at least -1000000000"));
  EXPECT_EQ(
      read<count_stock>(R"({"sku": "A", "onHand": 9007199254740991})").on_hand,
      quantity{9'007'199'254'740'991});
}

TEST(read_json, stops_at_the_limit_of_a_list) {
  std::string tiers = "[\"store\"]";
  for (int i = 0; i < 20; ++i) tiers += ",[\"store\"]";
  EXPECT_THAT(faults_in<routing_rules>(R"({"objectives": ["nearest"],
                                           "tiers": [)" +
                                       tiers + "]}"),
              ElementsAre("tiers: has more than 16 entries"));
}

TEST(read_json, takes_a_position_whole_or_not_at_all) {
  EXPECT_EQ(read<location_settings>(R"({"name": "n"})").position, std::nullopt);
  EXPECT_THAT(faults_in<location_settings>(R"({"latitude": 1})"),
              ElementsAre("longitude: is required"));
}

TEST(merge_json, sets_what_it_names_and_resets_what_is_null) {
  location_settings now;
  now.name = "old";
  now.priority = 7;
  now.position = coordinates{1, 2};
  now.brands = {brand_id("a"), brand_id("b")};
  std::vector<named_key> named;
  EXPECT_THAT(
      merge_json(
          R"({"priority": null, "longitude": 3, "brands": ["c"], "active": false})",
          now, named),
      IsEmpty());
  EXPECT_THAT(named,
              ElementsAre(named_key{"priority", true}, named_key{"longitude"},
                          named_key{"brands"}, named_key{"active"}));
  EXPECT_EQ(now.name, "old");
  EXPECT_EQ(now.priority, 1);
  EXPECT_EQ(now.position, (coordinates{1, 3}));
  EXPECT_THAT(now.brands, ElementsAre(brand_id("c")));
  EXPECT_FALSE(now.active);
}

TEST(merge_json, removes_a_position_with_both_of_its_halves) {
  location_settings now;
  now.position = coordinates{1, 2};
  std::vector<named_key> named;
  EXPECT_THAT(merge_json(R"({"latitude": null})", now, named), SizeIs(1));
  EXPECT_THAT(
      merge_json(R"({"latitude": null, "longitude": null})", now, named),
      IsEmpty());
  EXPECT_EQ(now.position, std::nullopt);
  EXPECT_THAT(merge_json(R"({"latitude": 1})", now, named), SizeIs(1));
}

TEST(merge_json, takes_an_empty_time_for_none) {
  product_settings now;
  now.restock_date = timestamp{};
  std::vector<named_key> named;
  EXPECT_THAT(merge_json(R"({"restockDate": ""})", now, named), IsEmpty());
  EXPECT_EQ(now.restock_date, std::nullopt);
}

TEST(merge_faults, leaves_to_the_merge_what_is_there) {
  location_settings scratch;
  std::vector<named_key> named;
  const auto faults = [&](std::string_view text) {
    return merge_faults(text, type_of(&scratch), &scratch, named);
  };
  EXPECT_THAT(faults(R"({"latitude": 1})"), IsEmpty());
  EXPECT_THAT(faults(R"({"latitude": null})"), IsEmpty());
  EXPECT_THAT(faults(R"({"latitude": 91})"), SizeIs(1));
}

TEST(read_json, lists_some_faults_of_a_hostile_text) {
  std::string text = "{\"" + std::string(5'000, 'x') + "\": 1";
  for (int i = 0; i < 3'000; ++i) text += ",\"\":1";
  const auto all = faults_in<add_note>(text + "}");
  EXPECT_THAT(all, SizeIs(1'001));
  EXPECT_LT(all.front().size(), 200U);
  EXPECT_EQ(all.back(), ": has more faults than these");
}

TEST(write_json, is_the_golden_text_of_an_order) {
  const auto order = read<place_order>(whole_order);
  order_view view;
  view.key = order.order;
  view.body = order.body;
  view.personal = order.personal;
  view.placed_at = *order.body.placed_at;
  view.status = order_status::awaiting_fulfillment;
  view.payment = payment_status::partially_refunded;
  view.version = 9;
  view.lines.push_back({order.body.lines.front(), {}, quantity{1}});
  view.shipments.push_back({.id = shipment_id("P1"),
                            .fulfillment = fulfillment_id("1"),
                            .carrier = "",
                            .tracking = "\"\\\n\x01",
                            .status = shipment_status::lost,
                            .news = tracking_status::out_for_delivery,
                            .lines = {}});
  view.holds.push_back({hold_id("h"), ""});
  view.queue.push_back({.line = line_id("1"),
                        .sku = sku_id("A"),
                        .units = quantity{2},
                        .position = 3,
                        .expected = date{},
                        .answer = {}});
  EXPECT_EQ(
      write_json(view),
      R"({"id":"SO-1","brand":"acme","channel":"web",)"
      R"("placedAt":"2026-01-05T10:00:00Z","currency":"EUR",)"
      R"("customer":{"id":"C-1","name":"Ann","email":"ann@example.com"},)"
      R"("shipTo":{"name":"Ann","line1":"Main St 1","city":"Köln",)"
      R"("postalCode":"50667","country":"DE","latitude":50.9,"longitude":7},)"
      R"("status":"awaiting_fulfillment",)"
      R"("payment":{"status":"partiallyRefunded","authorized":0,"captured":0,)"
      R"("captureRequested":0,"refunded":0,"refundRequested":0},"total":0,"due":0,"overpaid":0,)"
      R"("lines":[{"line":"1","sku":"A","quantity":2,"unitPrice":1000,)"
      R"("discount":1,"tax":2,"unrouted":0,"backordered":0,"allocated":0,)"
      R"("picked":0,"shipped":0,"delivered":0,"returned":0,"lost":0,)"
      R"("cancelled":0,"unfillable":1,"awaitingPayment":0}],)"
      R"("shipping":{"service":"express","price":500},"discount":3,)"
      R"("policy":"shipComplete","priority":-4,"reservation":"R-1",)"
      R"("version":9,"fulfillments":[],)"
      R"("shipments":[{"id":"P1","fulfillment":"1","carrier":"",)"
      R"("tracking":"\"\\\n\u0001","status":"lost","news":"outForDelivery",)"
      R"("lines":[]}],"refunds":[],"returns":[],"holds":[{"hold":"h"}],)"
      R"("queue":[{"line":"1","sku":"A","quantity":2,"position":3,)"
      R"("expected":"1970-01-01"}]})");
}

TEST(write_json, leaves_out_objects_without_content) {
  const auto text = write_json(order_view{});
  EXPECT_THAT(text, Not(HasSubstr("customer")));
  EXPECT_THAT(text, Not(HasSubstr("shipTo")));
  EXPECT_THAT(text, HasSubstr(R"("shipping":{"service":"","price":0})"));
}

template <class Settings>
void expect_same_again(const Settings& settings) {
  EXPECT_EQ(read<Settings>(write_json(settings)), settings);
}

TEST(write_json, of_settings_is_read_as_the_same_settings) {
  expect_same_again(
      location_settings{.id = "NYC",
                        .kind = source_type::three_pl,
                        .name = "New \"York\"",
                        .country = "US",
                        .position = coordinates{-0.1, 179.9999999},
                        .active = false,
                        .priority = -9'007'199'254'740'991,
                        .shipment_cost = money{1},
                        .unit_cost = money{2},
                        .cost_per_km = money{3},
                        .handling_days = 0,
                        .daily_capacity = 10,
                        .brands = {brand_id("a")},
                        .countries = {"US", "CA"}});
  expect_same_again(supplier_settings{
      .id = "DS",
      .name = "",
      .priority = 2,
      .active = true,
      .shipment_cost = money{5},
      .brands = {},
      .countries = {},
      .products = {{sku_id("A"), quantity{0}, money{7}, 3},
                   {sku_id("B"), std::nullopt, money{0}, 0}}});
  expect_same_again(product_settings{.sku = sku_id("A"),
                                     .name = "n",
                                     .backorderable = false,
                                     .backorder_limit = quantity{5},
                                     .restock_date = timestamp{}});
  expect_same_again(routing_rules{});
}

}  // namespace
}  // namespace oms::fields
