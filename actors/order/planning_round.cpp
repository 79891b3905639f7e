#include "actors/order/planning_round.hpp"

#include <algorithm>

#include "actors/order/consolidation.hpp"
#include "actors/order/plan.hpp"
#include "actors/order/reservation.hpp"

namespace oms::order {

void planning_round::want(plan_wish wish) {
  if (is_idle()) {
    start(std::move(wish));
    return;
  }
  // One round at a time: two plans of one order would reserve twice for the
  // same units. What is wanted meanwhile is one more round, however often.
  if (!next_wish_) next_wish_.emplace();
  next_wish_->by_command = next_wish_->by_command || wish.by_command;
  next_wish_->unfillable_too =
      next_wish_->unfillable_too || wish.unfillable_too;
  for (auto& caller : wish.callers)
    next_wish_->callers.push_back(std::move(caller));
  if (wish.consolidations.empty()) return;
  // Asked for by somebody and by the clock, it is asked for.
  next_wish_->automatic =
      wish.automatic &&
      (next_wish_->automatic || next_wish_->consolidations.empty());
  for (auto& caller : wish.consolidations)
    next_wish_->consolidations.push_back(std::move(caller));
}

void planning_round::start(plan_wish wish) {
  phase_ = phase::asking;
  answers_open_ = 0;
  replans_held_ = wish.by_command || !wish.consolidations.empty();
  takes_over_ = false;
  took_over_ = false;
  wish_ = std::move(wish);
  moved_ = false;
  parcels_before_ = 0;
  moves_.clear();
  kept_back_.clear();
  lacking_.clear();
  awaiting_capacity_.clear();
  capacity_at_.reset();
  sources_.clear();
}

std::optional<planning_step> planning_round::next(const order_state& state) {
  if (phase_ == phase::awaiting_sources && answers_open_ == 0 && takes_over_) {
    takes_over_ = false;
    took_over_ = true;
    phase_ = phase::asking;
    return takeover_end{};
  }
  if (phase_ == phase::awaiting_sources && answers_open_ == 0) {
    // All or nothing: units leave their source only when every source that
    // takes over has reserved all it was asked for, and when none of them was
    // cancelled, picked or held meanwhile.
    if (!moves_.empty())
      return settle(!had_less_ && state.holds.empty() &&
                    still_promised(state, moves_) == moves_);
    if (!replans_held_ && (!had_less_ || demand(state).empty())) {
      phase_ = phase::completing;
      return complete(state);
    }
    phase_ = phase::asking;
  }
  if (phase_ == phase::asking && state.takes_over) return take_over(state);
  if (phase_ == phase::asking) {
    if (auto asked = question(state)) return std::move(*asked);
    // What it took over may be several parcels, as those of a plan.
    if (took_over_ && sources_.size() >= 2) {
      took_over_ = false;
      phase_ = phase::completing;
      return complete(state);
    }
    return end();
  }
  if (phase_ == phase::entering_queues && answers_open_ == 0) return end();
  return std::nullopt;
}

std::vector<line_units> planning_round::demand(const order_state& state) const {
  return units_to_plan(state, wish_.unfillable_too);
}

std::optional<plan_question> planning_round::question(
    const order_state& state) {
  plan_question asked{.number = ++number_, .lacking = lacking_};
  for_edit_ = state.replan_since;
  if (!moved_ && !wish_.consolidations.empty())
    parcels_before_ = open_parcels(state);
  if (const bool anew = std::exchange(replans_held_, false);
      for_edit_ != 0 ||
      (anew && (wish_.by_command || wish_.consolidations.empty()))) {
    asked.lines = units_to_replan(state);
    asked.held = movable_units(state);
  } else if (anew) {
    asked.lines = demand(state);
    asked.held = consolidable_units(state, wish_.automatic);
  } else {
    asked.lines = demand(state);
  }
  // Asked even when there is nothing to plan: the plan's event records that
  // these sources may serve the order again.
  asked.lifts_exclusions = wish_.by_command && !state.unable.empty();
  if (asked.lines.empty() && asked.held.empty() && !asked.lifts_exclusions)
    return std::nullopt;
  phase_ = phase::awaiting_plan;
  had_less_ = false;
  held_alone_ = asked.lines.empty() && !asked.lifts_exclusions;
  return asked;
}

planning_step planning_round::take_over(const order_state& state) {
  plan_question asked{.number = ++number_};
  for (const auto& line : state.lines)
    if (line.buckets.unrouted > quantity{0})
      asked.lines.push_back(
          {line.ordered.line, line.ordered.sku, line.buckets.unrouted});
  if (asked.lines.empty()) return takeover_end{};
  asked.takes_over = true;
  takes_over_ = true;
  phase_ = phase::awaiting_plan;
  had_less_ = false;
  return asked;
}

bool planning_round::awaits_plan(std::uint64_t number) const {
  return phase_ == phase::awaiting_plan && number == number_;
}

void planning_round::plan_arrived(std::size_t sources_asked,
                                  std::vector<fulfillment_units> moves,
                                  std::vector<line_units> awaiting_capacity,
                                  std::optional<timestamp> capacity_at,
                                  bool gave_back) {
  phase_ = phase::awaiting_sources;
  answers_open_ = sources_asked;
  moves_ = std::move(moves);
  awaiting_capacity_ = std::move(awaiting_capacity);
  moved_ = moved_ || gave_back;
  capacity_at_ = capacity_at;
}

bool planning_round::keeps_back(std::uint64_t number) const {
  return phase_ == phase::awaiting_sources && number == number_ &&
         !moves_.empty();
}

void planning_round::source_answered(std::uint64_t number,
                                     const source_ref& source,
                                     std::optional<caused_reservation> reserved,
                                     const std::vector<sku_id>& lacking) {
  if (phase_ != phase::awaiting_sources || number != number_) return;
  // What a reservation does not hold any more may still be free there.
  if (!takes_over_) {
    for (const auto& sku : lacking) lacking_.emplace_back(source, sku);
    had_less_ = had_less_ || !lacking.empty();
  }
  if (reserved) {
    if (!moves_.empty()) kept_back_.push_back(std::move(*reserved));
    if (std::find(sources_.begin(), sources_.end(), source) == sources_.end())
      sources_.push_back(source);
  }
  --answers_open_;
}

settlement planning_round::settle(bool moves) {
  settlement settled{std::exchange(moves_, {}), for_edit_,
                     std::exchange(kept_back_, {})};
  if (!moves) settled.moves.clear();
  moved_ = moved_ || moves;
  // Where nothing moved, another plan takes what was reserved into account.
  replans_held_ = !moves;
  return settled;
}

std::optional<settlement> planning_round::give_up_moves() {
  if (kept_back_.empty()) return std::nullopt;
  return settle(false);
}

queue_entry planning_round::complete(const order_state& state) {
  queue_entry entry{sources_, {}};
  for (auto units : demand(state)) {
    // These have a source, which opens no further fulfillment today.
    for (const auto& parked : awaiting_capacity_)
      if (parked.line == units.line)
        units.units -= std::min(units.units, parked.units);
    if (units.units > quantity{0}) entry.units.push_back(std::move(units));
  }
  return entry;
}

void planning_round::wait_for_queues(std::size_t queues) {
  phase_ = phase::entering_queues;
  answers_open_ = queues;
}

void planning_round::queue_answered() {
  if (phase_ == phase::entering_queues) --answers_open_;
}

round_end planning_round::end() {
  round_end ended{.callers = std::move(wish_.callers),
                  .consolidations = wish_.consolidations.size(),
                  .moved = moved_,
                  .parcels_before = parcels_before_,
                  .capacity_at = capacity_at_};
  phase_ = phase::idle;
  wish_ = {};
  if (auto wish = std::exchange(next_wish_, std::nullopt))
    start(std::move(*wish));
  return ended;
}

}  // namespace oms::order
