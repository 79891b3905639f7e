#pragma once

/// `omsctl quote`: asks a running omsd what would ship for a cart.

#include <CLI/App.hpp>

namespace oms::omsctl {

void add_quote(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
