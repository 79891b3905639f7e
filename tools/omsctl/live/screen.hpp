#pragma once

/// A terminal that is drawn on again and again. While it lives, the terminal
/// shows its alternate screen and does not echo keys; its destructor restores
/// both.
///
/// Source of the sequences: ECMA-48 and xterm's control sequences (DECTCEM,
/// alternate screen buffer), which terminals since have too.

#include <termios.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "tools/text/signals.hpp"

namespace oms::omsctl {

class screen {
 public:
  explicit screen(std::FILE* out);
  ~screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  /// Draws as many lines and columns as there is room for.
  void draw(std::string_view text);
  /// False if the user quit: with q, Ctrl-C or SIGTERM.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;

 private:
  std::FILE* out_;
  bool has_keys_ = false;
  termios keys_before_{};
  text::interruption signal_;
};

}  // namespace oms::omsctl
