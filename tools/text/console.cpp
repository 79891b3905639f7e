#include "tools/text/console.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "messages/text_rules.hpp"

namespace oms::tools {

namespace {

/// The length of a colour's sequence (SGR of ECMA-48) at the text's begin.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

/// SGR codes of ECMA-48, in the order of `colour`.
constexpr std::array<std::string_view, 7> codes = {"",   "1",  "2", "31",
                                                   "32", "33", "36"};

}  // namespace

std::string harmless(std::string_view original, bool colours) {
  const auto valid = valid_utf8(original);
  std::string_view text(valid);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto sequence = colours ? colour_length(text) : 0;
    if (sequence > 0) {
      out += text.substr(0, sequence);
      text.remove_prefix(sequence);
      continue;
    }
    const auto c = static_cast<unsigned char>(text.front());
    // U+0080 to U+009F, which some terminals obey too.
    if (c == 0xc2 && text.size() > 1 &&
        static_cast<unsigned char>(text[1]) < 0xa0) {
      out += '?';
      text.remove_prefix(2);
      continue;
    }
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    out += control ? '?' : text.front();
    text.remove_prefix(1);
  }
  return out;
}

bool is_terminal(std::FILE* stream) {
  const int file = fileno(stream);
  return file >= 0 && isatty(file) == 1;
}

palette::palette(std::FILE* out) {
  const char* refused = std::getenv("NO_COLOR");
  colours_ = is_terminal(out) && (refused == nullptr || *refused == '\0');
}

palette palette::with_colours() {
  palette made;
  made.colours_ = true;
  return made;
}

std::string palette::paint(colour in, std::string_view text) const {
  if (!colours_ || in == colour::plain || text.empty()) return harmless(text);
  std::string out = "\x1b[";
  out += codes[static_cast<std::size_t>(in)];
  out += 'm';
  out += harmless(text);
  out += "\x1b[0m";
  return out;
}

}  // namespace oms::tools
