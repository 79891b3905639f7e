#pragma once

/// What of a backorder queue's answer still holds for the order.
///
/// Between the order's message to the queue and the answer, a cancellation may
/// have taken units that the queue has accepted by now, and a plan may have
/// found a source for them.

#include <vector>

#include "messages/order_state.hpp"

namespace oms::order {

struct queue_answer {
  /// Units that wait from now on.
  std::vector<line_units> accepted;
  /// Units that are unfillable, of each line that differs from what was known.
  std::vector<line_units> refused;
  /// Units that the queue has accepted and the order no longer needs.
  std::vector<line_units> surplus;
};

/// `unfillable_too`: the queue was asked for units found unfillable before, so
/// that a refusal is about all of a line.
[[nodiscard]] queue_answer still_holds(const order_state& state,
                                       const std::vector<line_units>& accepted,
                                       const std::vector<line_units>& refused,
                                       bool unfillable_too);

}  // namespace oms::order
