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

namespace oms::tools {

struct console {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
};

/// What a terminal may be given of somebody else's words, such as ids and
/// notes: each control character but line ends and tabs becomes a question
/// mark, and what is not UTF-8 becomes U+FFFD. With `colours`, sequences that
/// set a colour stay.
[[nodiscard]] std::string harmless(std::string_view text, bool colours = false);

enum class colour : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

class palette {
 public:
  /// Without colours.
  palette() = default;
  /// Colours if `out` is a terminal and nobody minds.
  explicit palette(std::FILE* out);

  [[nodiscard]] static palette with_colours();
  [[nodiscard]] bool has_colours() const { return colours_; }

  /// The text, harmless, in a colour.
  [[nodiscard]] std::string paint(colour in, std::string_view text) const;

 private:
  bool colours_ = false;
};

[[nodiscard]] bool is_terminal(std::FILE* stream);

// What every command that looks at a store ends with.
inline constexpr int exit_ok = 0;
/// The chain is bad, the head is another, nothing was found, or a part of the
/// answer is not readable.
inline constexpr int exit_wrong = 1;
/// A wrong command line, or a store that can't be opened.
inline constexpr int exit_usage = 2;

}  // namespace oms::tools
