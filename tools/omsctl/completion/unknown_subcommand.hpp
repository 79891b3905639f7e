#pragma once

/// What to say of a subcommand that does not exist.
///
/// Purpose: names the word and the nearest subcommand; the parser's own message
/// speaks of an argument that was not expected. Owner: pure functions. Threads:
/// any.

#include <optional>
#include <string>
#include <vector>

#include "tools/text/command_tree.hpp"

namespace oms::omsctl {

/// Nothing when the arguments, without the program's name, begin with known
/// subcommands. "omsctl: unknown subcommand "ordr"; did you mean "order"?".
[[nodiscard]] std::optional<std::string> unknown_subcommand(
    const text::command_tree& program,
    const std::vector<std::string>& arguments);

}  // namespace oms::omsctl
