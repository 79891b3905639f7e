#pragma once

/// Ctrl-C for commands that go on until somebody ends them.
///
/// Purpose: SIGINT and SIGTERM end a wait, not the program, so that it can
/// leave the terminal as it was. Owner: the command, one at a time. Threads:
/// one.

#include <chrono>
#include <csignal>

namespace oms::tools {

class interruption {
 public:
  interruption();
  /// The signals do again what they did.
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  [[nodiscard]] bool came() const;
  /// Waits, or returns at once when it has come or comes.
  void wait(std::chrono::milliseconds time) const;

 private:
  struct sigaction previous_int_ {};
  struct sigaction previous_term_ {};
};

}  // namespace oms::tools
