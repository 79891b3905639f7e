#pragma once

/// Threads for queries, which callers share.
///
/// Queries wait for the engine or read the store, so they run beside the event
/// loop. Callers take turns, and none can hold every thread: a caller that asks
/// much waits for itself, and delays no one else. All members may be called on
/// any thread. A query beyond the share of its caller, or beyond the limit for
/// all, is refused.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace oms::omsd {

struct query_limits {
  std::size_t threads = 4;
  std::size_t max_running_per_caller = 3;
  std::size_t max_waiting = 10'000;
  std::size_t max_waiting_per_caller = 2'000;
};

struct query_stats {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::uint64_t refused = 0;
};

class query_pool {
 public:
  explicit query_pool(const query_limits& limits);
  query_pool(const query_pool&) = delete;
  query_pool& operator=(const query_pool&) = delete;
  /// Waits for the queries that run; those that wait are dropped.
  ~query_pool();

  /// Waits for the queries that run and drops the others; refuses all later
  /// ones.
  void stop();

  /// Runs `work` on a thread when it is the caller's turn; false if it is
  /// refused.
  bool add(const std::string& caller, std::function<void()> work);

  [[nodiscard]] query_stats stats() const;

 private:
  struct share {
    std::deque<std::function<void()>> waiting;
    std::size_t running = 0;
  };

  void run();
  void line_up(const std::string& caller);

  query_limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<std::string, share> shares_;
  /// The callers with a query that may run now, each once.
  std::deque<std::string> turns_;
  query_stats stats_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace oms::omsd
