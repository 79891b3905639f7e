#pragma once

/// Every order of a store, one after the other, as it was.
///
/// Purpose: to go through all orders without holding them: the oldest first,
/// each folded from its own events. Begins with the rows of the checkpoint and
/// goes on with the log behind it. Reads the store alone, so it works beside a
/// running engine, which may write the next checkpoint meanwhile. Owner: pure
/// but for reading. Threads: any. Memory: one order, and the ends of the
/// timelines that are behind the checkpoint. Errors: those of the store.

#include <functional>
#include <optional>

#include "messages/errors.hpp"
#include "messages/order_state.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

/// Which orders are visited: those that every part that is set agrees with.
struct order_choice {
  std::optional<brand_id> brand;
  std::optional<order_status> status;
};

/// Visits the orders as they were after the event `at`, by the order in which
/// the engine accepted them, until `visit` returns false. `visit` may use the
/// store.
status visit_orders(const persistence::log_store& store, sequence at,
                    const order_choice& choice,
                    const std::function<bool(const order_state&)>& visit);

}  // namespace oms::history
