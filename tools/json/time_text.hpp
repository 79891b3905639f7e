#pragma once

/// Times and durations as text.
///
/// Purpose: RFC 3339 both ways, and lengths of time as people write them.
/// Owner: pure functions. Threads: any. Units: microseconds; finer fractions
/// are cut off. Errors: text of another form gives none.

#include <optional>
#include <string>
#include <string_view>

#include "messages/ids.hpp"

namespace oms::json {

/// RFC 3339, section 5.6: a date-time with "Z" or an offset, or a full-date,
/// which stands for its midnight in UTC. Leap seconds are refused.
[[nodiscard]] std::optional<timestamp> parse_time(std::string_view text);

/// In UTC with "Z", with a fraction of 3 or 6 digits where there is one.
[[nodiscard]] std::string time_text(timestamp time);

/// A whole number of ms, s, m, h or d: "25h", "90s". At most 1000 years.
[[nodiscard]] std::optional<duration> parse_duration(std::string_view text);

}  // namespace oms::json
