#pragma once

/// The audit trail as text for people, one line per event: sequence, time,
/// whose event it is, what it is, its details, and its author. It is made from
/// JSON, because that is what both the server and `omsctl audit tail` have.

#include <string>

#include "tools/json/value.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// So many lines of an order are named one by one, in timelines and trails; the
/// others are counted.
inline constexpr std::size_t max_named = 3;

/// Whole lines, from events as tools/json/events.hpp writes them. What is not
/// such an event is left out.
[[nodiscard]] std::string trail_text(const json::value& events,
                                     const palette& colours);

}  // namespace oms::text
