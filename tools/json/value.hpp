#pragma once

/// JSON as values, and text as JSON.
///
/// Purpose: one type for all JSON of the tools, whose objects keep the order
/// of their keys, and one parser that trusts nobody. Owner: values. Threads:
/// no shared state. Errors: text that is not JSON, that names a key twice or
/// that passes a limit gives `error_code::invalid` with line and column.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "messages/errors.hpp"

namespace oms::json {

using value = nlohmann::ordered_json;

/// Levels of lists and objects within each other.
inline constexpr int max_depth = 32;
/// Keys of one object: they are looked up one after the other.
inline constexpr std::size_t max_keys = 256;

[[nodiscard]] result<value> parse_text(std::string_view text);

/// On one line, with a blank after each comma and colon.
[[nodiscard]] std::string one_line(const value& json);

/// Whether this is the text "". `empty()` tells nothing of a text: it is false
/// for each of them.
[[nodiscard]] inline bool is_empty_text(const value& json) {
  return json.is_string() && json.get_ref<const std::string&>().empty();
}

/// Under `key`, unless the text is empty.
inline void write_text(const char* key, const std::string& text, value& out) {
  if (!text.empty()) out[key] = text;
}

}  // namespace oms::json
