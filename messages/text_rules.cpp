#include "messages/text_rules.hpp"
#include "messages/hex.hpp"

#include <algorithm>
#include <array>

namespace oms {

namespace {

constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

constexpr bool is_whitespace(char32_t code) {
  constexpr std::array<char32_t, 14> others = {
      0x20,   0x85,   0xa0,   0x1680, 0x200b, 0x2028, 0x2029,
      0x202f, 0x205f, 0x2060, 0x3000, 0xfeff, 0x0b,   0x0c};
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x2000 && code <= 0x200a) ||
         std::find(others.begin(), others.end(), code) != others.end();
}

/// Printable ASCII needs no decoding, and nearly everything is that.
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

/// Where the last character begins.
std::size_t last_character(std::string_view text) {
  auto at = text.size() - 1;
  while (at > 0 && text.size() - at < 4 && is_continuation(text[at])) --at;
  return at;
}

bool is_surrounded_by_whitespace(std::string_view text) {
  return trimmed(text).size() != text.size();
}

}  // namespace

character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return {not_utf8, 1};
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size() || !is_continuation(text[i])) return {not_utf8, i};
    const auto byte = static_cast<unsigned char>(text[i]);
    // Overlong forms, surrogates and what lies beyond U+10FFFF.
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

bool is_format(char32_t code) {
  return code == 0xad || code == 0x61c || code == 0x180e ||
         (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
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
    if (at + last.bytes != text.size() || !is_whitespace(last.code)) break;
    text = text.substr(0, at);
  }
  return text;
}

std::optional<std::string> fault_of_id(std::string_view text,
                                       std::size_t limit_bytes) {
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

std::string valid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
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

std::string printable_json(std::string json) {
  if (!is_utf8(json)) json = valid_utf8(json);
  const auto escaped_at = [&json](std::size_t at) {
    const auto byte = static_cast<unsigned char>(json[at]);
    return byte == 0x7f ||
           (byte == 0xc2 && static_cast<unsigned char>(json[at + 1]) < 0xa0);
  };
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
