#pragma once

/// Runs a scenario against a fresh simulated engine.
///
/// Setup, steps and expectations; the invariants are checked after every step.
/// One seed is one interleaving, crashes included. The result is the first step
/// that does not go as it should, or none. Engine and store live as long as the
/// call, on the caller's thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "messages/events.hpp"
#include "tools/scenario/compare.hpp"
#include "tools/scenario/scenario.hpp"

namespace oms::scenario {

struct run_options {
  std::uint64_t seed = 1;
  /// Called with every event after its commit; may be empty.
  std::function<void(const event&)> observer;
};

struct failure {
  /// "steps[3]", "stock[0]".
  std::string step;
  std::string verb;
  mismatch difference;
};

[[nodiscard]] std::optional<failure> run_scenario(const scenario& played,
                                                  const run_options& options);

}  // namespace oms::scenario
