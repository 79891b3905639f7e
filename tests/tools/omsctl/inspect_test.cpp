/// `omsctl order|stock|location|supplier`: a look into a store, also into its
/// past, and into what a damaged one still has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/store_fixture.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"

namespace oms::omsctl {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

tests::outcome order(const tests::store_on_disk& store, order_options options) {
  options.store = store.path();
  return tests::running(
      [&](const text::console& to) { return order_command(options, to); });
}

tests::outcome stock(const tests::store_on_disk& store, stock_options options) {
  options.store = store.path();
  return tests::running(
      [&](const text::console& to) { return stock_command(options, to); });
}

json::value json_of(const tests::outcome& found) {
  auto parsed = json::parse_text(found.out);
  EXPECT_TRUE(parsed) << found.out << found.err;
  return parsed ? *parsed : json::value{};
}

/// NYC gives 3 of 7, LAX 2; 2 wait. Then NYC ships.
void add_split_order(tests::store_on_disk& store) {
  store.add_network();
  store.place("SO-1", "MUG", 7);
  store.pass(std::chrono::hours(3));
  store.give(work_fulfillment{.order = {brand_id{"acme"}, order_id{"SO-1"}},
                              .action = fulfillment_action::ship,
                              .source = "NYC",
                              .shipment = shipment_id{"P-1"},
                              .carrier = "UPS",
                              .tracking = "1Z"},
             "nyc");
}

TEST(OrderCommand, ShowsTheOrderAndItsTimeline) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto found = order(store, {.id = "SO-1"});
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.err, IsEmpty());
  EXPECT_EQ(
      found.out,
      "Order SO-1 of acme: partially_fulfilled\n"
      "  placed        2026-03-02T12:00:00Z, web\n"
      "  customer      C-1, Ada Lovelace, C-1@example.org\n"
      "  ship to       Marylebone, US\n"
      "  total         70.00 USD, payment captured\n"
      "  lines         1: 7 x MUG  2 backordered, 2 allocated, 3 shipped; "
      "position 1 in the backorder queue\n"
      "  fulfillments  1 from NYC, closed: 3 x MUG\n"
      "                2 from LAX, open, expected 2026-03-06: 2 x MUG\n"
      "  shipments     P-1, shipped, UPS, 1Z: 3 x MUG\n"
      "\n"
      "Timeline (sequence, time in UTC)\n"
      "        13   2026-03-02 12:00  placed      7 x MUG, to US  (shop)\n"
      "        15                     paid        70.00 USD  (shop)\n"
      "        16                     status      pending -> "
      "payment_processing  (shop)\n"
      "        17                     status      payment_processing -> paid  "
      "(shop)\n"
      "        19                     status      paid -> awaiting_fulfillment "
      " (shop)\n"
      "        21                     planned     2 from LAX, 3 from NYC, 2 "
      "unavailable  (router)\n"
      "        22                     allocated   from NYC: 3 x MUG\n"
      "        24                     allocated   from LAX: 2 x MUG\n"
      "        26                     backordered 2 x MUG  (waiting line)\n"
      "        28   2026-03-02 15:00  shipped     from NYC: 3 x MUG  (nyc)\n"
      "        30                     status      awaiting_fulfillment -> "
      "partially_fulfilled  (nyc)\n");
}

TEST(OrderCommand, AtASequenceItIsAsItWas) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto now = json_of(order(store, {.id = "SO-1", .json = true}));
  EXPECT_EQ(now["status"], "partially_fulfilled");
  EXPECT_EQ(now["queue"][0]["position"], 1);
  sequence shipped = 0;
  for (const auto& e : now["timeline"])
    if (e["kind"] == "shipment.shipped") shipped = e["at"];
  ASSERT_GT(shipped, 0U);
  const auto before = json_of(order(
      store, {.id = "SO-1", .at = std::to_string(shipped - 1), .json = true}));
  EXPECT_EQ(before["status"], "awaiting_fulfillment");
  EXPECT_EQ(before["asOf"], shipped - 1);
  EXPECT_THAT(before["shipments"], IsEmpty());
  const auto at_a_time = json_of(
      order(store, {.id = "SO-1", .at = "2026-03-02T14:59:59Z", .json = true}));
  EXPECT_EQ(at_a_time["status"], "awaiting_fulfillment");
  const auto text =
      order(store, {.id = "SO-1", .at = "2026-03-02T14:59:59Z"}).out;
  EXPECT_THAT(text, HasSubstr("as of event"));
}

TEST(OrderCommand, SaysWhatIsNotThere) {
  tests::store_on_disk store;
  add_split_order(store);
  EXPECT_EQ(order(store, {.id = "SO-9"}).code, 1);
  EXPECT_EQ(order(store, {.id = "SO-9"}).err,
            "omsctl order: there is no order SO-9\n");
  const auto early = order(store, {.id = "SO-1", .at = "2"});
  EXPECT_EQ(early.code, 1);
  EXPECT_EQ(early.err,
            "omsctl order: there was no order SO-1 of acme at sequence 2\n");
  const auto other = order(store, {.id = "SO-1", .brand = "other"});
  EXPECT_EQ(other.code, 1);
  const auto wrong = order(store, {.id = "SO-1", .at = "soon"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("neither a sequence (4711) nor a time"));
  const tests::store_on_disk empty;
  EXPECT_EQ(order(empty, {.id = "SO-1"}).err,
            "omsctl order: there is no order SO-1: the store is empty\n");
}

TEST(OrderCommand, AsksForTheBrandWhereSeveralHaveTheId) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "POT", 1, "C-1", "acme");
  store.place("SO-1", "POT", 1, "C-2", "zeta");
  const auto found = order(store, {.id = "SO-1"});
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.err,
              HasSubstr("several brands have an order SO-1 (acme, zeta)"));
  EXPECT_EQ(order(store, {.id = "SO-1", .brand = "zeta"}).code, 0);
}

TEST(OrderCommand, ShowsWhatADamagedLogStillHas) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "POT", 1);
  store.place("SO-2", "POT", 1);
  const order_key key{brand_id{"acme"}, order_id{"SO-1"}};
  store.give(add_note{key, "note two"}, "bob");
  store.give(place_hold{key, hold_id{"check"}, "address"}, "ann");
  store.overwrite("note two", "note TWO");
  const auto found = order(store, {.id = "SO-1"});
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.err, HasSubstr("can't be read: the batch that starts"));
  EXPECT_THAT(found.err,
              HasSubstr("shown as of the last event before the gap"));
  EXPECT_THAT(found.out, HasSubstr("Order SO-1 of acme: awaiting"));
  EXPECT_THAT(found.out, Not(HasSubstr("TWO")));
  EXPECT_THAT(found.out, HasSubstr("on hold     check; address"));
  // Nothing of SO-2 is missing, but nobody knows what was in that batch.
  const auto other = order(store, {.id = "SO-2", .brand = "acme"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("Order SO-2 of acme: awaiting"));
  EXPECT_THAT(other.err, Not(HasSubstr("before the gap")));
}

TEST(StockCommand, ShowsEveryPlaceAndWhoWaits) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto found = stock(store, {.sku = "MUG"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(
      found.out,
      "Stock of MUG\n"
      "  location  on hand  available  reserved  committed  safety  damaged\n"
      "  LAX             2          0         0          2       0        0\n"
      "  NYC             0          0         0          0       0        0\n"
      "  total           2          0         0          2       0        0\n"
      "2 units backordered, for 1 order line\n"
      "  position  order  brand  line  units  priority  placed\n"
      "         1  SO-1   acme   1         2         0  "
      "2026-03-02T12:00:00Z\n");
  const auto of_supplier = stock(store, {.sku = "CUP"});
  EXPECT_EQ(of_supplier.out,
            "Stock of CUP\n"
            "  supplier  available  committed\n"
            "  DS                5          0\n"
            "No order waits for it.\n");
}

TEST(StockCommand, AtATimeItIsAsItWas) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto before = json_of(
      stock(store, {.sku = "MUG", .at = "2026-03-02T13:00:00Z", .json = true}));
  EXPECT_EQ(before["locations"][1]["location"], "NYC");
  EXPECT_EQ(before["locations"][1]["onHand"], 3);
  EXPECT_EQ(before["locations"][1]["committed"], 3);
  const auto now =
      json_of(stock(store, {.sku = "MUG", .location = "NYC", .json = true}));
  EXPECT_THAT(now["locations"], SizeIs(1));
  EXPECT_EQ(now["locations"][0]["onHand"], 0);
}

TEST(StockCommand, SaysWhatIsNotThere) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto found = stock(store, {.sku = "HAT"});
  EXPECT_EQ(found.code, 1);
  EXPECT_EQ(found.err, "omsctl stock: there is no stock of HAT\n");
}

TEST(StockCommand, ShowsWhatADamagedLogStillHas) {
  tests::store_on_disk store;
  add_split_order(store);
  store.give(receive_stock{"LAX", sku_id{"MUG"}, quantity{9}, "note two"});
  store.overwrite("note two", "note TWO");
  const auto found = stock(store, {.sku = "MUG"});
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.err, HasSubstr("the log after it can't be read"));
  EXPECT_THAT(found.out, HasSubstr("LAX             2"));
}

TEST(LocationCommand, ShowsSettingsAndStock) {
  tests::store_on_disk store;
  add_split_order(store);
  const auto found = tests::running([&](const text::console& to) {
    return location_command({.store = store.path(), .id = "NYC"}, to);
  });
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(
      found.out,
      "NYC: warehouse\n"
      "  name       New York\n"
      "  active     yes\n"
      "  priority   1\n"
      "  costs      0 per shipment, 0 per km, 0 per unit (minor units)\n"
      "  ships      after 1 working day, UTC\n"
      "  committed  to 0 orders\n"
      "  sku  on hand  available  reserved  committed  safety  damaged\n"
      "  MUG        0          0         0          0       0        0\n"
      "  POT       10         10         0          0       0        0\n");
  const auto none = tests::running([&](const text::console& to) {
    return location_command({.store = store.path(), .id = "DS"}, to);
  });
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.err, "omsctl location: there is no location DS\n");
}

TEST(SupplierCommand, ShowsWhatItStillOffers) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "CUP", 2);
  const auto found = tests::running([&](const text::console& to) {
    return supplier_command({.store = store.path(), .id = "DS", .json = true},
                            to);
  });
  const auto read = json_of(found);
  EXPECT_EQ(read["shipmentCost"], 500);
  EXPECT_EQ(read["products"][0]["available"], 3);
  EXPECT_EQ(read["products"][0]["unitCost"], 90);
  EXPECT_EQ(read["stock"][0]["committed"], 2);
}

}  // namespace
}  // namespace oms::omsctl
