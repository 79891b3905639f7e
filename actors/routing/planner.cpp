#include "actors/routing/planner.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "actors/routing/demand_index.hpp"
#include "actors/routing/search.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {
namespace {

/// Farther than any two places on earth: where sources without coordinates
/// are taken to be.
constexpr std::int64_t nowhere_m = 40'000'000;

/// What counts as unlimited supply; its square still sums up safely.
constexpr std::int64_t max_free = 1'000'000'000'000;

/// One call of `make_plan`. Candidates are numbered in the order of their
/// ids, so that the order in which they were given decides nothing.
class planning {
 public:
  explicit planning(const request& asked);

  plan run();

 private:
  struct place {
    const candidate* from = nullptr;
    std::int32_t tier = -1;
    /// It may give now.
    bool is_usable = false;
    /// It may give when its day begins anew.
    bool awaits_capacity = false;
    std::int64_t fixed_cost = 0;
    std::int64_t metres = 0;
    bool is_taken = false;
  };

  void add_place(const candidate& from);
  [[nodiscard]] std::int32_t tier_of(place_kind kind) const;
  [[nodiscard]] std::int64_t stock(const place& at, std::size_t sku) const;
  [[nodiscard]] std::int64_t free(const place& at, std::size_t sku) const;

  void plan_tier(std::int32_t number);
  tier make_tier(std::int32_t number);
  [[nodiscard]] bool gives_something(const place& at) const;
  void take(const tier& asked, const tier_plan& best);
  void add_values(std::int32_t number, const tier& asked,
                  const tier_plan& best);

  [[nodiscard]] bool sources_used_up() const;
  void make_parts(plan& out);
  void split_uncovered(plan& out) const;
  [[nodiscard]] std::vector<place> awaited_places() const;
  void explain(routing_decision& out) const;
  [[nodiscard]] candidate_view view_of(std::size_t number) const;
  [[nodiscard]] candidate_outcome outcome_of(const place& at,
                                             const candidate_view& view) const;

  const request& asked_;
  demand_index index_;
  /// By SKU: units asked for, and units that no tier has given yet.
  std::vector<std::int64_t> total_;
  std::vector<std::int64_t> missing_;
  /// By line: units that no tier has given yet.
  std::vector<std::int64_t> line_missing_;
  std::vector<place> places_;
  /// Units by place * SKUs + SKU.
  std::vector<std::int64_t> taken_;
  /// Whole lines only: the place of each line; their number for none.
  std::vector<std::size_t> place_of_line_;
  std::vector<objective> objectives_;
  score values_{};
  std::int64_t sources_ = 0;
  bool exact_ = true;
  /// The places and SKUs of the tier that is being planned.
  std::vector<std::size_t> tier_places_;
  std::vector<std::size_t> tier_skus_;
};

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
  for (const objective each : asked.rules.objectives) {
    if (std::find(objectives_.begin(), objectives_.end(), each) ==
        objectives_.end()) {
      objectives_.push_back(each);
    }
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
  if (asked_.ship_to && from.position) {
    const double km = distance_km(*asked_.ship_to, *from.position);
    at.metres = std::llround(km * 1000);
    at.fixed_cost +=
        std::llround(km * static_cast<double>(from.cost_per_km.value));
  } else if (asked_.ship_to) {
    at.metres = nowhere_m;
  }
  places_.push_back(at);
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
  return std::clamp<std::int64_t>(at.from->offers[sku].free.value, 0,
                                  max_free);
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
    std::size_t size = asked.skus();
    if (!asked.split_lines) {
      size = 0;
      for (const auto& lines : asked.lines) size += lines.size();
    }
    const bool is_small = size <= max_exact_lines &&
                          asked.sources.size() <= max_exact_candidates;
    best = solve(asked, is_small ? effort::exact : effort::heuristic);
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
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] > 0) tier_skus_.push_back(sku);
  }
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
    out.sources.push_back({at.fixed_cost, at.metres, at.from->priority,
                           !at.from->on_order});
    for (const std::size_t sku : tier_skus_) {
      const std::int64_t units = free(at, sku);
      out.free.push_back(units);
      out.unit_cost.push_back(
          units > 0 ? at.from->offers[sku].unit_cost.value : 0);
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

/// Split lines: the units of a SKU go to its lines in line order, those of
/// the smallest source id first.
void planning::make_parts(plan& out) {
  for (std::size_t p = 0; p < places_.size(); ++p) {
    if (!places_[p].is_taken) continue;
    part made{places_[p].from->source, {}};
    std::vector<std::int64_t> left(
        taken_.begin() + static_cast<std::ptrdiff_t>(p * total_.size()),
        taken_.begin() + static_cast<std::ptrdiff_t>((p + 1) * total_.size()));
    for (std::size_t i = 0; i < asked_.lines.size(); ++i) {
      const demand& line = asked_.lines[i];
      std::int64_t units = 0;
      if (!asked_.rules.split_lines) {
        units = place_of_line_[i] == p ? line.units.value : 0;
      } else {
        units = std::min(left[index_.sku_of_line[i]], line_missing_[i]);
        left[index_.sku_of_line[i]] -= units;
        line_missing_[i] -= units;
      }
      if (units > 0) {
        made.lines.push_back({line.line, line.sku, quantity{units}});
      }
    }
    out.parts.push_back(std::move(made));
  }
}

/// Places without capacity that the order may still come back to.
std::vector<planning::place> planning::awaited_places() const {
  std::vector<place> found;
  for (const place& at : places_) {
    if (!at.awaits_capacity) continue;
    if (sources_used_up() && !at.from->on_order) continue;
    found.push_back(at);
  }
  return found;
}

/// Units that places without capacity have go to the first lines that lack
/// them; a whole line to the first such place that has enough left for it.
void planning::split_uncovered(plan& out) const {
  const std::vector<place> awaited = awaited_places();
  std::vector<std::int64_t> left(awaited.size() * total_.size());
  for (std::size_t p = 0; p < awaited.size(); ++p) {
    for (std::size_t sku = 0; sku < total_.size(); ++sku) {
      left[p * total_.size() + sku] = free(awaited[p], sku);
    }
  }
  for (std::size_t i = 0; i < asked_.lines.size(); ++i) {
    const demand& line = asked_.lines[i];
    std::int64_t missing = line_missing_[i];
    std::int64_t awaiting = 0;
    for (std::size_t p = 0; p < awaited.size() && missing > 0; ++p) {
      std::int64_t& has = left[p * total_.size() + index_.sku_of_line[i]];
      if (!asked_.rules.split_lines && has < missing) continue;
      const std::int64_t units = std::min(has, missing);
      has -= units;
      missing -= units;
      awaiting += units;
    }
    if (awaiting > 0) {
      out.awaiting_capacity.push_back(
          {line.line, line.sku, quantity{awaiting}});
    }
    if (missing > 0) {
      out.uncovered.push_back({line.line, line.sku, quantity{missing}});
    }
  }
}

void planning::explain(routing_decision& out) const {
  out.rules_version = asked_.rules_version;
  out.exact = exact_;
  for (std::size_t sku = 0; sku < total_.size(); ++sku) {
    out.asked.push_back({index_.skus[sku], quantity{total_[sku]}});
    if (missing_[sku] > 0) {
      out.uncovered.push_back({index_.skus[sku], quantity{missing_[sku]}});
    }
  }
  out.candidates.reserve(places_.size());
  for (std::size_t p = 0; p < places_.size(); ++p) {
    out.candidates.push_back(view_of(p));
  }
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    auto value = static_cast<double>(values_[i]);
    if (objectives_[i] == objective::nearest) value /= 1000;
    out.objectives.push_back({objectives_[i], value});
  }
}

candidate_view planning::view_of(std::size_t number) const {
  const place& at = places_[number];
  candidate_view view;
  view.source = at.from->source;
  view.tier = at.tier;
  for (std::size_t sku = 0; sku < total_.size(); ++sku) {
    const std::int64_t gives = std::min(free(at, sku), total_[sku]);
    if (gives > 0) {
      view.could_give.push_back({index_.skus[sku], quantity{gives}});
    }
    const std::int64_t units = taken_[number * total_.size() + sku];
    if (units > 0) view.taken.push_back({index_.skus[sku], quantity{units}});
  }
  view.outcome = outcome_of(at, view);
  return view;
}

candidate_outcome planning::outcome_of(const place& at,
                                       const candidate_view& view) const {
  const candidate& from = *at.from;
  if (from.excluded != candidate_outcome::not_needed) return from.excluded;
  if (at.is_taken) return candidate_outcome::taken;
  const bool all_rejected =
      !total_.empty() && from.offers.size() >= total_.size() &&
      std::all_of(from.offers.begin(), from.offers.end(),
                  [](const offer& each) { return each.rejected_before; });
  if (all_rejected) return candidate_outcome::rejected_before;
  if (view.could_give.empty()) return candidate_outcome::nothing_to_give;
  if (at.awaits_capacity) return candidate_outcome::no_capacity;
  if (at.is_usable && sources_used_up() && !from.on_order) {
    for (std::size_t sku = 0; sku < total_.size(); ++sku) {
      if (missing_[sku] > 0 && free(at, sku) > 0) {
        return candidate_outcome::over_max_shipments;
      }
    }
  }
  return candidate_outcome::not_needed;
}

}  // namespace

plan make_plan(const request& asked) { return planning(asked).run(); }

}  // namespace oms::routing
