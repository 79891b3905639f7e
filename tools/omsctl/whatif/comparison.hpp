#pragma once

/// Two plans of the same orders, side by side.
///
/// Purpose: what a person compares, and the same as JSON; with what the
/// comparison leaves out. Owner: pure functions. Threads: any.

#include <string>

#include "tools/json/value.hpp"
#include "tools/omsctl/whatif/replanning.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct comparison {
  const history_span& played;
  const planned_window& recorded;
  const planned_window& given;
};

[[nodiscard]] std::string comparison_text(const comparison& made,
                                          const text::palette& colours);
[[nodiscard]] json::value comparison_json(const comparison& made);

}  // namespace oms::omsctl
