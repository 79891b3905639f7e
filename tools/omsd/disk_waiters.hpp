#pragma once

/// Calls whose commands wait for the disk.
///
/// Purpose: when the store begins to refuse writes, whoever waits for a command
/// is told so at once; the command itself goes on waiting in the engine, and
/// may still take effect. Owner: the server's main; it outlives the engine.
/// Threads: any.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "messages/errors.hpp"

namespace oms::omsd {

/// What such a call is answered.
[[nodiscard]] inline error waits_for_disk() {
  return {error_code::storage_unavailable,
          "the store can't be written now; the command is waiting for it "
          "and may still take effect: send it again later, with the same key",
          {}};
}

class disk_waiters {
 public:
  /// Called once: with the answer, or with `otherwise` when the store begins to
  /// refuse writes before there is one.
  template <class Answer>
  [[nodiscard]] std::function<void(Answer)> watch(
      std::function<void(Answer)> then, Answer otherwise) {
    auto taken = std::make_shared<std::atomic_flag>();
    const std::lock_guard guard(mutex_);
    const auto id = ++last_;
    waiting_[id] = [taken, then, otherwise = std::move(otherwise)] {
      if (!taken->test_and_set()) then(otherwise);
    };
    return [this, id, taken, then = std::move(then)](Answer given) {
      {
        const std::lock_guard forgetting(mutex_);
        waiting_.erase(id);
      }
      if (!taken->test_and_set()) then(std::move(given));
    };
  }

  /// True: everybody who waits is told.
  void set_refuses(bool refuses) {
    std::map<std::uint64_t, std::function<void()>> told;
    {
      const std::lock_guard guard(mutex_);
      refuses_ = refuses;
      if (refuses) told.swap(waiting_);
    }
    for (const auto& [id, tell] : told) tell();
  }
  [[nodiscard]] bool refuses() const { return refuses_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> refuses_{false};
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::function<void()>> waiting_;
};

}  // namespace oms::omsd
