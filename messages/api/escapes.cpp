#include "messages/api/escapes.hpp"

#include <charconv>

namespace oms::api {

namespace {

// Exactly four digits. from_chars takes fewer, but then does not come to the
// end of the four.
unsigned hexadecimal(std::string_view text, std::size_t at) {
  unsigned code = 0;
  if (at + 4 > text.size()) throw bad_escape{};
  const auto* end = text.data() + at + 4;
  if (std::from_chars(text.data() + at, end, code, 16).ptr != end)
    throw bad_escape{};
  return code;
}

void add_utf8(std::string& out, unsigned code) {
  const auto add = [&out](unsigned byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code < 0x80) {
    // \u0022 must not end the text that it is in, so these two stay escaped.
    // Controls come out raw. JSON forbids that and parse_json refuses it, but
    // Cap'n Proto's parser, which reads the body then, takes it.
    if (code == '"' || code == '\\') out += '\\';
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6U);
    add(0x80 | (code & 0x3fU));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12U);
    add(0x80 | (code >> 6U & 0x3fU));
    add(0x80 | (code & 0x3fU));
  } else {
    add(0xf0 | code >> 18U);
    add(0x80 | (code >> 12U & 0x3fU));
    add(0x80 | (code >> 6U & 0x3fU));
    add(0x80 | (code & 0x3fU));
  }
}

}  // namespace

// Works on the whole body without parsing it. Outside of texts JSON has no
// backslash, so whatever is wrong there the parser finds afterwards.
std::string without_unicode_escapes(std::string_view text) {
  constexpr unsigned high = 0xd800;
  constexpr unsigned low = 0xdc00;
  constexpr unsigned behind = 0xe000;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    // Both characters at once, so that "\\u" is a backslash and a u.
    if (text[++i] != 'u') {
      out += {'\\', text[i]};
      continue;
    }
    auto code = hexadecimal(text, i + 1);
    i += 4;
    // No NUL, at which any text of C would end; no second half of a surrogate
    // pair without the first.
    if (code == 0 || (code >= low && code < behind)) throw bad_escape{};
    if (code >= high && code < low) {
      if (text.substr(i + 1, 2) != "\\u") throw bad_escape{};
      const auto second = hexadecimal(text, i + 3);
      if (second < low || second >= behind) throw bad_escape{};
      code = 0x10000 + ((code - high) << 10U) + (second - low);
      i += 6;
    }
    add_utf8(out, code);
  }
  return out;
}

}  // namespace oms::api
