/// The rules of docs/DOMAIN.md, "Routing", one test each.

#include "actors/routing/planner.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <random>
#include <string>

namespace oms::routing {
namespace {

using units_by_sku = std::map<std::string, std::int64_t>;
using shipments = std::map<std::string, units_by_sku>;

candidate place(const std::string& id, std::int64_t priority,
                const std::vector<std::int64_t>& free) {
  candidate made;
  made.source.id = id;
  made.priority = priority;
  for (const std::int64_t units : free) {
    made.offers.push_back({quantity{units}, money{0}, false});
  }
  return made;
}

candidate supplier(const std::string& id,
                   const std::vector<std::int64_t>& free) {
  candidate made = place(id, 1, free);
  made.source.kind = source_kind::supplier;
  made.kind = source_type::dropship;
  return made;
}

candidate at_position(candidate from, double latitude, double longitude) {
  from.position = coordinates{latitude, longitude};
  return from;
}

candidate costing(candidate from, std::int64_t shipment, std::int64_t unit) {
  from.shipment_cost = money{shipment};
  for (offer& each : from.offers) each.unit_cost = money{unit};
  return from;
}

/// Lines "1", "2", ... of the SKUs X, Y, Z, ...
request order(std::vector<std::int64_t> units,
              std::vector<candidate> candidates) {
  request made;
  for (std::size_t i = 0; i < units.size(); ++i) {
    made.lines.push_back({line_id(std::to_string(i + 1)),
                          sku_id(std::string(1, static_cast<char>('X' + i))),
                          quantity{units[i]}});
  }
  made.candidates = std::move(candidates);
  return made;
}

shipments shipped(const plan& made) {
  shipments sums;
  for (const part& each : made.parts) {
    for (const line_units& line : each.lines) {
      sums[each.source.id][line.sku.value] += line.units.value;
    }
  }
  return sums;
}

const candidate_view& view_of(const plan& made, const std::string& id) {
  for (const candidate_view& view : made.decision.candidates) {
    if (view.source.id == id) return view;
  }
  throw std::out_of_range(id);
}

std::vector<line_units> x_of_line_1(std::int64_t units) {
  return {{line_id("1"), sku_id("X"), quantity{units}}};
}

double value_of(const plan& made, objective kind) {
  for (const objective_value& each : made.decision.objectives) {
    if (each.kind == kind) return each.value;
  }
  throw std::out_of_range("objective");
}

/// The same order, of which `units` of line 1 are held at `source`.
request holding(request asked, const std::string& source, std::int64_t units) {
  auto kind = source_kind::location;
  for (const candidate& each : asked.candidates)
    if (each.source.id == source) kind = each.source.kind;
  asked.held.push_back({{kind, source}, x_of_line_1(units)});
  return asked;
}

// 1. Tiers.

TEST(planner, a_later_tier_gets_only_what_earlier_ones_lack) {
  const plan made =
      make_plan(order({8}, {place("wh", 9, {2}), supplier("ds", {100})}));
  EXPECT_EQ(shipped(made), (shipments{{"ds", {{"X", 6}}}, {"wh", {{"X", 2}}}}));
  EXPECT_EQ(view_of(made, "wh").tier, 0);
  EXPECT_EQ(view_of(made, "ds").tier, 1);
}

TEST(planner, what_no_tier_covers_is_uncovered) {
  const plan made =
      make_plan(order({8}, {place("wh", 1, {2}), supplier("ds", {3})}));
  EXPECT_EQ(made.uncovered, x_of_line_1(3));
  EXPECT_EQ(made.decision.uncovered,
            (std::vector<sku_quantity>{{sku_id("X"), quantity{3}}}));
}

TEST(planner, an_order_nobody_can_serve_has_no_parts) {
  const plan made = make_plan(order({8}, {}));
  EXPECT_TRUE(made.parts.empty());
  EXPECT_EQ(made.uncovered, x_of_line_1(8));
  EXPECT_TRUE(make_plan(request{}).parts.empty());
}

TEST(planner, a_kind_that_is_in_no_tier_is_never_used) {
  request asked = order({1}, {supplier("ds", {5})});
  asked.rules.tiers = {{source_type::warehouse}};
  const plan made = make_plan(asked);
  EXPECT_TRUE(made.parts.empty());
  EXPECT_EQ(view_of(made, "ds").tier, -1);
}

// 2. Objectives.

TEST(planner, most_units_come_before_every_objective) {
  request asked = order({2, 1}, {place("a", 1, {2, 0}), place("b", 9, {0, 1})});
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 2}}}, {"b", {{"Y", 1}}}}));
}

TEST(planner, fewest_shipments_takes_one_source_that_has_all) {
  const plan made =
      make_plan(order({2, 1}, {place("a", 1, {2, 0}), place("b", 2, {0, 1}),
                               place("c", 9, {2, 1})}));
  EXPECT_EQ(shipped(made), (shipments{{"c", {{"X", 2}, {"Y", 1}}}}));
  EXPECT_EQ(value_of(made, objective::fewest_shipments), 1);
  EXPECT_EQ(value_of(made, objective::priority), 27);
}

TEST(planner, fewest_shipments_is_found_where_the_fullest_source_misleads) {
  const plan made =
      make_plan(order({1, 1, 1, 1, 1, 1}, {place("g", 1, {1, 1, 0, 1, 1, 0}),
                                           place("l", 2, {1, 1, 1, 0, 0, 0}),
                                           place("m", 3, {0, 0, 0, 1, 1, 1})}));
  EXPECT_EQ(made.parts.size(), 2U);
  EXPECT_EQ(shipped(made).count("g"), 0U);
}

TEST(planner, lowest_cost_counts_shipments_units_and_kilometres) {
  request asked = order({2}, {});
  asked.rules.objectives = {objective::lowest_cost};
  asked.ship_to = coordinates{0, 0};
  candidate near = costing(at_position(place("near", 1, {2}), 0, 1), 100, 10);
  near.cost_per_km = money{2};
  candidate far = costing(at_position(place("far", 1, {2}), 0, 90), 300, 20);
  asked.candidates = {near, far};
  const plan made = make_plan(asked);
  // One degree on the sphere is 111.195 km: 100 + 222 + 20 against 340.
  EXPECT_EQ(shipped(made).count("far"), 1U);
  EXPECT_EQ(value_of(made, objective::lowest_cost), 340);
  asked.candidates[1].shipment_cost = money{303};
  EXPECT_EQ(value_of(make_plan(asked), objective::lowest_cost), 342);
}

TEST(planner, without_coordinates_kilometres_cost_nothing) {
  request asked = order({1}, {costing(place("a", 1, {1}), 5, 1)});
  asked.candidates[0].cost_per_km = money{1000};
  asked.ship_to = coordinates{0, 0};
  asked.rules.objectives = {objective::lowest_cost};
  EXPECT_EQ(value_of(make_plan(asked), objective::lowest_cost), 6);
}

TEST(planner, nearest_goes_by_the_great_circle) {
  request asked =
      order({4}, {at_position(place("lisbon", 1, {9}), 38.7223, -9.1393),
                  at_position(place("oslo", 2, {1}), 59.9139, 10.7522),
                  at_position(place("warsaw", 3, {0}), 52.2297, 21.0122)});
  asked.rules.objectives = {objective::nearest};
  asked.ship_to = coordinates{64.1466, -21.9426};
  EXPECT_EQ(shipped(make_plan(asked)),
            (shipments{{"lisbon", {{"X", 3}}}, {"oslo", {{"X", 1}}}}));
}

TEST(planner, nearest_puts_sources_without_coordinates_last) {
  request asked =
      order({2}, {place("a", 1, {2}), at_position(place("b", 9, {1}), 0, 180)});
  asked.rules.objectives = {objective::nearest};
  asked.ship_to = coordinates{0, 0};
  EXPECT_EQ(shipped(make_plan(asked)),
            (shipments{{"a", {{"X", 1}}}, {"b", {{"X", 1}}}}));
}

TEST(planner, without_a_place_to_ship_to_nearest_ties) {
  request asked =
      order({1}, {at_position(place("b", 1, {1}), 0, 0), place("a", 2, {1})});
  asked.rules.objectives = {objective::nearest, objective::priority};
  EXPECT_EQ(shipped(make_plan(asked)).count("b"), 1U);
}

TEST(planner, priority_fills_the_lowest_number_first) {
  request asked = order({70}, {place("eu-1", 2, {55}), place("eu-2", 3, {30}),
                               place("eu-3", 4, {100})});
  asked.rules.objectives = {objective::priority};
  EXPECT_EQ(shipped(make_plan(asked)),
            (shipments{{"eu-1", {{"X", 55}}}, {"eu-2", {{"X", 15}}}}));
}

TEST(planner, balance_stock_levels_what_stays_available) {
  request asked =
      order({8}, {place("a", 1, {3}), place("b", 1, {10}), place("c", 1, {6})});
  asked.rules.objectives = {objective::balance_stock};
  const plan made = make_plan(asked);
  // 3, 4 and 4 stay.
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 6}}}, {"c", {{"X", 2}}}}));
  EXPECT_EQ(value_of(made, objective::balance_stock), 41);
}

TEST(planner, the_first_objective_that_does_not_tie_decides) {
  request asked = order({1}, {costing(place("a", 2, {1}), 10, 0),
                              costing(place("b", 1, {1}), 10, 0),
                              costing(place("c", 0, {1}), 11, 0)});
  asked.rules.objectives = {objective::lowest_cost, objective::priority};
  EXPECT_EQ(shipped(make_plan(asked)).count("b"), 1U);
}

TEST(planner, the_last_tie_goes_to_the_smallest_id) {
  const plan made = make_plan(
      order({5}, {place("c", 1, {3}), place("b", 1, {3}), place("a", 1, {3})}));
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 3}}}, {"b", {{"X", 2}}}}));
}

// 3. Splitting lines, and the number of shipments.

TEST(planner, lines_kept_whole_come_from_one_source_or_wait) {
  request asked = order({5, 2}, {place("a", 1, {3, 1}), place("b", 2, {3, 2}),
                                 place("c", 3, {4, 0})});
  asked.rules.split_lines = false;
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"Y", 2}}}}));
  EXPECT_EQ(made.uncovered, x_of_line_1(5));
}

TEST(planner, whole_lines_of_one_sku_compete_for_its_units) {
  request asked;
  for (const std::int64_t units : {3, 2, 2}) {
    asked.lines.push_back({line_id(std::to_string(asked.lines.size() + 1)),
                           sku_id("X"), quantity{units}});
  }
  asked.candidates = {place("a", 1, {4}), place("b", 2, {3})};
  asked.rules.split_lines = false;
  const plan made = make_plan(asked);
  // The 3 in "a" would leave one of the 2s without a place.
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 4}}}, {"b", {{"X", 3}}}}));
  EXPECT_TRUE(made.uncovered.empty());
}

TEST(planner, max_shipments_bounds_the_sources_over_all_tiers) {
  request asked =
      order({3}, {place("a", 1, {1}), place("b", 1, {1}), supplier("ds", {1})});
  asked.rules.max_shipments = 2;
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 1}}}, {"b", {{"X", 1}}}}));
  EXPECT_TRUE(made.sources_used_up);
  EXPECT_EQ(made.uncovered, x_of_line_1(1));
  EXPECT_EQ(view_of(made, "ds").outcome, candidate_outcome::over_max_shipments);
}

TEST(planner, max_shipments_takes_the_sources_that_cover_most) {
  request asked =
      order({6}, {place("a", 1, {2}), place("b", 2, {3}), place("c", 3, {3})});
  asked.rules.max_shipments = 2;
  asked.rules.objectives = {objective::priority};
  EXPECT_EQ(shipped(make_plan(asked)),
            (shipments{{"b", {{"X", 3}}}, {"c", {{"X", 3}}}}));
}

TEST(planner, sources_on_the_order_cost_no_further_shipment) {
  request asked = order({3}, {place("a", 1, {1}), place("b", 9, {1})});
  asked.rules.max_shipments = 1;
  asked.sources_on_order = 1;
  asked.candidates[1].on_order = true;
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 1}}}}));
  EXPECT_EQ(made.uncovered, x_of_line_1(2));
}

// 4. Splitting is a price.

TEST(planner, two_cheap_parcels_can_beat_one_dear_one) {
  request asked = order({1, 1}, {costing(place("one", 1, {1, 1}), 2256, 0),
                                 costing(place("three", 3, {0, 1}), 757, 0),
                                 costing(place("two", 2, {1, 0}), 834, 0)});
  asked.rules.objectives = {objective::lowest_cost,
                            objective::fewest_shipments};
  EXPECT_EQ(make_plan(asked).parts.size(), 2U);
  asked.rules.objectives = {objective::fewest_shipments,
                            objective::lowest_cost};
  EXPECT_EQ(make_plan(asked).parts.size(), 1U);
}

// 6. The parts add up.

TEST(planner, demand_of_lines_with_the_same_sku_is_added_up_first) {
  request asked;
  asked.lines = {{line_id("1"), sku_id("W"), quantity{2}},
                 {line_id("2"), sku_id("W"), quantity{3}}};
  asked.candidates = {place("a", 1, {4}), place("b", 2, {3})};
  const plan made = make_plan(asked);
  ASSERT_EQ(made.parts.size(), 2U);
  EXPECT_EQ(
      made.parts[0].lines,
      (std::vector<line_units>{{line_id("1"), sku_id("W"), quantity{2}},
                               {line_id("2"), sku_id("W"), quantity{2}}}));
  EXPECT_EQ(
      made.parts[1].lines,
      (std::vector<line_units>{{line_id("2"), sku_id("W"), quantity{1}}}));
}

// 7. Not candidates.

TEST(planner, an_excluded_candidate_is_not_used_and_says_why) {
  for (const auto reason :
       {candidate_outcome::inactive, candidate_outcome::other_brand,
        candidate_outcome::other_country}) {
    request asked = order({1}, {place("a", 1, {7}), place("b", 2, {1})});
    asked.candidates[0].excluded = reason;
    const plan made = make_plan(asked);
    EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 1}}}}));
    EXPECT_EQ(view_of(made, "a").outcome, reason);
    EXPECT_EQ(*view_of(made, "a").could_give,
              (std::vector<sku_quantity>{{sku_id("X"), quantity{1}}}));
  }
}

TEST(planner, a_source_gives_no_sku_that_it_rejected) {
  request asked = order({1, 1}, {place("a", 1, {1, 1}), place("b", 2, {1, 1})});
  asked.rules.objectives = {objective::priority};
  asked.candidates[0].offers[0].rejected_before = true;
  EXPECT_EQ(shipped(make_plan(asked)),
            (shipments{{"a", {{"Y", 1}}}, {"b", {{"X", 1}}}}));
  asked.candidates[0].offers[1].rejected_before = true;
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 1}, {"Y", 1}}}}));
  EXPECT_EQ(view_of(made, "a").outcome, candidate_outcome::rejected_before);
}

TEST(planner, units_of_places_without_capacity_left_await_it) {
  request asked = order({9}, {place("a", 1, {4}), place("b", 2, {3})});
  asked.candidates[0].at_capacity = true;
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 3}}}}));
  EXPECT_EQ(made.awaiting_capacity, x_of_line_1(4));
  EXPECT_EQ(made.uncovered, x_of_line_1(2));
  EXPECT_EQ(view_of(made, "a").outcome, candidate_outcome::no_capacity);
  EXPECT_EQ(made.decision.uncovered,
            (std::vector<sku_quantity>{{sku_id("X"), quantity{6}}}));
}

TEST(planner, a_place_without_capacity_serves_what_joins) {
  request asked = order({2}, {place("a", 1, {4})});
  asked.candidates[0].at_capacity = true;
  asked.candidates[0].joins = true;
  EXPECT_EQ(shipped(make_plan(asked)), (shipments{{"a", {{"X", 2}}}}));
}

TEST(planner, nothing_awaits_capacity_once_the_sources_are_used_up) {
  request asked = order({5}, {place("a", 1, {4}), place("b", 2, {3})});
  asked.candidates[0].at_capacity = true;
  asked.rules.max_shipments = 1;
  plan made = make_plan(asked);
  EXPECT_TRUE(made.awaiting_capacity.empty());
  EXPECT_EQ(made.uncovered, x_of_line_1(2));
  // Unless the order is at that place already: then it may come back to it.
  asked.candidates[0].on_order = true;
  asked.sources_on_order = 1;
  made = make_plan(asked);
  EXPECT_EQ(made.awaiting_capacity, x_of_line_1(4));
}

// 8. The decision.

TEST(planner, the_decision_says_why_each_candidate_was_taken_or_not) {
  request asked = order({2, 1}, {place("c", 3, {0, 0}), place("b", 2, {9, 0}),
                                 place("a", 1, {2, 4})});
  asked.rules_version = 42;
  const plan made = make_plan(asked);
  const routing_decision& why = made.decision;
  EXPECT_EQ(why.rules_version, 42U);
  EXPECT_TRUE(why.exact);
  EXPECT_EQ(*why.asked,
            (std::vector<sku_quantity>{{sku_id("X"), quantity{2}},
                                       {sku_id("Y"), quantity{1}}}));
  ASSERT_EQ(why.candidates.size(), 3U);
  EXPECT_EQ(view_of(made, "a").outcome, candidate_outcome::taken);
  EXPECT_EQ(*view_of(made, "a").could_give, *why.asked);
  EXPECT_EQ(view_of(made, "a").taken, *why.asked);
  EXPECT_EQ(view_of(made, "b").outcome, candidate_outcome::not_needed);
  EXPECT_EQ(view_of(made, "c").outcome, candidate_outcome::nothing_to_give);
}

TEST(planner, values_are_summed_over_the_tiers) {
  request asked = order({3}, {at_position(place("a", 2, {1}), 0, 1),
                              at_position(supplier("ds", {9}), 0, 2)});
  asked.ship_to = coordinates{0, 0};
  asked.rules.objectives = {objective::fewest_shipments, objective::priority,
                            objective::nearest, objective::balance_stock};
  const plan made = make_plan(asked);
  EXPECT_EQ(value_of(made, objective::fewest_shipments), 2);
  EXPECT_EQ(value_of(made, objective::priority), 4);
  EXPECT_NEAR(value_of(made, objective::nearest), 5 * 111.195, 0.01);
  EXPECT_EQ(value_of(made, objective::balance_stock), 49);
}

TEST(planner, large_quantities_and_prices_do_not_overflow) {
  request asked = order(
      {1'000'000'000},
      {costing(place("a", 1'000'000, {999'999'999}), 1, 1'000'000'000'000),
       costing(place("b", 1, {1'000'000'000'000}), 1, 1'000'000'000'001)});
  asked.rules.objectives = {objective::lowest_cost, objective::balance_stock};
  const plan made = make_plan(asked);
  EXPECT_EQ(shipped(made),
            (shipments{{"a", {{"X", 999'999'999}}}, {"b", {{"X", 1}}}}));
  EXPECT_DOUBLE_EQ(value_of(made, objective::lowest_cost), 1e21);
}

TEST(distance, one_degree_and_half_the_globe) {
  EXPECT_NEAR(distance_km({0, 0}, {0, 1}), 111.19508, 1e-4);
  EXPECT_NEAR(distance_km({90, 0}, {-90, 0}), 20'015.1145, 1e-3);
  EXPECT_EQ(distance_km({12, 34}, {12, 34}), 0);
}

// 5. Size.

request large_order(std::size_t lines, std::size_t candidates, bool split) {
  std::mt19937_64 random(1);
  const auto up_to = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  request made;
  made.rules.split_lines = split;
  for (std::size_t i = 0; i < lines; ++i) {
    made.lines.push_back({line_id(std::to_string(i + 1)),
                          sku_id("sku-" + std::to_string(i + 1)),
                          quantity{up_to(1, 9)}});
  }
  for (std::size_t c = 0; c < candidates; ++c) {
    candidate each = place("place-" + std::to_string(c), up_to(1, 9), {});
    for (std::size_t i = 0; i < lines; ++i) {
      each.offers.push_back(
          {quantity{up_to(1, 3) == 1 ? up_to(1, 9) : 0}, money{0}, false});
    }
    made.candidates.push_back(each);
  }
  return made;
}

double microseconds_to_plan(const request& asked, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    EXPECT_FALSE(make_plan(asked).parts.empty());
  }
  const std::chrono::duration<double, std::micro> took =
      std::chrono::steady_clock::now() - start;
  return took.count() / times;
}

TEST(planner, an_order_of_a_thousand_lines_is_planned) {
  for (const bool split : {true, false}) {
    const request asked = large_order(1'000, 64, split);
    const plan made = make_plan(asked);
    EXPECT_FALSE(made.decision.exact);
    std::int64_t units = 0;
    std::int64_t wanted = 0;
    for (const demand& line : asked.lines) wanted += line.units.value;
    for (const part& each : made.parts) {
      for (const line_units& line : each.lines) units += line.units.value;
    }
    for (const line_units& line : made.uncovered) units += line.units.value;
    EXPECT_EQ(units, wanted);
    std::printf("1000 lines over 64 candidates, %s: %.0f us\n",
                split ? "split" : "whole", microseconds_to_plan(asked, 5));
  }
}

TEST(planner, a_small_order_is_planned) {
  for (const std::size_t lines : {1, 2, 3}) {
    request asked = large_order(lines, 10, true);
    for (candidate& each : asked.candidates) {
      for (offer& has : each.offers) has.free = quantity{9};
    }
    EXPECT_EQ(make_plan(asked).parts.size(), 1U);
    std::printf("%zu lines over 10 candidates: %.2f us\n", lines,
                microseconds_to_plan(asked, 10'000));
  }
}

// 7. Replanning. "It moves an allocation only if the new plan covers at least
// as many units of every line and is better."

TEST(replanning, moves_to_what_is_better) {
  const plan made = make_plan(
      holding(order({2}, {place("a", 1, {5}), place("b", 2, {0})}), "b", 2));
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 2}}}}));
}

TEST(replanning, does_not_move_to_what_is_as_good) {
  const plan made = make_plan(
      holding(order({2}, {place("a", 1, {5}), place("b", 1, {0})}), "b", 2));
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 2}}}}));
  EXPECT_EQ(view_of(made, "b").outcome, candidate_outcome::taken);
  EXPECT_EQ(view_of(made, "a").outcome, candidate_outcome::not_needed);
  EXPECT_EQ(made.decision.objectives.size(), 2U);
}

TEST(replanning, joins_two_parcels_when_one_source_has_all) {
  auto asked =
      order({4}, {place("a", 1, {0}), place("b", 1, {0}), place("c", 5, {4})});
  const plan made = make_plan(holding(holding(asked, "a", 2), "b", 2));
  EXPECT_EQ(shipped(made), (shipments{{"c", {{"X", 4}}}}));
}

TEST(replanning, never_covers_less_of_a_line) {
  // With one parcel allowed, the source that has Y can't have X as well: it
  // covers more units, but none of line 1.
  auto asked = order({2, 9}, {place("a", 1, {0, 0}), place("b", 1, {0, 9})});
  asked.rules.max_shipments = 1;
  const plan made = make_plan(holding(asked, "a", 2));
  EXPECT_EQ(shipped(made), (shipments{{"a", {{"X", 2}}}}));
}

TEST(replanning, plans_the_rest_around_what_stays) {
  const plan made = make_plan(
      holding(order({5}, {place("a", 1, {1}), place("b", 2, {9})}), "a", 3));
  // Four at a and one at b are two parcels, and so are three and two.
  EXPECT_EQ(shipped(made), (shipments{{"b", {{"X", 5}}}}));
  auto split = order({5}, {place("a", 1, {1}), place("b", 2, {1})});
  EXPECT_EQ(shipped(make_plan(holding(split, "a", 3))),
            (shipments{{"a", {{"X", 4}}}, {"b", {{"X", 1}}}}));
}

TEST(replanning, counts_only_sources_of_units_that_stay) {
  auto asked = order({2}, {place("a", 2, {0}), place("b", 1, {2})});
  asked.rules.max_shipments = 1;
  EXPECT_EQ(shipped(make_plan(holding(asked, "a", 2))),
            (shipments{{"b", {{"X", 2}}}}));
}

TEST(replanning, keeps_what_a_source_has_that_gives_nothing_more) {
  auto rejected = order({3}, {place("a", 1, {9}), place("b", 1, {0})});
  rejected.candidates[0].offers[0].rejected_before = true;
  EXPECT_EQ(shipped(make_plan(holding(rejected, "a", 2))),
            (shipments{{"a", {{"X", 2}}}}));
  auto full = order({3}, {place("a", 1, {9}), place("b", 1, {0})});
  full.candidates[0].at_capacity = true;
  EXPECT_EQ(shipped(make_plan(holding(full, "a", 2))),
            (shipments{{"a", {{"X", 2}}}}));
}

TEST(replanning, moves_from_a_later_tier_to_an_earlier_one) {
  const plan made = make_plan(
      holding(order({2}, {place("wh", 9, {2}), supplier("ds", {0})}), "ds", 2));
  EXPECT_EQ(shipped(made), (shipments{{"wh", {{"X", 2}}}}));
}

// Better by priority, but a has one unit free: the other three go back only
// once the order has got what it moves to.
TEST(replanning, takes_no_unit_that_another_line_holds) {
  request asked = order({4, 3}, {place("a", 1, {1}), place("b", 2, {0})});
  asked.lines[1].sku = asked.lines[0].sku;
  asked.rules.objectives = {objective::priority};
  asked.rules.split_lines = false;
  asked.held = {{{source_kind::location, "b"}, x_of_line_1(4)},
                {{source_kind::location, "a"},
                 {{line_id("2"), sku_id("X"), quantity{3}}}}};
  EXPECT_EQ(make_plan(asked).parts[1].lines, x_of_line_1(4));
  // With room for both it moves.
  asked.candidates[0].offers[0].free = quantity{4};
  EXPECT_EQ(make_plan(asked).parts[0].lines.size(), 2U);
}

TEST(replanning, lets_lines_of_one_sku_stay_where_they_are) {
  request asked = order({1, 1}, {place("a", 1, {0}), place("b", 1, {0})});
  asked.lines[1].sku = asked.lines[0].sku;
  asked.held = {{{source_kind::location, "b"}, x_of_line_1(1)},
                {{source_kind::location, "a"},
                 {{line_id("2"), sku_id("X"), quantity{1}}}}};
  const plan made = make_plan(asked);
  ASSERT_EQ(made.parts.size(), 2U);
  EXPECT_EQ(made.parts[1].lines, x_of_line_1(1));
}

}  // namespace
}  // namespace oms::routing
