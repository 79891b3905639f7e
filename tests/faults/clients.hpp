#pragma once

/// What the tests of faults share: answers as they come in, and clients that
/// do not wait for each other. Any thread may use them.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "actors/engine.hpp"

namespace oms::tests {

/// Keeps the answers to commands that are named by numbers from 0.
class answer_book {
 public:
  /// Takes the next number; the answer will be kept under it.
  [[nodiscard]] engine::answers_callback expect() {
    const std::lock_guard guard(mutex_);
    const auto number = answers_.size();
    answers_.emplace_back();
    return [this, number](std::vector<answer> all) {
      const std::lock_guard inside(mutex_);
      // Counted, since an answer that comes twice is as wrong as none.
      ++answers_[number].times;
      answers_[number].got = std::move(all.front());
      ++answered_;
      changed_.notify_all();
    };
  }

  [[nodiscard]] std::size_t expected() const {
    const std::lock_guard guard(mutex_);
    return answers_.size();
  }
  [[nodiscard]] std::size_t answered() const {
    const std::lock_guard guard(mutex_);
    return answered_;
  }
  [[nodiscard]] bool wait_for_all(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience,
                             [this] { return answered_ == answers_.size(); });
  }

  struct kept {
    int times = 0;
    answer got = receipt{};

    [[nodiscard]] bool is(error_code code) const {
      return times > 0 && !got && got.failure().code == code;
    }
  };
  /// Of the last command so far.
  [[nodiscard]] kept last() const {
    const std::lock_guard guard(mutex_);
    return answers_.back();
  }
  [[nodiscard]] std::vector<kept> all() const {
    const std::lock_guard guard(mutex_);
    return answers_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<kept> answers_;
  std::size_t answered_ = 0;
};

/// Runs `client(0)`, `client(1)`, ... side by side, and waits for them.
template <class Client>
void run_clients(int count, Client client) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n)
    threads.emplace_back([&client, n] { client(n); });
  for (auto& each : threads) each.join();
}

}  // namespace oms::tests
