#pragma once

/// Shell completion, made from the command line.
///
/// Purpose: one script per shell, for `source` or the shell's folder of
/// completions. It completes subcommands, options, and of their arguments
/// those that have a list of words, are a file or are a folder. Owner: pure
/// functions. Threads: any.

#include <string>

#include "tools/text/command_tree.hpp"

namespace oms::omsctl {

[[nodiscard]] std::string bash_completion(const text::command_tree& root);
[[nodiscard]] std::string zsh_completion(const text::command_tree& root);
[[nodiscard]] std::string fish_completion(const text::command_tree& root);

}  // namespace oms::omsctl
