#pragma once

/// JSON as values, and text as JSON: one type for all JSON of the tools, whose
/// objects keep the order of their keys, and one parser that trusts no input.
/// Text that is not JSON, that has a key twice or that passes a limit gives
/// `error_code::invalid`, with line and column if the parser knows them.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "messages/errors.hpp"

namespace oms::json {

using value = nlohmann::ordered_json;

/// Levels of lists and objects within each other. Functions that walk a value
/// call themselves once per level.
inline constexpr int max_depth = 32;
/// Keys of one object. They are looked up one after the other, so many of them
/// would take quadratic time.
inline constexpr std::size_t max_keys = 256;

[[nodiscard]] result<value> parse_text(std::string_view text);
/// The text of a file, which the error names.
[[nodiscard]] result<value> parse_file_text(const std::string& file,
                                            std::string_view text);

/// On one line, with a blank after each comma and colon, and safe for a
/// terminal.
[[nodiscard]] std::string one_line(const value& json);

/// Whether this is the text "". `empty()` tells nothing of a text: it is false
/// for each of them.
[[nodiscard]] inline bool is_empty_text(const value& json) {
  return json.is_string() && json.get_ref<const std::string&>().empty();
}

/// Sets `key`, unless the text is empty.
inline void write_text(const char* key, const std::string& text, value& out) {
  if (!text.empty()) out[key] = text;
}

}  // namespace oms::json
