#pragma once

/// `omsctl replay`: the main job on files.
///
/// Purpose: the command line of docs/INTERFACE.md: order lines as CSV through
/// the whole lifecycle, in file time, with the simulated clock, onto a store.
/// Owner: the program. Threads: one. Exit codes: 0 ok, 1 a law is broken or
/// the accounts do not balance, 2 bad input, which is named with what to do.

#include <CLI/App.hpp>

namespace oms::tools {

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_replay(CLI::App& app, int& exit_code);

}  // namespace oms::tools
