/// The rules of docs/DOMAIN.md, "Stock of one SKU at one location", one test
/// each; suppliers, capacity, and what orders say about their promises.

#include "actors/source/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/limits.hpp"
#include "tests/actors/source/source_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(stock, received_is_on_hand_and_offered_to_the_waiting_line_first) {
  source_under_test at;
  EXPECT_EQ(at.receive(5, "r1"), std::nullopt);
  EXPECT_EQ(at.stock().on_hand, quantity{5});
  EXPECT_EQ(at.stock().on_offer, quantity{5});
  // Units on offer count as reserved, and are available to nobody.
  EXPECT_EQ(at.stock().reserved, quantity{5});
  EXPECT_EQ(at.stock().available, quantity{0});
  EXPECT_THAT(at.reserve("o1", 1), IsEmpty());
  at.let_go();
  EXPECT_EQ(at.stock().available, quantity{5});
}

TEST(stock, the_same_receipt_reference_counts_once) {
  source_under_test at;
  EXPECT_EQ(at.receive(5, "r1"), std::nullopt);
  EXPECT_EQ(at.receive(5, "r1"), std::nullopt);
  EXPECT_THAT(at.events(), IsEmpty());
  EXPECT_EQ(at.receive(5, "r2"), std::nullopt);
  EXPECT_EQ(at.stock().on_hand, quantity{10});
}

TEST(stock, receipts_without_a_reference_all_count) {
  source_under_test at;
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_EQ(at.stock().on_hand, quantity{10});
}

TEST(stock, a_receipt_is_of_at_least_one_unit) {
  source_under_test at;
  EXPECT_EQ(at.receive(0), error_code::invalid);
  EXPECT_EQ(at.receive(-1), error_code::invalid);
}

// A count can say whatever a location has, so an export can be imported.
TEST(stock, receipts_and_counts_have_the_same_most) {
  source_under_test at;
  EXPECT_EQ(at.count(limits::max_whole + 1), error_code::invalid);
  EXPECT_EQ(at.count(limits::max_whole - 5), std::nullopt);
  EXPECT_EQ(at.receive(6), error_code::quantity_too_great);
  EXPECT_EQ(at.adjust(6), error_code::quantity_too_great);
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_EQ(at.adjust(1), error_code::quantity_too_great);
  EXPECT_EQ(at.adjust(-1), std::nullopt);
  EXPECT_EQ(at.count(limits::max_whole), std::nullopt);
}

TEST(stock, every_change_bumps_its_version) {
  source_under_test at;
  at.has(5);
  auto version = at.stock().version;
  const auto bumps = [&] { return std::exchange(version, at.stock().version); };
  at.reserve("o1", 2);
  EXPECT_LT(bumps(), version);
  EXPECT_EQ(at.adjust(1), std::nullopt);
  EXPECT_LT(bumps(), version);
  EXPECT_EQ(at.safety(1), std::nullopt);
  EXPECT_LT(bumps(), version);
}

TEST(adjustment, moves_on_hand_and_never_below_0) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.adjust(-2), std::nullopt);
  EXPECT_EQ(at.stock().on_hand, quantity{3});
  EXPECT_EQ(at.adjust(-4), error_code::quantity_too_great);
  EXPECT_EQ(at.adjust(0), error_code::invalid);
  EXPECT_EQ(at.stock().on_hand, quantity{3});
}

TEST(adjustment, upwards_is_offered_to_the_waiting_line) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.adjust(2), std::nullopt);
  EXPECT_EQ(at.stock().on_offer, quantity{2});
  EXPECT_EQ(at.stock().available, quantity{5});
}

TEST(count, sets_on_hand_and_offers_what_it_finds_more) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.count(7), std::nullopt);
  EXPECT_EQ(at.stock().on_hand, quantity{7});
  EXPECT_EQ(at.stock().on_offer, quantity{2});
  EXPECT_EQ(at.count(-1), error_code::invalid);
}

TEST(count, that_leaves_the_promises_takes_nothing_back) {
  source_under_test at;
  at.has(5);
  at.reserve("o1", 3);
  EXPECT_EQ(at.count(3), std::nullopt);
  EXPECT_EQ(at.stock().committed, quantity{3});
  EXPECT_THAT(at.events_of<stock_taken_back>(), IsEmpty());
}

TEST(count, below_the_promises_takes_the_newest_back_and_raises_an_alert) {
  source_under_test at;
  at.has(6);
  at.reserve("old", 2);
  at.reserve("mid", 2);
  at.reserve("new", 2);
  EXPECT_EQ(at.count(3), std::nullopt);
  EXPECT_EQ(at.promised("old").committed, quantity{2});
  EXPECT_EQ(at.promised("mid").committed, quantity{1});
  EXPECT_EQ(at.promised("new").committed, quantity{0});
  const auto alerts = at.events_of<alert_raised>();
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].kind, "stock.short");
  EXPECT_EQ(at.stock().committed, quantity{3});
}

TEST(count, that_finds_all_that_is_promised_ends_the_alert) {
  source_under_test at;
  at.has(6);
  at.reserve("o1", 6);
  EXPECT_EQ(at.count(3), std::nullopt);
  EXPECT_THAT(at.state().open_alerts, SizeIs(1));
  EXPECT_EQ(at.count(2), std::nullopt);
  EXPECT_THAT(at.state().open_alerts, SizeIs(1)) << "the newer one";
  EXPECT_EQ(at.count(2), std::nullopt);
  EXPECT_THAT(at.state().open_alerts, IsEmpty());
  EXPECT_THAT(at.events_of<alert_resolved>(),
              testing::Each(alert_resolved{"stock.short", "A"}));
}

TEST(count, spares_picked_units_as_long_as_there_are_others) {
  source_under_test at;
  at.has(4);
  at.reserve("old", 2);
  at.reserve("new", 2);
  at.follow("new", instruction_kind::pick, 2);
  EXPECT_EQ(at.count(3), std::nullopt);
  EXPECT_EQ(at.promised("old").committed, quantity{1});
  EXPECT_EQ(at.promised("new").committed, quantity{2});
  EXPECT_EQ(at.count(1), std::nullopt);
  EXPECT_EQ(at.promised("old").committed, quantity{0});
  EXPECT_EQ(at.promised("new").committed, quantity{1});
  EXPECT_EQ(at.promised("new").in_tote(), quantity{1});
}

TEST(count, takes_units_on_offer_before_promises) {
  source_under_test at;
  at.has(2);
  at.reserve("o1", 2);
  EXPECT_EQ(at.receive(3), std::nullopt);
  EXPECT_EQ(at.count(3), std::nullopt);
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
  EXPECT_EQ(at.stock().on_offer, quantity{1});
}

TEST(count, tells_the_order_what_it_loses) {
  source_under_test at;
  at.has(2);
  at.reserve("o1", 2);
  EXPECT_EQ(at.count(1), std::nullopt);
  const auto taken = at.events_of<stock_taken_back>();
  ASSERT_THAT(taken, SizeIs(1));
  const auto told = deliveries_of(entity_of(at.state().self), taken[0]);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].to, entity_of(at.key("o1")));
  EXPECT_EQ(std::get<revoked_units>(told[0].content).units, quantity{1});
}

TEST(count, promises_the_order_nothing_new_until_it_has_heard) {
  source_under_test at;
  at.has(4);
  at.reserve("o1", 2);
  EXPECT_EQ(at.count(1), std::nullopt);
  EXPECT_EQ(at.receive(5), std::nullopt);
  at.let_go();
  EXPECT_THAT(at.reserve("o1", 1), IsEmpty());
  EXPECT_THAT(at.reserve("o2", 1), ElementsAre(1));
  at.follow("o1", instruction_kind::acknowledge, 0);
  EXPECT_THAT(at.reserve("o1", 1), ElementsAre(1));
}

// domain.md, Stock: "If a count or adjustment leaves fewer units than are
// promised, allocations are revoked, newest first". Of many orders that takes
// several messages; the count is true with the first.

class a_count_far_below_the_promises : public testing::Test {
 protected:
  static constexpr int orders = 3 * static_cast<int>(source::orders_per_slice);
  static constexpr int kept = 50;

  a_count_far_below_the_promises() {
    at_.has(orders);
    for (int i = 0; i < orders; ++i) at_.reserve(std::to_string(i), 1);
    EXPECT_EQ(at_.count(kept), std::nullopt);
  }

  source_under_test at_;
};

TEST_F(a_count_far_below_the_promises,
       is_true_at_once_and_takes_back_in_slices) {
  EXPECT_EQ(at_.stock().on_hand, quantity{kept});
  EXPECT_EQ(at_.stock().committed, quantity{kept});
  EXPECT_EQ(at_.stock().available, quantity{0});
  EXPECT_THAT(at_.events_of<stock_taken_back>(),
              SizeIs(source::orders_per_slice));
  EXPECT_THAT(at_.events_of<alert_raised>(), SizeIs(1));
  EXPECT_TRUE(at_.revoke());
  EXPECT_THAT(at_.events(), SizeIs(source::orders_per_slice));
  EXPECT_FALSE(at_.revoke());
  EXPECT_THAT(at_.events(), SizeIs(source::orders_per_slice - kept));
  EXPECT_EQ(at_.state().item(sku_id{"A"}).revoking, quantity{0});
  for (int i = 0; i < orders; ++i)
    EXPECT_EQ(at_.promised(std::to_string(i)).committed.value, i < kept) << i;
}

TEST_F(a_count_far_below_the_promises,
       gives_nobody_what_is_cancelled_meanwhile) {
  at_.follow("10", instruction_kind::decommit, 1);
  EXPECT_EQ(at_.stock().committed, quantity{kept});
  EXPECT_EQ(at_.stock().on_offer, quantity{0});
  while (at_.revoke()) {
  }
  // Its unit counts as one of those that are missing.
  EXPECT_EQ(at_.promised("50").committed, quantity{1});
  EXPECT_EQ(at_.stock().committed, quantity{kept});
}

TEST_F(a_count_far_below_the_promises,
       takes_from_a_later_promise_what_an_earlier_one_has_shipped) {
  at_.has(10);
  at_.reserve("late", 10);
  EXPECT_EQ(at_.promised("late").committed, quantity{10});
  // The count had left units for `kept` orders only.
  for (int i = 0; i < kept + 1; ++i)
    at_.follow(std::to_string(i), instruction_kind::ship, 1);
  while (at_.revoke()) {
  }
  EXPECT_EQ(at_.state().item(sku_id{"A"}).revoking, quantity{0});
  EXPECT_EQ(at_.promised("late").committed, at_.stock().committed);
}

TEST_F(a_count_far_below_the_promises,
       lets_orders_ship_what_is_there_meanwhile) {
  for (int i = 0; i < kept + 1; ++i)
    at_.follow(std::to_string(100 + i), instruction_kind::ship, 1);
  EXPECT_EQ(at_.stock().on_hand, quantity{0});
  EXPECT_EQ(at_.stock().committed, quantity{0});
  while (at_.revoke()) {
  }
  EXPECT_EQ(at_.promised("0").committed, quantity{0});
  EXPECT_EQ(at_.state().item(sku_id{"A"}).revoking, quantity{0});
}

TEST_F(a_count_far_below_the_promises,
       writes_nothing_off_twice_when_units_are_rejected) {
  at_.reject("60", 1, reject_reason::mismatch);
  EXPECT_EQ(at_.stock().on_hand, quantity{kept});
  EXPECT_EQ(at_.stock().committed, quantity{kept});
}

TEST(safety_stock, is_what_of_the_setting_is_there) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.safety(3), std::nullopt);
  EXPECT_EQ(at.stock().safety_stock, quantity{3});
  EXPECT_EQ(at.stock().available, quantity{2});
  at.reserve("o1", 2);
  EXPECT_EQ(at.count(4), std::nullopt);
  EXPECT_EQ(at.stock().safety_stock, quantity{2});
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
}

TEST(safety_stock, is_promised_to_nobody) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.safety(3), std::nullopt);
  EXPECT_THAT(at.reserve("o1", 4), ElementsAre(2));
}

TEST(safety_stock, is_filled_by_receipts_before_they_are_supply) {
  source_under_test at;
  EXPECT_EQ(at.safety(4), std::nullopt);
  EXPECT_EQ(at.receive(3), std::nullopt);
  EXPECT_EQ(at.stock().on_offer, quantity{0});
  EXPECT_EQ(at.stock().safety_stock, quantity{3});
  EXPECT_EQ(at.receive(3), std::nullopt);
  EXPECT_EQ(at.stock().safety_stock, quantity{4});
  EXPECT_EQ(at.stock().on_offer, quantity{2});
}

TEST(safety_stock, lowered_is_supply) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.safety(3), std::nullopt);
  EXPECT_EQ(at.safety(1), std::nullopt);
  EXPECT_EQ(at.stock().on_offer, quantity{2});
  EXPECT_EQ(at.safety(-1), error_code::invalid);
}

// --- promises ---------------------------------------------------------------

TEST(reserve, promises_at_most_what_is_available) {
  source_under_test at;
  at.has(5);
  EXPECT_THAT(at.reserve("o1", 3), ElementsAre(3));
  EXPECT_THAT(at.reserve("o2", 3), ElementsAre(2));
  EXPECT_THAT(at.reserve("o3", 3), IsEmpty());
  EXPECT_THAT(at.events(), IsEmpty());
  EXPECT_EQ(at.stock().committed, quantity{5});
}

TEST(reserve, adds_up_lines_of_the_same_sku) {
  source_under_test at;
  at.has(5);
  EXPECT_THAT(at.reserve_lines("o1", {3, 3}), ElementsAre(3, 2));
}

TEST(reserve, gives_whole_lines_or_nothing_when_asked_to) {
  source_under_test at;
  at.has(5);
  EXPECT_THAT(at.reserve_lines("o1", {3, 3, 2}, true), ElementsAre(3, 2));
}

TEST(reserve, an_inactive_location_offers_nothing_and_keeps_its_stock) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.define([](auto& s) { s.active = false; }), std::nullopt);
  EXPECT_THAT(at.reserve("o1", 1), IsEmpty());
  EXPECT_EQ(at.stock().on_hand, quantity{5});
}

TEST(activation, is_supply) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.define([](auto& s) { s.active = false; }), std::nullopt);
  EXPECT_EQ(at.receive(2), std::nullopt);
  EXPECT_THAT(at.events_of<stock_offered>(), IsEmpty());
  EXPECT_EQ(at.define([](auto& s) { s.active = true; }), std::nullopt);
  EXPECT_THAT(at.events_of<stock_offered>(),
              ElementsAre(stock_offered{sku_id{"A"}, quantity{7}}));
}

TEST(a_brand_or_country_added, is_supply) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.define([](auto& s) { s.brands = {brand_id{"b"}}; }),
            std::nullopt);
  EXPECT_THAT(at.events_of<stock_offered>(), SizeIs(1));
  at.let_go();
  EXPECT_EQ(at.define([](auto& s) { s.countries = {"US"}; }), std::nullopt);
  EXPECT_THAT(at.events_of<stock_offered>(), SizeIs(1));
}

TEST(definition, the_same_settings_again_change_nothing) {
  source_under_test at;
  EXPECT_EQ(at.define([](auto&) {}), std::nullopt);
  EXPECT_THAT(at.events(), IsEmpty());
}

// The source knows no calendar here; who decides says what day it is there.
TEST(daily_capacity, is_of_a_day_at_the_place) {
  using namespace std::chrono_literals;
  source_state state;
  state.self = {source_kind::location, "TYO"};
  const timestamp now = std::chrono::sys_days{2026y / 3 / 2} + 20h;
  const date there{2026y / 3 / 3};
  const auto reserve = [&](const char* order, timestamp at, date today) {
    source::source_change change(state, at, today);
    const auto given = source::reserve(
        change, {.order = {brand_id{}, order_id{order}},
                 .round = 1,
                 .lines = {{line_id{"1"}, sku_id{"A"}, quantity{1}}}});
    return given.no_capacity ? 0U : given.promised.size();
  };
  source::source_change change(state, now);
  ASSERT_TRUE(source::decide(
      change, define_location{{.id = "TYO", .daily_capacity = 1}}));
  ASSERT_TRUE(
      source::decide(change, receive_stock{"TYO", sku_id{"A"}, quantity{9}}));
  for (const auto& event : std::vector(change.events()))
    if (const auto* offered = std::get_if<stock_offered>(&event))
      change.emit(offer_settled{offered->sku, offered->units});
  EXPECT_EQ(reserve("o1", now, there), 1U);
  EXPECT_EQ(state.capacity_day, there);
  // Midnight in UTC is nothing to it.
  EXPECT_EQ(reserve("o2", now + 5h, there), 0U);
  EXPECT_EQ(reserve("o2", now + 19h, there + std::chrono::days(1)), 1U);
}

TEST(daily_capacity, is_new_fulfillments_per_utc_day) {
  source_under_test at;
  at.has(10);
  EXPECT_EQ(at.define([](auto& s) { s.daily_capacity = 2; }), std::nullopt);
  at.let_go();
  EXPECT_THAT(at.reserve("o1", 1), ElementsAre(1));
  EXPECT_THAT(at.reserve("o2", 1), ElementsAre(1));
  EXPECT_THAT(at.reserve("o3", 1), IsEmpty());
  EXPECT_TRUE(at.answered().no_capacity);
  // Units that join a fulfillment open none.
  EXPECT_THAT(at.reserve("o1", 1), ElementsAre(1));
  at.now += std::chrono::hours(12);
  EXPECT_THAT(at.reserve("o3", 1), ElementsAre(1));
}

TEST(daily_capacity, counts_cancelled_fulfillments_as_well) {
  source_under_test at;
  at.has(10);
  EXPECT_EQ(at.define([](auto& s) { s.daily_capacity = 1; }), std::nullopt);
  at.let_go();
  EXPECT_THAT(at.reserve("o1", 1), ElementsAre(1));
  at.follow("o1", instruction_kind::decommit, 1);
  EXPECT_THAT(at.reserve("o2", 1), IsEmpty());
}

TEST(daily_capacity, a_fulfillment_begun_is_not_joined_and_needs_a_new_one) {
  source_under_test at;
  at.has(10);
  EXPECT_EQ(at.define([](auto& s) { s.daily_capacity = 1; }), std::nullopt);
  at.let_go();
  EXPECT_THAT(at.reserve("o1", 2), ElementsAre(2));
  at.follow("o1", instruction_kind::accept, 0);
  EXPECT_THAT(at.reserve("o1", 1), IsEmpty());
}

TEST(joining, promises_say_whether_they_open_a_fulfillment) {
  source_under_test at;
  at.has(10);
  at.reserve("o1", 1);
  EXPECT_TRUE(at.answered().opens);
  at.reserve("o1", 1);
  EXPECT_FALSE(at.answered().opens);
  at.follow("o1", instruction_kind::pick, 1);
  at.reserve("o1", 1);
  EXPECT_TRUE(at.answered().opens);
}

// --- offers -----------------------------------------------------------------

TEST(offer, gives_units_to_the_takers_and_lets_the_rest_go) {
  source_under_test at;
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_THAT(at.settle(5, {{"o1", 2}, {"o2", 1}}), IsEmpty());
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
  EXPECT_EQ(at.promised("o2").committed, quantity{1});
  EXPECT_EQ(at.stock().on_offer, quantity{0});
  EXPECT_EQ(at.stock().available, quantity{2});
}

TEST(offer, that_a_count_has_cut_serves_as_far_as_it_goes) {
  source_under_test at;
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_EQ(at.count(2), std::nullopt);
  EXPECT_THAT(at.settle(5, {{"o1", 1}, {"o2", 3}}), ElementsAre(2));
  EXPECT_EQ(at.promised("o2").committed, quantity{1});
  EXPECT_EQ(at.stock().available, quantity{0});
}

TEST(offer, of_a_place_without_capacity_left_is_refused) {
  source_under_test at;
  EXPECT_EQ(at.define([](auto& s) { s.daily_capacity = 1; }), std::nullopt);
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_THAT(at.settle(5, {{"o1", 1}, {"o2", 1}}), ElementsAre(1));
  EXPECT_TRUE(at.refused().at(0).no_capacity);
}

TEST(offer, a_second_one_beside_the_first_loses_nothing) {
  source_under_test at;
  EXPECT_EQ(at.receive(5), std::nullopt);
  EXPECT_EQ(at.receive(2), std::nullopt);
  EXPECT_EQ(at.stock().on_offer, quantity{7});
  EXPECT_THAT(at.settle(5, {}), IsEmpty());
  EXPECT_EQ(at.stock().on_offer, quantity{2});
  EXPECT_EQ(at.stock().available, quantity{5});
}

// --- what an order says -----------------------------------------------------

TEST(instruction, decommitted_units_serve_the_waiting_line_first) {
  source_under_test at;
  at.has(5);
  at.reserve("o1", 4);
  at.follow("o1", instruction_kind::decommit, 3);
  EXPECT_EQ(at.stock().committed, quantity{1});
  EXPECT_EQ(at.stock().on_offer, quantity{3});
  EXPECT_EQ(at.stock().available, quantity{1});
}

TEST(instruction, shipping_takes_committed_and_on_hand_down) {
  source_under_test at;
  at.has(5);
  at.reserve("o1", 4);
  at.follow("o1", instruction_kind::pick, 2);
  at.follow("o1", instruction_kind::ship, 3, 2);
  EXPECT_EQ(at.stock().on_hand, quantity{2});
  EXPECT_EQ(at.stock().committed, quantity{1});
  EXPECT_EQ(at.stock().shipped, quantity{3});
  EXPECT_EQ(at.promised("o1").picked, quantity{0});
}

TEST(instruction, what_ships_although_a_count_found_it_gone_has_shipped) {
  source_under_test at;
  at.has(3);
  at.reserve("o1", 3);
  EXPECT_EQ(at.count(1), std::nullopt);
  at.follow("o1", instruction_kind::ship, 3);
  EXPECT_EQ(at.stock().on_hand, quantity{0});
  EXPECT_EQ(at.stock().shipped, quantity{3});
}

TEST(instruction, rejected_as_out_of_stock_leaves_nothing_available) {
  source_under_test at;
  at.has(10);
  EXPECT_EQ(at.safety(2), std::nullopt);
  at.reserve("o1", 3);
  at.reserve("o2", 1);
  at.reject("o1", 2, reject_reason::out_of_stock);
  EXPECT_EQ(at.stock().available, quantity{0});
  EXPECT_EQ(at.promised("o1").committed, quantity{1});
  EXPECT_EQ(at.promised("o2").committed, quantity{1});
  EXPECT_EQ(at.stock().safety_stock, quantity{2});
}

TEST(instruction, rejected_as_a_mismatch_takes_on_hand_down_by_as_many) {
  source_under_test at;
  at.has(10);
  at.reserve("o1", 3);
  at.reject("o1", 2, reject_reason::mismatch);
  EXPECT_EQ(at.stock().on_hand, quantity{8});
  EXPECT_EQ(at.stock().available, quantity{7});
  EXPECT_EQ(at.stock().committed, quantity{1});
}

TEST(instruction, rejected_as_damaged_moves_them_to_damaged) {
  source_under_test at;
  at.has(10);
  at.reserve("o1", 3);
  at.reject("o1", 2, reject_reason::damaged);
  EXPECT_EQ(at.stock().on_hand, quantity{10});
  EXPECT_EQ(at.stock().damaged, quantity{2});
  EXPECT_EQ(at.stock().available, quantity{7});
}

TEST(instruction, restocked_units_are_supply_when_they_are_sellable) {
  source_under_test at;
  at.has(5);
  at.reserve("o1", 5);
  at.follow("o1", instruction_kind::ship, 5);
  at.restock("o1", 2, 1);
  EXPECT_EQ(at.stock().on_hand, quantity{3});
  EXPECT_EQ(at.stock().damaged, quantity{1});
  EXPECT_EQ(at.stock().on_offer, quantity{2});
}

TEST(instruction, about_units_that_are_gone_meanwhile_moves_what_is_left) {
  source_under_test at;
  at.has(2);
  at.reserve("o1", 2);
  EXPECT_EQ(at.count(1), std::nullopt);
  at.follow("o1", instruction_kind::pick, 2);
  EXPECT_EQ(at.promised("o1").in_tote(), quantity{1});
  at.follow("o1", instruction_kind::decommit, 2, 2);
  EXPECT_EQ(at.stock().committed, quantity{0});
  at.follow("o1", instruction_kind::accept, 0);
  at.follow("o1", instruction_kind::acknowledge, 0);
  EXPECT_EQ(at.stock().on_hand, quantity{1});
}

TEST(instruction, picks_that_cross_units_taken_back_end_as_the_order_says) {
  source_under_test at;
  at.has(7);
  at.reserve("o1", 4);
  at.follow("o1", instruction_kind::pick, 4);
  at.reserve("o1", 3);
  EXPECT_EQ(at.count(4), std::nullopt);
  EXPECT_EQ(at.count(2), std::nullopt);
  // The order has heard of neither, and picks three and puts one back.
  at.follow("o1", instruction_kind::pick, 3);
  EXPECT_EQ(at.promised("o1").in_tote(), quantity{2});
  at.follow("o1", instruction_kind::unpick, 1);
  EXPECT_EQ(at.promised("o1").in_tote(), quantity{2});
  at.follow("o1", instruction_kind::acknowledge, 3, 2);
  at.follow("o1", instruction_kind::acknowledge, 2, 2);
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
  EXPECT_EQ(at.promised("o1").picked, quantity{2});
}

// --- suppliers --------------------------------------------------------------

TEST(supplier, without_limit_gives_whatever_is_asked_for) {
  auto at = source_under_test::supplier({});
  EXPECT_THAT(at.reserve("o1", 1'000'000), ElementsAre(1'000'000));
  EXPECT_THAT(at.reserve("o2", 1'000'000), ElementsAre(1'000'000));
  at.follow("o1", instruction_kind::ship, 1'000'000);
  at.follow("o2", instruction_kind::decommit, 1'000'000);
  EXPECT_EQ(at.stock().on_hand, quantity{0});
  EXPECT_EQ(at.stock().committed, quantity{0});
}

TEST(supplier, with_a_quantity_gives_that_many) {
  auto at = source_under_test::supplier(quantity{3});
  EXPECT_THAT(at.reserve("o1", 5), ElementsAre(3));
}

TEST(supplier, a_new_quantity_is_what_it_offers_beside_its_promises) {
  auto at = source_under_test::supplier(quantity{3});
  at.reserve("o1", 2);
  at.redefine(quantity{4});
  EXPECT_EQ(at.stock().on_offer, quantity{4});
  at.let_go();
  EXPECT_EQ(at.stock().committed, quantity{2});
  EXPECT_THAT(at.reserve("o2", 9), ElementsAre(4));
}

TEST(supplier, a_product_that_it_no_longer_names_is_not_offered) {
  auto at = source_under_test::supplier({});
  EXPECT_EQ(at.redefine_without_products(), std::nullopt);
  EXPECT_THAT(at.reserve("o1", 1), IsEmpty());
}

TEST(supplier, without_limit_that_is_out_of_stock_offers_nothing_more) {
  auto at = source_under_test::supplier({});
  at.reserve("o1", 5);
  at.reject("o1", 5, reject_reason::out_of_stock);
  EXPECT_THAT(at.reserve("o2", 1), IsEmpty());
}

}  // namespace
}  // namespace oms::tests
