#pragma once

/// What to say about a subcommand that does not exist: the word, and the
/// nearest subcommand. The parser's own message would only speak of an argument
/// that was not expected.

#include <optional>
#include <string>
#include <vector>

#include "tools/text/command_tree.hpp"

namespace oms::omsctl {

/// None if the arguments, without the program's name, begin with known
/// subcommands; else "omsctl: unknown subcommand "ordr"; did you mean
/// "order"?".
[[nodiscard]] std::optional<std::string> unknown_subcommand(
    const text::command_tree& program,
    const std::vector<std::string>& arguments);

}  // namespace oms::omsctl
