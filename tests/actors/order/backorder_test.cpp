/// Units that wait and units that may not: docs/DOMAIN.md, "Backorders".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(backorder, is_never_silent) {
  auto order = paid_order(two_lines(2, 1));
  order.backorder({{"1", 2}, {"2", 1}});
  EXPECT_EQ(order.told("backorder.created"), 2U);
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.told("backorder.filled"), 0U);
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.told("backorder.filled"), 1U);
}

TEST(backorder, tells_again_when_the_line_waits_again) {
  auto order = paid_order(one_line(1));
  order.backorder({{"1", 1}});
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  order.backorder({{"1", 1}});
  EXPECT_EQ(order.told("backorder.created"), 2U);
}

answer_backorder answer_of(const order_under_test& order,
                           backorder_choice choice,
                           const std::string& line = "1") {
  return {order.state().key, line_id{line}, choice};
}

TEST(backorder_answer, to_wait_is_recorded_once_and_moves_nothing) {
  auto order = paid_order(one_line(3));
  order.backorder({{"1", 3}});
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::wait)), std::nullopt);
  EXPECT_EQ(order.told("backorder.answered"), 1U);
  EXPECT_EQ(order.buckets("1").backordered, quantity{3});
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::wait)), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  // It is about the units that wait, also when some of them have come.
  order.fill("W1", {{"1", 2}});
  EXPECT_EQ(order::waiting_lines(order.state()).at(0).answer,
            backorder_choice::wait);
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.reject("W1", {{"1", 1}}), std::nullopt);
  order.backorder({{"1", 1}});
  EXPECT_EQ(order::waiting_lines(order.state()).at(0).answer, std::nullopt);
}

TEST(backorder_answer, to_cancel_takes_out_what_waits_and_no_unit_more) {
  auto order = paid_order(two_lines(5, 1));
  order.allocate("W1", {{"1", 2}});
  order.backorder({{"1", 2}, {"2", 1}});
  EXPECT_EQ(order.buckets("1").unrouted, quantity{1});
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::cancel)),
            std::nullopt);
  EXPECT_THAT(order.events_of<backorder_answered>(), SizeIs(1));
  EXPECT_EQ(order.buckets("1").cancelled, quantity{2});
  EXPECT_EQ(order.buckets("1").unrouted, quantity{1});
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(order.buckets("2").backordered, quantity{1});
  EXPECT_EQ(order.owed(), 2'000);
  EXPECT_EQ(order.told("order.partiallyCancelled"), 1U);
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::cancel)),
            error_code::quantity_too_great);
}

TEST(backorder_answer, is_about_a_line_of_the_order) {
  auto order = paid_order(one_line(1));
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::wait, "9")),
            error_code::invalid);
  EXPECT_EQ(order.does(answer_of(order, backorder_choice::wait, "")),
            error_code::invalid);
}

TEST(unfillable_units, stay_unrouted_are_flagged_and_raise_an_alert) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 1}});
  order.unfillable({{"1", 2}});
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{2});
  EXPECT_EQ(order.buckets("1").unrouted, quantity{2});
  const auto alerts = order.events_of<alert_raised>();
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].kind, "order.unfillable");
  // Not planned by themselves, but when somebody asks for it.
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
  EXPECT_THAT(order::units_to_plan(order.state(), true),
              ElementsAre(line_units{line_id{"1"}, A, quantity{2}}));
}

TEST(unfillable_units, are_so_no_more_when_they_are_granted_or_cancelled) {
  auto order = paid_order(one_line(3));
  order.unfillable({{"1", 3}});
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{2});
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{1});
}

}  // namespace
}  // namespace oms::tests
