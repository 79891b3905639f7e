#pragma once

/// Routing rules as text for people: which sources are asked first, and what a
/// plan minimizes.

#include <cstdint>
#include <string>

#include "messages/network.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Whole lines. A `version` of 0 means that the rules were never set and are
/// the defaults.
[[nodiscard]] std::string routing_text(const routing_rules& rules,
                                       std::uint64_t version,
                                       const palette& colours);

}  // namespace oms::text
