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
  auto state = order.state();
  const auto events = order::planned(state, decision, {back}, {}, order.now);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<order_planned>(events[0]).decision, decision);
  EXPECT_EQ(state.lines[0].buckets,
            (line_buckets{.unrouted = quantity{1}, .picked = quantity{2}}));
}

TEST(split, is_told_once_when_a_plan_has_two_fulfillments) {
  auto order = paid_order(one_line(3));
  const auto first = source_named("W1", source_type::warehouse);
  const auto second = source_named("W2", source_type::warehouse);
  order.allocate("W1", {{"1", 1}});
  auto state = order.state();
  EXPECT_THAT(order::plan_completed(state, {first}, order.now), IsEmpty());
  order.allocate("W2", {{"1", 1}});
  state = order.state();
  const auto told = order::plan_completed(state, {first, second}, order.now);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(std::get<notification_recorded>(told[0]).kind, "order.split");
  EXPECT_THAT(order::plan_completed(state, {first, second}, order.now),
              IsEmpty());
}

}  // namespace
}  // namespace oms::tests
