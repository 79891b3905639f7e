#include "actors/routing/fixed_costs.hpp"

#include <algorithm>

namespace oms::routing {
namespace {

// Shares of a fixed cost are fractions of a minor unit. They are rounded down
// here, so their sum never exceeds the cost; at this scale little of the bound
// is lost.
constexpr wide fraction = 65'536;

}  // namespace

fixed_costs::fixed_costs(const tier& asked) : asked_(asked) {
  if (std::find(asked.objectives.begin(), asked.objectives.end(),
                objective::lowest_cost) == asked.objectives.end()) {
    return;
  }
  const std::size_t skus = asked.skus();
  // The most units that a source can give in any plan. Fewer would share the
  // same cost, so this share is the least per unit.
  std::vector<std::int64_t> most(asked.sources.size(), 0);
  for (std::size_t s = 0; s < most.size(); ++s) {
    for (std::size_t sku = 0; sku < skus; ++sku) {
      most[s] += std::min(asked.free[asked.cell(s, sku)], asked.need[sku]);
    }
  }
  prices_.resize(skus);
  for (std::size_t sku = 0; sku < skus; ++sku) {
    for (std::size_t s = 0; s < most.size(); ++s) {
      const auto cell = asked.cell(s, sku);
      if (asked.free[cell] <= 0) continue;
      const wide plain = wide{asked.unit_cost[cell]} * fraction;
      const wide share = wide{asked.sources[s].fixed_cost} * fraction / most[s];
      const auto source = static_cast<std::uint32_t>(s);
      // Both prices of a source are in one sorted list, and its standing says
      // which counts. So nothing has to be sorted again at each node.
      prices_[sku].push_back({plain, asked.free[cell], source, standing::in});
      prices_[sku].push_back(
          {plain + share, asked.free[cell], source, standing::open});
    }
    std::sort(prices_[sku].begin(), prices_[sku].end(),
              [](const price& a, const price& b) { return a.unit < b.unit; });
  }
}

wide fixed_costs::bound(std::span<const standing> standings) const {
  wide sum = 0;
  for (std::size_t sku = 0; sku < prices_.size(); ++sku) {
    if (asked_.split_lines) {
      sum += split_bound(sku, standings);
    } else {
      sum += whole_bound(sku, standings);
    }
  }
  // Rounded up: costs are whole, so no plan costs less than the next whole
  // number.
  sum = (sum + fraction - 1) / fraction;
  for (std::size_t s = 0; s < standings.size(); ++s) {
    if (standings[s] == standing::in) sum += asked_.sources[s].fixed_cost;
  }
  return sum;
}

wide fixed_costs::split_bound(std::size_t sku,
                              std::span<const standing> standings) const {
  wide sum = 0;
  std::int64_t missing = asked_.need[sku];
  for (const price& from : prices_[sku]) {
    if (standings[from.source] != from.at) continue;
    const std::int64_t units = std::min(missing, from.free);
    sum += from.unit * units;
    missing -= units;
    if (missing == 0) break;
  }
  return sum;
}

// Each line alone; lines that compete only make it dearer.
wide fixed_costs::whole_bound(std::size_t sku,
                              std::span<const standing> standings) const {
  wide sum = 0;
  for (const whole_line& line : asked_.lines[sku]) {
    for (const price& from : prices_[sku]) {
      if (standings[from.source] != from.at) continue;
      if (from.free < line.units) continue;
      sum += from.unit * line.units;
      break;
    }
  }
  return sum;
}

}  // namespace oms::routing
