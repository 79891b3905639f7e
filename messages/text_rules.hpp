#pragma once

/// What ids and free texts may contain, wherever they come from.
///
/// This is the one definition for every way in: HTTP, RPC, files, command lines
/// and programs that embed the engine. An id is valid UTF-8 without control
/// characters and without leading or trailing whitespace; a text is valid
/// UTF-8. Lengths are bytes of UTF-8. The rules are those of docs/DOMAIN.md,
/// "Ids". Whitespace is Unicode's property White_Space, and with it the
/// invisible characters that spreadsheets and web pages leave around a value
/// (U+200B, U+2060, U+FEFF).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "messages/limits.hpp"

namespace oms {

/// In the place of a character: bytes that are not UTF-8.
inline constexpr char32_t not_utf8 = 0xffffffff;

struct character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The first character of a text that is not empty. If it is not UTF-8, `bytes`
/// is as many as could begin a character (Unicode, "U+FFFD Substitution of
/// Maximal Subparts"), so no character of ASCII is ever skipped with it.
[[nodiscard]] character first_character(std::string_view text);

/// U+0000 to U+001F and U+007F to U+009F, which can control a terminal.
[[nodiscard]] bool is_control(char32_t code);

/// What changes how the text around it is shown but shows nothing itself: soft
/// hyphens, zero-width characters and marks of direction.
[[nodiscard]] bool is_format(char32_t code);

[[nodiscard]] bool is_utf8(std::string_view text);

[[nodiscard]] bool has_control_character(std::string_view text);

/// The text without leading and trailing whitespace.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// What is wrong with an id, as a sentence without its subject: "must not
/// contain control characters". Nothing is wrong with an empty one; whether an
/// id may be missing is up to the caller.
[[nodiscard]] std::optional<std::string> fault_of_id(
    std::string_view text, std::size_t limit_bytes = limits::max_id_bytes);

/// As `fault_of_id`, for a note, a reason, a name or a line of an address.
[[nodiscard]] std::optional<std::string> fault_of_text(
    std::string_view text, std::size_t limit_bytes = limits::max_text_bytes);

/// The text with U+FFFD for each sequence of bytes that is not UTF-8. Stores
/// that older versions have written may contain such texts.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// JSON that a terminal can show: valid UTF-8, with U+007F to U+009F, which
/// JSON allows within a string, escaped.
[[nodiscard]] std::string printable_json(std::string json);

// The sentences about other limits, so that every way in says the same.
[[nodiscard]] std::string longer_than(std::size_t limit_bytes);
[[nodiscard]] std::string more_entries_than(std::size_t limit);
[[nodiscard]] std::string less_than(std::int64_t least);
[[nodiscard]] std::string more_than(std::int64_t most);

}  // namespace oms
