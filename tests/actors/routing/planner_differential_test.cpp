/// The planner against every plan there is on seeded tiny requests, and against
/// itself on every choice of sources of larger ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "actors/routing/planner.hpp"
#include "tests/actors/routing/brute_force_planner.hpp"

namespace oms::routing {
namespace {

constexpr std::uint64_t first_seed = 1;
constexpr int requests = 60'000;
constexpr int larger_requests = 600;

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  request make() {
    request made;
    make_rules(made.rules);
    made.rules_version = 7;
    const auto sku_count = up_to(1, 3);
    const auto line_count = up_to(sku_count, 5);
    for (std::int64_t i = 0; i < line_count; ++i) {
      const auto sku = i < sku_count ? i : up_to(0, sku_count - 1);
      made.lines.push_back({line_id(std::to_string(i + 1)),
                            sku_id("s" + std::to_string(sku)),
                            quantity{up_to(1, 4 - sku_count + 1)}});
    }
    if (chance(70)) made.ship_to = point();
    const auto count =
        up_to(0, std::vector{0, 5, 4, 3}[static_cast<std::size_t>(sku_count)]);
    std::int64_t on_order = 0;
    for (std::int64_t c = 0; c < count; ++c) {
      made.candidates.push_back(
          make_candidate(std::string(1, static_cast<char>('a' + c)),
                         static_cast<std::size_t>(sku_count)));
      on_order += made.candidates.back().on_order ? 1 : 0;
    }
    made.sources_on_order = on_order + (chance(10) ? 1 : 0);
    std::shuffle(made.candidates.begin(), made.candidates.end(), random_);
    return made;
  }

  /// One tier of eight sources that have some of each, where it is hard to say
  /// which ones to use.
  request make_larger() {
    request made;
    make_rules(made.rules);
    made.rules.tiers = {{source_type::warehouse}};
    made.ship_to = point();
    const auto sku_count = up_to(2, 6);
    const auto repeated = up_to(0, 3);
    for (std::int64_t i = 0; i < sku_count + repeated; ++i) {
      const auto sku = i < sku_count ? i : up_to(0, sku_count - 1);
      made.lines.push_back({line_id(std::to_string(i + 1)),
                            sku_id("s" + std::to_string(sku)),
                            quantity{up_to(1, 9)}});
    }
    for (std::int64_t c = 0; c < 8; ++c) {
      candidate each =
          make_candidate(std::string(1, static_cast<char>('a' + c)),
                         static_cast<std::size_t>(sku_count));
      each.kind = source_type::warehouse;
      each.excluded = candidate_outcome::not_needed;
      each.at_capacity = false;
      each.shipment_cost = money{up_to(0, 30)};
      for (offer& offered : each.offers) {
        offered.free = quantity{chance(50) ? 0 : up_to(1, 9)};
        offered.unit_cost = money{up_to(0, 5)};
      }
      made.sources_on_order += each.on_order ? 1 : 0;
      made.candidates.push_back(each);
    }
    return made;
  }

  request shuffled(request of) {
    std::shuffle(of.candidates.begin(), of.candidates.end(), random_);
    return of;
  }

 private:
  std::int64_t up_to(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool chance(int percent) { return up_to(1, 100) <= percent; }

  std::int64_t any_day() { return chance(10) ? unknown_day : up_to(1, 4); }

  /// Few places, so that distances tie.
  coordinates point() {
    return {static_cast<double>(up_to(0, 1) * 10),
            static_cast<double>(up_to(0, 2) * 10)};
  }

  void make_rules(routing_rules& rules) {
    rules.objectives = {objective::fewest_shipments, objective::lowest_cost,
                        objective::nearest,          objective::priority,
                        objective::balance_stock,    objective::soonest};
    std::shuffle(rules.objectives.begin(), rules.objectives.end(), random_);
    rules.objectives.resize(static_cast<std::size_t>(up_to(0, 6)));
    if (chance(5) && !rules.objectives.empty()) {
      rules.objectives.push_back(rules.objectives.front());
    }
    rules.split_lines = chance(50);
    if (chance(40)) rules.max_shipments = up_to(1, 3);
    if (chance(30)) {
      rules.tiers = {{source_type::warehouse, source_type::store,
                      source_type::three_pl, source_type::dropship}};
    } else if (chance(20)) {
      rules.tiers = {{source_type::store},
                     {},
                     {source_type::warehouse, source_type::store}};
    }
  }

  candidate make_candidate(const std::string& id, std::size_t skus) {
    candidate made;
    made.source.id = id;
    made.kind = static_cast<source_type>(chance(60) ? 0 : up_to(0, 3));
    made.priority = up_to(1, 3);
    made.shipment_cost = money{chance(30) ? 0 : up_to(0, 4)};
    made.cost_per_km = money{chance(70) ? 0 : 1};
    if (chance(80)) made.position = point();
    if (chance(8)) {
      made.excluded = static_cast<candidate_outcome>(
          up_to(static_cast<int>(candidate_outcome::inactive),
                static_cast<int>(candidate_outcome::other_country)));
    }
    made.at_capacity = chance(15);
    made.on_order = chance(15);
    made.joins = made.on_order && chance(50);
    for (std::size_t sku = 0; sku < skus; ++sku) {
      made.offers.push_back({quantity{chance(30) ? 0 : up_to(0, 4)},
                             money{up_to(0, 2)}, chance(8)});
    }
    // Of a location all SKUs have one day, of a supplier each its own.
    const auto day = any_day();
    const bool is_one_day = chance(60);
    for (offer& each : made.offers) each.day = is_one_day ? day : any_day();
    return made;
  }

  std::mt19937_64 random_;
};

struct given_units {
  std::map<std::string, std::map<std::string, std::int64_t>> by_source;
  std::map<std::string, std::int64_t> by_line;
};

given_units units_of(const plan& made) {
  given_units sums;
  for (const part& each : made.parts) {
    for (const line_units& line : each.lines) {
      EXPECT_GT(line.units.value, 0);
      sums.by_source[each.source.id][line.sku.value] += line.units.value;
      sums.by_line[line.line.value] += line.units.value;
    }
  }
  return sums;
}

void expect_same(const request& asked, const plan& made,
                 const brute_force_plan& best) {
  const auto skus = asked.skus();
  given_units given = units_of(made);
  for (std::size_t c = 0; c < asked.candidates.size(); ++c) {
    for (std::size_t sku = 0; sku < skus.size(); ++sku) {
      EXPECT_EQ(given.by_source[asked.candidates[c].source.id][skus[sku].value],
                best.taken[c][sku])
          << asked.candidates[c].source.id << " " << skus[sku].value;
    }
  }
  EXPECT_EQ(made.sources_used_up, best.sources_used_up);
  const auto by_sku = [&](const std::vector<line_units>& lines) {
    std::vector<std::int64_t> units(skus.size(), 0);
    for (const line_units& line : lines) {
      const auto at = std::find(skus.begin(), skus.end(), line.sku);
      units[static_cast<std::size_t>(at - skus.begin())] += line.units.value;
    }
    return units;
  };
  EXPECT_EQ(by_sku(made.uncovered), best.uncovered);
  EXPECT_EQ(by_sku(made.awaiting_capacity), best.awaiting_capacity);
  std::vector<objective> objectives;
  for (const objective each : asked.rules.objectives) {
    if (std::count(objectives.begin(), objectives.end(), each) == 0) {
      objectives.push_back(each);
    }
  }
  ASSERT_EQ(objectives.size(), best.values.size());
  std::vector<std::pair<objective, std::int64_t>> shown;
  std::vector<std::pair<objective, std::int64_t>> expected;
  for (const objective_value& value : made.decision.objectives) {
    const double unit = value.kind == objective::nearest ? 1000 : 1;
    shown.emplace_back(value.kind, std::llround(value.value * unit));
  }
  for (std::size_t i = 0; i < best.values.size(); ++i) {
    if (objectives[i] != objective::soonest) {
      expected.emplace_back(objectives[i], best.values[i]);
    } else if (best.values[i] > 0 && best.values[i] < unknown_day) {
      expected.emplace_back(objectives[i], best.values[i] - day_of_planning);
    }
  }
  EXPECT_EQ(shown, expected);
  if (asked.rules.split_lines) return;
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    std::string from;
    for (const part& each : made.parts) {
      for (const line_units& line : each.lines) {
        if (line.line != asked.lines[i].line) continue;
        EXPECT_EQ(line.units, asked.lines[i].units);
        from = each.source.id;
      }
    }
    const int c = best.candidate_of_line[i];
    EXPECT_EQ(from, c < 0 ? "" : asked.candidates[c].source.id);
  }
}

void expect_sound(const request& asked, const plan& made) {
  const auto skus = asked.skus();
  given_units given = units_of(made);
  for (const candidate& each : asked.candidates) {
    for (std::size_t sku = 0; sku < skus.size(); ++sku) {
      const offer& offered = each.offers[sku];
      EXPECT_LE(given.by_source[each.source.id][skus[sku].value],
                offered.rejected_before ? 0 : offered.free.value);
    }
  }
  for (const line_units& line : made.uncovered) {
    given.by_line[line.line.value] += line.units.value;
  }
  for (const line_units& line : made.awaiting_capacity) {
    given.by_line[line.line.value] += line.units.value;
  }
  for (const demand& line : asked.lines) {
    EXPECT_EQ(given.by_line[line.line.value], line.units.value);
  }
  EXPECT_TRUE(made.decision.exact);
  EXPECT_TRUE(std::is_sorted(
      made.parts.begin(), made.parts.end(),
      [](const part& a, const part& b) { return a.source.id < b.source.id; }));
}

bool same(const plan& a, const plan& b) {
  return a.parts == b.parts && a.uncovered == b.uncovered &&
         a.awaiting_capacity == b.awaiting_capacity &&
         a.sources_used_up == b.sources_used_up && a.decision == b.decision;
}

TEST(planner_differential, no_plan_is_better_on_thousands_of_requests) {
  for (std::uint64_t seed = first_seed; seed < first_seed + requests; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generator random(seed);
    const request asked = random.make();
    const plan made = make_plan(asked);
    expect_same(asked, made, plan_by_brute_force(asked));
    expect_sound(asked, made);
    EXPECT_TRUE(same(made, make_plan(random.shuffled(asked))));
    if (HasFailure()) return;
  }
}

/// The last day and the sum of the days of all units.
std::pair<std::int64_t, std::int64_t> days_of(const request& all,
                                              const plan& made) {
  const auto skus = all.skus();
  std::pair<std::int64_t, std::int64_t> days{0, 0};
  for (const part& each : made.parts) {
    for (const candidate& from : all.candidates) {
      if (from.source != each.source) continue;
      for (const line_units& line : each.lines) {
        const auto sku = std::find(skus.begin(), skus.end(), line.sku);
        const auto day =
            from.offers[static_cast<std::size_t>(sku - skus.begin())].day;
        days.first = std::max(days.first, day);
        days.second += day * line.units.value;
      }
    }
  }
  return days;
}

/// Everything that decides, in integers; the smallest wins. Stock that stays
/// at candidates that are left out of `asked` is added to the squares.
std::vector<std::int64_t> rank_of(const request& all, const request& asked,
                                  const plan& made) {
  std::vector<std::int64_t> rank(1, 0);
  for (const line_units& line : made.uncovered) rank[0] += line.units.value;
  auto shown = made.decision.objectives.begin();
  std::vector<objective> seen;
  for (const objective wanted : all.rules.objectives) {
    if (std::count(seen.begin(), seen.end(), wanted) > 0) continue;
    seen.push_back(wanted);
    if (wanted == objective::soonest) {
      const auto [last, sum] = days_of(all, made);
      rank.push_back(last);
      rank.push_back(sum);
      if (last > 0 && last < unknown_day) ++shown;
      continue;
    }
    const objective_value& each = *shown++;
    auto value =
        std::llround(each.value * (each.kind == objective::nearest ? 1000 : 1));
    if (each.kind == objective::balance_stock) {
      const auto squares = [](const request& of) {
        std::int64_t sum = 0;
        for (const candidate& at : of.candidates) {
          for (const offer& offered : at.offers) {
            sum += offered.free.value * offered.free.value;
          }
        }
        return sum;
      };
      value += squares(all) - squares(asked);
    }
    rank.push_back(value);
  }
  given_units given = units_of(made);
  for (const candidate& each : all.candidates) {
    std::int64_t units = 0;
    for (const auto& [sku, n] : given.by_source[each.source.id]) units += n;
    rank.push_back(-units);
  }
  return rank;
}

TEST(planner_differential, no_choice_of_sources_is_better) {
  for (std::uint64_t seed = 1; seed <= larger_requests; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generator random(seed);
    const request all = random.make_larger();
    const plan made = make_plan(all);
    expect_sound(all, made);
    const auto best = rank_of(all, all, made);
    for (unsigned chosen = 0; chosen < 1U << all.candidates.size(); ++chosen) {
      request some = all;
      some.candidates.clear();
      for (std::size_t c = 0; c < all.candidates.size(); ++c) {
        if ((chosen >> c & 1U) != 0) {
          some.candidates.push_back(all.candidates[c]);
        }
      }
      EXPECT_LE(best, rank_of(all, some, make_plan(some)));
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace oms::routing
