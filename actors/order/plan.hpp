#pragma once

/// What of an order is planned, and what a plan does to it.
///
/// The planner chooses sources (actors/routing/planner.hpp), sources promise
/// (reservation.hpp). Source of the rules: docs/DOMAIN.md, "Routing".

#include <vector>

#include "actors/order/outcome.hpp"

namespace oms::order {

/// Units that need a source and may be planned now, per line; with what was
/// found unfillable before, if that is to be tried again.
[[nodiscard]] std::vector<line_units> units_to_plan(
    const order_state& state, bool unfillable_too = false);

/// The same for the command `plan`, which tries backordered units again too.
[[nodiscard]] std::vector<line_units> units_to_replan(const order_state& state);

/// Units that `plan` may move: allocated, not picked, and not accepted by a
/// third party.
[[nodiscard]] std::vector<fulfillment_units> movable_units(
    const order_state& state);

/// Whether something of it is to be planned now, or allocated units anew.
[[nodiscard]] bool wants_plan(const order_state& state);

/// What a plan was made for.
struct plan_purpose {
  /// The command `plan` asked for it.
  bool by_command = false;
  /// All that it does for the newest edit is recorded with it.
  bool completes_edit = false;
};
/// All units that have no source or one that they may still leave, whatever the
/// status of the order.
[[nodiscard]] std::vector<line_units> units_without_source(
    const order_state& state);
[[nodiscard]] std::vector<fulfillment_units> unpicked_units(
    const order_state& state);

/// The planner chose. `back`: units whose source may no longer serve the
/// order. Changes the state in place.
[[nodiscard]] order_events planned(order_state& state,
                                   routing_decision decision,
                                   const std::vector<fulfillment_units>& back,
                                   const plan_purpose& purpose, timestamp now);

/// Every answer to a plan is there; `sources` gave units for it. Changes the
/// state in place.
[[nodiscard]] order_events plan_completed(
    order_state& state, const std::vector<source_ref>& sources, timestamp now);

}  // namespace oms::order
