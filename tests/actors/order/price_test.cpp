/// What units cost: docs/DOMAIN.md, "Refunds" and "Cancelling".

#include "actors/order/price.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> values_of(const order_builder& builder) {
  const order_under_test order(builder);
  std::vector<std::int64_t> values;
  for (const auto each : order::line_values(order.state()))
    values.push_back(each.value);
  return values;
}

TEST(line_value, is_price_times_quantity_less_discount_with_tax) {
  EXPECT_THAT(values_of(order_builder{}.line(3, 700, 100, 55)),
              ElementsAre(2'055));
}

TEST(order_discount, is_shared_by_net_with_the_largest_remainder) {
  // 100 over nets 500, 300, 200.
  EXPECT_THAT(
      values_of(
          order_builder{}.line(1, 500).line(1, 300).line(1, 200).discount(100)),
      ElementsAre(450, 270, 180));
  // Shares 1.43, 2.86, 5.71: the largest remainders are the second, third.
  EXPECT_THAT(
      values_of(
          order_builder{}.line(1, 100).line(1, 200).line(1, 400).discount(10)),
      ElementsAre(99, 197, 394));
}

TEST(order_discount, gives_odd_cents_to_the_first_lines) {
  EXPECT_THAT(
      values_of(
          order_builder{}.line(1, 100).line(1, 100).line(1, 100).discount(2)),
      ElementsAre(99, 99, 100));
}

TEST(order_discount, goes_by_net_and_not_by_tax) {
  EXPECT_THAT(
      values_of(order_builder{}.line(1, 100, 0, 900).line(1, 100).discount(50)),
      ElementsAre(975, 75));
}

TEST(order_discount, may_be_the_whole_order) {
  const order_under_test order(
      order_builder{}.line(2, 35).line(1, 50, 20).discount(100));
  EXPECT_EQ(order.total(), 0);
  EXPECT_EQ(order.status(), order_status::awaiting_fulfillment);
}

TEST(unit_value, is_divided_so_that_the_units_add_up) {
  EXPECT_EQ(order::value_of_first(money{100}, quantity{3}, quantity{0}),
            money{0});
  EXPECT_EQ(order::value_of_first(money{100}, quantity{3}, quantity{1}),
            money{34});
  EXPECT_EQ(order::value_of_first(money{100}, quantity{3}, quantity{2}),
            money{67});
  EXPECT_EQ(order::value_of_first(money{100}, quantity{3}, quantity{3}),
            money{100});
  EXPECT_EQ(order::value_of_first(money{2}, quantity{4}, quantity{3}),
            money{2});
}

TEST(total, is_the_lines_and_shipping) {
  EXPECT_EQ(order_under_test(two_lines(1, 2).shipping(499)).total(), 3'499);
}

TEST(total, shrinks_by_what_is_cancelled_and_to_nothing_in_the_end) {
  order_under_test order(order_builder{}.line(3, 33, 0, 1).shipping(50));
  EXPECT_EQ(order.total(), 150);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.total(), 116);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.total(), 83);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.total(), 0);
}

order_builder random_order(std::mt19937_64& random) {
  const auto below = [&random](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  order_builder builder;
  std::int64_t nets = 0;
  const auto lines = 1 + below(8);
  // Small prices make odd cents, large ones large products.
  const auto dearest = below(2) == 0 ? 50 : 10'000'000;
  for (std::int64_t i = 0; i < lines; ++i) {
    const auto units = 1 + below(12);
    const auto price = below(dearest);
    const auto discount = below(units * price + 1);
    builder.line(units, price, discount, below(200));
    nets += units * price - discount;
  }
  return builder.discount(below(nets + 1)).shipping(below(1'000));
}

TEST(prices_of_random_orders, add_up_to_the_cent) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 5'000; ++round) {
    const auto builder = random_order(random);
    const order_under_test order(builder);
    const auto& body = builder.command.body;
    const auto values = order::line_values(order.state());
    money nets;
    money taxes;
    money sum;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto& line = body.lines[i];
      nets += order::net_of(line);
      taxes += line.tax;
      sum += values[i];
      money units;
      money dearer = order::value_of_first(values[i], line.units, quantity{1});
      for (std::int64_t n = 1; n <= line.units.value; ++n) {
        const auto each =
            order::value_of_first(values[i], line.units, quantity{n}) -
            order::value_of_first(values[i], line.units, quantity{n - 1});
        ASSERT_LE(each, dearer) << "an odd cent at a later unit";
        ASSERT_GE(each, money{0});
        dearer = each;
        units += each;
      }
      ASSERT_EQ(units, values[i]) << "round " << round << " line " << i;
      // No line's share is a cent or more away from the exact one.
      const auto share = order::net_of(line) + line.tax - values[i];
      if (nets > money{0}) {
        ASSERT_GE(share, money{0});
        ASSERT_LE(share, order::net_of(line));
      }
    }
    ASSERT_EQ(sum, nets + taxes - body.discount) << "round " << round;
    ASSERT_EQ(order::total_of(order.state()), sum + body.shipping.price);
  }
}

TEST(refunds_of_random_orders, give_back_all_that_was_captured_and_no_more) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 1'000; ++round) {
    auto order = paid_order(random_order(random));
    const auto captured = order.state().captured;
    // Unit by unit, by cancelling or by a refund that names the line.
    std::vector<std::pair<std::string, std::int64_t>> open;
    for (const auto& line : order.state().lines)
      open.emplace_back(line.ordered.line.value, line.ordered.units.value);
    while (!open.empty()) {
      auto& some = open[random() % open.size()];
      const auto units =
          1 + static_cast<std::int64_t>(
                  random() % static_cast<std::uint64_t>(some.second));
      ASSERT_EQ(order.cancel({{some.first, units}}), std::nullopt);
      some.second -= units;
      std::erase_if(open, [](const auto& each) { return each.second == 0; });
    }
    ASSERT_EQ(order.status(), order_status::cancelled);
    ASSERT_EQ(order.state().refund_requested, captured) << "round " << round;
  }
}

}  // namespace
}  // namespace oms::tests
