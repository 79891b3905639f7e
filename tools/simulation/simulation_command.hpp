#pragma once

/// `omsctl simulate`: looks for a seed that breaks an invariant. Exit codes: 0
/// no invariant is broken, 1 an invariant is broken.

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace oms::simulation {

struct simulate_options {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  std::size_t steps = 60;
  /// Only these steps of the seed; empty: all.
  std::vector<std::size_t> only;
  bool forever = false;
  bool trace = false;
};

[[nodiscard]] int simulate_command(const simulate_options& options);

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_simulate(CLI::App& app, int& exit_code);

}  // namespace oms::simulation
