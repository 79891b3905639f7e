#pragma once

/// The man page, generated from the command line: omsctl(1) with a section per
/// subcommand, or omsd(8). Format: the macros of man(7).

#include <string>

#include "tools/text/command_tree.hpp"

namespace oms::text {

[[nodiscard]] std::string man_page(const command_tree& root, int section = 1);

}  // namespace oms::text
