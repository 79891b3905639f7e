#pragma once

/// Units that customers send back.
///
/// A return moves units and stock, and gives no money back. Source of the
/// rules: docs/DOMAIN.md, "Returns".

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Without lines: all that can come back. Errors: `conflict` for the id of
/// another return, `invalid` for a line that the order does not have,
/// `quantity_too_great` for more units than were shipped and are not in a
/// return.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const request_return& command,
                                    timestamp now);

/// Without lines: all that is expected, as sellable. Whether there is such a
/// location is for the caller to check. Errors: `invalid`, `not_found`,
/// `invalid_transition` for a return that is over, `quantity_too_great` for
/// more units than it expects.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const receive_return& command,
                                    timestamp now);

/// Accepting one records nothing. Errors: `not_found`, `invalid_transition`
/// for declining one of which units have come.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const decide_return& command,
                                    timestamp now);

}  // namespace oms::order
