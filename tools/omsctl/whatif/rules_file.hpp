#pragma once

/// Routing rules from a file.
///
/// Purpose: one object as in docs/SCENARIOS.md, "routing", or a list of them,
/// each for a brand of its own. Owner: values. Threads: any. Errors: `invalid`
/// with every fault's path, and the file's name.

#include <string>
#include <string_view>

#include "messages/errors.hpp"
#include "tools/omsctl/whatif/history_span.hpp"

namespace oms::omsctl {

[[nodiscard]] result<rules_by_brand> rules_of_text(const std::string& name,
                                                   std::string_view text);
[[nodiscard]] result<rules_by_brand> rules_of_file(const std::string& path);

}  // namespace oms::omsctl
