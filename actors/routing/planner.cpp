#include "actors/routing/planner.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "actors/routing/planning.hpp"

namespace oms::routing {
namespace {

// Farther than any two places on earth: where sources without coordinates
// are taken to be.
constexpr std::int64_t nowhere_m = 40'000'000;

// What counts as unlimited supply; its square still sums up safely.
constexpr std::int64_t max_free = 1'000'000'000'000;

// How long to search for the plan of a tier. A step looks at the whole table
// of sources and SKUs, so a larger tier gets fewer steps and the time stays
// about the same. A small tier gets so many that nearly always the search ends
// by itself.
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

void planning::begin(const request& asked) {
  asked_ = &asked;
  index_demand(asked.lines, index_);
  total_.assign(index_.first_line.size(), 0);
  values_ = {};
  sources_ = asked.sources_on_order;
  exact_ = true;
  line_missing_.clear();
  line_missing_.reserve(asked.lines.size());
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    const auto units = std::max<std::int64_t>(asked.lines[i].units.value, 0);
    line_missing_.push_back(units);
    total_[index_.sku_of_line[i]] += units;
  }
  missing_ = total_;
  objectives_.clear();
  objectives_.reserve(max_objectives);
  uses_distance_ = false;
  uses_days_ = false;
  for (const objective each : asked.rules.objectives) {
    if (std::find(objectives_.begin(), objectives_.end(), each) ==
        objectives_.end()) {
      objectives_.push_back(each);
    }
    // Trigonometry would be a third of the time of a small plan.
    uses_distance_ = uses_distance_ || each == objective::nearest ||
                     each == objective::lowest_cost;
    uses_days_ = uses_days_ || each == objective::soonest;
  }
  places_.clear();
  places_.reserve(asked.candidates.size());
  for (const candidate& each : asked.candidates) add_place(each);
  // By id, so that the order of the candidates decides nothing, and a smaller
  // index is a smaller id wherever plans tie. Mostly they are given so.
  const auto is_before = [](const place& a, const place& b) {
    return std::tie(a.from->source.id, a.from->source.kind) <
           std::tie(b.from->source.id, b.from->source.kind);
  };
  if (!std::is_sorted(places_.begin(), places_.end(), is_before))
    std::sort(places_.begin(), places_.end(), is_before);
  taken_.assign(places_.size() * total_.size(), 0);
  place_of_line_.assign(asked.lines.size(), places_.size());
}

void planning::add_place(const candidate& from) {
  place at;
  at.from = &from;
  at.tier = tier_of(from.kind);
  const bool may_serve =
      at.tier >= 0 && from.excluded == candidate_outcome::not_needed;
  // Capacity counts new fulfillments only.
  const bool is_full = from.at_capacity && !from.joins;
  at.is_usable = may_serve && !is_full;
  at.awaits_capacity = may_serve && is_full;
  at.fixed_cost = from.shipment_cost.value;
  if (uses_distance_) add_distance(at);
  places_.push_back(at);
}

void planning::add_distance(place& at) const {
  // Without a destination every source is at distance 0, so distance decides
  // nothing.
  if (!asked_->ship_to) return;
  at.metres = nowhere_m;
  // At the end of `nearest`, and without kilometers to pay for.
  if (!at.from->position) return;
  const double km = distance_km(*asked_->ship_to, *at.from->position);
  at.metres = std::llround(km * 1000);
  at.fixed_cost +=
      std::llround(km * static_cast<double>(at.from->cost_per_km.value));
}

std::int32_t planning::tier_of(source_type kind) const {
  const auto& tiers = asked_->rules.tiers;
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    if (std::find(tiers[t].begin(), tiers[t].end(), kind) != tiers[t].end()) {
      return static_cast<std::int32_t>(t);
    }
  }
  return -1;
}

// Units on the shelf.
std::int64_t planning::stock(const place& at, std::size_t sku) const {
  if (sku >= at.from->offers.size()) return 0;
  return std::clamp<std::int64_t>(at.from->offers[sku].free.value, 0, max_free);
}

// Units that may be taken for this order.
std::int64_t planning::free(const place& at, std::size_t sku) const {
  if (sku >= at.from->offers.size()) return 0;
  return at.from->offers[sku].rejected_before ? 0 : stock(at, sku);
}

plan planning::run() {
  for (std::size_t t = 0; t < asked_->rules.tiers.size(); ++t) {
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
  return asked_->rules.max_shipments > 0 &&
         sources_ >= asked_->rules.max_shipments;
}

// Tier by tier, without going back: an earlier tier covers all that it can,
// whatever that costs (docs/DOMAIN.md, "Routing", 1 and 2).
void planning::plan_tier(std::int32_t number) {
  const bool is_done = std::all_of(missing_.begin(), missing_.end(),
                                   [](std::int64_t n) { return n == 0; });
  if (is_done) return;
  make_tier(number);
  if (tier_.sources.empty()) {
    best_ = {};
  } else {
    if (!take_one_source(tier_, best_)) best_ = solve(tier_, steps_for(tier_));
    exact_ = exact_ && best_.exact;
    take(best_);
  }
  add_values(number, best_);
}

// Only SKUs that still lack units and sources that can give some of them. Each
// step of the search reads the whole table, so what can't matter is left out.
void planning::make_tier(std::int32_t number) {
  tier& out = tier_;
  out.objectives = objectives_;
  out.split_lines = asked_->rules.split_lines;
  out.new_sources =
      asked_->rules.max_shipments > 0
          ? std::max<std::int64_t>(asked_->rules.max_shipments - sources_, 0)
          : no_limit;
  tier_skus_.clear();
  tier_skus_.reserve(missing_.size());
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] > 0) tier_skus_.push_back(sku);
  }
  out.need.clear();
  out.need.reserve(tier_skus_.size());
  for (const std::size_t sku : tier_skus_) out.need.push_back(missing_[sku]);
  out.lines.clear();
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
  const std::size_t cells = tier_places_.size() * tier_skus_.size();
  out.sources.clear();
  out.sources.reserve(tier_places_.size());
  out.free.clear();
  out.free.reserve(cells);
  out.unit_cost.clear();
  out.unit_cost.reserve(cells);
  out.day.clear();
  for (const std::size_t p : tier_places_) {
    const place& at = places_[p];
    out.sources.push_back(
        {at.fixed_cost, at.metres, at.from->priority, !at.from->on_order});
    for (const std::size_t sku : tier_skus_) {
      const std::int64_t units = free(at, sku);
      out.free.push_back(units);
      out.unit_cost.push_back(units > 0 ? at.from->offers[sku].unit_cost.value
                                        : 0);
      if (!uses_days_) continue;
      const bool is_there =
          units > 0 && at.from->offers[sku].held.value >= total_[sku];
      out.day.push_back(units == 0 ? 0
                        : is_there ? at.from->offers[sku].held_day
                                   : at.from->offers[sku].day);
    }
  }
}

// Without splitting, a source with too few units for every line gives nothing.
bool planning::gives_something(const place& at) const {
  if (asked_->rules.split_lines) {
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

void planning::take(const tier_plan& best) {
  for (std::size_t s = 0; s < tier_places_.size(); ++s) {
    place& at = places_[tier_places_[s]];
    for (std::size_t i = 0; i < tier_skus_.size(); ++i) {
      const std::int64_t units = best.taken[tier_.cell(s, i)];
      if (units == 0) continue;
      at.is_taken = true;
      taken_[tier_places_[s] * total_.size() + tier_skus_[i]] = units;
      missing_[tier_skus_[i]] -= units;
    }
    if (at.is_taken && !at.from->on_order) ++sources_;
  }
  // Which line gets which units is settled later, over all tiers
  // (`make_parts`).
  if (tier_.split_lines) return;
  std::size_t i = 0;
  for (const auto& lines : tier_.lines) {
    for (const whole_line& line : lines) {
      const std::size_t s = best.best.given.source_of_line[i++];
      if (s == tier_places_.size()) continue;
      place_of_line_[line.line] = tier_places_[s];
      line_missing_[line.line] = 0;
    }
  }
}

void planning::add_values(std::int32_t number, const tier_plan& best) {
  for (std::size_t i = 0; i < tier_.objectives.size(); ++i) {
    if (tier_.objectives[i] == objective::soonest) {
      values_[i] = both_arrivals(values_[i], best.best.value[i]);
      continue;
    }
    values_[i] += best.best.value[i];
    // A search counts the squares from the plan that takes nothing, see
    // `score`. The decision shows the sum itself.
    if (tier_.objectives[i] != objective::balance_stock) continue;
    for (const place& at : places_) {
      if (at.tier != number || !at.is_usable) continue;
      for (std::size_t sku = 0; sku < total_.size(); ++sku) {
        values_[i] += wide{stock(at, sku)} * stock(at, sku);
      }
    }
  }
}

// The plan that keeps everything has to be compared with the one that moves,
// and explained in its place; so it is entered here as if a search had found
// it.
void planning::adopt(const std::vector<part>& parts) {
  std::unordered_map<line_id, std::size_t> lines;
  for (std::size_t i = 0; i < asked_->lines.size(); ++i)
    lines.emplace(asked_->lines[i].line, i);
  for (const part& each : parts) {
    for (std::size_t p = 0; p < places_.size(); ++p) {
      if (places_[p].from->source != each.source) continue;
      places_[p].is_taken = true;
      for (const line_units& line : each.lines) {
        const auto i = lines.at(line.line);
        const auto sku = index_.sku_of_line[i];
        taken_[p * total_.size() + sku] += line.units.value;
        missing_[sku] -= line.units.value;
        line_missing_[i] -= line.units.value;
      }
    }
  }
  values_ = value_of_taken();
}

std::vector<std::int64_t> planning::units_by_tier() const {
  std::vector<std::int64_t> units(asked_->rules.tiers.size());
  for (std::size_t p = 0; p < places_.size(); ++p) {
    if (places_[p].tier < 0) continue;
    for (std::size_t sku = 0; sku < total_.size(); ++sku)
      units[static_cast<std::size_t>(places_[p].tier)] +=
          taken_[p * total_.size() + sku];
  }
  return units;
}

score planning::value_of_taken() const {
  score value{};
  for (std::size_t p = 0; p < places_.size(); ++p) {
    const place& at = places_[p];
    wide units = 0;
    wide unit_cost = 0;
    wide balance = 0;
    arrival arrives;
    for (std::size_t sku = 0; sku < total_.size(); ++sku) {
      const auto taken = taken_[p * total_.size() + sku];
      const auto left = stock(at, sku) - taken;
      if (uses_days_ && taken > 0) {
        const auto& from = at.from->offers[sku];
        arrives.add(taken <= from.held.value ? from.held_day : from.day, taken);
      }
      units += taken;
      balance += wide{left} * left;
      if (taken > 0)
        unit_cost += wide{at.from->offers[sku].unit_cost.value} * taken;
    }
    for (std::size_t i = 0; i < objectives_.size(); ++i) {
      switch (objectives_[i]) {
        case objective::soonest:
          value[i] = both_arrivals(value[i], arrives.value());
          break;
        case objective::fewest_shipments:
          value[i] += at.is_taken ? 1 : 0;
          break;
        case objective::lowest_cost:
          value[i] += unit_cost + (at.is_taken ? at.fixed_cost : 0);
          break;
        case objective::nearest:
          value[i] += wide{at.metres} * units;
          break;
        case objective::priority:
          value[i] += wide{at.from->priority} * units;
          break;
        case objective::balance_stock:
          if (at.is_usable) value[i] += balance;
          break;
      }
    }
  }
  return value;
}

// As a search compares: more units, then more of them in the earlier tiers,
// then the objectives. A tie is not a reason to move anything. No line may
// lose units, even if others would gain more.
bool planning::improves_on(const planning& other) const {
  std::int64_t gain = 0;
  for (std::size_t i = 0; i < line_missing_.size(); ++i) {
    if (line_missing_[i] > other.line_missing_[i]) return false;
    gain += other.line_missing_[i] - line_missing_[i];
  }
  if (gain > 0) return true;
  const auto mine = units_by_tier();
  const auto theirs = other.units_by_tier();
  if (mine != theirs) return mine > theirs;
  return value_of_taken() < other.value_of_taken();
}

namespace {

std::unordered_map<line_id, std::int64_t> held_by_line(const request& asked) {
  std::unordered_map<line_id, std::int64_t> units;
  for (const part& held : asked.held)
    for (const line_units& line : held.lines)
      units[line.line] += line.units.value;
  return units;
}

// For the plan that may move: held units count as free at their source. A
// source that may give nothing new to this order, because it has no capacity
// or because it rejected the SKU, may still keep what is held there.
request with_held_offered(request asked) {
  std::unordered_map<sku_id, std::size_t> skus;
  for (auto& sku : asked.skus()) skus.emplace(std::move(sku), skus.size());
  for (const part& held : asked.held) {
    for (candidate& each : asked.candidates) {
      if (each.source != held.source) continue;
      const bool only_held = each.at_capacity && !each.joins;
      each.at_capacity = false;
      if (only_held)
        for (offer& of : each.offers) of.free = quantity{0};
      for (const line_units& line : held.lines) {
        offer& of = each.offers[skus.at(line.sku)];
        if (std::exchange(of.rejected_before, false)) of.free = quantity{0};
        of.free += line.units;
        of.held += line.units;
        of.held_day = each.parcel_day;
      }
    }
  }
  return asked;
}

// For the plan that keeps: only the rest is planned, and the sources of what
// is held are on the order already.
request without_held(request asked) {
  const auto held = held_by_line(asked);
  for (demand& line : asked.lines)
    if (const auto units = held.find(line.line); units != held.end())
      line.units.value -= units->second;
  for (const part& each : asked.held)
    for (candidate& from : asked.candidates) {
      if (from.source != each.source || from.on_order) continue;
      from.on_order = true;
      ++asked.sources_on_order;
    }
  asked.held.clear();
  return asked;
}

// Whether each source has free what the plan takes from it anew. Units that
// are held go back only after all sources have answered, so those of one line
// can't be had for another line of the same SKU.
bool can_be_reserved(const request& asked, const std::vector<part>& parts) {
  const auto skus = asked.skus();
  for (const part& planned : parts) {
    const auto from = std::find_if(
        asked.candidates.begin(), asked.candidates.end(),
        [&](const candidate& each) { return each.source == planned.source; });
    std::unordered_map<line_id, quantity> held;
    for (const part& each : asked.held)
      if (each.source == planned.source)
        for (const line_units& line : each.lines) held[line.line] = line.units;
    std::unordered_map<sku_id, quantity> more;
    for (const line_units& line : planned.lines)
      more[line.sku] += line.units - std::min(line.units, held[line.line]);
    for (std::size_t i = 0; i < skus.size(); ++i) {
      const offer& of = from->offers[i];
      const bool has_none =
          of.rejected_before || (from->at_capacity && !from->joins);
      if (more[skus[i]] > (has_none ? quantity{0} : of.free)) return false;
    }
  }
  return true;
}

void add(std::vector<part>& parts, const part& more) {
  auto to = std::find_if(parts.begin(), parts.end(), [&](const part& each) {
    return each.source == more.source;
  });
  if (to == parts.end()) {
    parts.push_back({more.source, {}});
    to = std::prev(parts.end());
  }
  std::unordered_map<line_id, std::size_t> known;
  for (const line_units& line : to->lines)
    known.emplace(line.line, known.size());
  for (const line_units& line : more.lines) {
    const auto [at, is_new] = known.emplace(line.line, to->lines.size());
    if (is_new)
      to->lines.push_back(line);
    else
      to->lines[at->second].units += line.units;
  }
}

}  // namespace

planner::planner() : work_(std::make_unique<planning>()) {}

planner::~planner() = default;

// With held units two plans are made: one in which they may move, and one in
// which they stay. The first wins only if it is better and if every source can
// promise its part before the held units are given back.
plan planner::make(const request& asked) {
  if (asked.held.empty()) {
    work_->begin(asked);
    plan made = work_->run();
    if (work_->cells() > max_kept_cells) *work_ = {};
    return made;
  }
  const request all = with_held_offered(asked);
  planning moving;
  moving.begin(all);
  plan moved = moving.run();
  const request rest = without_held(asked);
  planning staying;
  staying.begin(rest);
  plan kept = staying.run();
  for (const part& held : asked.held) add(kept.parts, held);
  std::sort(kept.parts.begin(), kept.parts.end(),
            [](const part& a, const part& b) {
              return std::tie(a.source.id, a.source.kind) <
                     std::tie(b.source.id, b.source.kind);
            });
  planning keeping;
  keeping.begin(all);
  keeping.adopt(kept.parts);
  if (moving.improves_on(keeping) && can_be_reserved(asked, moved.parts))
    return moved;
  const bool exact = moved.decision.exact && kept.decision.exact;
  // Of the rest alone until here; the decision must show all units.
  kept.decision = {};
  keeping.explain(kept.decision);
  kept.decision.exact = exact;
  return kept;
}

plan make_plan(const request& asked) { return planner().make(asked); }

}  // namespace oms::routing
