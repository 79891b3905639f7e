#pragma once

/// The signals that end omsctl and omsd.
///
/// A signal is the process's, so only one `interruption` may be listened to at
/// a time: the newest. omsd has many threads, none of which may be the one that
/// a signal happens to hit; it blocks the signals and waits for them in one
/// place instead.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <utility>
#include <vector>

namespace oms::text {

enum class ended_by : std::uint8_t {
  /// SIGINT, SIGTERM, SIGHUP and SIGQUIT, as often as they come: for a command
  /// that must leave the terminal as it was.
  every_end_signal,
  /// SIGINT, once: a second one kills, because the orderly end may take long.
  first_ctrl_c,
};

/// While it lives, signals end a wait, not the program. Threads: one.
class interruption {
 public:
  explicit interruption(ended_by which = ended_by::every_end_signal);
  /// The signals do again what they did.
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  /// Whether a signal came since the newest of them was made.
  [[nodiscard]] static bool came() { return flag(); }
  /// The same, for what looks at it again and again.
  [[nodiscard]] static const std::atomic<bool>& flag();
  /// Waits, or returns at once when a signal has come or comes.
  void wait(std::chrono::milliseconds time) const;

 private:
  std::vector<std::pair<int, struct sigaction>> previous_;
};

/// Makes SIGTERM and SIGINT wait for the functions below: one that comes before
/// the wait stays pending, and no handler runs in the middle of other code.
/// Must be called before a second thread exists, because threads inherit the
/// mask.
void block_end_signals();
/// Returns when one of the blocked signals has come.
void wait_for_end_signal();
/// Whether one of them has come or comes within `time`, which must be below a
/// second: all of it goes into the nanoseconds of a timespec.
[[nodiscard]] bool end_signal_within(std::chrono::milliseconds time);
/// Ends `wait_for_end_signal`, from any thread.
void send_end_signal();

/// A write beyond the limit on file size then fails, like one on a full disk,
/// where SIGXFSZ would kill the process.
void ignore_file_size_signal();

}  // namespace oms::text
