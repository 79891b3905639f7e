#pragma once

/// Calls whose commands wait for the disk.
///
/// When the store begins to refuse writes, every call that waits for a command
/// is answered at once that the outcome is open. The command itself stays in
/// the engine and may still take effect. All members may be called on any
/// thread. Must outlive the engine, whose answers come through here.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "messages/errors.hpp"

namespace oms::omsd {

/// The answer to such a call.
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
    /// The answer and the refusal race on different threads. Whichever takes
    /// the flag first answers; the other finds it taken and does nothing.
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

  /// True: every call that waits is answered now.
  void set_refuses(bool refuses) {
    std::map<std::uint64_t, std::function<void()>> told;
    {
      const std::lock_guard guard(mutex_);
      refuses_ = refuses;
      if (refuses) told.swap(waiting_);
    }
    /// Without the lock: an answer may lead to another `watch`.
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
