#pragma once

/// A simulation in a process of its own.
///
/// An assertion of the engine, or an answer that never comes, ends the child.
/// The caller learns in which step, and can go on to shorten the failure. The
/// calling process must have no threads, because it forks. If no process can be
/// started, the run counts as failed.

#include <cstdint>
#include <functional>
#include <optional>

#include "tools/simulation/simulation.hpp"

namespace oms::simulation {

/// In place of the number of an invariant: the process died or hung.
inline constexpr int engine_died = -1;

/// After this a run counts as hung.
inline constexpr unsigned max_run_s = 20;

[[nodiscard]] std::optional<breach> simulate_isolated(
    const simulation_options& options);

/// The fewest steps that still break the same invariant, found by leaving out
/// steps as long as that works. `steps` break it.
struct shrunk {
  std::vector<std::size_t> steps;
  breach last;
};
[[nodiscard]] shrunk shrink(
    std::vector<std::size_t> steps, breach known,
    const std::function<std::optional<breach>(const std::vector<std::size_t>&)>&
        run);

}  // namespace oms::simulation
