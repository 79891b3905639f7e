/// What a plan does to an order: docs/DOMAIN.md, "Routing".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(planned, keeps_the_decision_and_gives_back_what_is_still_unpicked) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  const fulfillment_units back{fulfillment_id{"1"},
                               source_named("W1", source_type::warehouse),
                               {{line_id{"1"}, A, quantity{3}, quantity{0}}}};
  routing_decision decision;
  decision.rules_version = 7;
  const auto outcome =
      order::planned(order.state(), decision, {back}, false, order.now);
  ASSERT_THAT(outcome.events, SizeIs(2));
  EXPECT_EQ(std::get<order_planned>(outcome.events[0]).decision, decision);
  EXPECT_EQ(outcome.next.lines[0].buckets,
            (line_buckets{.unrouted = quantity{1}, .picked = quantity{2}}));
}

TEST(split, is_told_once_when_a_plan_has_two_fulfillments) {
  auto order = paid_order(one_line(3));
  const auto first = source_named("W1", source_type::warehouse);
  const auto second = source_named("W2", source_type::warehouse);
  order.allocate("W1", {{"1", 1}});
  EXPECT_THAT(order::plan_completed(order.state(), {first}, order.now).events,
              IsEmpty());
  order.allocate("W2", {{"1", 1}});
  const auto told =
      order::plan_completed(order.state(), {first, second}, order.now);
  ASSERT_THAT(told.events, SizeIs(1));
  EXPECT_EQ(std::get<notification_recorded>(told.events[0]).kind,
            "order.split");
  EXPECT_THAT(
      order::plan_completed(told.next, {first, second}, order.now).events,
      IsEmpty());
}

}  // namespace
}  // namespace oms::tests
