#pragma once

/// When units that would wait come in and reach the customer, for quotes and
/// previews.
///
/// Of what the backorder queues publish (`engine_context::coming`), so nothing
/// is asked, and any thread may call.

#include <string>

#include "actors/backorder/coming_units.hpp"
#include "actors/engine/context.hpp"
#include "actors/network.hpp"
#include "messages/commands.hpp"

namespace oms::routing {

/// Whose units would wait, and by which rules.
struct arriving_for {
  const network& net;
  const engine_context& context;
  const routing_rules& rules;
  destination ship_to;
  std::string service;
  backorder::would_wait who;
};

/// Fills in the dates of what waits, and says how it comes in.
backorder::arrivals add_expected(waiting_units& to, const arriving_for& whom);

}  // namespace oms::routing
