#pragma once

/// Two plans of the same orders, side by side.
///
/// As a table for people, and as JSON with the same numbers; both also say what
/// the comparison leaves out. Pure functions. Money is in minor units, shares
/// and rates in JSON are fractions of 1.

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
