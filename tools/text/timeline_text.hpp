#pragma once

/// The timeline of an order as text for people: time, what happened, and where,
/// one event per line. Events that only the engine needs are left out.

#include <string>
#include <vector>

#include "messages/events.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

struct timeline_style {
  /// Begin each line with the event's sequence, which `--at` takes.
  bool sequences = false;
  /// End each line with the author, unless the event follows from another one.
  bool who = false;
  palette colours;
};

/// Whole lines.
[[nodiscard]] std::string timeline_text(const std::vector<event>& events,
                                        const timeline_style& style = {});

}  // namespace oms::text
