#include "messages/text_rules.hpp"
#include "messages/hex.hpp"

#include <algorithm>
#include <array>

namespace oms {

namespace {

// In UTF-8, 10xxxxxx is never the first byte of a character.
constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// Unicode's White_Space (PropList.txt), and with it U+200B, U+2060 and U+FEFF:
// they show nothing, so "SKU-1" and the same with one of them would be two SKUs
// that no one can tell apart. A list of our own instead of isspace(), which
// knows bytes and depends on the locale.
constexpr bool is_whitespace(char32_t code) {
  constexpr std::array<char32_t, 14> others = {
      0x20,   0x85,   0xa0,   0x1680, 0x200b, 0x2028, 0x2029,
      0x202f, 0x205f, 0x2060, 0x3000, 0xfeff, 0x0b,   0x0c};
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x2000 && code <= 0x200a) ||
         std::find(others.begin(), others.end(), code) != others.end();
}

// Printable ASCII needs no decoding, and nearly every id is that.
bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::size_t leading_whitespace(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto next = first_character(text.substr(at));
    if (!is_whitespace(next.code)) break;
    at += next.bytes;
  }
  return at;
}

// Where the last character begins. A character has at most four bytes, so a
// text of continuation bytes alone does not make this walk far.
std::size_t last_character(std::string_view text) {
  auto at = text.size() - 1;
  while (at > 0 && text.size() - at < 4 && is_continuation(text[at])) --at;
  return at;
}

bool is_surrounded_by_whitespace(std::string_view text) {
  return trimmed(text).size() != text.size();
}

}  // namespace

// The table of well-formed byte sequences of the Unicode standard (3.9, table
// 3-7; RFC 3629). Written here because a decoder that is laxer lets one
// character have two forms, and so an id two spellings.
character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  // C0 and C1 could only begin overlong forms, F5 and up only what is beyond
  // U+10FFFF.
  if (lead < 0xc2 || lead > 0xf4) return {not_utf8, 1};
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size() || !is_continuation(text[i])) return {not_utf8, i};
    const auto byte = static_cast<unsigned char>(text[i]);
    // Overlong forms, surrogates and code points beyond U+10FFFF: all of them
    // show in the second byte.
    const bool wrong_second =
        i == 1 &&
        ((lead == 0xe0 && byte < 0xa0) || (lead == 0xed && byte > 0x9f) ||
         (lead == 0xf0 && byte < 0x90) || (lead == 0xf4 && byte > 0x8f));
    if (wrong_second) return {not_utf8, 1};
    code = code << 6U | (byte & 0x3fU);
  }
  return {code, length};
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

// From Unicode's category Cf, the ones that can hide in a name: the soft
// hyphen, the Arabic letter mark, the Mongolian vowel separator, zero-width
// characters, and marks that turn the direction of text.
bool is_format(char32_t code) {
  return code == 0xad || code == 0x61c || code == 0x180e ||
         (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    // Every text of every command comes through here, and nearly all is ASCII.
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const auto next = first_character(text.substr(at));
    if (next.code == not_utf8) return false;
    at += next.bytes;
  }
  return true;
}

bool has_control_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = first_character(text.substr(at));
    if (is_control(next.code)) return true;
    at += next.bytes;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(leading_whitespace(text));
  while (!text.empty()) {
    const auto at = last_character(text);
    const auto last = first_character(text.substr(at));
    // A character that does not reach the end of the text is followed by stray
    // bytes, which are not whitespace.
    if (at + last.bytes != text.size() || !is_whitespace(last.code)) break;
    text = text.substr(0, at);
  }
  return text;
}

// Bad ids are refused and not repaired. If " A" became "A" on one way in and
// not on another, the same file would name two things.
std::optional<std::string> fault_of_id(std::string_view text,
                                       std::size_t limit_bytes) {
  // Length and encoding first: what follows decodes the text.
  if (auto fault = fault_of_text(text, limit_bytes)) return fault;
  if (text.empty()) return {};
  if (is_plain_ascii(text) && text.front() != ' ' && text.back() != ' ')
    return {};
  if (is_surrounded_by_whitespace(text))
    return "must not begin or end with whitespace";
  if (has_control_character(text)) return "must not contain control characters";
  return {};
}

std::optional<std::string> fault_of_text(std::string_view text,
                                         std::size_t limit_bytes) {
  if (text.size() > limit_bytes) return longer_than(limit_bytes);
  if (!is_utf8(text)) return "is not valid UTF-8";
  return {};
}

// For what is shown, not for what is taken: a store from before texts were
// checked must stay readable, and JSON must be UTF-8 (RFC 8259, section 8.1).
std::string valid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  // One U+FFFD is two bytes longer than the byte that it replaces.
  out.reserve(text.size() + 2);
  for (std::size_t at = 0; at < text.size();) {
    const auto next = first_character(text.substr(at));
    if (next.code == not_utf8)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(at, next.bytes);
    at += next.bytes;
  }
  return out;
}

// JSON requires that U+0000 to U+001F are escaped, but leaves DEL and the C1
// controls U+0080 to U+009F as they are; in a terminal U+009B alone begins a
// control sequence. Works on the finished text, since these occur inside of
// strings only.
std::string printable_json(std::string json) {
  if (!is_utf8(json)) json = valid_utf8(json);
  const auto escaped_at = [&json](std::size_t at) {
    // C1 controls are C2 80 to C2 9F. C2 is never the second byte of another
    // character, so looking at bytes is enough, and a byte follows.
    const auto byte = static_cast<unsigned char>(json[at]);
    return byte == 0x7f ||
           (byte == 0xc2 && static_cast<unsigned char>(json[at + 1]) < 0xa0);
  };
  // Nearly every text has none, and is returned without a copy.
  std::size_t at = 0;
  while (at < json.size() && !escaped_at(at)) ++at;
  if (at == json.size()) return json;
  std::string out = json.substr(0, at);
  for (; at < json.size(); ++at) {
    if (!escaped_at(at)) {
      out += json[at];
      continue;
    }
    const bool is_delete = json[at] == '\x7f';
    const auto code = static_cast<unsigned char>(is_delete ? 0x7f : json[++at]);
    out += "\\u00";
    out += hex_digits[code >> 4U];
    out += hex_digits[code & 0x0fU];
  }
  return out;
}

std::string longer_than(std::size_t limit_bytes) {
  return "is longer than " + std::to_string(limit_bytes) + " bytes";
}

std::string more_entries_than(std::size_t limit) {
  return "has more than " + std::to_string(limit) + " entries";
}

std::string less_than(std::int64_t least) {
  return "must be at least " + std::to_string(least);
}

std::string more_than(std::int64_t most) {
  return "must be at most " + std::to_string(most);
}

}  // namespace oms
