#pragma once

/// `omsctl scenario FILE...`: runs scenario files.
///
/// Purpose: the command line of docs/OPERATING.md. Owner:
/// the program. Threads: one. Exit codes: 0 all passed, 1 one failed, 2 one
/// could not be read or is no scenario, 3 one needs what the engine does not
/// have yet.

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace oms::tools {

struct scenario_options {
  /// Files; of a folder all *.json in it.
  std::vector<std::string> paths;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  bool trace = false;
  bool quiet = false;
};

[[nodiscard]] int scenario_command(const scenario_options& options);

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_scenario(CLI::App& app, int& exit_code);

}  // namespace oms::tools
