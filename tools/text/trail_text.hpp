#pragma once

/// The audit trail as people like to read it.
///
/// Purpose: a line per event: sequence, time, whose it is, what, the
/// particulars, and who did it. From JSON, because that is what both the
/// server and whoever follows it have. Owner: pure functions. Threads: any.

#include <string>

#include "tools/json/value.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Lines of an order that are named one by one, in timelines and trails.
inline constexpr std::size_t max_named = 3;

/// Of events as tools/json/events.hpp writes them; lines, each ended. What is
/// no such event is left out.
[[nodiscard]] std::string trail_text(const json::value& events,
                                     const palette& colours);

}  // namespace oms::text
