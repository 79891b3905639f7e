/// How an order takes the units that sources promise: docs/DOMAIN.md, "Routing"
/// and "Backorders".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(granted_units, leave_unrouted_for_allocated) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{1}, .allocated = quantity{2}}));
}

TEST(granted_units, beyond_what_the_order_needs_are_declined) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 2}});
  order.allocate("W2", {{"1", 2}});
  EXPECT_EQ(order.buckets("1").allocated, quantity{3});
  const auto declined = order.events_of<grant_declined>();
  ASSERT_THAT(declined, SizeIs(1));
  EXPECT_THAT(declined[0].lines, ElementsAre(sku_quantity{A, quantity{1}}));
}

TEST(granted_units, of_a_cancelled_order_are_declined) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  order.allocate("W1", {{"1", 2}});
  EXPECT_THAT(order.events_of<grant_declined>(), SizeIs(1));
  EXPECT_THAT(order.state().fulfillments, IsEmpty());
}

TEST(granted_units, of_a_plan_serve_unrouted_units_before_waiting_ones) {
  auto order = paid_order(one_line(4));
  order.backorder({{"1", 2}});
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.buckets("1"), (line_buckets{.backordered = quantity{1},
                                              .allocated = quantity{3}}));
}

TEST(granted_units, of_the_waiting_line_serve_waiting_units_first) {
  auto order = paid_order(one_line(4));
  order.backorder({{"1", 2}});
  order.fill("W1", {{"1", 3}});
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{1}, .allocated = quantity{3}}));
}

TEST(granted_units, of_one_source_too_many_are_declined) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 1}});
  order.backorder({{"1", 2}});
  order.fill("W2", {{"1", 1}}, 1);
  EXPECT_EQ(order.buckets("1").backordered, quantity{2});
  EXPECT_THAT(order.events_of<grant_declined>(), SizeIs(1));
  order.fill("W1", {{"1", 1}}, 1);
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
}

}  // namespace
}  // namespace oms::tests
