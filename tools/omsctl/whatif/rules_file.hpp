#pragma once

/// Routing rules from a file.
///
/// One object as in docs/SCENARIOS.md, "routing", or a list of them, each for a
/// brand of its own. Errors: those of reading the file; `invalid` with every
/// fault's path and the file's name, also when there are no rules in it.

#include <string>
#include <string_view>

#include "messages/errors.hpp"
#include "tools/omsctl/whatif/history_span.hpp"

namespace oms::omsctl {

[[nodiscard]] result<rules_by_brand> rules_of_text(const std::string& name,
                                                   std::string_view text);
[[nodiscard]] result<rules_by_brand> rules_of_file(const std::string& path);

}  // namespace oms::omsctl
