#pragma once

/// A limit on the memory that a caller's unread answers take.
///
/// A large answer stays in memory until its client has read it. The answers of
/// one caller have a limit together; beyond it they wait for their turn, and
/// are made only when there is room. So a caller takes at most the limit, or
/// one answer if that alone is larger.
///
/// Every member may be called on any thread. Nothing fails here: a client that
/// waits too long gets a 503 from the HTTP server.

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

  /// Room for an answer, held until the last copy is gone.
  using room = std::shared_ptr<void>;

  explicit answer_budget(std::size_t max_bytes_per_caller);

  /// Null if there is none now. A caller with nothing open always has room.
  [[nodiscard]] room take(const std::string& caller, std::size_t bytes);
  /// Calls `then` once there is room: at once, or in turn, on the thread that
  /// gives room back. `then` must not wait.
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
