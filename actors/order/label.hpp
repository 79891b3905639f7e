#pragma once

/// Labels that were bought for a fulfillment. They move no units.
///
/// Source of the rules: docs/DOMAIN.md, "Fulfillment".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Records the label, of a command with the action `label`. Errors: `conflict`
/// for another label with the same id in the fulfillment, `not_found`,
/// `invalid_transition`, `too_large`.
[[nodiscard]] order_decision add_label(const order_state& state,
                                       const work_fulfillment& command,
                                       timestamp now);

/// Takes a label back, of a command with the action `void_label`. Errors:
/// `not_found`, `invalid_transition` once something has shipped under its
/// tracking number.
[[nodiscard]] order_decision void_label(const order_state& state,
                                        const work_fulfillment& command,
                                        timestamp now);

}  // namespace oms::order
