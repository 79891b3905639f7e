#include "tests/actors/routing/brute_force_planner.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

namespace oms::routing {
namespace {

using table = std::vector<std::vector<std::int64_t>>;

/// One complete plan of one tier.
struct option {
  table taken;
  std::vector<int> candidate_of_line;
  /// Everything that decides, negated where more is better; the smallest
  /// wins.
  std::vector<std::int64_t> rank;
};

class brute_force {
 public:
  explicit brute_force(const request& asked) : asked_(asked) {
    skus_ = asked.skus();
    for (const demand& line : asked.lines) {
      const auto at = std::find(skus_.begin(), skus_.end(), line.sku);
      sku_of_.push_back(static_cast<std::size_t>(at - skus_.begin()));
    }
    missing_.assign(skus_.size(), 0);
    for (std::size_t i = 0; i < asked.lines.size(); ++i) {
      missing_[sku_of_[i]] += asked.lines[i].units.value;
    }
    by_id_.resize(asked.candidates.size());
    std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
    std::sort(by_id_.begin(), by_id_.end(), [&](auto a, auto b) {
      return asked.candidates[a].source.id < asked.candidates[b].source.id;
    });
    for (const objective each : asked.rules.objectives) {
      if (std::count(objectives_.begin(), objectives_.end(), each) == 0) {
        objectives_.push_back(each);
      }
    }
    sources_ = asked.sources_on_order;
    result_.taken.assign(asked.candidates.size(),
                         std::vector<std::int64_t>(skus_.size(), 0));
    result_.candidate_of_line.assign(asked.lines.size(), -1);
    result_.values.assign(objectives_.size(), 0);
  }

  brute_force_plan run() {
    for (std::size_t t = 0; t < asked_.rules.tiers.size(); ++t) {
      if (std::accumulate(missing_.begin(), missing_.end(), 0LL) > 0) {
        run_tier(t);
      }
    }
    finish();
    return result_;
  }

 private:
  bool in_tier(std::size_t c, std::size_t tier) const {
    // The first tier that names the kind is the one that counts.
    for (std::size_t t = 0; t <= tier; ++t) {
      const auto& kinds = asked_.rules.tiers[t];
      if (std::count(kinds.begin(), kinds.end(), asked_.candidates[c].kind)) {
        return t == tier;
      }
    }
    return false;
  }

  bool serves_today(std::size_t c) const {
    const candidate& each = asked_.candidates[c];
    return each.excluded == candidate_outcome::not_needed &&
           (!each.at_capacity || each.joins);
  }

  std::int64_t free(std::size_t c, std::size_t sku) const {
    const offer& each = asked_.candidates[c].offers[sku];
    return each.rejected_before ? 0 : each.free.value;
  }

  void run_tier(std::size_t tier) {
    members_.clear();
    for (const std::size_t c : by_id_) {
      if (in_tier(c, tier) && serves_today(c)) members_.push_back(c);
    }
    best_.reset();
    option none;
    none.taken = table(asked_.candidates.size(),
                       std::vector<std::int64_t>(skus_.size(), 0));
    none.candidate_of_line.assign(asked_.lines.size(), -1);
    if (asked_.rules.split_lines) {
      try_units(none, 0, 0);
    } else {
      try_lines(none, 0);
    }
    take(*best_);
  }

  /// Every number of units from member `m` of `sku`, and so on.
  void try_units(option& made, std::size_t m, std::size_t sku) {
    if (m == members_.size()) return judge(made);
    if (sku == skus_.size()) return try_units(made, m + 1, 0);
    const std::size_t c = members_[m];
    std::int64_t given = 0;
    for (const std::size_t other : members_) given += made.taken[other][sku];
    const std::int64_t most = std::min(free(c, sku), missing_[sku] - given);
    for (std::int64_t units = 0; units <= most; ++units) {
      made.taken[c][sku] = units;
      try_units(made, m, sku + 1);
    }
    made.taken[c][sku] = 0;
  }

  /// Every member, and nobody, for the line, and so on.
  void try_lines(option& made, std::size_t line) {
    if (line == asked_.lines.size()) return judge(made);
    try_lines(made, line + 1);
    if (result_.candidate_of_line[line] >= 0) return;
    const std::int64_t units = asked_.lines[line].units.value;
    const std::size_t sku = sku_of_[line];
    for (const std::size_t c : members_) {
      if (made.taken[c][sku] + units > free(c, sku)) continue;
      made.taken[c][sku] += units;
      made.candidate_of_line[line] = static_cast<int>(c);
      try_lines(made, line + 1);
      made.candidate_of_line[line] = -1;
      made.taken[c][sku] -= units;
    }
  }

  std::int64_t units_of(const option& made, std::size_t c) const {
    return std::accumulate(made.taken[c].begin(), made.taken[c].end(),
                           std::int64_t{0});
  }

  std::int64_t new_sources(const option& made) const {
    std::int64_t count = 0;
    for (const std::size_t c : members_) {
      if (units_of(made, c) > 0 && !asked_.candidates[c].on_order) ++count;
    }
    return count;
  }

  void judge(option& made) {
    if (asked_.rules.max_shipments > 0 && new_sources(made) > 0 &&
        sources_ + new_sources(made) > asked_.rules.max_shipments) {
      return;
    }
    made.rank.clear();
    std::int64_t covered = 0;
    for (const std::size_t c : members_) covered += units_of(made, c);
    made.rank.push_back(-covered);
    for (const objective each : objectives_) {
      made.rank.push_back(value(made, each));
      if (each == objective::soonest) made.rank.push_back(sum_of_days(made));
    }
    for (const std::size_t c : members_) {
      made.rank.push_back(-units_of(made, c));
    }
    if (asked_.rules.split_lines) {
      for (const std::size_t c : members_) {
        for (const std::int64_t units : made.taken[c]) {
          made.rank.push_back(-units);
        }
      }
    } else {
      for (const int c : made.candidate_of_line) {
        const auto at = std::find(members_.begin(), members_.end(), c);
        made.rank.push_back(at - members_.begin());
      }
    }
    if (!best_ || made.rank < best_->rank) best_ = made;
  }

  double km(std::size_t c) const {
    const auto& position = asked_.candidates[c].position;
    return asked_.ship_to && position ? distance_km(*asked_.ship_to, *position)
                                      : 0;
  }

  std::int64_t metres(std::size_t c) const {
    if (!asked_.ship_to) return 0;
    if (!asked_.candidates[c].position) return 40'000'000;
    return std::llround(km(c) * 1000);
  }

  std::int64_t last_day(const option& made) const {
    std::int64_t last = 0;
    for (const std::size_t c : members_) {
      for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
        if (made.taken[c][sku] > 0) {
          last = std::max(last, asked_.candidates[c].offers[sku].day);
        }
      }
    }
    return last;
  }

  std::int64_t sum_of_days(const option& made) const {
    std::int64_t sum = 0;
    for (const std::size_t c : members_) {
      for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
        sum += made.taken[c][sku] * asked_.candidates[c].offers[sku].day;
      }
    }
    return sum;
  }

  std::int64_t value(const option& made, objective kind) const {
    if (kind == objective::soonest) return last_day(made);
    std::int64_t sum = 0;
    for (const std::size_t c : members_) {
      const candidate& each = asked_.candidates[c];
      const std::int64_t units = units_of(made, c);
      switch (kind) {
        case objective::soonest:
          break;
        case objective::fewest_shipments:
          sum += units > 0 ? 1 : 0;
          break;
        case objective::lowest_cost:
          if (units == 0) break;
          sum +=
              each.shipment_cost.value +
              std::llround(km(c) * static_cast<double>(each.cost_per_km.value));
          for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
            sum += each.offers[sku].unit_cost.value * made.taken[c][sku];
          }
          break;
        case objective::nearest:
          sum += metres(c) * units;
          break;
        case objective::priority:
          sum += each.priority * units;
          break;
        case objective::balance_stock:
          for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
            const std::int64_t left =
                each.offers[sku].free.value - made.taken[c][sku];
            sum += left * left;
          }
          break;
      }
    }
    return sum;
  }

  void take(const option& chosen) {
    for (std::size_t i = 0; i < objectives_.size(); ++i) {
      auto& of = result_.values[i];
      const auto here = value(chosen, objectives_[i]);
      of =
          objectives_[i] == objective::soonest ? std::max(of, here) : of + here;
    }
    for (const std::size_t c : members_) {
      for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
        result_.taken[c][sku] += chosen.taken[c][sku];
        missing_[sku] -= chosen.taken[c][sku];
      }
    }
    for (std::size_t i = 0; i < asked_.lines.size(); ++i) {
      if (chosen.candidate_of_line[i] >= 0) {
        result_.candidate_of_line[i] = chosen.candidate_of_line[i];
      }
    }
    sources_ += new_sources(chosen);
  }

  void finish() {
    result_.sources_used_up = asked_.rules.max_shipments > 0 &&
                              sources_ >= asked_.rules.max_shipments;
    result_.awaiting_capacity.assign(skus_.size(), 0);
    table full(asked_.candidates.size(),
               std::vector<std::int64_t>(skus_.size(), 0));
    for (std::size_t c = 0; c < full.size(); ++c) {
      const candidate& each = asked_.candidates[c];
      bool some_tier = false;
      for (std::size_t t = 0; t < asked_.rules.tiers.size(); ++t) {
        some_tier = some_tier || in_tier(c, t);
      }
      if (!some_tier || each.excluded != candidate_outcome::not_needed ||
          serves_today(c) || (result_.sources_used_up && !each.on_order)) {
        continue;
      }
      for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
        full[c][sku] = free(c, sku);
      }
    }
    if (asked_.rules.split_lines) {
      for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
        std::int64_t could = 0;
        for (const auto& each : full) could += each[sku];
        result_.awaiting_capacity[sku] = std::min(could, missing_[sku]);
      }
    } else {
      for (std::size_t i = 0; i < asked_.lines.size(); ++i) {
        if (result_.candidate_of_line[i] >= 0) continue;
        const std::int64_t units = asked_.lines[i].units.value;
        for (const std::size_t c : by_id_) {
          if (full[c][sku_of_[i]] < units) continue;
          full[c][sku_of_[i]] -= units;
          result_.awaiting_capacity[sku_of_[i]] += units;
          break;
        }
      }
    }
    for (std::size_t sku = 0; sku < skus_.size(); ++sku) {
      result_.uncovered.push_back(missing_[sku] -
                                  result_.awaiting_capacity[sku]);
    }
  }

  const request& asked_;
  std::vector<sku_id> skus_;
  std::vector<std::size_t> sku_of_;
  std::vector<std::size_t> by_id_;
  std::vector<objective> objectives_;
  std::vector<std::int64_t> missing_;
  std::int64_t sources_ = 0;
  std::vector<std::size_t> members_;
  std::optional<option> best_;
  brute_force_plan result_;
};

}  // namespace

brute_force_plan plan_by_brute_force(const request& asked) {
  return brute_force(asked).run();
}

}  // namespace oms::routing
