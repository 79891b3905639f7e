#include "actors/routing/plan_search.hpp"

#include <algorithm>

namespace oms::routing {

tier_plan solve(const tier& asked, std::int64_t steps) {
  return plan_search(asked, steps).run();
}

namespace {

bool has_everything(const tier& asked, std::size_t source) {
  for (std::size_t sku = 0; sku < asked.skus(); ++sku)
    if (asked.free[asked.cell(source, sku)] < asked.need[sku]) return false;
  return true;
}

wide unit_cost_of_all(const tier& asked, std::size_t source) {
  wide sum = 0;
  for (std::size_t sku = 0; sku < asked.skus(); ++sku)
    sum += wide{asked.unit_cost[asked.cell(source, sku)]} * asked.need[sku];
  return sum;
}

wide balance_of_all(const tier& asked, std::size_t source) {
  wide sum = 0;
  for (std::size_t sku = 0; sku < asked.skus(); ++sku) {
    const std::int64_t units = asked.need[sku];
    sum += wide{units} * (units - 2 * asked.free[asked.cell(source, sku)]);
  }
  return sum;
}

arrival arrival_of_all(const tier& asked, std::size_t source) {
  arrival all;
  for (std::size_t sku = 0; sku < asked.skus(); ++sku)
    all.add(asked.day_at(asked.cell(source, sku)), asked.need[sku]);
  return all;
}

// Of the plan that takes everything, `units`, from one source.
score value_of_all(const tier& asked, std::size_t source, std::int64_t units) {
  const tier_source& from = asked.sources[source];
  score value{};
  for (std::size_t i = 0; i < asked.objectives.size(); ++i) {
    switch (asked.objectives[i]) {
      case objective::soonest:
        value[i] = arrival_of_all(asked, source).value();
        break;
      case objective::fewest_shipments:
        value[i] = 1;
        break;
      case objective::lowest_cost:
        value[i] = unit_cost_of_all(asked, source) + from.fixed_cost;
        break;
      case objective::nearest:
        value[i] = wide{from.metres} * units;
        break;
      case objective::priority:
        value[i] = wide{from.priority} * units;
        break;
      case objective::balance_stock:
        value[i] = balance_of_all(asked, source);
        break;
    }
  }
  return value;
}

}  // namespace

bool take_one_source(const tier& asked, tier_plan& out) {
  if (asked.objectives.empty() ||
      asked.objectives.front() != objective::fewest_shipments)
    return false;
  std::int64_t units = 0;
  for (const std::int64_t need : asked.need) units += need;
  const std::size_t nobody = asked.sources.size();
  std::size_t chosen = nobody;
  score least{};
  for (std::size_t s = 0; s < nobody; ++s) {
    const tier_source& from = asked.sources[s];
    if (from.is_new && asked.new_sources == 0) continue;
    if (!has_everything(asked, s)) continue;
    const score value = value_of_all(asked, s, units);
    // Of equals the one with the smallest id.
    if (chosen != nobody && value >= least) continue;
    chosen = s;
    least = value;
  }
  if (chosen == nobody) return false;
  out.exact = true;
  out.best.value = least;
  allocation& given = out.best.given;
  given.covered = units;
  given.unit_cost = unit_cost_of_all(asked, chosen);
  given.balance = balance_of_all(asked, chosen);
  given.arrives = arrival_of_all(asked, chosen);
  given.units.assign(nobody, 0);
  given.units[chosen] = units;
  given.source_of_line.clear();
  out.taken.assign(asked.free.size(), 0);
  for (std::size_t sku = 0; sku < asked.skus(); ++sku)
    out.taken[asked.cell(chosen, sku)] = asked.need[sku];
  for (const auto& lines : asked.lines)
    given.source_of_line.insert(given.source_of_line.end(), lines.size(),
                                static_cast<std::uint32_t>(chosen));
  return true;
}

plan_search::plan_search(const tier& asked, std::int64_t steps)
    : asked_(asked),
      allocator_(asked),
      cover_(asked),
      fixed_costs_(asked),
      steps_(steps),
      standings_(asked.sources.size(), standing::open) {
  const auto new_ones =
      std::count_if(asked.sources.begin(), asked.sources.end(),
                    [](const tier_source& source) { return source.is_new; });
  limited_ = new_ones > asked.new_sources;
}

// Each stage ends the search if the bounds at the root prove that the best plan
// so far is the best there is. The tree is searched only where they don't.
tier_plan plan_search::run() {
  if (!needs_choice()) {
    standings_.assign(standings_.size(), standing::in);
    exact_ = evaluate(standings_, best_, steps_);
    return finish();
  }
  try_obvious();
  if (is_proven()) return finish();
  find_good_plan();
  if (is_proven()) return finish();
  // A limit may leave units uncovered, so how many can be covered has to be
  // known first: bounds on the objectives hold only for a given number of
  // units. Without a limit it is what all sources together cover, which
  // `try_obvious` has tried.
  if (limited_) search(phase::coverage);
  search(phase::objectives);
  return finish();
}

// Without a price for using a source, and without a limit, all of them are
// the best set.
bool plan_search::needs_choice() const {
  if (limited_) return true;
  for (const objective each : asked_.objectives) {
    if (each == objective::fewest_shipments) return true;
    if (each != objective::lowest_cost) continue;
    for (const tier_source& source : asked_.sources) {
      if (source.fixed_cost != 0) return true;
    }
  }
  return false;
}

// `sources` and `fixed_cost` come from the caller. In a real plan they are
// those of the sources that give units; in a bound, those of the sources that
// are in.
score plan_search::value_of(const allocation& given, wide sources,
                            wide fixed_cost) const {
  score value{};
  for (std::size_t i = 0; i < asked_.objectives.size(); ++i) {
    switch (asked_.objectives[i]) {
      case objective::soonest:
        value[i] = given.arrives.value();
        break;
      case objective::fewest_shipments:
        value[i] = sources;
        break;
      case objective::lowest_cost:
        value[i] = given.unit_cost + fixed_cost;
        break;
      case objective::nearest:
        for (std::size_t s = 0; s < given.units.size(); ++s) {
          value[i] += wide{asked_.sources[s].metres} * given.units[s];
        }
        break;
      case objective::priority:
        for (std::size_t s = 0; s < given.units.size(); ++s) {
          value[i] += wide{asked_.sources[s].priority} * given.units[s];
        }
        break;
      case objective::balance_stock:
        value[i] = given.balance;
        break;
    }
  }
  return value;
}

void plan_search::value_used(valued_plan& plan) const {
  wide sources = 0;
  wide fixed_cost = 0;
  for (std::size_t s = 0; s < plan.given.units.size(); ++s) {
    if (plan.given.units[s] == 0) continue;
    ++sources;
    fixed_cost += asked_.sources[s].fixed_cost;
  }
  plan.value = value_of(plan.given, sources, fixed_cost);
}

bool plan_search::evaluate(std::span<const standing> set, valued_plan& out,
                           std::int64_t& steps) const {
  bool exact = true;
  if (allocator_.is_exact()) {
    allocator_.allocate(set, standing::in, out.given);
  } else {
    exact = allocator_.pack(set, standing::in, out.given, steps);
  }
  value_used(out);
  return exact;
}

bool plan_search::within_limit(const allocation& given) const {
  if (!limited_) return true;
  std::int64_t count = 0;
  for (std::size_t s = 0; s < given.units.size(); ++s) {
    if (given.units[s] > 0 && asked_.sources[s].is_new) ++count;
  }
  return count <= asked_.new_sources;
}

// The units by source prefer the smallest ids where the objectives tie, so the
// result does not depend on the order in which plans are found.
bool plan_search::is_better(const valued_plan& a, const valued_plan& b) const {
  if (a.given.covered != b.given.covered) {
    return a.given.covered > b.given.covered;
  }
  if (a.value != b.value) return a.value < b.value;
  if (a.given.units != b.given.units) return a.given.units > b.given.units;
  return a.given.source_of_line < b.given.source_of_line;
}

bool plan_search::consider(const valued_plan& plan) {
  if (!within_limit(plan.given)) return false;
  if (found_ && !is_better(plan, best_)) return false;
  found_ = true;
  best_ = plan;
  return true;
}

tier_plan plan_search::finish() {
  tier_plan result;
  result.taken.assign(asked_.free.size(), 0);
  if (asked_.split_lines) {
    // The search keeps only the units by source. Allocating once more over the
    // sources that are used gives the same plan again, now by SKU.
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      standings_[s] = best_.given.units[s] > 0 ? standing::in : standing::out;
    }
    allocator_.allocate(standings_, standing::in, best_.given, result.taken);
  } else {
    std::size_t i = 0;
    for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
      for (const whole_line& line : asked_.lines[sku]) {
        const std::size_t s = best_.given.source_of_line[i++];
        if (s < standings_.size()) {
          result.taken[asked_.cell(s, sku)] += line.units;
        }
      }
    }
  }
  result.best = std::move(best_);
  result.exact = exact_;
  return result;
}

}  // namespace oms::routing
