/// Holds: docs/DOMAIN.md, "Order status" and "Holds".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum order_status;

TEST(hold, an_order_paid_meanwhile_stays_paid_until_released) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(payment_processing, paid));
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
  EXPECT_EQ(order.release("h1"), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(awaiting_fulfillment));
  EXPECT_THAT(order::units_to_plan(order.state()), SizeIs(1));
}

TEST(hold, does_not_take_back_what_was_handed_to_planning) {
  auto order = paid_order(one_line(1));
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
}

TEST(hold, keeps_the_allocations_and_ships_nothing) {
  auto order = allocated(2);
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(order.work_status("1"), fulfillment_status::on_hold);
  EXPECT_EQ(order.ship("W1"), error_code::invalid_transition);
  EXPECT_EQ(order.release("h1"), std::nullopt);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
}

TEST(hold, several_are_released_one_by_one) {
  auto order = allocated(1);
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.hold("h2"), std::nullopt);
  EXPECT_EQ(order.release("h1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::on_hold);
  EXPECT_EQ(order.release("h2"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::open);
}

TEST(hold, the_same_twice_is_one) {
  auto order = allocated(1);
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_THAT(order.view().holds, SizeIs(1));
}

TEST(hold, must_have_a_name_and_be_there_to_be_released) {
  auto order = allocated(1);
  EXPECT_EQ(order.hold(""), error_code::invalid);
  EXPECT_EQ(order.release("h1"), error_code::not_found);
}

TEST(hold, lets_the_order_be_cancelled) {
  auto order = allocated(2);
  EXPECT_EQ(order.hold("h1"), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
}

TEST(ship_complete, holds_what_is_allocated_until_all_is) {
  auto order = paid_order(one_line(3).ship_complete());
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.work_status("1"), fulfillment_status::on_hold);
  order.backorder({{"1", 1}});
  EXPECT_EQ(order.work_status("1"), fulfillment_status::on_hold);
  EXPECT_EQ(order.ship("W1"), error_code::invalid_transition);
  order.fill("W2", {{"1", 1}});
  EXPECT_EQ(order.work_status("1"), fulfillment_status::open);
  EXPECT_EQ(order.work_status("2"), fulfillment_status::open);
}

TEST(ship_complete, goes_when_what_was_missing_is_cancelled) {
  auto order = paid_order(one_line(3).ship_complete());
  order.allocate("W1", {{"1", 2}});
  order.backorder({{"1", 1}});
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::open);
}

}  // namespace
}  // namespace oms::tests
