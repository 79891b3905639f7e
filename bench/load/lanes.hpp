#pragma once

/// Threads that wait for answers, for calls that block. Each has a queue of its
/// own, so that what goes into the same lane is done in order.
///
/// `add` may be called on any thread. The end waits for everything that was
/// added.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace oms::load {

class lanes {
 public:
  /// Its number is the lane's.
  using work = std::function<void(std::size_t lane)>;

  explicit lanes(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      all_.push_back(std::make_unique<lane>());
    for (std::size_t i = 0; i < count; ++i)
      all_[i]->thread = std::thread([this, i] { go_on(i); });
  }
  ~lanes() {
    for (auto& each : all_) {
      const std::lock_guard lock(each->mutex);
      each->is_ending = true;
      each->changed.notify_all();
    }
    for (auto& each : all_) each->thread.join();
  }
  lanes(const lanes&) = delete;
  lanes& operator=(const lanes&) = delete;

  /// Into the lane of this number, modulo their count.
  void add(std::size_t number, work what) {
    auto& into = *all_[number % all_.size()];
    const std::lock_guard lock(into.mutex);
    into.waiting.push_back(std::move(what));
    into.changed.notify_one();
  }

 private:
  struct lane {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<work> waiting;
    bool is_ending = false;
    std::thread thread;
  };

  void go_on(std::size_t number) {
    auto& mine = *all_[number];
    std::unique_lock lock(mine.mutex);
    for (;;) {
      mine.changed.wait(
          lock, [&] { return mine.is_ending || !mine.waiting.empty(); });
      if (mine.waiting.empty()) return;
      const auto next = std::move(mine.waiting.front());
      mine.waiting.pop_front();
      lock.unlock();
      next(number);
      lock.lock();
    }
  }

  std::vector<std::unique_ptr<lane>> all_;
};

}  // namespace oms::load
