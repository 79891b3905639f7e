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

/// What steps were answered, of which an expectation may speak.
struct last_answers {
  std::optional<consolidation_view> consolidation;
};

[[nodiscard]] std::optional<mismatch> check(engine& asked,
                                            const expectation& expected,
                                            const last_answers& last);

}  // namespace oms::scenario
