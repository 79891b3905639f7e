#pragma once

/// A simulation in a process of its own.
///
/// Purpose: an assertion of the engine, or an answer that never comes, ends
/// the child; the caller learns in which step, and can go on to make the
/// failure short. Owner: the caller, which must have no threads. Threads:
/// one. Errors: when no process can be started, the run counts as failed.

#include <cstdint>
#include <functional>
#include <optional>

#include "tools/simulation/simulation.hpp"

namespace oms::simulation {

/// In the place of the number of an invariant: the process ended itself or
/// hung.
inline constexpr int engine_died = -1;

/// After which a run counts as hanging.
inline constexpr unsigned max_run_s = 20;

[[nodiscard]] std::optional<breach> simulate_isolated(
    const simulation_options& options);

/// The fewest steps that still fail, found by leaving steps out as long as
/// that is possible; `steps` fail.
struct shrunk {
  std::vector<std::size_t> steps;
  breach last;
};
[[nodiscard]] shrunk shrink(
    std::vector<std::size_t> steps, breach known,
    const std::function<std::optional<breach>(const std::vector<std::size_t>&)>&
        run);

}  // namespace oms::simulation
