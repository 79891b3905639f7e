#pragma once

/// The subcommands of omsctl, but for `token`, which `main` adds. There is one
/// list, for the program and for what is generated from its parser: the
/// completions and the man page.
///
/// The exit code of the chosen subcommand goes to `exit_code`; it and `app`
/// must outlive the parse.

#include <CLI/App.hpp>

namespace oms::omsctl {

void add_commands(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
