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
