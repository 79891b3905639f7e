/// The rules of docs/DOMAIN.md, "Payment", about authorizations; and references
/// of callers, which count once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum order_status;

order_under_test planned_on_authorizations(const order_builder& builder) {
  order_under_test order;
  order.plan_on = plan_moment::authorized;
  EXPECT_EQ(order.does(builder.command), std::nullopt);
  return order;
}

TEST(authorization, starts_the_payment_and_does_not_pay) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(payment_processing));
  EXPECT_EQ(order.view().due, money{1'000});
  EXPECT_EQ(order.view().payment, payment_status::authorized);
  EXPECT_EQ(order.view().authorized, money{1'000});
}

TEST(authorization, counts_once_per_reference) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_EQ(order.view().authorized, money{});
}

TEST(authorization, without_an_amount_is_all_that_is_not_secured) {
  order_under_test order(one_line(3).prepaid(500));
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_EQ(order.authorize({}, "a2"), std::nullopt);
  EXPECT_EQ(order.view().authorized, money{2'500});
  EXPECT_EQ(order.authorize({}, "a3"), error_code::invalid);
  EXPECT_EQ(order.authorize(0, "a3"), error_code::invalid);
}

TEST(authorization, pays_where_the_rules_say_so) {
  auto order = planned_on_authorizations(one_line(3).prepaid(500));
  EXPECT_EQ(order.authorize(2'499, "a1"), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.view().due, money{1});
  EXPECT_EQ(order.authorize(1, "a2"), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(paid, awaiting_fulfillment));
  EXPECT_EQ(order.told("order.paid"), 1U);
  EXPECT_EQ(order.view().due, money{});
}

TEST(authorization, may_come_with_the_placing) {
  const auto order =
      planned_on_authorizations(one_line(1).authorized(1'000, "a1"));
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.view().payment, payment_status::authorized);
}

TEST(authorization, is_reduced_by_captures_that_name_it) {
  auto order = planned_on_authorizations(one_line(2).authorized(2'000, "a1"));
  EXPECT_EQ(order.capture_of("a1", 500), std::nullopt);
  EXPECT_EQ(order.view().authorized, money{1'500});
  EXPECT_EQ(order.pay(500), std::nullopt);
  EXPECT_EQ(order.view().authorized, money{1'500});
  EXPECT_EQ(order.capture_of("a1", 1'600), std::nullopt);
  EXPECT_EQ(order.view().authorized, money{});
  EXPECT_EQ(order.view().captured, money{2'600});
  EXPECT_EQ(order.view().overpaid, money{600});
}

TEST(authorization, of_another_name_is_not_found) {
  auto order = planned_on_authorizations(one_line(1).authorized(1'000, "a1"));
  EXPECT_EQ(order.capture_of("a2", 10), error_code::not_found);
  EXPECT_EQ(order.end_authorization("a2"), error_code::not_found);
  EXPECT_EQ(order.end_authorization(""), error_code::invalid);
}

TEST(authorization, that_ends_leaves_an_unplanned_order_paid_and_unplanned) {
  auto order = planned_on_authorizations(one_line(1));
  EXPECT_EQ(order.hold("h"), std::nullopt);
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_EQ(order.status(), paid);
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(), IsEmpty());
  EXPECT_EQ(order.release("h"), std::nullopt);
  EXPECT_EQ(order.status(), paid);
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
  EXPECT_EQ(order.authorize(1'000, "a2"), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

TEST(authorization, that_ends_raises_an_alert_where_it_is_missed) {
  auto order = planned_on_authorizations(one_line(2).authorized(1'500, "a1"));
  EXPECT_EQ(order.authorize(1'000, "a2"), std::nullopt);
  EXPECT_EQ(order.authorize(500, "a3"), std::nullopt);
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.end_authorization("a3"), std::nullopt);
  EXPECT_EQ(order.end_authorization("a3"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  ASSERT_EQ(order.events_of<alert_raised>().size(), 1U);
  EXPECT_EQ(order.events_of<alert_raised>()[0].kind, "payment.unsecured");
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(order.view().due, money{1'000});
  EXPECT_EQ(order.view().payment, payment_status::processing);
}

TEST(authorization, that_is_used_up_is_not_missed) {
  auto order = planned_on_authorizations(one_line(2).authorized(2'000, "a1"));
  EXPECT_EQ(order.capture_of("a1", 2'000), std::nullopt);
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(), IsEmpty());
}

TEST(authorization, that_is_missed_keeps_units_that_come_back_from_a_plan) {
  auto order = planned_on_authorizations(one_line(2).authorized(2'000, "a1"));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
  EXPECT_THAT(order::units_to_replan(order.state()), IsEmpty());
  EXPECT_EQ(order.pay(2'000), std::nullopt);
  EXPECT_THAT(order::units_to_plan(order.state()), SizeIs(1));
}

TEST(authorization, is_captured_as_the_order_ships) {
  auto order = planned_on_authorizations(
      one_line(3).shipping(90).authorized(3'090, "a1"));
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "S1"), std::nullopt);
  const auto told = order.events_of<notification_recorded>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1], (notification_recorded{"capture.requested", "S1", "1090",
                                            money{1'090}}));
  EXPECT_EQ(order.capture_of("a1", 590), std::nullopt);
  EXPECT_EQ(order.view().capture_requested, money{500});
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "S2"), std::nullopt);
  EXPECT_EQ(order.view().capture_requested, money{1'500});
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_EQ(order.view().capture_requested, money{});
  EXPECT_EQ(order.ship("W1", {}, "S3"), std::nullopt);
  EXPECT_EQ(order.told("capture.requested"), 2U);
}

TEST(authorization, asks_for_nothing_where_captures_pay) {
  order_under_test order(one_line(1).authorized(1'000, "a1"));
  EXPECT_EQ(order.pay(1'000), std::nullopt);
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.ship("W1", {}, "S1"), std::nullopt);
  EXPECT_EQ(order.told("capture.requested"), 0U);
}

TEST(authorization, is_nothing_that_a_cancellation_gives_back) {
  auto order = planned_on_authorizations(one_line(2).authorized(2'000, "a1"));
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.owed(), 0);
  EXPECT_EQ(order.capture_of("a1", 100), std::nullopt);
  EXPECT_EQ(order.owed(), 100);
}

TEST(authorization, takes_a_changed_rule_from_the_next_payment_event_on) {
  order_under_test order(one_line(1).authorized(1'000, "a1"));
  order.plan_on = plan_moment::authorized;
  EXPECT_EQ(order.authorize(1'000, "a1"), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.payment_fails(true), error_code::invalid_transition);
  EXPECT_EQ(order.payment_starts(), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  order.plan_on = plan_moment::captured;
  EXPECT_EQ(order.capture_of("a1", 1), std::nullopt);
  EXPECT_EQ(order.view().due, money{});
}

TEST(authorization, failed_for_good_cancels_what_can_still_go) {
  auto order = planned_on_authorizations(one_line(3).authorized(3'000, "a1"));
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.payment_fails(true), error_code::invalid_transition);
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.end_authorization("a1"), std::nullopt);
  EXPECT_EQ(order.payment_fails(true), std::nullopt);
  EXPECT_EQ(order.buckets("1").cancelled, quantity{2});
  EXPECT_EQ(order.buckets("1").picked, quantity{1});
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

// --- references -------------------------------------------------------------

TEST(reference, of_a_refund_counts_once) {
  order_under_test order(one_line(1).prepaid(1'000));
  request_refund refund{.order = order.state().key,
                        .amount = money{600},
                        .reason = "scratch",
                        .reference = "r1"};
  EXPECT_EQ(order.does(refund), std::nullopt);
  EXPECT_EQ(order.does(refund), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.settle("1", false), std::nullopt);
  EXPECT_EQ(order.does(refund), std::nullopt);
  EXPECT_EQ(order.owed(), 0);
  refund.reference = "r2";
  EXPECT_EQ(order.does(refund), std::nullopt);
  EXPECT_EQ(order.owed(), 600);
}

TEST(reference, of_a_cancellation_counts_once) {
  order_under_test order(one_line(3));
  cancel_order cancel{.order = order.state().key,
                      .lines = choices({{"1", 1}}),
                      .reason = "customer",
                      .reference = "r1"};
  EXPECT_EQ(order.does(cancel), std::nullopt);
  cancel.lines = choices({{"1", 9}});
  EXPECT_EQ(order.does(cancel), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.buckets("1").cancelled, quantity{1});
}

TEST(reference, of_a_cancellation_that_a_source_is_asked_for_counts_once) {
  order_under_test order(one_line(3).prepaid(3'000));
  order.allocate("3PL", {{"1", 3}}, source_type::three_pl);
  EXPECT_EQ(order.accept("3PL"), std::nullopt);
  const cancel_order cancel{.order = order.state().key,
                            .lines = choices({{"1", 1}}),
                            .reason = "customer",
                            .reference = "r1"};
  EXPECT_EQ(order.does(cancel), std::nullopt);
  EXPECT_EQ(order.does(cancel), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

}  // namespace
}  // namespace oms::tests
