#pragma once

/// A quote as text for people: what would ship from where, and what else could.

#include <string>

#include "messages/commands.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Whole lines.
[[nodiscard]] std::string quote_text(const quote_view& quote,
                                     const palette& colours);

}  // namespace oms::text
