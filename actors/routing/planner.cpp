#include "actors/routing/planner.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "actors/routing/planning.hpp"

namespace oms::routing {
namespace {

/// Farther than any two places on earth: where sources without coordinates
/// are taken to be.
constexpr std::int64_t nowhere_m = 40'000'000;

/// What counts as unlimited supply; its square still sums up safely.
constexpr std::int64_t max_free = 1'000'000'000'000;

/// How long to search for the plan of a tier.
std::int64_t steps_for(const tier& asked) {
  std::size_t lines = asked.skus();
  if (!asked.split_lines) {
    lines = 0;
    for (const auto& of_sku : asked.lines) lines += of_sku.size();
  }
  if (lines <= max_exact_lines &&
      asked.sources.size() <= max_exact_candidates) {
    return search_steps;
  }
  const auto cells = static_cast<std::int64_t>(asked.free.size());
  return std::min(search_steps, search_cells / cells);
}

}  // namespace

planning::planning(const request& asked)
    : asked_(asked),
      index_(index_demand(asked.lines)),
      total_(index_.skus.size(), 0),
      sources_(asked.sources_on_order) {
  line_missing_.reserve(asked.lines.size());
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    const auto units = std::max<std::int64_t>(asked.lines[i].units.value, 0);
    line_missing_.push_back(units);
    total_[index_.sku_of_line[i]] += units;
  }
  missing_ = total_;
  objectives_.reserve(max_objectives);
  for (const objective each : asked.rules.objectives) {
    if (std::find(objectives_.begin(), objectives_.end(), each) ==
        objectives_.end()) {
      objectives_.push_back(each);
    }
    // Trigonometry would be a third of the time of a small plan.
    uses_distance_ = uses_distance_ || each == objective::nearest ||
                     each == objective::lowest_cost;
  }
  places_.reserve(asked.candidates.size());
  for (const candidate& each : asked.candidates) add_place(each);
  std::sort(places_.begin(), places_.end(), [](const place& a, const place& b) {
    return std::tie(a.from->source.id, a.from->source.kind) <
           std::tie(b.from->source.id, b.from->source.kind);
  });
  taken_.assign(places_.size() * total_.size(), 0);
  place_of_line_.assign(asked.lines.size(), places_.size());
}

void planning::add_place(const candidate& from) {
  place at;
  at.from = &from;
  at.tier = tier_of(from.kind);
  const bool may_serve =
      at.tier >= 0 && from.excluded == candidate_outcome::not_needed;
  const bool is_full = from.at_capacity && !from.joins;
  at.is_usable = may_serve && !is_full;
  at.awaits_capacity = may_serve && is_full;
  at.fixed_cost = from.shipment_cost.value;
  if (uses_distance_) add_distance(at);
  places_.push_back(at);
}

void planning::add_distance(place& at) const {
  if (!asked_.ship_to) return;
  at.metres = nowhere_m;
  if (!at.from->position) return;
  const double km = distance_km(*asked_.ship_to, *at.from->position);
  at.metres = std::llround(km * 1000);
  at.fixed_cost +=
      std::llround(km * static_cast<double>(at.from->cost_per_km.value));
}

std::int32_t planning::tier_of(place_kind kind) const {
  const auto& tiers = asked_.rules.tiers;
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    if (std::find(tiers[t].begin(), tiers[t].end(), kind) != tiers[t].end()) {
      return static_cast<std::int32_t>(t);
    }
  }
  return -1;
}

/// Units on the shelf.
std::int64_t planning::stock(const place& at, std::size_t sku) const {
  if (sku >= at.from->offers.size()) return 0;
  return std::clamp<std::int64_t>(at.from->offers[sku].free.value, 0, max_free);
}

/// Units that may be taken for this order.
std::int64_t planning::free(const place& at, std::size_t sku) const {
  if (sku >= at.from->offers.size()) return 0;
  return at.from->offers[sku].rejected_before ? 0 : stock(at, sku);
}

plan planning::run() {
  for (std::size_t t = 0; t < asked_.rules.tiers.size(); ++t) {
    plan_tier(static_cast<std::int32_t>(t));
  }
  plan out;
  out.sources_used_up = sources_used_up();
  make_parts(out);
  split_uncovered(out);
  explain(out.decision);
  return out;
}

bool planning::sources_used_up() const {
  return asked_.rules.max_shipments > 0 &&
         sources_ >= asked_.rules.max_shipments;
}

void planning::plan_tier(std::int32_t number) {
  const bool is_done = std::all_of(missing_.begin(), missing_.end(),
                                   [](std::int64_t n) { return n == 0; });
  if (is_done) return;
  const tier asked = make_tier(number);
  tier_plan best;
  if (!asked.sources.empty()) {
    best = solve(asked, steps_for(asked));
    exact_ = exact_ && best.exact;
    take(asked, best);
  }
  add_values(number, asked, best);
}

tier planning::make_tier(std::int32_t number) {
  tier out;
  out.objectives = objectives_;
  out.split_lines = asked_.rules.split_lines;
  if (asked_.rules.max_shipments > 0) {
    out.new_sources =
        std::max<std::int64_t>(asked_.rules.max_shipments - sources_, 0);
  }
  tier_skus_.clear();
  tier_skus_.reserve(missing_.size());
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] > 0) tier_skus_.push_back(sku);
  }
  out.need.reserve(tier_skus_.size());
  for (const std::size_t sku : tier_skus_) out.need.push_back(missing_[sku]);
  if (!out.split_lines) {
    out.lines.resize(tier_skus_.size());
    std::vector<std::size_t> position(missing_.size(), 0);
    for (std::size_t i = 0; i < tier_skus_.size(); ++i) {
      position[tier_skus_[i]] = i;
    }
    for (std::size_t i = 0; i < line_missing_.size(); ++i) {
      if (line_missing_[i] == 0) continue;
      out.lines[position[index_.sku_of_line[i]]].push_back(
          {i, line_missing_[i]});
    }
  }
  tier_places_.clear();
  tier_places_.reserve(places_.size());
  for (std::size_t p = 0; p < places_.size(); ++p) {
    const place& at = places_[p];
    if (at.tier != number || !at.is_usable) continue;
    if (!at.from->on_order && out.new_sources == 0) continue;
    if (gives_something(at)) tier_places_.push_back(p);
  }
  out.sources.reserve(tier_places_.size());
  out.free.reserve(tier_places_.size() * tier_skus_.size());
  out.unit_cost.reserve(out.free.capacity());
  for (const std::size_t p : tier_places_) {
    const place& at = places_[p];
    out.sources.push_back(
        {at.fixed_cost, at.metres, at.from->priority, !at.from->on_order});
    for (const std::size_t sku : tier_skus_) {
      const std::int64_t units = free(at, sku);
      out.free.push_back(units);
      out.unit_cost.push_back(units > 0 ? at.from->offers[sku].unit_cost.value
                                        : 0);
    }
  }
  return out;
}

bool planning::gives_something(const place& at) const {
  if (asked_.rules.split_lines) {
    return std::any_of(tier_skus_.begin(), tier_skus_.end(),
                       [&](std::size_t sku) { return free(at, sku) > 0; });
  }
  for (std::size_t i = 0; i < line_missing_.size(); ++i) {
    if (line_missing_[i] > 0 &&
        free(at, index_.sku_of_line[i]) >= line_missing_[i]) {
      return true;
    }
  }
  return false;
}

void planning::take(const tier& asked, const tier_plan& best) {
  for (std::size_t s = 0; s < tier_places_.size(); ++s) {
    place& at = places_[tier_places_[s]];
    for (std::size_t i = 0; i < tier_skus_.size(); ++i) {
      const std::int64_t units = best.taken[asked.cell(s, i)];
      if (units == 0) continue;
      at.is_taken = true;
      taken_[tier_places_[s] * total_.size() + tier_skus_[i]] = units;
      missing_[tier_skus_[i]] -= units;
    }
    if (at.is_taken && !at.from->on_order) ++sources_;
  }
  if (asked.split_lines) return;
  std::size_t i = 0;
  for (const auto& lines : asked.lines) {
    for (const whole_line& line : lines) {
      const std::size_t s = best.best.given.source_of_line[i++];
      if (s == tier_places_.size()) continue;
      place_of_line_[line.line] = tier_places_[s];
      line_missing_[line.line] = 0;
    }
  }
}

void planning::add_values(std::int32_t number, const tier& asked,
                          const tier_plan& best) {
  for (std::size_t i = 0; i < asked.objectives.size(); ++i) {
    values_[i] += best.best.value[i];
    if (asked.objectives[i] != objective::balance_stock) continue;
    for (const place& at : places_) {
      if (at.tier != number || !at.is_usable) continue;
      for (std::size_t sku = 0; sku < total_.size(); ++sku) {
        values_[i] += wide{stock(at, sku)} * stock(at, sku);
      }
    }
  }
}

plan make_plan(const request& asked) { return planning(asked).run(); }

}  // namespace oms::routing
