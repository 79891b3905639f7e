#pragma once

/// Turns a hang into a failure: after so many seconds of its life the process
/// says what hung, and aborts.
///
/// It uses SIGALRM, so there may be one at a time in a process.

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
    // Only what is allowed in a signal handler; the text is made before.
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
