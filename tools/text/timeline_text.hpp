#pragma once

/// The timeline of an order as people like to read it.
///
/// Purpose: time, what, and where from, an event a line; what only the engine
/// cares about is left out. Owner: pure functions. Threads: any.

#include <string>
#include <vector>

#include "messages/events.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

struct timeline_style {
  /// Begin each line with the event's sequence, which `--at` takes.
  bool sequences = false;
  /// End each line with who did it, where it was not the engine itself.
  bool who = false;
  palette colours;
};

/// Lines, each ended.
[[nodiscard]] std::string timeline_text(const std::vector<event>& events,
                                        const timeline_style& style = {});

}  // namespace oms::text
