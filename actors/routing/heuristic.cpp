#include "actors/routing/plan_search.hpp"

namespace oms::routing {
namespace {

// Steps for the packing of one set while a plan is improved: enough for a few
// lines of one SKU. These plans need not be exact; the search proves or
// replaces them.
constexpr std::int64_t packing_steps = 200;

}  // namespace

bool plan_search::try_set(std::span<const standing> set) {
  // The price of one allocation, in the unit of the budget `improvement_cells`.
  cells_ -= static_cast<std::int64_t>(asked_.free.size());
  std::int64_t steps = packing_steps;
  evaluate(set, trial_, steps);
  return consider(trial_);
}

// Plans that are often the best: what is best when sources cost nothing, and
// everything from one source.
void plan_search::try_obvious() {
  std::vector<standing> set(standings_.size(), standing::in);
  try_set(set);
  set.assign(set.size(), standing::out);
  cover_.look(set, {}, cover_.reachable(), false);
  for (std::size_t s = 0; s < set.size(); ++s) {
    if (cover_.gain(s) < cover_.reachable()) continue;
    set[s] = standing::in;
    try_set(set);
    set[s] = standing::out;
  }
  // Nothing at all is a plan too, and the only sure one under a limit.
  if (!found_) try_set(set);
}

void plan_search::find_good_plan() {
  std::vector<standing> set(standings_.size(), standing::out);
  add_until_covered(set);
  improve();
}

// The source that covers most of what is missing, again and again.
void plan_search::add_until_covered(std::vector<standing>& set) {
  std::vector<std::size_t> in;
  std::int64_t slots = limited_ ? asked_.new_sources : no_limit;
  for (;;) {
    cover_.look(set, in, cover_.reachable(), false);
    std::size_t chosen = set.size();
    std::int64_t most = 0;
    for (std::size_t s = 0; s < set.size(); ++s) {
      if (set[s] == standing::in) continue;
      if (asked_.sources[s].is_new && slots == 0) continue;
      const std::int64_t units = cover_.gain(s);
      if (units > most) {
        most = units;
        chosen = s;
      }
    }
    if (chosen == set.size()) break;
    set[chosen] = standing::in;
    in.push_back(chosen);
    if (asked_.sources[chosen].is_new && limited_) --slots;
  }
  try_set(set);
}

// Single changes of the best plan, as long as one makes it better. It ends,
// because every change must be better by a total order, and `cells_` bounds
// its time in large tiers.
void plan_search::improve() {
  std::vector<standing> set(standings_.size());
  do {
    for (std::size_t s = 0; s < set.size(); ++s) {
      set[s] = best_.given.units[s] > 0 ? standing::in : standing::out;
    }
  } while (cells_ > 0 && try_moves(set));
}

bool plan_search::try_moves(std::vector<standing>& set) {
  const auto flip = [&](std::size_t s) {
    set[s] = set[s] == standing::in ? standing::out : standing::in;
  };
  for (std::size_t s = 0; s < set.size() && cells_ > 0; ++s) {
    flip(s);
    if (try_set(set)) return true;
    flip(s);
  }
  for (std::size_t s = 0; s < set.size(); ++s) {
    // Exchanges find what adding and dropping one by one can't: in between, the
    // plan would cover less or cost more.
    if (set[s] != standing::in) continue;
    for (std::size_t t = 0; t < set.size() && cells_ > 0; ++t) {
      if (set[t] == standing::in) continue;
      flip(s);
      flip(t);
      if (try_set(set)) return true;
      flip(t);
      flip(s);
    }
  }
  return false;
}

}  // namespace oms::routing
