#pragma once

/// Turns a hang into a failure.
///
/// Purpose: while it lives, the process has so many seconds; then it says what
/// hung and aborts. Owner: a test. Threads: one at a time per process.

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace oms::tests {

class watchdog {
 public:
  watchdog(unsigned patience_s, std::string what) {
    text() = "HANGS: " + std::move(what) + "\n";
    std::signal(SIGALRM, [](int) {
      [[maybe_unused]] const auto said =
          ::write(STDERR_FILENO, text().data(), text().size());
      std::abort();
    });
    alarm(patience_s);
  }
  ~watchdog() { alarm(0); }
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

 private:
  static std::string& text() {
    static std::string what;
    return what;
  }
};

}  // namespace oms::tests
