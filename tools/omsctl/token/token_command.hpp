#pragma once

/// `omsctl token`: prints a new token for a caller of omsd once, and keeps only
/// its hash. Exit codes: 0 created; 2 the name is taken or not allowed, or the
/// file can't be read or written.

#include <CLI/CLI.hpp>

namespace oms::omsctl {

void add_token(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
