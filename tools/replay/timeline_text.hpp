#pragma once

/// The timeline of an order as people like to read it.
///
/// Purpose: time, what, and where from, an event a line; what only the engine
/// cares about is left out. Owner: pure functions. Threads: any.

#include <string>
#include <vector>

#include "messages/events.hpp"

namespace oms::tools {

/// Lines, each ended.
[[nodiscard]] std::string timeline_text(const std::vector<event>& events);

}  // namespace oms::tools
