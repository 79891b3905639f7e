#pragma once

/// What there is of an order in memory. Its shard keeps it; the order's actor
/// works on it while something is under way for the order. An order at rest has
/// no actor.

#include <cstdint>
#include <optional>
#include <utility>

#include <caf/actor.hpp>

#include "actors/engine/recording.hpp"
#include "actors/history/recovery.hpp"
#include "actors/order/stuck.hpp"

namespace oms::order {

struct order_record {
  /// The state of a new order is empty, except for its key.
  explicit order_record(history::recovered_order order)
      : state(std::move(order.state)),
        log(entity_of(state.key), state.version, order.head),
        stuck_after(has_entered_planning(state)
                        ? std::optional<duration>(order.stuck_after)
                        : std::nullopt) {}

  order_state state;
  recording log;
  /// The rule as it was when the order began to await fulfillment. None until
  /// the order is planned for the first time; `never_stuck` where the rules say
  /// so.
  std::optional<duration> stuck_after;
  bool counted_stuck = false;
  /// That it asked its router: their numbers are never used again, so that a
  /// late answer is known.
  std::uint64_t questions = 0;
  /// None while the order is at rest.
  caf::actor actor;
};

}  // namespace oms::order
