#pragma once

/// Moments as people type them: "--at 2026-01-05T10:00:00Z", "--at 2026-01-05"
/// or "--at 4711". The error is `invalid`, with what was expected.

#include <optional>
#include <string>

#include "actors/history/history.hpp"

namespace oms::text {

/// A plain number is a sequence, everything else a time in RFC 3339 or a date.
[[nodiscard]] result<history::moment> parse_moment(const std::string& text);

/// Only a time; none where the option is not given and `text` is empty.
[[nodiscard]] result<std::optional<timestamp>> parse_time_option(
    const std::string& option, const std::string& text);

}  // namespace oms::text
