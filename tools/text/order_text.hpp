#pragma once

/// An order as people like to read it.
///
/// Purpose: who, where to, money, lines, and where the units are. Owner: pure
/// functions. Threads: any.

#include <string>

#include "messages/views.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Lines, each ended. `when` says which moment it is; empty: now.
[[nodiscard]] std::string order_text(const order_view& order,
                                     const std::string& when,
                                     const palette& colours);

[[nodiscard]] colour colour_of(order_status status);

}  // namespace oms::text
