/// What the load generator reports of latencies.

#include "bench/load/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace oms::load {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, IsEmptyAtFirst) {
  const histogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.quantile(0.99), nanoseconds(0));
}

TEST(Histogram, KnowsSmallNumbersExactly) {
  histogram all;
  for (int i = 1; i <= 100; ++i) all.add(nanoseconds(i));
  EXPECT_EQ(all.quantile(0.5), nanoseconds(50));
  EXPECT_EQ(all.quantile(0.99), nanoseconds(99));
  EXPECT_EQ(all.quantile(1), nanoseconds(100));
}

// Against all values in order, from nanoseconds to hours.
TEST(Histogram, IsNowhereOffByMoreThanOnePercent) {
  std::mt19937_64 random(7);
  histogram all;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto value =
        static_cast<std::int64_t>(random() >> (random() % 44 + 20));
    values.push_back(value);
    all.add(nanoseconds(value));
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(
        std::ceil(share * static_cast<double>(values.size())));
    const auto exact = values[rank - 1];
    const auto shown = all.quantile(share).count();
    EXPECT_GE(shown, exact) << share;
    EXPECT_LE(static_cast<double>(shown), 1.01 * static_cast<double>(exact) + 1)
        << share;
  }
  EXPECT_EQ(all.largest(), nanoseconds(values.back()));
}

TEST(Histogram, OfTwoThreadsIsTheSumOfBoth) {
  histogram one;
  histogram other;
  one.add(nanoseconds(10), 3);
  other.add(nanoseconds(1'000'000));
  one.add(other);
  EXPECT_EQ(one.count(), 4U);
  EXPECT_EQ(one.quantile(0.75), nanoseconds(10));
  EXPECT_EQ(one.quantile(1), nanoseconds(1'000'000));
}

// The largest duration there is has a bucket too.
TEST(Histogram, TakesAnyDuration) {
  histogram all;
  all.add(nanoseconds::max());
  all.add(nanoseconds(-5));
  EXPECT_EQ(all.quantile(1), nanoseconds::max());
  EXPECT_EQ(all.quantile(0.5), nanoseconds(0));
}

}  // namespace
}  // namespace oms::load
