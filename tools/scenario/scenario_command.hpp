#pragma once

/// `omsctl scenario FILE...`: runs scenario files.
///
/// The command line of docs/OPERATING.md. Exit codes, the first that applies: 2
/// a file can't be read or is not a scenario, 1 a file fails, 0 all pass.

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/text/console.hpp"

namespace oms::scenario {

struct scenario_options {
  /// Files, or folders: all *.json in them.
  std::vector<std::string> paths;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  bool trace = false;
  bool quiet = false;
};

[[nodiscard]] int scenario_command(const scenario_options& options,
                                   const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_scenario(CLI::App& app, int& exit_code);

}  // namespace oms::scenario
