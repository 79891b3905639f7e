#pragma once

/// Shell completion scripts, generated from the command line parser: one per
/// shell, for `source` or for the shell's folder of completions.
///
/// They complete subcommands, options, and those arguments that have a list of
/// words or are a file or a folder. Descriptions come from the help.

#include <string>

#include "tools/text/command_tree.hpp"

namespace oms::omsctl {

[[nodiscard]] std::string bash_completion(const text::command_tree& root);
[[nodiscard]] std::string zsh_completion(const text::command_tree& root);
[[nodiscard]] std::string fish_completion(const text::command_tree& root);

}  // namespace oms::omsctl
