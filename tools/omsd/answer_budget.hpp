#pragma once

/// How much of a caller's answers may wait to be read.
///
/// Purpose: a large answer is kept in memory until its client has read it.
/// Those of one caller together have a limit; beyond it they wait for their
/// turn, and are made only when there is room. Owner: the gate. Threads: any.
/// Errors: none here; who waits too long is answered by the HTTP server.
/// Memory: the limit for each caller, or one answer where that is larger.

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace oms::omsd {

class answer_budget {
 public:
  /// Smaller answers are not counted: each connection has at most one.
  static constexpr std::size_t min_counted_bytes = 64 * 1024;

  /// Room for an answer, until the last copy goes.
  using room = std::shared_ptr<void>;

  explicit answer_budget(std::size_t max_bytes_per_caller);

  /// None when there is none now. A caller with nothing open always has room.
  [[nodiscard]] room take(const std::string& caller, std::size_t bytes);
  /// Calls `then` when there is room: at once, or in turn, on the thread of
  /// whoever gives room back. It must not wait.
  void wait(const std::string& caller, std::size_t bytes,
            std::function<void(room)> then);

  /// How large the answer to `question` was the last time, if it was counted.
  [[nodiscard]] std::optional<std::size_t> expected(
      const std::string& question) const;
  void remember(const std::string& question, std::size_t bytes);

  [[nodiscard]] std::size_t open_bytes(const std::string& caller) const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace oms::omsd
