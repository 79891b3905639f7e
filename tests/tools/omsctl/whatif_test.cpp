/// `omsctl whatif`: the same orders under other rules, the same every time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/store_fixture.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/whatif/whatif_command.hpp"

namespace oms::omsctl {
namespace {

using testing::HasSubstr;
using testing::Not;

tests::outcome whatif(const tests::store_on_disk& store,
                      const std::string& rules, whatif_options options = {}) {
  options.store = store.path();
  options.routing = store.beside("rules.json");
  tests::write_file(options.routing, rules);
  return tests::running(
      [&](const text::console& to) { return whatif_command(options, to); });
}

json::value compared(const tests::store_on_disk& store,
                     const std::string& rules, whatif_options options = {}) {
  options.json = true;
  const auto found = whatif(store, rules, options);
  EXPECT_EQ(found.code, 0) << found.err;
  auto parsed = json::parse_text(found.out);
  EXPECT_TRUE(parsed) << found.out;
  return parsed ? *parsed : json::value{};
}

/// NYC and LAX have 10 MUG each; NYC comes first by priority, LAX is cheaper.
void add_two_places(tests::store_on_disk& store) {
  store.give(define_location{
      {.id = "NYC", .priority = 1, .shipment_cost = money{700}}});
  store.give(define_location{
      {.id = "LAX", .priority = 2, .shipment_cost = money{300}}});
  store.give(receive_stock{"NYC", sku_id{"MUG"}, quantity{10}, ""});
  store.give(receive_stock{"LAX", sku_id{"MUG"}, quantity{10}, ""});
}

constexpr const char* cheapest = R"({"objectives": ["lowestCost"]})";
constexpr const char* one_parcel = R"({"maxShipments": 1})";

TEST(Whatif, AsRecordedIsWhatHappened) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 4);
  store.place("SO-2", "MUG", 12);
  store.place("SO-3", "MUG", 6);
  const auto made = compared(store, cheapest);
  EXPECT_EQ(made["orders"], 3);
  const auto& recorded = made["recorded"];
  EXPECT_EQ(recorded["ordersPlanned"], 3);
  EXPECT_EQ(recorded["parcels"], 4);
  EXPECT_EQ(recorded["ordersSplit"], 1);
  EXPECT_EQ(recorded["unitsPromised"], 20);
  EXPECT_EQ(recorded["unitsWaiting"], 2);
  EXPECT_EQ(recorded["unitsUnfillable"], 0);
  // SO-1 and SO-2 from NYC, SO-2 and SO-3 from LAX.
  EXPECT_EQ(recorded["cost"], 700 + 700 + 300 + 300);
}

TEST(Whatif, OtherRulesChooseOtherPlaces) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 4);
  const auto made = compared(store, cheapest);
  EXPECT_EQ(made["recorded"]["cost"], 700);
  EXPECT_EQ(made["recorded"]["sources"][0]["source"]["id"], "NYC");
  EXPECT_EQ(made["given"]["cost"], 300);
  EXPECT_EQ(made["given"]["sources"][0]["source"]["id"], "LAX");
}

TEST(Whatif, TextStandsSideBySide) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 12);
  const auto found = whatif(store, one_parcel);
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(
      found.out,
      "1 order, 2026-03-02T12:00:00Z to 2026-03-02T12:00:00Z\n"
      "                               as recorded  as changed  difference\n"
      "  orders planned                         1           1\n"
      "  orders served                          1           1\n"
      "  parcels                                2           1          -1\n"
      "  parcels per order served           2.000       1.000      -1.000\n"
      "  orders split                     100.0 %       0.0 %      -100.0\n"
      "  cost (minor units)                 1,000         700        -300\n"
      "  cost per order served           1000.000     700.000    -300.000\n"
      "  units promised                        12          10          -2\n"
      "  units that had to wait                 0           2          +2\n"
      "  units waiting at the end               0           2          +2\n"
      "  units unfillable at the end            0           0\n"
      "  parcels from LAX                  50.0 %       0.0 %       -50.0\n"
      "  parcels from NYC                  50.0 %     100.0 %       +50.0\n"
      "Not played again:\n"
      "  picking and shipping: units that come later from the same place "
      "join its parcel\n");
}

TEST(Whatif, IsTheSameEachTime) {
  tests::store_on_disk store;
  add_two_places(store);
  for (int i = 0; i < 12; ++i) {
    store.place("SO-" + std::to_string(i), "MUG", 1 + i % 3);
    store.pass(std::chrono::hours(5));
    if (i % 4 == 0)
      store.give(receive_stock{"LAX", sku_id{"MUG"}, quantity{3}, ""});
  }
  const auto once = whatif(store, cheapest);
  EXPECT_EQ(whatif(store, cheapest).out, once.out);
}

TEST(Whatif, BeginsWithTheStockThatWasFree) {
  tests::store_on_disk store;
  add_two_places(store);
  store.give(set_safety_stock{"NYC", sku_id{"MUG"}, quantity{2}});
  store.place("SO-1", "MUG", 5);
  store.pass(std::chrono::hours(24));
  store.place("SO-2", "MUG", 20);
  // Of 20: 2 are kept, 5 promised before.
  const auto made = compared(store, cheapest, {.from = "2026-03-03"});
  EXPECT_EQ(made["orders"], 1);
  EXPECT_EQ(made["recorded"]["unitsPromised"], 13);
  EXPECT_EQ(made["recorded"]["unitsWaiting"], 7);
}

TEST(Whatif, PlaysWhatCameFromOutside) {
  tests::store_on_disk store;
  add_two_places(store);
  const order_key first{brand_id{"acme"}, order_id{"SO-1"}};
  store.place("SO-1", "MUG", 25);
  store.give(receive_stock{"NYC", sku_id{"MUG"}, quantity{3}, "PO-9"});
  store.give(cancel_order{first, {{{line_id{"1"}, quantity{1}}}}, "less", ""});
  store.give(adjust_stock{"NYC", sku_id{"MUG"}, quantity{-1}, "broken"});
  store.place("SO-2", "MUG", 4);
  store.give(cancel_order{{brand_id{"acme"}, order_id{"SO-2"}}, {}, "all", ""});
  const auto made = compared(store, cheapest);
  // 23 units for 24, less one that is broken.
  EXPECT_EQ(made["recorded"]["unitsPromised"], 22);
  EXPECT_EQ(made["recorded"]["unitsWaiting"], 2);
  EXPECT_EQ(made["recorded"]["ordersServed"], 1);
  EXPECT_EQ(made["recorded"]["refused"], json::value::object());
}

TEST(Whatif, SaysWhatIsLeftOut) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 22);
  store.pass(std::chrono::hours(24));
  store.give(add_note{{brand_id{"acme"}, order_id{"SO-1"}}, "hello"});
  store.give(
      place_hold{{brand_id{"acme"}, order_id{"SO-1"}}, hold_id{"h"}, ""});
  store.give(receive_stock{"NYC", sku_id{"MUG"}, quantity{9}, "PO-9"});
  store.place("SO-2", "MUG", 2);
  store.give(work_fulfillment{.order = {brand_id{"acme"}, order_id{"SO-2"}},
                              .action = fulfillment_action::reject,
                              .source = "NYC",
                              .reason = reject_reason::damaged});
  const auto made = compared(store, cheapest, {.from = "2026-03-03"});
  EXPECT_EQ(made["leftOut"]["ordersWaitingBefore"], 1);
  EXPECT_EQ(made["leftOut"]["unitsWaitingBefore"], 2);
  EXPECT_EQ(made["leftOut"]["olderOrders"], 1);
  EXPECT_EQ(made["leftOut"]["rejections"], 1);
  EXPECT_EQ(made["leftOut"]["rejectedUnits"], 2);
  const auto text = whatif(store, cheapest, {.from = "2026-03-03"}).out;
  EXPECT_THAT(text, HasSubstr("rejections by places: 1, of 2 units"));
}

TEST(Whatif, RulesOfOtherBrandsStay) {
  tests::store_on_disk store;
  add_two_places(store);
  store.give(set_routing{
      {.brand = brand_id{"acme"}, .objectives = {objective::priority}}});
  store.place("SO-1", "MUG", 4);
  EXPECT_EQ(compared(store, cheapest)["given"]["cost"], 700);
  EXPECT_EQ(
      compared(store,
               R"([{"brand": "acme", "objectives": ["lowestCost"]}])")["given"]
                                                                      ["cost"],
      300);
}

TEST(Whatif, RefusesBadRulesAndEmptySpans) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 4);
  for (const auto* text : {"", "{\"tires\": []}", "[]", "7", "[{}, {}]",
                           "{\"maxShipments\": -1}"}) {
    const auto found = whatif(store, text);
    EXPECT_EQ(found.code, 2) << text << found.out;
    EXPECT_THAT(found.err, HasSubstr("rules.json:")) << text;
  }
  EXPECT_EQ(whatif(store, cheapest, {.from = "then"}).code, 2);
  EXPECT_EQ(
      whatif(store, cheapest, {.from = "2026-03-03", .upto = "2026-03-02"})
          .code,
      2);
  const auto later = whatif(store, cheapest, {.from = "2027-01-01"});
  EXPECT_EQ(later.code, 1);
  EXPECT_EQ(later.err, "omsctl whatif: no order was placed in that time\n");
}

TEST(Whatif, EndsWhereTheLogCantBeRead) {
  tests::store_on_disk store;
  add_two_places(store);
  store.place("SO-1", "MUG", 4);
  store.give(add_note{{brand_id{"acme"}, order_id{"SO-1"}}, "note two"});
  store.place("SO-2", "MUG", 4);
  store.overwrite("note two", "note TWO");
  const auto found = whatif(store, cheapest);
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.out, HasSubstr("1 order, "));
  EXPECT_THAT(found.err, HasSubstr("it ends where the log can't be read"));
  const auto behind = whatif(store, cheapest, {.from = "2026-03-03"});
  EXPECT_EQ(behind.code, 1);
  EXPECT_THAT(behind.out, Not(HasSubstr("orders")));
}

}  // namespace
}  // namespace oms::omsctl
