#pragma once

/// The clock that an engine is given: a real engine reads the system's, a
/// simulated one is moved by hand. Times are UTC, in microseconds; any thread
/// may read them.

#include <atomic>
#include <chrono>

#include "messages/ids.hpp"

namespace oms {

class clock {
 public:
  virtual ~clock() = default;
  [[nodiscard]] virtual timestamp now() const = 0;
};

class system_clock final : public clock {
 public:
  [[nodiscard]] timestamp now() const override {
    return std::chrono::time_point_cast<duration>(
        std::chrono::system_clock::now());
  }
};

class simulated_clock final : public clock {
 public:
  explicit simulated_clock(timestamp start)
      : now_(start.time_since_epoch().count()) {}
  [[nodiscard]] timestamp now() const override {
    return timestamp{duration{now_.load(std::memory_order_acquire)}};
  }
  void set(timestamp time) {
    now_.store(time.time_since_epoch().count(), std::memory_order_release);
  }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace oms
