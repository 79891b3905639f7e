#include "tools/scenario/expect.hpp"

#include <gtest/gtest.h>

#include "tools/json/events.hpp"

namespace oms::scenario {
namespace {

using json::value;

fulfillment_view fulfillment(const char* source, fulfillment_status status,
                             std::vector<fulfillment_line_view> lines) {
  fulfillment_view out;
  out.id = fulfillment_id("F1");
  out.source = {source_kind::location, source};
  out.status = status;
  out.lines = std::move(lines);
  return out;
}

fulfillment_line_view units(const char* line, const char* sku, int n) {
  return {line_id(line), sku_id(sku), quantity(n), {}, {}, {}};
}

bool holds(const char* named, const order_view& order) {
  return !compare_order(json::value::parse(named), order);
}

// interface.md, Scenarios: "the order as read, with lines by `line`".
TEST(ExpectOrder, MatchesLinesByLine) {
  order_view order;
  order.lines.resize(2);
  order.lines[0].line.line = line_id("1");
  order.lines[1].line.line = line_id("2");
  order.lines[1].buckets.picked = quantity(3);
  EXPECT_TRUE(holds(R"({"lines": [{"line": "2", "picked": 3}]})", order));
  EXPECT_FALSE(holds(R"({"lines": [{"line": "1", "picked": 3}]})", order));
  EXPECT_FALSE(holds(R"({"lines": [{"line": "3"}]})", order));
  EXPECT_FALSE(holds(R"({"lines": []})", order));
}

TEST(ExpectOrder, CountsFulfillmentLinesBySku) {
  order_view order;
  order.fulfillments = {fulfillment(
      "NYC", fulfillment_status::open,
      {units("1", "A", 2), units("2", "A", 3), units("3", "B", 1)})};
  EXPECT_TRUE(holds(R"({"fulfillments": [{"source": "NYC", "lines": [
      {"sku": "B", "quantity": 1}, {"sku": "A", "quantity": 5}]}]})",
                    order));
  EXPECT_TRUE(holds(R"({"fulfillments": [{"source": "NYC", "lines": [
      {"line": "1", "quantity": 2}, {"line": "2", "sku": "A", "quantity": 3},
      {"line": "3", "quantity": 1}]}]})",
                    order));
  EXPECT_FALSE(holds(R"({"fulfillments": [{"source": "LAX"}]})", order));
}

TEST(ExpectOrder, ListsEmptyFulfillmentsOnlyWhereTheirStatusIsAsked) {
  order_view order;
  order.fulfillments = {
      fulfillment("NYC", fulfillment_status::incomplete, {units("1", "A", 0)}),
      fulfillment("LAX", fulfillment_status::open, {units("1", "A", 4)})};
  EXPECT_TRUE(holds(R"({"fulfillments": [{"source": "LAX"}]})", order));
  EXPECT_FALSE(holds(
      R"({"fulfillments": [{"source": "LAX", "status": "open"}]})", order));
  EXPECT_TRUE(holds(R"({"fulfillments": [
      {"source": "LAX", "status": "open"},
      {"source": "NYC", "status": "incomplete", "lines": []}]})",
                    order));
  order.fulfillments.pop_back();
  EXPECT_TRUE(holds(R"({"fulfillments": []})", order));
}

TEST(ExpectOrder, ShowsShipmentsByLineOrSku) {
  order_view order;
  shipment_view shipment;
  shipment.id = shipment_id("S1");
  shipment.lines = {{line_id("1"), sku_id("A"), quantity(1)},
                    {line_id("2"), sku_id("A"), quantity(2)}};
  order.shipments = {shipment};
  EXPECT_TRUE(holds(
      R"({"shipments": [{"id": "S1",
                          "lines": [{"sku": "A", "quantity": 3}]}]})",
      order));
  EXPECT_TRUE(holds(
      R"({"shipments": [{"lines": [{"line": "1", "quantity": 1},
          {"line": "2", "sku": "A", "quantity": 2}]}]})",
      order));
}

TEST(ExpectOrder, ShowsMoneyOfThePaymentSide) {
  order_view order;
  order.payment = payment_status::partially_refunded;
  order.captured = money(500);
  order.refunded = money(200);
  order.refund_requested = money(100);
  order.total = money(450);
  EXPECT_TRUE(holds(R"({"total": 450, "payment": {
      "status": "partiallyRefunded", "captured": 500, "refunded": 200,
      "refundRequested": 100}})",
                    order));
}

TEST(ExpectWaitingLine, IsInOrder) {
  const std::vector<waiting_view> line{
      {{brand_id("b"), order_id("O2")}, line_id("1"), quantity(2), 5, {}},
      {{brand_id("b"), order_id("O1")}, line_id("1"), quantity(1), 0, {}}};
  EXPECT_FALSE(compare_backorder_queue(
      json::value::parse(R"({"queue": [{"order": "O2", "quantity": 2},
                                 {"order": "O1", "line": "1"}]})"),
      line));
  EXPECT_TRUE(compare_backorder_queue(
      json::value::parse(R"({"queue": [{"order": "O1"}, {"order": "O2"}]})"),
      line));
}

std::vector<event> trail_of(std::vector<event_body> bodies) {
  std::vector<event> out;
  for (event_body& body : bodies) {
    event one;
    one.at = out.size() + 1;
    one.by = actor_name("anna");
    one.entity = entity_of(order_key{brand_id(), order_id("O1")});
    one.body = std::move(body);
    out.push_back(std::move(one));
  }
  return out;
}

TEST(ExpectTrail, ListsTransitionsFromTheFirstStatus) {
  const auto trail = trail_of(
      {note_added{"x"},
       status_changed{order_status::pending, order_status::payment_processing},
       status_changed{order_status::payment_processing, order_status::paid}});
  EXPECT_EQ(transition_facts(trail),
            json::value::parse(R"({"statuses": ["pending", "payment_processing",
                                          "paid"]})"));
}

TEST(ExpectTrail, ListsNotificationsAndAlerts) {
  const auto trail = trail_of({notification_recorded{"order.placed", "", ""},
                               alert_raised{"order.stuck", "", "onHold"},
                               alert_raised{"stock.short", "A@12", "count"},
                               notification_recorded{"order.paid", "", ""}});
  EXPECT_EQ(notification_facts(trail),
            json::value::parse(R"({"kinds": ["order.placed", "order.paid"]})"));
  EXPECT_EQ(alert_facts(trail),
            json::value::parse(R"({"kinds": ["order.stuck", "stock.short"],
                             "reasons": ["onHold", "count"],
                             "open": false})"));
  EXPECT_EQ(alert_facts(trail, "A"),
            json::value::parse(R"({"kinds": ["stock.short"],
                             "reasons": ["count"], "open": false})"));
  EXPECT_EQ(alert_facts(trail, std::nullopt, {{{"order.stuck", ""}}}),
            json::value::parse(R"({"kinds": ["order.stuck"],
                             "reasons": ["onHold"], "open": true})"));
  EXPECT_EQ(alert_facts(trail, "A@1")["kinds"], json::value::array());
  EXPECT_EQ(alert_facts(trail, "B")["kinds"], json::value::array());
}

TEST(ExpectTimeline, FindsEventsInOrder) {
  const auto trail =
      trail_of({note_added{"gift"}, hold_placed{hold_id("h"), "fraud"},
                status_changed{order_status::paid, order_status::cancelled},
                notification_recorded{"order.cancelled", "", ""}});
  const auto found = [&trail](const char* contains) {
    return !compare_timeline({{"contains", json::value::parse(contains)}},
                             trail);
  };
  EXPECT_TRUE(found(R"([{"kind": "note.added", "by": "anna",
                         "note": "gift"}])"));
  EXPECT_TRUE(found(R"([{"note": "gift"}, {"from": "paid",
                         "to": "cancelled"}])"));
  EXPECT_TRUE(found(R"([{"reason": "fraud"}, {"kind": "order.cancelled"}])"));
  EXPECT_FALSE(found(R"([{"to": "cancelled"}, {"note": "gift"}])"));
  EXPECT_FALSE(found(R"([{"note": "gift"}, {"note": "gift"}])"));
  EXPECT_FALSE(found(R"([{"by": "bob"}])"));
}

TEST(ExpectInvariants, NamesEachViolation) {
  EXPECT_FALSE(compare_invariants({}));
  EXPECT_EQ(compare_invariants({{1, "A at NYC", "3 is not 2"}}),
            (mismatch{"invariants", "all to hold",
                      "invariant 1, A at NYC: 3 is not 2"}));
}

TEST(EventJson, IsFlatAndKeepsItsOwnWords) {
  event one;
  one.at = 7;
  one.by = actor_name("wms");
  one.entity = {entity_kind::location, "NYC"};
  one.body = stock_received{sku_id("A"), quantity(3), "PO-1"};
  EXPECT_EQ(json::write(one),
            json::value::parse(R"({"at": 7, "time": "1970-01-01T00:00:00Z",
              "location": "NYC", "kind": "stock.received", "by": "wms",
              "sku": "A", "quantity": 3, "reference": "PO-1"})"));

  one.body = location_defined{};
  EXPECT_EQ(json::write(one)["kind"], "location.defined");
}

}  // namespace
}  // namespace oms::scenario
