#include "tools/json/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/json/network.hpp"

namespace oms::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A fault as people see it.
std::vector<std::string> texts(const faults& found) {
  std::vector<std::string> out;
  for (const fault& one : found) out.push_back(one.path + ": " + one.message);
  return out;
}

std::vector<std::string> order_faults(const char* text,
                                      const order_defaults& defaults = {}) {
  const value json = value::parse(text);
  faults found;
  place_order out;
  read_order(node(json, "", found), out, defaults);
  return texts(found);
}

template <class T>
std::vector<std::string> faults_of(const char* text, T& out) {
  const value json = value::parse(text);
  faults found;
  read(node(json, "", found), out);
  return texts(found);
}

TEST(ReadOrder, TakesEveryKey) {
  const value json = value::parse(R"({
    "id": "SO-1", "brand": "acme", "channel": "web",
    "placedAt": "2026-01-05T10:00:00Z", "currency": "EUR",
    "customer": {"id": "C-1", "name": "Ada", "email": "ada@example.org"},
    "shipTo": {"name": "Ada L", "line1": "1 Main St", "line2": "B",
      "city": "Bonn", "region": "NW", "postalCode": "53111", "country": "DE",
      "latitude": 50.7, "longitude": 7.1},
    "lines": [{"line": "a", "sku": "MUG", "quantity": 2, "unitPrice": 1999,
      "discount": 10, "tax": 160}],
    "shipping": {"service": "standard", "price": 500}, "discount": 5,
    "policy": "shipComplete", "priority": -3, "reservation": "R",
    "payment": {"captured": 4158, "reference": "ch_1"}})");
  faults found;
  place_order out;
  read_order(node(json, "", found), out);
  ASSERT_THAT(texts(found), IsEmpty());

  place_order wanted;
  wanted.order = {brand_id("acme"), order_id("SO-1")};
  wanted.body.channel = "web";
  wanted.body.placed_at =
      std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} +
      std::chrono::hours{10};
  wanted.body.currency = "EUR";
  wanted.body.customer = customer_id("C-1");
  wanted.body.ship_to = {"DE", coordinates{50.7, 7.1}};
  wanted.body.lines = {{line_id("a"), sku_id("MUG"), quantity(2), money(1999),
                        money(10), money(160)}};
  wanted.body.shipping = {"standard", money(500)};
  wanted.body.discount = money(5);
  wanted.body.policy = shipping_policy::ship_complete;
  wanted.body.priority = -3;
  wanted.body.reservation = reservation_id("R");
  wanted.body.payment = prepayment{money(4158), "ch_1"};
  EXPECT_EQ(out.order, wanted.order);
  EXPECT_EQ(out.body, wanted.body);
  EXPECT_EQ(out.personal,
            (personal_data{"Ada", "ada@example.org", "Ada L", "1 Main St", "B",
                           "Bonn", "NW", "53111"}));
}

TEST(ReadOrder, NamesEveryFaultByItsPath) {
  EXPECT_THAT(
      order_faults(R"({"brand": 7, "placedAt": "yesterday", "colour": "red",
        "shipTo": {"latitude": 50.7}, "policy": "asap",
        "lines": [{"line": "1", "sku": "A", "quantity": 1.5},
                  {"sku": "A", "quantity": 1, "price": 3}, 4]})"),
      ElementsAre("id: is required", "brand: must be a text",
                  "placedAt: must be a time such as 2026-01-05T10:00:00Z",
                  "shipTo.longitude: is required",
                  "lines[0].quantity: must be a whole number",
                  "lines[1].line: is required",
                  "lines[1].price: is not known here",
                  "lines[2]: must be an object",
                  "policy: must be one of asAvailable, shipComplete",
                  "colour: is not known here"));
}

TEST(ReadOrder, NeedsItsLines) {
  EXPECT_THAT(order_faults(R"({"id": "SO-1"})"),
              ElementsAre("lines: is required"));
  EXPECT_THAT(order_faults(R"({"id": "SO-1", "lines": {}})"),
              ElementsAre("lines: must be a list"));
  EXPECT_THAT(order_faults(R"(["id"])"), ElementsAre(": must be an object"));
}

TEST(ReadOrder, LeavesLimitsToTheEngine) {
  EXPECT_THAT(order_faults(R"({"id": "", "currency": "U5D", "lines": [
                {"line": "1", "sku": "", "quantity": -1, "unitPrice": -1}]})"),
              IsEmpty());
}

TEST(ReadOrder, FillsInWhatScenariosLeaveOut) {
  const value json = value::parse(
      R"({"id": "O", "lines": [{"sku": "A", "quantity": 1},
          {"line": "x", "sku": "B", "quantity": 1, "unitPrice": 7},
          {"sku": "C", "quantity": 1}]})");
  faults found;
  place_order out;
  read_order(node(json, "", found), out, {money(100), true});
  ASSERT_THAT(texts(found), IsEmpty());
  EXPECT_EQ(out.body.lines[0].line, line_id("1"));
  EXPECT_EQ(out.body.lines[0].unit_price, money(100));
  EXPECT_EQ(out.body.lines[1].line, line_id("x"));
  EXPECT_EQ(out.body.lines[1].unit_price, money(7));
  EXPECT_EQ(out.body.lines[2].line, line_id("3"));
  EXPECT_EQ(out.body.currency, "USD");
}

TEST(ReadNumbers, KeepTheirRange) {
  supplier_product product;
  EXPECT_THAT(
      faults_of(R"({"sku": "A", "available": 9223372036854775808})", product),
      ElementsAre("available: is too large"));
  EXPECT_THAT(faults_of(R"({"sku": "A", "leadTimeDays": 3000000000})", product),
              ElementsAre("leadTimeDays: is too large"));
}

TEST(ReadLocation, NeedsOnlyItsId) {
  location_settings wanted;
  wanted.id = "NYC";
  location_settings out;
  EXPECT_THAT(faults_of(R"({"id": "NYC"})", out), IsEmpty());
  EXPECT_EQ(out, wanted);
}

TEST(ReadLocation, IsNotASupplier) {
  location_settings out;
  EXPECT_THAT(faults_of(R"({"id": "NYC", "kind": "dropship", "latitude": 91,
                    "longitude": 0})",
                        out),
              ElementsAre("latitude: must be at most 90",
                          "kind: is a supplier's, not a location's"));
}

TEST(ReadProduct, TakesAnEmptyDateForNone) {
  product_settings out;
  EXPECT_THAT(faults_of(R"({"sku": "A", "restockDate": ""})", out), IsEmpty());
  EXPECT_EQ(out.restock_date, std::nullopt);
  EXPECT_THAT(faults_of(R"({"sku": "A", "restockDate": "2026-02-01"})", out),
              IsEmpty());
  EXPECT_NE(out.restock_date, std::nullopt);
}

TEST(ReadSupplier, WithoutAvailableIsWithoutLimit) {
  supplier_settings out;
  EXPECT_THAT(faults_of(R"({"id": "DS", "products": [{"sku": "A"},
                            {"sku": "B", "available": 0}]})",
                        out),
              IsEmpty());
  EXPECT_EQ(out.products[0].available, std::nullopt);
  EXPECT_EQ(out.products[1].available, quantity(0));
}

TEST(ReadRouting, NamesTheTierThatIsWrong) {
  routing_rules out;
  EXPECT_THAT(
      faults_of(R"({"tiers": [["store"], ["shop"]], "objectives": "nearest"})",
                out),
      ElementsAre("tiers[1][0]: must be one of warehouse, store, threePl, "
                  "dropship",
                  "objectives: must be a list"));
}

TEST(Network, IsWrittenAsItIsRead) {
  const char* text =
      R"({"id": "B", "kind": "threePl", "name": "Bronx", "country": "US",
          "latitude": 40.5, "longitude": -73.25, "active": false,
          "priority": 4, "shipmentCost": 1, "unitCost": 2, "costPerKm": 3,
          "handlingDays": 5, "dailyCapacity": 6, "brands": ["x", ""],
          "countries": ["US"]})";
  location_settings location;
  ASSERT_THAT(faults_of(text, location), IsEmpty());
  EXPECT_EQ(write(location), value::parse(text));
}

TEST(ReadWork, TakesLinesByLineOrSku) {
  const value json = value::parse(R"({"lines": [{"sku": "A", "quantity": 1},
      {"line": "1", "quantity": 1}, {"quantity": 1}]})");
  faults found;
  object_reader keys(node(json, "", found));
  work_fulfillment out;
  out.action = fulfillment_action::pick;
  read_keys(keys, out);
  EXPECT_THAT(texts(found), ElementsAre("lines[2]: needs a line or a sku"));
}

TEST(ReadKeys, TellsAnEmptyListFromNone) {
  const auto lines_of = [](const char* text) {
    const value json = value::parse(text);
    faults found;
    object_reader keys(node(json, "cancel", found));
    cancel_order out;
    read_keys(keys, out);
    EXPECT_THAT(texts(found), IsEmpty());
    return out.lines;
  };
  EXPECT_FALSE(lines_of(R"({"reason": "customer"})"));
  EXPECT_FALSE(lines_of(R"({"lines": null})"));
  EXPECT_TRUE(lines_of(R"({"lines": []})").value().empty());
}

TEST(ReadKeys, NeedAReasonToReject) {
  const value json =
      value::parse(R"({"lines": [{"sku": "A", "quantity": 1}]})");
  faults found;
  object_reader keys(node(json, "reject", found));
  work_fulfillment out;
  out.action = fulfillment_action::reject;
  read_keys(keys, out);
  EXPECT_THAT(texts(found), ElementsAre(testing::HasSubstr("reject.reason")));
}

TEST(ReadKeys, RefuseWhatBelongsToAnotherAction) {
  const value json = value::parse(R"({"carrier": "ups"})");
  faults found;
  object_reader keys(node(json, "pick", found));
  work_fulfillment out;
  out.action = fulfillment_action::pick;
  read_keys(keys, out);
  keys.refuse_others();
  EXPECT_THAT(texts(found), ElementsAre("pick.carrier: is not known here"));
}

}  // namespace
}  // namespace oms::json
