#pragma once

/// What `omsctl scenario` prints.
///
/// Purpose: one line per file, a failed one with what was expected and what
/// was there, a summary, the trace of events, progress on terminals. Owner:
/// the command. Threads: one.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "tools/scenario/runner.hpp"

namespace oms::tools {

/// How a file came out; the worst of all files is the exit code's reason.
enum class verdict : std::uint8_t { passed, failed, bad_input, not_supported };

class report {
 public:
  /// Quiet: no lines for files that pass, no progress, no summary.
  report(std::FILE* out, std::FILE* progress, bool quiet);

  void passed(const std::string& file, std::size_t steps, std::uint64_t seeds,
              std::chrono::milliseconds took);
  void failed(const std::string& file, std::uint64_t seed, const failure& what);
  void bad_input(const std::string& file, const error& why);
  void not_supported(const std::string& file,
                     const std::vector<std::string>& features);

  /// Overwrites itself; nothing when it does not go to a terminal.
  void progress(const std::string& file, std::uint64_t seed,
                std::uint64_t seeds);
  void trace(const event& happened);

  void summary();
  /// 0 all passed, 1 one failed, 2 one could not be read, 3 one needs what
  /// the engine does not have; bad input counts before failures.
  [[nodiscard]] int exit_code() const;

 private:
  enum class paint { plain, good, bad, dim };

  void count(verdict result);
  [[nodiscard]] std::size_t counted(verdict result) const;
  [[nodiscard]] std::string painted(paint colour,
                                    const std::string& text) const;
  void clear_progress();

  std::FILE* out_;
  std::FILE* progress_;
  bool quiet_;
  bool coloured_;
  bool on_terminal_;
  bool progress_shown_ = false;
  std::chrono::steady_clock::time_point last_progress_;
  std::chrono::steady_clock::time_point began_;
  std::size_t verdicts_[4] = {};
};

}  // namespace oms::tools
