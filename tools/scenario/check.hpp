#pragma once

/// Checks expectations against a running engine.
///
/// Asks the engine for the facts that an expectation names, on the caller's
/// thread, in which a simulated engine runs. A difference is a `mismatch`; none
/// if everything is as expected.

#include <optional>

#include "actors/engine.hpp"
#include "tools/scenario/compare.hpp"
#include "tools/scenario/expectation.hpp"

namespace oms::scenario {

[[nodiscard]] std::optional<mismatch> check(engine& asked,
                                            const expectation& expected);

}  // namespace oms::scenario
