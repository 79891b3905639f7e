/// What of a backorder queue's answer an order still has a use for:
/// docs/DOMAIN.md, "Backorders".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/order/queue_answer.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

line_units answered(const std::string& line, std::int64_t units) {
  return {line_id{line}, sku_id{"A"}, quantity{units}};
}

TEST(queue_answer, holds_where_nothing_happened_meanwhile) {
  const auto it = paid_order(one_line(3));
  const auto holds = order::still_holds(it.state(), {answered("1", 2)},
                                        {answered("1", 1)}, false);
  EXPECT_THAT(holds.accepted, ElementsAre(answered("1", 2)));
  EXPECT_THAT(holds.refused, ElementsAre(answered("1", 1)));
  EXPECT_THAT(holds.surplus, IsEmpty());
}

TEST(queue_answer, returns_what_was_cancelled_meanwhile) {
  auto it = paid_order(one_line(3));
  EXPECT_EQ(it.cancel({{"1", 2}}), std::nullopt);
  const auto holds =
      order::still_holds(it.state(), {answered("1", 3)}, {}, false);
  EXPECT_THAT(holds.accepted, ElementsAre(answered("1", 1)));
  EXPECT_THAT(holds.surplus, ElementsAre(answered("1", 2)));
}

TEST(queue_answer, says_nothing_of_units_known_to_be_unfillable) {
  auto it = paid_order(one_line(3));
  it.unfillable({{"1", 3}});
  EXPECT_THAT(
      order::still_holds(it.state(), {}, {answered("1", 3)}, true).refused,
      IsEmpty());
}

TEST(queue_answer, adds_units_to_those_known_to_be_unfillable) {
  auto it = paid_order(one_line(3));
  it.unfillable({{"1", 1}});
  EXPECT_THAT(
      order::still_holds(it.state(), {}, {answered("1", 2)}, false).refused,
      ElementsAre(answered("1", 3)));
}

}  // namespace
}  // namespace oms::tests
