#pragma once

/// How far a replay is: a bar on a terminal, a line every tenth otherwise.
///
/// Purpose: Debian 12 has no library for this. Owner: the command. Threads:
/// one. It writes to standard error, so that the summary can be piped.

#include <chrono>
#include <cstdint>
#include <cstdio>

#include "tools/replay/replay.hpp"

namespace oms::replay {

class progress_bar {
 public:
  progress_bar(std::FILE* out, bool quiet);

  void show(const replay_progress& at);
  /// Leaves the line clean for what follows.
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
