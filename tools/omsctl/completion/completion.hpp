#pragma once

/// Shell completion, made from the command line.
///
/// Purpose: one script per shell, for `source` or the shell's folder of
/// completions. It completes subcommands, options, and of their arguments
/// those that have a list of words, are a file or are a folder. Owner: pure
/// functions. Threads: any.

#include <string>

#include "tools/text/command_tree.hpp"

namespace oms::tools {

[[nodiscard]] std::string bash_completion(const command_tree& root);
[[nodiscard]] std::string zsh_completion(const command_tree& root);
[[nodiscard]] std::string fish_completion(const command_tree& root);

}  // namespace oms::tools
