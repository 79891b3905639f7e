#pragma once

/// An order as text for people: who, where to, money, lines, and where the
/// units are.

#include <string>

#include "messages/views.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Whole lines. `when` says as of which moment; empty: now.
[[nodiscard]] std::string order_text(const order_view& order,
                                     const std::string& when,
                                     const palette& colours);

[[nodiscard]] colour colour_of(order_status status);

}  // namespace oms::text
