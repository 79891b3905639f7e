#pragma once

/// A terminal that is drawn on again and again.
///
/// Purpose: the other screen of the terminal while it lives, and everything
/// as it was at its end; keys are not echoed. Owner: the command. Threads:
/// one. Source of the sequences: ECMA-48 and xterm's control sequences
/// (DECTCEM, alternate screen buffer), which every terminal since has.

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

  /// As many lines and columns as there is room for.
  void draw(std::string_view text);
  /// False when it was ended: by the key q, Ctrl-C or SIGTERM.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;

 private:
  std::FILE* out_;
  bool has_keys_ = false;
  termios keys_before_{};
  text::interruption signal_;
};

}  // namespace oms::omsctl
