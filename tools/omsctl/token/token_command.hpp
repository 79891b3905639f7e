#pragma once

/// omsctl token: makes a token for a caller of omsd.
///
/// Purpose: prints a new token once and keeps only its hash. Owner: main.

#include <CLI/CLI.hpp>

namespace oms::omsctl {

void add_token(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
