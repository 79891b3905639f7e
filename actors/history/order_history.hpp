#pragma once

/// Every order of a store, one after the other, as it was.
///
/// Each order is folded from its own events, the oldest order first, so memory
/// holds one of them, and of those that changed after the checkpoint where
/// their timelines end. Reads the store alone, so it works while an engine
/// runs, which may write the next checkpoint meanwhile, and without one; any
/// thread may call. Errors: those of the store; `invalid` when a checkpoint's
/// row leads to another entity.

#include <functional>
#include <optional>

#include "messages/errors.hpp"
#include "messages/order_state.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

/// Which orders are visited: those that match every part that is set.
struct order_choice {
  std::optional<brand_id> brand;
  std::optional<order_status> status;
};

/// Visits the orders as they were after the event `at`, in the sequence in
/// which the engine accepted them, until `visit` returns false. `visit` may use
/// the store.
status visit_orders(const persistence::log_store& store, sequence at,
                    const order_choice& choice,
                    const std::function<bool(const order_state&)>& visit);

}  // namespace oms::history
