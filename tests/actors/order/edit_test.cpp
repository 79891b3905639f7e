/// The rules of docs/DOMAIN.md, "Changing an order", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "actors/order/plan.hpp"
#include "actors/order/stuck.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum order_status;

constexpr auto invalid = error_code::invalid;
constexpr auto too_late = error_code::invalid_transition;

edit_order edit_of(const units_by_line& units) {
  edit_order edit;
  edit.lines.emplace();
  for (const auto& [line, wanted] : units)
    edit.lines->push_back({.line = line_id{line}, .units = quantity{wanted}});
  return edit;
}

line_edit new_line(const std::string& line, std::int64_t units,
                   std::int64_t price) {
  return {.line = line_id{line},
          .sku = sku_id{"NEW"},
          .units = quantity{units},
          .unit_price = money{price}};
}

edit_order address_of(const std::string& city) {
  edit_order edit;
  edit.ship_to.emplace().city = city;
  return edit;
}

std::int64_t awaiting(const order_under_test& order, std::size_t line = 0) {
  return order.state().lines.at(line).awaiting_payment.value;
}

std::int64_t due(const order_under_test& order) {
  return order::due_of(order.state()).value;
}

std::int64_t to_plan(const order_under_test& order) {
  std::int64_t units = 0;
  for (const auto& line : order::units_to_plan(order.state()))
    units += line.units.value;
  return units;
}

TEST(edit, more_units_wait_until_they_are_paid) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(edit_of({{"1", 5}})), std::nullopt);
  EXPECT_EQ(order.total(), 5'000);
  EXPECT_EQ(due(order), 3'000);
  EXPECT_EQ(awaiting(order), 3);
  EXPECT_EQ(to_plan(order), 0);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.told("order.changed"), 1U);
  EXPECT_EQ(order.pay(2'999, "a"), std::nullopt);
  EXPECT_EQ(awaiting(order), 3);
  EXPECT_EQ(order.pay(1, "b"), std::nullopt);
  EXPECT_EQ(awaiting(order), 0);
  EXPECT_EQ(to_plan(order), 3);
}

TEST(edit, more_units_that_cost_nothing_are_planned_at_once) {
  order_under_test order(one_line(1).prepaid(5'000));
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_EQ(awaiting(order), 0);
  EXPECT_EQ(to_plan(order), 2);
}

TEST(edit, units_rejected_meanwhile_do_not_wait_for_the_money) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(edit_of({{"1", 5}})), std::nullopt);
  EXPECT_EQ(order.reject("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.buckets("1").unrouted, quantity{4});
  EXPECT_EQ(to_plan(order), 1);
  // And a promise that comes late takes none of those that wait.
  order.allocate("W2", {{"1", 3}});
  EXPECT_EQ(order.buckets("1").unrouted, quantity{3});
  EXPECT_EQ(awaiting(order), 3);
}

TEST(edit, of_an_order_that_is_not_paid_raises_what_is_due) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_EQ(order.status(), pending);
  EXPECT_EQ(awaiting(order), 0);
  EXPECT_EQ(order.pay(1'000, "a"), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(to_plan(order), 3);
}

TEST(edit, to_what_is_captured_pays_the_order) {
  order_under_test order(one_line(3));
  EXPECT_EQ(order.pay(1'000), std::nullopt);
  EXPECT_EQ(order.does(edit_of({{"1", 1}})), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.owed(), 0);
}

TEST(edit, on_hold_does_not_take_the_payment_back) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.hold("h"), std::nullopt);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.does(edit_of({{"1", 2}})), std::nullopt);
  EXPECT_EQ(order.status(), paid);
  EXPECT_EQ(order.release("h"), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(to_plan(order), 1);
}

TEST(edit, shares_discount_and_tax_of_the_line_with_added_units) {
  order_under_test order(
      order_builder{}.line(3, 1'000, 100, 10).prepaid(2'910));
  EXPECT_EQ(order.does(edit_of({{"1", 5}})), std::nullopt);
  EXPECT_EQ(order.state().lines[0].ordered.discount, money{167});
  EXPECT_EQ(order.state().lines[0].ordered.tax, money{17});
  auto stated = edit_of({{"1", 6}});
  stated.lines->front().discount = money{0};
  stated.lines->front().tax = money{3};
  EXPECT_EQ(order.does(stated), std::nullopt);
  EXPECT_EQ(order.state().lines[0].ordered.discount, money{167});
  EXPECT_EQ(order.state().lines[0].ordered.tax, money{20});
}

TEST(edit, states_discount_and_tax_of_added_units_alone) {
  auto order = allocated(2);
  auto none_added = edit_of({{"1", 2}});
  none_added.lines->front().tax = money{1};
  EXPECT_EQ(order.does(none_added), invalid);
  auto dear = edit_of({{"1", 3}});
  dear.lines->front().discount = money{1'001};
  EXPECT_EQ(order.does(dear), invalid);
}

TEST(edit, fewer_units_go_by_the_rules_of_cancelling_with_one_refund) {
  auto order = paid_order(two_lines(4, 2));
  order.allocate("W1", {{"1", 3}, {"2", 2}});
  EXPECT_EQ(order.does(edit_of({{"1", 2}, {"2", 1}})), std::nullopt);
  EXPECT_EQ(order.buckets("1").unrouted, quantity{0});
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(order.buckets("2").cancelled, quantity{1});
  EXPECT_THAT(order.events_of<refund_requested>(), SizeIs(1));
  EXPECT_EQ(order.owed(), 3'000);
  EXPECT_EQ(order.told("order.partiallyCancelled"), 0U);
}

TEST(edit, gives_back_no_more_than_it_lowered_the_total_by) {
  order_under_test order(one_line(3).prepaid(10'000));
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.does(edit_of({{"1", 2}})), std::nullopt);
  EXPECT_EQ(order.owed(), 1'000);
  edit_order cheaper;
  cheaper.discount = money{500};
  EXPECT_EQ(order.does(cheaper), std::nullopt);
  // A third of the discount is that of the unit that was cancelled.
  EXPECT_EQ(order.owed(), 1'334);
}

TEST(edit, of_the_last_unit_cancels_and_gives_everything_back) {
  order_under_test order(one_line(1).shipping(500).prepaid(2'000));
  EXPECT_EQ(order.does(edit_of({{"1", 0}})), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.owed(), 2'000);
}

TEST(edit, is_all_or_nothing) {
  auto order = allocated(2);
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  auto edit = edit_of({{"1", 0}});
  edit.priority = 5;
  EXPECT_EQ(order.does(edit), error_code::quantity_too_great);
  EXPECT_EQ(order.state().body->priority, 0);
}

TEST(edit, adds_lines) {
  auto order = allocated(1);
  edit_order edit;
  edit.lines = {new_line("9", 2, 300)};
  EXPECT_EQ(order.does(edit), std::nullopt);
  EXPECT_EQ(order.total(), 1'600);
  EXPECT_EQ(awaiting(order, 1), 2);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(to_plan(order), 2);
  order.allocate("W1", {{"9", 2}});
  EXPECT_EQ(order.buckets("9").allocated, quantity{2});
}

TEST(edit, refuses_lines_that_do_not_fit) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(edit_of({})), invalid);
  EXPECT_EQ(order.does(edit_of({{"1", 1}, {"1", 1}})), invalid);
  EXPECT_EQ(order.does(edit_of({{"7", 1}})), invalid) << "without a SKU";
  edit_order edit;
  edit.lines = {new_line("7", 0, 1)};
  EXPECT_EQ(order.does(edit), invalid);
  edit.lines = {new_line("1", 2, 1'000)};
  EXPECT_EQ(order.does(edit), invalid) << "another SKU";
  edit = edit_of({{"1", 3}});
  edit.lines->front().unit_price = money{999};
  EXPECT_EQ(order.does(edit), invalid);
  edit = {};
  edit.discount = money{2'001};
  EXPECT_EQ(order.does(edit), invalid);
}

TEST(edit, that_changes_nothing_records_nothing) {
  auto order = allocated(2);
  auto edit = edit_of({{"1", 2}});
  edit.priority = 0;
  EXPECT_EQ(order.does(edit), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

TEST(edit, is_too_late_once_the_order_is_fulfilled_or_cancelled) {
  auto order = allocated(1);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.does(edit_of({{"1", 2}})), too_late);
  EXPECT_EQ(order.does(address_of("York")), too_late);
  edit_order contact;
  contact.channel_order = "#7";
  contact.ship_to.emplace().phone = "555";
  contact.attributes.entries.push_back({"gift", "yes"});
  EXPECT_EQ(order.does(contact), std::nullopt);
  EXPECT_EQ(order.state().body->channel_order, "#7");
  EXPECT_TRUE(order.state().has_personal);
}

TEST(edit, of_the_address_clears_coordinates_and_plans_anew) {
  auto builder = one_line(2);
  builder.command.body.ship_to.position = coordinates{1, 2};
  auto order = paid_order(builder);
  order.allocate("W1", {{"1", 2}});
  EXPECT_FALSE(order::wants_plan(order.state()));
  EXPECT_EQ(order.does(address_of("York")), std::nullopt);
  EXPECT_EQ(order.state().body->ship_to.position, std::nullopt);
  EXPECT_TRUE(order::wants_plan(order.state()));
  auto placed = address_of("Leeds");
  placed.ship_to->latitude = 3;
  EXPECT_EQ(order.does(placed), invalid) << "no longitude";
  placed.ship_to->longitude = 4;
  EXPECT_EQ(order.does(placed), std::nullopt);
  EXPECT_EQ(order.state().body->ship_to.position, (coordinates{3, 4}));
  edit_order cleared;
  cleared.ship_to.emplace().latitude = std::numeric_limits<double>::quiet_NaN();
  cleared.ship_to->longitude = cleared.ship_to->latitude;
  EXPECT_EQ(order.does(cleared), std::nullopt);
  EXPECT_EQ(order.state().body->ship_to.position, std::nullopt);
}

TEST(edit, of_address_or_service_is_blocked_by_what_is_picked_or_accepted) {
  auto order = allocated(2);
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  edit_order service;
  service.shipping.emplace().service = "express";
  EXPECT_EQ(order.does(service), too_late);
  EXPECT_EQ(order.does(address_of("York")), too_late);
  edit_order price;
  price.shipping.emplace().price = money{30};
  EXPECT_EQ(order.does(price), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.does(service), std::nullopt);

  auto dropped = paid_order(one_line(1));
  dropped.allocate("D1", {{"1", 1}}, source_type::dropship);
  EXPECT_EQ(dropped.does(service), std::nullopt);
  EXPECT_EQ(dropped.accept("D1"), std::nullopt);
  EXPECT_EQ(dropped.does(address_of("York")), too_late);
}

TEST(edit, keeps_the_order_as_it_was_placed_for_a_repetition) {
  const auto placed = one_line(2);
  auto order = paid_order(placed);
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_EQ(order.does(placed.command), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  auto other = placed;
  other.command.body.lines[0].units = quantity{3};
  EXPECT_EQ(order.does(other.command), error_code::conflict);
}

TEST(edit, a_final_failure_cancels_only_what_waits_for_the_money) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(edit_of({{"1", 4}})), std::nullopt);
  EXPECT_EQ(order.payment_fails(false), std::nullopt);
  EXPECT_EQ(order.buckets("1").cancelled, quantity{0});
  EXPECT_EQ(order.payment_fails(true), std::nullopt);
  EXPECT_EQ(order.buckets("1").cancelled, quantity{2});
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(due(order), 0);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

TEST(edit, a_complete_shipment_does_not_wait_for_unpaid_units) {
  auto order = paid_order(one_line(1).ship_complete());
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.does(edit_of({{"1", 2}})), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::open);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::on_hold);
}

TEST(edit, money_for_it_does_not_make_an_authorized_order_unsecured) {
  order_under_test order(one_line(2));
  order.plan_on = plan_moment::authorized;
  EXPECT_EQ(order.authorize(2'000, "auth"), std::nullopt);
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_FALSE(order::is_unsecured(order.state()));
  EXPECT_EQ(awaiting(order), 1);
  EXPECT_EQ(order.authorize({}, "more"), std::nullopt);
  EXPECT_EQ(awaiting(order), 0);
  EXPECT_EQ(to_plan(order), 1);
  EXPECT_EQ(order.does(edit_of({{"1", 4}})), std::nullopt);
  EXPECT_EQ(order.end_authorization("auth"), std::nullopt);
  EXPECT_TRUE(order::is_unsecured(order.state()));
  // What secures the order again is not for the edit.
  EXPECT_EQ(order.authorize(2'000, "again"), std::nullopt);
  EXPECT_FALSE(order::is_unsecured(order.state()));
  EXPECT_EQ(awaiting(order), 1);
}

TEST(edit, what_waits_for_its_money_is_why_an_order_is_stuck) {
  auto order = allocated(1);
  EXPECT_EQ(order.does(edit_of({{"1", 2}})), std::nullopt);
  auto state = order.state();
  const auto events = order::stuck(state, order.now);
  EXPECT_EQ(std::get<alert_raised>(events.at(0)).reason, "awaitingPayment");
}

TEST(edit, says_what_changed_and_of_a_person_only_that) {
  auto order = paid_order(one_line(1));
  order.person.name = "Ada";
  auto edit = edit_of({{"1", 2}});
  edit.ship_to.emplace().name = "Grace";
  edit.priority = 3;
  EXPECT_EQ(order.does(edit), std::nullopt);
  const auto edited = order.events_of<order_edited>();
  ASSERT_THAT(edited, SizeIs(1));
  EXPECT_THAT(edited[0].changes,
              ElementsAre(value_change{"shipTo.name", "", ""},
                          value_change{"lines.1.quantity", "1", "2"},
                          value_change{"priority", "0", "3"}));
  EXPECT_EQ(edited[0].personal->name, "Grace");
}

TEST(edit, sent_again_asks_a_third_party_for_no_more_units) {
  auto order = paid_order(one_line(5));
  order.allocate("D1", {{"1", 5}}, source_type::dropship);
  EXPECT_EQ(order.accept("D1"), std::nullopt);
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_EQ(order.does(edit_of({{"1", 3}})), std::nullopt);
  EXPECT_EQ(order.state().fulfillments[0].lines[0].cancel_requested,
            quantity{2});
  EXPECT_EQ(order.answer_cancel("D1", true), std::nullopt);
  EXPECT_EQ(order.buckets("1").cancelled, quantity{2});
  EXPECT_EQ(order.owed(), 2'000);
}

TEST(edit, previewed_shows_the_result_as_if_it_were_paid) {
  auto order = allocated(2);
  auto decided = order::decide(order.state(), edit_of({{"1", 5}}), {}, noon);
  ASSERT_TRUE(decided);
  const auto outlook = order::outlook_of(std::move(*decided));
  EXPECT_EQ(outlook.shown.total, money{5'000});
  EXPECT_EQ(outlook.shown.due, money{3'000});
  EXPECT_EQ(outlook.shown.refund, money{0});
  ASSERT_THAT(outlook.shown.parcels, SizeIs(1));
  EXPECT_EQ(outlook.shown.parcels[0].lines[0].units, quantity{2});
  ASSERT_THAT(outlook.lines, SizeIs(1));
  EXPECT_EQ(outlook.lines[0].units, quantity{3});
}

}  // namespace
}  // namespace oms::tests
