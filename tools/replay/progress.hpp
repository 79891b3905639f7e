#pragma once

/// The progress of a replay: a bar on a terminal, otherwise a line per tenth.
///
/// It is written here because Debian 12 has no library for it, and goes to
/// standard error, so that the summary can be piped.

#include <chrono>
#include <cstdint>
#include <cstdio>

#include "tools/replay/replay.hpp"

namespace oms::replay {

class progress_bar {
 public:
  progress_bar(std::FILE* out, bool quiet);

  void show(const replay_progress& at);
  /// Clears the bar, so that what follows starts on an empty line.
  void finish();

 private:
  void draw(const replay_progress& at, int percent);

  std::FILE* out_;
  bool quiet_;
  bool is_terminal_;
  bool drawn_ = false;
  int last_percent_ = -1;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace oms::replay
