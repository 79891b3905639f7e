#pragma once

/// The sources of the network as candidates for a plan: what an order's plan,
/// a reservation and a quote have in common.

#include <string>

#include "actors/engine/context.hpp"
#include "actors/network.hpp"
#include "actors/routing/planner.hpp"

namespace oms::routing {

/// What no order changes, without offers.
[[nodiscard]] candidate candidate_of(const network_source& source);

/// Why it may not serve an order of this brand to this country; `not_needed`
/// means that it may.
[[nodiscard]] candidate_outcome objection(const network_source& source,
                                          const brand_id& brand,
                                          const std::string& country);

/// Whether it opens no further fulfillment today: a hint, like all of the
/// board. The source itself refuses what exceeds its capacity.
[[nodiscard]] bool is_at_capacity(const network_source& source,
                                  const engine_context& context, timestamp now);

}  // namespace oms::routing
