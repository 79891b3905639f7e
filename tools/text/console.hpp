#pragma once

/// Where a command writes, and whether in color. Results go to `out`; errors,
/// and how far a long walk is, go to `err`. The streams belong to whoever
/// opened them.
///
/// Color is for people: only on a terminal, and not if the environment variable
/// NO_COLOR is set to anything (https://no-color.org).

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

/// What a terminal may be given of text of several lines that contains others'
/// words. Each control character but line ends and tabs becomes a question
/// mark, and so does what changes the direction of writing, ends a line in
/// Unicode's ways, or shows nothing. What is not UTF-8 becomes U+FFFD. With
/// `colours`, sequences that set a color stay.
[[nodiscard]] std::string harmless(std::string_view text, bool colours = false);

/// As `harmless`, for what must stay within its line, such as an id or a note:
/// line ends and tabs are shown as \n, \r and \t.
[[nodiscard]] std::string harmless_line(std::string_view text);

enum class colour : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

class palette {
 public:
  /// Without colours.
  palette() = default;
  /// Colors if `out` is a terminal and NO_COLOR is not set.
  explicit palette(std::FILE* out);

  [[nodiscard]] static palette with_colours();
  [[nodiscard]] bool has_colours() const { return colours_; }

  /// The text in a color, harmless and in one line.
  [[nodiscard]] std::string paint(colour in, std::string_view text) const;

 private:
  bool colours_ = false;
};

[[nodiscard]] bool is_terminal(std::FILE* stream);

}  // namespace oms::text
