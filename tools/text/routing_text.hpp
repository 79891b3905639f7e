#pragma once

/// Routing rules as people like to read them.
///
/// Purpose: which sources are asked first, and what a plan minimises. Owner:
/// pure functions. Threads: any.

#include <cstdint>
#include <string>

#include "messages/network.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Lines, each ended. `version` 0: nobody has set any, these are the defaults.
[[nodiscard]] std::string routing_text(const routing_rules& rules,
                                       std::uint64_t version,
                                       const palette& colours);

}  // namespace oms::text
