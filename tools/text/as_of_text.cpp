#include "tools/text/as_of_text.hpp"

#include <charconv>

#include "messages/time_text.hpp"

namespace oms::text {

result<history::moment> parse_moment(const std::string& text) {
  // A number first: no time consists of digits only. A number beyond the range
  // of sequences is neither.
  sequence at = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, at);
  if (failed == std::errc{} && stop == end) return history::moment{at};
  if (const auto time = parse_time(text)) return history::moment{*time};
  return error{error_code::invalid,
               "--at: \"" + text +
                   "\" is neither a sequence (4711) nor a time "
                   "(2026-01-05T10:00:00Z, 2026-01-05)",
               {}};
}

result<std::optional<timestamp>> parse_time_option(const std::string& option,
                                                   const std::string& text) {
  if (text.empty()) return std::optional<timestamp>();
  if (const auto time = parse_time(text)) return time;
  return error{error_code::invalid,
               option + ": \"" + text +
                   "\" is not a time (2026-01-05T10:00:00Z, 2026-01-05)",
               {}};
}

}  // namespace oms::text
