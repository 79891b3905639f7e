#include "tools/text/console.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace oms::tools {

namespace {

/// SGR codes of ECMA-48, in the order of `colour`.
constexpr std::array<std::string_view, 7> codes = {"",   "1",  "2", "31",
                                                   "32", "33", "36"};

}  // namespace

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
  if (!colours_ || in == colour::plain || text.empty())
    return std::string(text);
  std::string out = "\x1b[";
  out += codes[static_cast<std::size_t>(in)];
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

}  // namespace oms::tools
