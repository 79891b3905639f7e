#include "tools/text/console.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "messages/text_rules.hpp"

namespace oms::text {

namespace {

// The length of a color sequence (SGR of ECMA-48) at the beginning of the text.
// Other sequences move the cursor, set titles or answer the terminal; none of
// them passes.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

bool is_harmless(char32_t code) {
  if (code == '\n' || code == '\t') return true;
  // Some programs end a line at these, so a note could forge the next line.
  constexpr char32_t line_separator = 0x2028;
  constexpr char32_t paragraph_separator = 0x2029;
  if (is_control(code) || code == line_separator || code == paragraph_separator)
    return false;
  // These two show nothing either, but Persian words and many emoji are written
  // with them.
  constexpr char32_t non_joiner = 0x200c;
  constexpr char32_t joiner = 0x200d;
  return !is_format(code) || code == non_joiner || code == joiner;
}

// SGR codes of ECMA-48, in the order of `colour`.
constexpr std::array<std::string_view, 7> codes = {"",   "1",  "2", "31",
                                                   "32", "33", "36"};

}  // namespace

std::string harmless(std::string_view text, bool colours) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto sequence = colours ? colour_length(text) : 0;
    if (sequence > 0) {
      out += text.substr(0, sequence);
      text.remove_prefix(sequence);
      continue;
    }
    const auto next = first_character(text);
    // U+FFFD. A terminal that is not set to UTF-8 could read stray bytes as C1
    // controls.
    if (next.code == not_utf8)
      out += "\xEF\xBF\xBD";
    else if (is_harmless(next.code))
      out += text.substr(0, next.bytes);
    else
      out += '?';
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string harmless_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n')
      // Shown, not removed: a reader should see what was typed.
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  // After the replacement, since `harmless` lets line ends pass.
  return harmless(out);
}

bool is_terminal(std::FILE* stream) {
  // A stream of a test may have no file.
  const int file = fileno(stream);
  return file >= 0 && isatty(file) == 1;
}

palette::palette(std::FILE* out) {
  const char* refused = std::getenv("NO_COLOR");
  // Set but empty does not count, as the convention says.
  colours_ = is_terminal(out) && (refused == nullptr || *refused == '\0');
}

palette palette::with_colours() {
  palette made;
  made.colours_ = true;
  return made;
}

std::string palette::paint(colour in, std::string_view text) const {
  // An empty cell should not consist of control sequences.
  if (!colours_ || in == colour::plain || text.empty())
    return harmless_line(text);
  std::string out = "\x1b[";
  out += codes[static_cast<std::size_t>(in)];
  out += 'm';
  out += harmless_line(text);
  out += "\x1b[0m";
  return out;
}

}  // namespace oms::text
