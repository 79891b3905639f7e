#include "tools/scenario/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> faults_of(const char* text) {
  const auto read = read_scenario(json::value::parse(text));
  std::vector<std::string> out;
  if (read) return out;
  for (const fault& one : read.failure().faults) {
    out.push_back(one.path + ": " + one.message);
  }
  return out;
}

scenario read(const char* text) {
  auto out = read_scenario(json::value::parse(text));
  EXPECT_TRUE(out);
  return out ? std::move(*out) : scenario{};
}

template <class Command>
Command command_of(const step& one) {
  return std::get<Command>(std::get<command_body>(one.action));
}

TEST(Scenario, NeedsOnlySteps) {
  EXPECT_THAT(faults_of("{}"), ElementsAre("steps: is required"));
  EXPECT_THAT(faults_of(R"({"steps": []})"), IsEmpty());
  EXPECT_THAT(faults_of(R"({"steps": [], "stocks": [], "name": 1})"),
              ElementsAre("name: must be a text", "stocks: is not known here"));
}

TEST(Scenario, NumbersItsLocations) {
  const auto played = read(R"({"steps": [
      {"location": {"id": "B", "active": false}},
      {"location": {"id": "C"}},
      {"location": {"id": "B", "priority": 9}}],
    "locations": [{"id": "A"}, {"id": "B"}, {"id": "D", "priority": 7}]})");
  EXPECT_EQ(played.network.locations[0].priority, 1);
  EXPECT_EQ(played.network.locations[1].priority, 2);
  EXPECT_EQ(played.network.locations[2].priority, 7);
  const auto priority = [&played](std::size_t i) {
    return command_of<define_location>(played.steps[i]).settings.priority;
  };
  EXPECT_EQ(priority(0), 2);
  EXPECT_EQ(priority(1), 1);
  EXPECT_EQ(priority(2), 9);
}

TEST(Scenario, TakesWhatAnExportOfANetworkSays) {
  const auto played = read(R"({"steps": [], "locations": [{"id": "A"}],
      "stock": [{"location": "A", "sku": "M", "onHand": 3, "safetyStock": 1}],
      "routing": [{"objectives": ["priority"]},
                  {"brand": "b1", "maxShipments": 1}]})");
  ASSERT_EQ(played.network.routing.size(), 2U);
  EXPECT_EQ(played.network.routing[1].brand, brand_id("b1"));
  EXPECT_EQ(played.network.stock[0].safety_stock, quantity{1});
}

TEST(Scenario, KnowsTheBrandOfEachOrder) {
  const auto played = read(R"({"steps": [
      {"together": [{"place": {"id": "O1", "brand": "acme", "lines": []}}]},
      {"pay": {"order": "O1"}}, {"pay": {"order": "O2"}},
      {"expect": {"order": "O1"}}]})");
  EXPECT_EQ(command_of<record_payment>(played.steps[1]).order,
            (order_key{brand_id("acme"), order_id("O1")}));
  EXPECT_EQ(command_of<record_payment>(played.steps[2]).order,
            (order_key{brand_id(), order_id("O2")}));
  EXPECT_EQ(std::get<expectation>(played.steps[3].action).order.brand,
            brand_id("acme"));
}

TEST(Scenario, GivesEachPaymentAReference) {
  const auto played = read(R"({"steps": [{"pay": {"order": "O"}},
      {"together": [{"pay": {"order": "O"}},
                    {"pay": {"order": "O", "reference": "r"}}]}]})");
  EXPECT_EQ(command_of<record_payment>(played.steps[0]).reference,
            "steps[0].pay");
  const auto& inner = std::get<together>(played.steps[1].action).steps;
  EXPECT_EQ(command_of<record_payment>(inner[0]).reference,
            "steps[1].together[0].pay");
  EXPECT_EQ(command_of<record_payment>(inner[1]).reference, "r");
}

TEST(Scenario, NamesFaultsInStepsByTheirPath) {
  EXPECT_THAT(
      faults_of(R"({"steps": [
        {"place": {"id": "O", "lines": [{"sku": "A", "quantity": "two"}]}},
        {"ship": {"order": "O", "source": "NYC", "tracking": 5}},
        {"advance": "soon"}, {"dance": {}}, {"by": "x"},
        {"pay": {"order": "O"}, "note": {"order": "O"}},
        {"pay": {"order": "O"}, "fails": "broken"},
        {"crash": {"hard": true}},
        {"together": [{"expect": {"invariants": true}}]}]})"),
      ElementsAre(
          "steps[0].place.lines[0].quantity: must be a whole number",
          "steps[1].ship.shipment: is required",
          "steps[1].ship.tracking: must be a text",
          "steps[2].advance: must be a duration such as 25h, 90s or 3d",
          "steps[3].dance: is not a known verb",
          "steps[4]: has no verb, such as place or expect",
          "steps[5].note: is a second verb beside pay",
          "steps[6].fails: must be one of invalid, unauthorized, forbidden, "
          "notFound, conflict, invalidTransition, quantityTooGreat, "
          "refundTooGreat, insufficientStock, tooLarge, overloaded, "
          "storageUnavailable",
          "steps[7].crash.hard: is not known here",
          "steps[8].together[0].expect: is not allowed in together"));
}

TEST(Scenario, TakesAWrongBodyForWhatAStepIsAbout) {
  const auto played = read(R"({"steps": [
      {"place": {"id": "O", "lines": [{"sku": "A"}]}, "fails": "invalid"}]})");
  ASSERT_TRUE(std::holds_alternative<malformed>(played.steps[0].action));
  EXPECT_EQ(std::get<malformed>(played.steps[0].action).faults.front().path,
            "steps[0].place.lines[0].quantity");
}

TEST(Expectation, AcceptsTheOldNameOfInvariantsWithANotice) {
  const auto played = read(R"({"steps": [{"advance": "1s"},
      {"expect": {"oneOf": [{"laws": true}]}}, {"expect": {"laws": true}}]})");
  EXPECT_EQ(std::get<expectation>(played.steps[2].action).about,
            subject::invariants);
  EXPECT_THAT(played.notices,
              ElementsAre("steps[1].expect: \"laws\" is now called "
                          "\"invariants\"; the next release will refuse the "
                          "old word"));
  EXPECT_THAT(read(R"({"steps": [{"expect": {"invariants": true}}]})").notices,
              IsEmpty());
}

TEST(Expectation, RefusesWordsThatNoEnumerationHas) {
  EXPECT_THAT(
      faults_of(R"({"steps": [
        {"expect": {"order": "O", "policy": "asavailable",
          "refunds": [{"status": "done"}, {"status": "failed"}]}},
        {"expect": {"transitions": "O", "statuses": ["pending", "payed"]}}]})"),
      ElementsAre(
          "steps[0].expect.policy: must be one of asAvailable, shipComplete",
          "steps[0].expect.refunds[0].status: must be one of requested, "
          "succeeded, failed",
          "steps[1].expect.statuses[1]: must be one of pending, "
          "payment_processing, paid, awaiting_fulfillment, "
          "partially_fulfilled, fulfilled, delivered, refunded, cancelled"));
}

TEST(Expectation, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(
      faults_of(R"({"steps": [
        {"expect": {"order": "O", "state": "paid", "lines": [{"lot": 1}]}},
        {"expect": {"stock": {"location": "NYC"}, "free": 1}},
        {"expect": {"backorders": "A", "queue": {}}},
        {"expect": {"total": {"orders": "1", "status": "payed"}}},
        {"expect": {"oneOf": [{"invariants": false}, {"nothing": 1}]}},
        {"expect": {"supplier": "DS", "available": 1}}]})"),
      ElementsAre(
          "steps[0].expect.lines[0].lot: is not known here",
          "steps[0].expect.state: is not known here",
          "steps[1].expect.stock.sku: is required",
          "steps[1].expect.free: is not known here",
          "steps[2].expect.queue: must be a list",
          "steps[3].expect.total.status: must be one of pending, "
          "payment_processing, paid, awaiting_fulfillment, "
          "partially_fulfilled, fulfilled, delivered, refunded, cancelled",
          "steps[3].expect.total.orders: must be a number",
          "steps[4].expect.oneOf[0].invariants: must be true",
          "steps[4].expect.oneOf[1]: does not say what it checks, such as "
          "order or stock",
          "steps[5].expect.sku: is required"));
}

TEST(Expectation, TellsAlertsOfOrdersFromThoseOfStock) {
  const auto played = read(R"({"steps": [
      {"expect": {"alerts": {"order": "O"}, "kinds": []}},
      {"expect": {"alerts": {"location": "NYC", "sku": "A"}, "kinds": [],
                  "reasons": []}}]})");
  const auto& of_order = std::get<expectation>(played.steps[0].action);
  EXPECT_EQ(of_order.about, subject::alerts_of_order);
  EXPECT_EQ(of_order.order.id, order_id("O"));
  const auto& of_stock = std::get<expectation>(played.steps[1].action);
  EXPECT_EQ(of_stock.about, subject::alerts_of_stock);
  EXPECT_EQ(of_stock.place, "NYC");
}

}  // namespace
}  // namespace oms::scenario
