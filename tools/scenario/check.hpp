#pragma once

/// Expectations held against a running engine.
///
/// Purpose: asks the engine for the facts that an expectation names. Owner: a
/// function. Threads: the caller's; a simulated engine runs in it. Errors: a
/// difference is a `mismatch`; nothing when all is as expected.

#include <optional>

#include "actors/engine.hpp"
#include "tools/scenario/compare.hpp"
#include "tools/scenario/expectation.hpp"

namespace oms::scenario {

[[nodiscard]] std::optional<mismatch> check(engine& asked,
                                            const expectation& expected);

}  // namespace oms::scenario
