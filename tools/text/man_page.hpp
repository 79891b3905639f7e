#pragma once

/// The man page, made from the command line.
///
/// Purpose: omsctl(1) with a section per subcommand, omsd(8). Owner: pure
/// functions. Threads: any. Format: the macros of man(7).

#include <string>

#include "tools/text/command_tree.hpp"

namespace oms::text {

[[nodiscard]] std::string man_page(const command_tree& root, int section = 1);

}  // namespace oms::text
