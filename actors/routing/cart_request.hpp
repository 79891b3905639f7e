#pragma once

/// What a cart asks of the planner: as an order with these lines would, on the
/// stock board as it is now.
///
/// Reads the context, so any thread may call; nothing is asked or changed.

#include <cstdint>
#include <optional>

#include "actors/engine/context.hpp"
#include "actors/network.hpp"
#include "actors/routing/planner.hpp"
#include "messages/commands.hpp"

namespace oms::routing {

/// Lines are numbered from "1". The candidates are the sources of the network,
/// in its order. Objectives of the cart replace those of the rules. What its
/// reservation holds is not free.
[[nodiscard]] request request_of(const cart& wanted, const network& net,
                                 const engine_context& context);

/// For `soonest`: when each offer would be delivered. `request_of` does this
/// where the objectives name it.
void add_days(request& to, const cart& wanted, const network& net,
              timestamp now);

/// A day as `soonest` counts it, for a plan that is made at `now`.
[[nodiscard]] std::int64_t day_number(const std::optional<date>& expected,
                                      timestamp now);

}  // namespace oms::routing
