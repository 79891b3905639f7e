#pragma once

/// Ctrl-C for commands that go on until somebody ends them.
///
/// Purpose: SIGINT, SIGTERM, SIGHUP and SIGQUIT end a wait, not the program, so
/// that it can leave the terminal as it was. Owner: the command, one at a time.
/// Threads: one.

#include <array>
#include <chrono>
#include <csignal>

namespace oms::text {

class interruption {
 public:
  interruption();
  /// The signals do again what they did.
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  /// Since the newest of them was made.
  [[nodiscard]] static bool came();
  /// Waits, or returns at once when it has come or comes.
  void wait(std::chrono::milliseconds time) const;

 private:
  static constexpr std::array<int, 4> signals = {SIGINT, SIGTERM, SIGHUP,
                                                 SIGQUIT};
  std::array<struct sigaction, signals.size()> previous_{};
};

}  // namespace oms::text
