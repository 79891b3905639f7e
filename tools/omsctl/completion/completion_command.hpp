#pragma once

/// `omsctl completion` and `omsctl man`: print what shells and man(1) read,
/// generated from the parser's own tree. Exit codes: 0 printed; 2 wrong usage.

#include <CLI/App.hpp>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

/// `shell` is "bash", "zsh" or "fish"; `app` has all its subcommands.
[[nodiscard]] int completion_command(const CLI::App& app,
                                     const std::string& shell,
                                     const text::console& to = {});
[[nodiscard]] int man_command(const CLI::App& app,
                              const text::console& to = {});

/// Adds both to `app`, which outlives them; they describe it as it is when
/// they are called.
void add_complete(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
