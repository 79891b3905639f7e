#pragma once

/// The invariants of docs/DOMAIN.md, checked over everything that there is.
///
/// Purpose: what simulations check after every step, and anybody on demand.
/// Pure over a collection taken at rest and the log. Owner: the caller.
/// Threads: one.

#include <string>
#include <vector>

#include "actors/engine/collection.hpp"
#include "messages/views.hpp"
#include "persistence/log_store.hpp"

namespace oms {

[[nodiscard]] std::vector<violation> violations_of(
    const collection& all, const persistence::log_store& store);

}  // namespace oms
