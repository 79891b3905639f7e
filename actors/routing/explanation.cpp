#include <algorithm>
#include <unordered_map>

#include "actors/routing/planning.hpp"

namespace oms::routing {

// A plan says how many units of a SKU each source gives; here they become
// units of lines. Split lines: the units of a SKU go to its lines in line
// order, those of the smallest source id first.
void planning::make_parts(plan& out) {
  const auto kept = keep_held();
  for (std::size_t p = 0; p < places_.size(); ++p) {
    if (!places_[p].is_taken) continue;
    part made{places_[p].from->source, {}};
    const bool keeps = !kept.empty() && !kept[p].empty();
    std::vector<std::int64_t> left(
        taken_.begin() + static_cast<std::ptrdiff_t>(p * total_.size()),
        taken_.begin() + static_cast<std::ptrdiff_t>((p + 1) * total_.size()));
    if (keeps) {
      for (std::size_t i = 0; i < kept[p].size(); ++i)
        left[index_.sku_of_line[i]] -= kept[p][i];
    }
    for (std::size_t i = 0; i < asked_->lines.size(); ++i) {
      const demand& line = asked_->lines[i];
      std::int64_t units = 0;
      if (!asked_->rules.split_lines) {
        units = place_of_line_[i] == p ? line.units.value : 0;
      } else {
        units = std::min(left[index_.sku_of_line[i]], line_missing_[i]);
        left[index_.sku_of_line[i]] -= units;
        line_missing_[i] -= units;
        if (keeps) units += kept[p][i];
      }
      if (units > 0) {
        made.lines.push_back({line.line, line.sku, quantity{units}});
      }
    }
    out.parts.push_back(std::move(made));
  }
}

// By place and line: held units that stay where they are. They go first, so
// that two lines of one SKU don't swap their sources for nothing.
std::vector<std::vector<std::int64_t>> planning::keep_held() {
  std::vector<std::vector<std::int64_t>> kept;
  if (asked_->held.empty() || !asked_->rules.split_lines) return kept;
  kept.resize(places_.size());
  std::unordered_map<line_id, std::size_t> lines;
  for (std::size_t i = 0; i < asked_->lines.size(); ++i)
    lines.emplace(asked_->lines[i].line, i);
  for (const part& held : asked_->held) {
    for (std::size_t p = 0; p < places_.size(); ++p) {
      if (places_[p].from->source != held.source) continue;
      kept[p].resize(asked_->lines.size());
      std::vector<std::int64_t> left(
          taken_.begin() + static_cast<std::ptrdiff_t>(p * total_.size()),
          taken_.begin() +
              static_cast<std::ptrdiff_t>((p + 1) * total_.size()));
      for (const line_units& each : held.lines) {
        const auto i = lines.at(each.line);
        auto& there = left[index_.sku_of_line[i]];
        const auto units =
            std::min({there, each.units.value, line_missing_[i]});
        there -= units;
        line_missing_[i] -= units;
        kept[p][i] += units;
      }
    }
  }
  return kept;
}

// Places without capacity that the order may still come back to.
std::vector<planning::place> planning::awaited_places() const {
  std::vector<place> found;
  for (const place& at : places_) {
    if (!at.awaits_capacity) continue;
    // Midnight would not help: the order may have no further source.
    if (sources_used_up() && !at.from->on_order) continue;
    found.push_back(at);
  }
  return found;
}

// Units that places without capacity have go to the first lines that lack
// them; a whole line to the first such place that has enough left for it.
void planning::split_uncovered(plan& out) const {
  const std::vector<place> awaited = awaited_places();
  std::vector<std::int64_t> left(awaited.size() * total_.size());
  for (std::size_t p = 0; p < awaited.size(); ++p) {
    for (std::size_t sku = 0; sku < total_.size(); ++sku) {
      left[p * total_.size() + sku] = free(awaited[p], sku);
    }
  }
  for (std::size_t i = 0; i < asked_->lines.size(); ++i) {
    const demand& line = asked_->lines[i];
    std::int64_t missing = line_missing_[i];
    std::int64_t awaiting = 0;
    for (std::size_t p = 0; p < awaited.size() && missing > 0; ++p) {
      std::int64_t& has = left[p * total_.size() + index_.sku_of_line[i]];
      // A line that must stay whole waits only for a place that could give all
      // of it.
      if (!asked_->rules.split_lines && has < missing) continue;
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
  out.rules_version = asked_->rules_version;
  out.exact = exact_;
  std::vector<sku_quantity> asked;
  asked.reserve(total_.size());
  for (std::size_t sku = 0; sku < total_.size(); ++sku) {
    asked.push_back({sku_at(sku), quantity{total_[sku]}});
    if (missing_[sku] > 0) {
      out.uncovered.push_back({sku_at(sku), quantity{missing_[sku]}});
    }
  }
  out.asked = std::move(asked);
  out.candidates.reserve(places_.size());
  for (std::size_t p = 0; p < places_.size(); ++p) {
    add_view(p, out);
  }
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    if (objectives_[i] == objective::soonest) {
      const auto last = arrival::of(values_[i]).last_day;
      if (last > 0 && last < unknown_day)
        out.objectives.push_back(
            {objectives_[i], static_cast<double>(last - day_of_planning)});
      continue;
    }
    auto value = static_cast<double>(values_[i]);
    // Counted in meters, shown in kilometers.
    if (objectives_[i] == objective::nearest) value /= 1000;
    out.objectives.push_back({objectives_[i], value});
  }
}

void planning::add_view(std::size_t number, routing_decision& out) const {
  const place& at = places_[number];
  candidate_view& view = out.candidates.emplace_back();
  view.source = at.from->source;
  view.tier = at.tier;
  bool gives_all = true;
  for (std::size_t sku = 0; sku < total_.size(); ++sku) {
    gives_all = gives_all && total_[sku] > 0 && free(at, sku) >= total_[sku];
    const std::int64_t units = taken_[number * total_.size() + sku];
    if (units > 0) view.taken.push_back({sku_at(sku), quantity{units}});
  }
  view.could_give = gives_all ? out.asked : units_of(at);
  view.outcome = outcome_of(at, view);
}

// What it could give of what is asked for.
shared_value<std::vector<sku_quantity>> planning::units_of(
    const place& at) const {
  std::vector<sku_quantity> units;
  for (std::size_t sku = 0; sku < total_.size(); ++sku) {
    const std::int64_t gives = std::min(free(at, sku), total_[sku]);
    if (gives > 0) units.push_back({sku_at(sku), quantity{gives}});
  }
  if (units.empty()) return {};
  return units;
}

// The first reason that applies, from what holds for the source as such to what
// only this plan decided.
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
  if (view.could_give->empty()) return candidate_outcome::nothing_to_give;
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

}  // namespace oms::routing
