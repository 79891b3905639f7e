#pragma once

/// Every subcommand of omsctl.
///
/// Purpose: one list, for the program and for what is made from it: its
/// completions and its man page. Owner: the program. Threads: one. The
/// chosen subcommand's exit code goes to `exit_code`; both outlive the parse.

#include <CLI/App.hpp>

namespace oms::omsctl {

void add_commands(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
