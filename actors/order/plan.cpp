#include "actors/order/plan.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "actors/order/cancel.hpp"
#include "actors/order/change.hpp"
#include "actors/order/delivery.hpp"
#include "actors/order/price.hpp"
#include "actors/order/reservation.hpp"

namespace oms::order {

namespace {

// Before these statuses the order is not paid or a hold keeps it from planning;
// after them everything has left. Between them units may come back at any time,
// and stay unrouted while the order is on hold or not secured any more.
bool is_planned(const order_state& state) {
  return (state.status == order_status::awaiting_fulfillment ||
          state.status == order_status::partially_fulfilled) &&
         state.holds.empty() && !is_unsecured(state);
}

// Of the parcel that new units of a source are in.
std::optional<date> expected_from(const order_state& state,
                                  const source_ref& source) {
  const auto found = std::find_if(
      state.fulfillments.rbegin(), state.fulfillments.rend(),
      [&source](const fulfillment& work) { return work.source == source; });
  return found == state.fulfillments.rend() ? std::nullopt
                                            : found->expected_delivery;
}

}  // namespace

std::vector<line_units> units_to_plan(const order_state& state,
                                      bool unfillable_too) {
  std::vector<line_units> units;
  if (!is_planned(state)) return units;
  for (const auto& line : state.lines) {
    // No source had them and they may not wait. They are tried again when the
    // product or the rules change and by the command `plan`, not by each plan
    // that the order makes for other units.
    const auto kept = unfillable_too ? quantity{0} : line.unfillable;
    const auto open = line.buckets.unrouted - line.awaiting_payment - kept;
    if (open > quantity{0})
      units.push_back({line.ordered.line, line.ordered.sku, open});
  }
  return units;
}

std::vector<line_units> units_to_replan(const order_state& state) {
  if (!is_planned(state)) return {};
  return units_without_source(state);
}

std::vector<line_units> units_without_source(const order_state& state) {
  std::vector<line_units> units;
  for (const auto& line : state.lines) {
    // Waiting units keep their place in the queue meanwhile: they leave it when
    // a source promises them.
    const auto open = line.buckets.unrouted - line.awaiting_payment +
                      line.buckets.backordered;
    if (open > quantity{0})
      units.push_back({line.ordered.line, line.ordered.sku, open});
  }
  return units;
}

std::vector<fulfillment_units> movable_units(const order_state& state) {
  if (!is_planned(state)) return {};
  return unpicked_units(state);
}

std::vector<fulfillment_units> unpicked_units(const order_state& state) {
  std::vector<fulfillment_units> movable;
  for (const auto& work : state.fulfillments) {
    // A third party that has accepted would have to agree, and the units must
    // be free to leave once the new sources have promised.
    if (needs_consent(work)) continue;
    fulfillment_units part{work.id, work.source, {}};
    for (const auto& line : work.lines) {
      const auto& ordered = state.lines[line.line].ordered;
      if (line.allocated > quantity{0})
        part.lines.push_back({ordered.line, ordered.sku, line.allocated,
                              quantity{0}, quantity{0}});
    }
    if (!part.lines.empty()) movable.push_back(std::move(part));
  }
  return movable;
}

bool wants_plan(const order_state& state) {
  if (state.takes_over || !units_to_plan(state).empty()) return true;
  return state.replan_since != 0 &&
         (!movable_units(state).empty() || !units_to_replan(state).empty());
}

order_events planned(order_state& state, routing_decision decision,
                     const std::vector<fulfillment_units>& back,
                     const plan_purpose& purpose, timestamp now) {
  auto change = order_change::in_place(state, now);
  // The planner worked on what the order said when it asked; units may have
  // been picked or cancelled since.
  auto still = still_promised(change.state(), back);
  // The first event: callers of `plan` are answered with its sequence, which
  // order_actor counts back from the last event.
  change.emit(order_planned{std::move(decision), purpose.by_command,
                            purpose.completes_edit});
  if (!still.empty()) change.emit(units_released{std::move(still)});
  return change.finish_in_place();
}

order_events plan_completed(order_state& state,
                            const std::vector<source_ref>& sources,
                            timestamp now) {
  auto change = order_change::in_place(state, now);
  // Counted over the sources of this plan: units that another plan allocated
  // earlier do not make it a split.
  if (sources.size() >= 2 && !change.state().split_told) {
    std::string parcels;
    for (const auto& source : sources)
      parcels += (parcels.empty() ? "" : ", ") + source.id +
                 date_in_brackets(expected_from(change.state(), source));
    change.notify("order.split", "", parcels);
  }
  return change.finish_in_place();
}

}  // namespace oms::order
