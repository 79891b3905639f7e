#pragma once

/// Threads for queries, which callers share.
///
/// Purpose: queries wait for the engine or read the store, so they run beside
/// the event loop. Callers take turns, and none may hold every thread: who
/// asks much keeps himself waiting, and nobody else. Owner: the gate. Threads:
/// any. Errors: what is beyond a caller's share, or that of all, is refused.
/// Limits: `query_limits`.

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

  /// Waits for the queries that run and drops the others; none is taken any
  /// more.
  void stop();

  /// Runs `work` on a thread when it is the caller's turn; false: refused.
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
  /// Those who have a query that may run, once each.
  std::deque<std::string> turns_;
  query_stats stats_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace oms::omsd
