#pragma once

/// Where a command writes, and whether in colour.
///
/// Purpose: results go to `out`, what is wrong and how far a long walk is to
/// `err`. Owner: the command; the streams are their opener's. Threads: one.
/// Colour is for people: only on a terminal, and not where the environment
/// variable NO_COLOR is set to anything (https://no-color.org).

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "tools/text/exit_codes.hpp"

namespace oms::text {

struct console {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

/// What a terminal may be given of text of several lines that has somebody
/// else's words in it: each control character but line ends and tabs becomes a
/// question mark, and so does what turns the direction of writing, ends a line
/// in Unicode's ways or shows nothing; what is not UTF-8 becomes U+FFFD. With
/// `colours`, sequences that set a colour stay.
[[nodiscard]] std::string harmless(std::string_view text, bool colours = false);

/// As `harmless`, of what must stay within its line, such as an id or a note:
/// line ends and tabs are shown as \n, \r and \t.
[[nodiscard]] std::string harmless_line(std::string_view text);

enum class colour : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

class palette {
 public:
  /// Without colours.
  palette() = default;
  /// Colours if `out` is a terminal and nobody minds.
  explicit palette(std::FILE* out);

  [[nodiscard]] static palette with_colours();
  [[nodiscard]] bool has_colours() const { return colours_; }

  /// The text, harmless and in one line, in a colour.
  [[nodiscard]] std::string paint(colour in, std::string_view text) const;

 private:
  bool colours_ = false;
};

[[nodiscard]] bool is_terminal(std::FILE* stream);

}  // namespace oms::text
