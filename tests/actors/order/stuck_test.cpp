/// Why an order is stuck: docs/DOMAIN.md, "Notifications and alerts".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

std::string stuck_reason(const order_under_test& order) {
  auto state = order.state();
  const auto events = order::stuck(state, order.now);
  return std::get<alert_raised>(events.at(0)).reason;
}

TEST(stuck_alert, says_why) {
  auto waiting = paid_order(one_line(2));
  waiting.backorder({{"1", 2}});
  EXPECT_EQ(stuck_reason(waiting), "backordered");
  auto without_hope = paid_order(one_line(2));
  without_hope.unfillable({{"1", 2}});
  EXPECT_EQ(stuck_reason(without_hope), "unfillable");
  auto held = allocated(2);
  EXPECT_EQ(held.hold("h"), std::nullopt);
  EXPECT_EQ(stuck_reason(held), "onHold");
  auto lazy = allocated(2);
  EXPECT_EQ(stuck_reason(lazy), "notAccepted");
  EXPECT_EQ(lazy.accept("W1"), std::nullopt);
  EXPECT_EQ(stuck_reason(lazy), "notShipped");
}

}  // namespace
}  // namespace oms::tests
