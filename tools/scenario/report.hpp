#pragma once

/// The output of `omsctl scenario`: a line per file, with what was expected and
/// found if it failed, a summary, the trace of events, and progress on
/// terminals.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "tools/scenario/runner.hpp"
#include "tools/text/console.hpp"

namespace oms::scenario {

/// The result of a file; the worst of all files decides the exit code.
enum class verdict : std::uint8_t { passed, failed, bad_input };

class report {
 public:
  /// Quiet: no lines for files that pass, no progress, no summary.
  report(std::FILE* out, std::FILE* progress, bool quiet);

  void passed(const std::string& file, std::size_t steps, std::uint64_t seeds,
              std::chrono::milliseconds took);
  void failed(const std::string& file, std::uint64_t seed, const failure& what);
  void bad_input(const std::string& file, const error& why);
  /// Goes to the stream for progress, also when quiet.
  void notice(const std::string& file, const std::string& text);

  /// Overwrites itself; prints nothing if the stream is not a terminal.
  void progress(const std::string& file, std::uint64_t seed,
                std::uint64_t seeds);
  void trace(const event& happened);

  void summary();
  /// That of the worst file: 2 bad input, 1 failed, 0 passed. Bad input comes
  /// first, because nothing is known about such a file.
  [[nodiscard]] int exit_code() const;

 private:
  using paint = text::colour;

  void count(verdict result);
  [[nodiscard]] std::size_t counted(verdict result) const;
  [[nodiscard]] std::string painted(paint in, const std::string& text) const {
    return colours_.paint(in, text);
  }
  void clear_progress();

  std::FILE* out_;
  std::FILE* progress_;
  bool quiet_;
  text::palette colours_;
  bool on_terminal_;
  bool progress_shown_ = false;
  std::chrono::steady_clock::time_point last_progress_;
  std::chrono::steady_clock::time_point began_;
  std::size_t verdicts_[3] = {};
};

}  // namespace oms::scenario
