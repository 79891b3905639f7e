#include <algorithm>

#include "actors/routing/plan_search.hpp"

namespace oms::routing {

// Whether the bounds at the root say already that nothing is better. With a
// limit that takes both phases: a plan that covers more would be better too.
bool plan_search::is_proven() {
  if (limited_) {
    phase_ = phase::coverage;
    const bool more = is_promising();
    undo_to(0);
    if (more) return false;
  }
  phase_ = phase::objectives;
  const bool better = is_promising();
  undo_to(0);
  return !better;
}

void plan_search::search(phase what) {
  phase_ = what;
  if (phase_ == phase::coverage) {
    // More sources never cover less, and these cost none of the limit.
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      if (!asked_.sources[s].is_new) set_standing(s, standing::in);
    }
  }
  descend();
  undo_to(0);
}

void plan_search::set_standing(std::size_t source, standing to) {
  standings_[source] = to;
  trail_.push_back(source);
  if (to == standing::in) in_.push_back(source);
}

void plan_search::undo_to(std::size_t mark) {
  for (; trail_.size() > mark; trail_.pop_back()) {
    if (standings_[trail_.back()] == standing::in) in_.pop_back();
    standings_[trail_.back()] = standing::open;
  }
}

// Every node costs a step, and so does every step of a packing, so the steps
// bound the time. When they run out, the recursion unwinds and the best plan so
// far is the answer, marked as not exact.
//
// "In" comes first: it finds complete plans early, and each better plan makes
// the bounds cut more.
void plan_search::descend() {
  if (--steps_ < 0) {
    exact_ = false;
    return;
  }
  const std::size_t mark = trail_.size();
  const std::size_t next = is_promising() ? pick() : standings_.size();
  if (next < standings_.size()) {
    const std::size_t chosen = trail_.size();
    set_standing(next, standing::in);
    descend();
    undo_to(chosen);
    set_standing(next, standing::out);
    descend();
  }
  undo_to(mark);
}

// Whether a plan here may be better than the best. Sources that no such plan
// uses are put out on the way. Without them the bounds may be sharper and
// exclude more sources; hence the loop.
bool plan_search::is_promising() {
  std::size_t dropped = 0;
  do {
    dropped = trail_.size();
    if (limited_ && !fits_limit()) return false;
    if (phase_ == phase::coverage) {
      if (goal() > cover_.reachable()) return false;
    } else if (!beats_best()) {
      return false;
    }
  } while (trail_.size() > dropped);
  return true;
}

// What a plan must cover to be of interest: in the first phase more than the
// best, then as much.
std::int64_t plan_search::goal() const {
  return best_.given.covered + (phase_ == phase::coverage ? 1 : 0);
}

bool plan_search::fits_limit() {
  std::int64_t slots = asked_.new_sources;
  for (const std::size_t s : in_) {
    if (asked_.sources[s].is_new) --slots;
  }
  // Sources that are on the order don't count towards the limit, so they are
  // taken to give all they have.
  cover_.look(standings_, in_, goal(), true);
  if (cover_.least_sources() > slots) return false;
  drop(cover_.useless(slots));
  return true;
}

void plan_search::drop(const std::vector<std::size_t>& sources) {
  for (const std::size_t s : sources) {
    if (standings_[s] == standing::open) set_standing(s, standing::out);
  }
}

// Compares the bounds with the best plan, objective by objective. Each bound
// holds for the plans that tie on the objectives before it.
bool plan_search::beats_best() {
  // As if every source that is not out cost nothing to use. No plan of this
  // branch covers more or costs less.
  allocator_.allocate(standings_, standing::open, relaxed_);
  if (relaxed_.covered < goal()) return false;
  const std::size_t count = asked_.objectives.size();
  const bool covers_all = relaxed_.covered == goal();
  std::size_t good = count + 1;
  // The relaxed plan covers more than is asked for, and those units would make
  // its values too high for a bound.
  if (!covers_all) good = allocator_.bound(standings_, goal(), bound_);
  const allocation& low = covers_all ? relaxed_ : bound_;

  wide fixed_cost = 0;
  for (const std::size_t s : in_) fixed_cost += asked_.sources[s].fixed_cost;
  const auto used = static_cast<std::int64_t>(in_.size());
  const score value = value_of(low, used, fixed_cost);
  for (std::size_t i = 0; i < count; ++i) {
    // From here on there are no bounds.
    if (i >= good) return true;
    wide least = value[i];
    if (asked_.objectives[i] == objective::fewest_shipments) {
      const auto slots = static_cast<std::int64_t>(best_.value[i]) - used;
      cover_.look(standings_, in_, goal(), false);
      const std::int64_t more = cover_.least_sources();
      if (more > slots) return false;
      drop(cover_.useless(slots));
      least = used + more;
    } else if (asked_.objectives[i] == objective::lowest_cost && covers_all) {
      const wide with_fixed = fixed_costs_.bound(standings_);
      if (with_fixed > best_.value[i]) return false;
      // The bounds after this one belong to plans that cost less than is
      // possible, so they say nothing.
      if (with_fixed > least) return true;
    }
    if (least != best_.value[i]) return least < best_.value[i];
  }
  return good <= count || low.units > best_.given.units;
}

// The source to decide next; their number when this branch is settled.
std::size_t plan_search::pick() {
  const std::size_t nobody = standings_.size();
  cover_.look(standings_, in_, goal(), false);
  if (cover_.deficit() <= 0) {
    if (!evaluate(standings_, trial_, steps_)) exact_ = false;
    // The new best plan may cut this very branch.
    if (consider(trial_) && !is_promising()) return nobody;
    cover_.look(standings_, in_, goal(), false);
  }
  if (phase_ == phase::coverage) return pick_for_cover();

  if (allocator_.is_exact()) {
    // It is a real plan, only its fixed costs were left out. So each node also
    // tries a plan that is there anyway.
    trial_.given = relaxed_;
    value_used(trial_);
    consider(trial_);
  }
  // The SKU that the fewest sources have: one of them must be in, so the
  // branches end early.
  if (cover_.deficit() > 0 && !asked_.objectives.empty() &&
      asked_.objectives.front() == objective::fewest_shipments) {
    const std::size_t hard = cover_.hardest();
    if (hard < nobody) return hard;
  }
  std::size_t chosen = nobody;
  for (std::size_t s = 0; s < nobody; ++s) {
    if (standings_[s] != standing::open) continue;
    // A relaxed plan that uses no open source is the plan of the sources that
    // are in, and it has been considered. Then nothing is left to decide.
    if (relaxed_.units[s] == 0 && allocator_.is_exact()) continue;
    if (chosen == nobody || relaxed_.units[s] > relaxed_.units[chosen]) {
      chosen = s;
    }
  }
  return chosen;
}

std::size_t plan_search::pick_for_cover() const {
  const std::size_t hard = cover_.hardest();
  if (hard < standings_.size() || allocator_.is_exact()) return hard;
  // Lines that compete may need a source that seems to add nothing.
  const auto open =
      std::find(standings_.begin(), standings_.end(), standing::open);
  return static_cast<std::size_t>(open - standings_.begin());
}

}  // namespace oms::routing
