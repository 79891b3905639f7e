/// How far the heuristic for large orders is from the best plan, measured on
/// tiers that the search can still settle.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>

#include "actors/routing/search.hpp"

namespace oms::routing {
namespace {

constexpr std::size_t skus = 20;
constexpr std::size_t sources = 40;
constexpr int tiers = 60;

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  tier make(std::vector<objective> objectives) {
    tier made;
    made.objectives = std::move(objectives);
    const auto stocked = up_to(10, 60);
    for (std::size_t sku = 0; sku < skus; ++sku) {
      made.need.push_back(up_to(1, 6));
    }
    for (std::size_t s = 0; s < sources; ++s) {
      made.sources.push_back(
          {up_to(300, 900), up_to(1, 2000) * 1000, up_to(1, 10), true});
      for (std::size_t sku = 0; sku < skus; ++sku) {
        made.free.push_back(up_to(1, 100) <= stocked ? up_to(1, 6) : 0);
        made.unit_cost.push_back(up_to(500, 700));
      }
    }
    const bool has_days =
        std::count(made.objectives.begin(), made.objectives.end(),
                   objective::soonest) > 0;
    if (has_days)
      for (std::size_t s = 0; s < sources; ++s)
        made.day.insert(made.day.end(), skus, up_to(3, 12));
    return made;
  }

 private:
  std::int64_t up_to(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  std::mt19937_64 random_;
};

struct gap {
  int settled = 0;
  int best = 0;
  double mean = 0;
  double most = 0;
};

/// Over the first objective: how much more than the least, relative to it.
gap measure(const std::vector<objective>& objectives, std::int64_t steps) {
  gap found;
  for (int seed = 1; seed <= tiers; ++seed) {
    const tier asked =
        generator(static_cast<std::uint64_t>(seed)).make(objectives);
    const tier_plan least = solve(asked, search_steps);
    const tier_plan quick = solve(asked, steps);
    EXPECT_GE(quick.best.value, least.best.value);
    EXPECT_EQ(quick.best.given.covered, least.best.given.covered);
    if (!least.exact) continue;
    ++found.settled;
    const double value = static_cast<double>(least.best.value[0]);
    const double over = static_cast<double>(quick.best.value[0]) / value - 1;
    if (over == 0) ++found.best;
    found.mean += over;
    found.most = std::max(found.most, over);
  }
  found.mean /= std::max(found.settled, 1);
  return found;
}

void report(const char* name, const gap& found) {
  std::printf(
      "%s: %d of %d settled, %d of them the best value, gap %.2f %% "
      "in the mean, %.2f %% at most\n",
      name, found.settled, tiers, found.best, 100 * found.mean,
      100 * found.most);
}

/// What an order of this size gets, and what one of a thousand lines over 64
/// candidates gets.
constexpr std::int64_t steps_here =
    search_cells / static_cast<std::int64_t>(skus * sources);
constexpr std::int64_t steps_for_thousand = search_cells / 64'000;

TEST(heuristic_gap, fewest_shipments) {
  const gap here =
      measure({objective::fewest_shipments, objective::priority}, steps_here);
  report("fewestShipments", here);
  EXPECT_GE(here.settled, tiers * 9 / 10);
  EXPECT_LE(here.mean, 0.001);
  EXPECT_LE(here.most, 0.15);
  const gap short_one = measure(
      {objective::fewest_shipments, objective::priority}, steps_for_thousand);
  report("fewestShipments, few steps", short_one);
  EXPECT_LE(short_one.mean, 0.06);
  EXPECT_LE(short_one.most, 0.5);
}

TEST(heuristic_gap, lowest_cost) {
  const gap here = measure({objective::lowest_cost}, steps_here);
  report("lowestCost", here);
  EXPECT_GE(here.settled, tiers / 2);
  EXPECT_LE(here.mean, 0.005);
  EXPECT_LE(here.most, 0.03);
  const gap short_one = measure({objective::lowest_cost}, steps_for_thousand);
  report("lowestCost, few steps", short_one);
  EXPECT_LE(short_one.mean, 0.01);
  EXPECT_LE(short_one.most, 0.05);
}

TEST(heuristic_gap, soonest) {
  // Alone it needs no search: each unit is taken where it is expected first.
  const gap alone = measure({objective::soonest}, 1);
  report("soonest", alone);
  EXPECT_EQ(alone.settled, tiers);
  EXPECT_EQ(alone.best, tiers);
  const gap few_first =
      measure({objective::fewest_shipments, objective::soonest}, steps_here);
  report("fewestShipments and soonest", few_first);
  EXPECT_GE(few_first.settled, tiers / 2);
  EXPECT_LE(few_first.mean, 0.001);
  const gap soonest_first =
      measure({objective::soonest, objective::fewest_shipments}, steps_here);
  report("soonest and fewestShipments", soonest_first);
  EXPECT_EQ(soonest_first.best, soonest_first.settled);
}

}  // namespace
}  // namespace oms::routing
