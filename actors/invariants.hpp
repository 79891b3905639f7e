#pragma once

/// The invariants of docs/DOMAIN.md, checked over everything that there is.
///
/// Simulations check them after every step, and `engine::check_invariants` on
/// demand. A pure function of the log and of a collection that was taken at
/// rest; messages under way would look like faults.

#include <string>
#include <vector>

#include "actors/engine/collection.hpp"
#include "messages/views.hpp"
#include "persistence/log_store.hpp"

namespace oms {

[[nodiscard]] std::vector<violation> violations_of(
    const collection& all, const persistence::log_store& store);

}  // namespace oms
