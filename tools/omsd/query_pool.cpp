#include "tools/omsd/query_pool.hpp"

#include <utility>

namespace oms::omsd {

query_pool::query_pool(const query_limits& limits) : limits_(limits) {
  for (std::size_t i = 0; i < limits_.threads; ++i)
    threads_.emplace_back([this] { run(); });
}

query_pool::~query_pool() { stop(); }

void query_pool::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    // The servers have stopped by then, so no client waits for what is dropped.
    for (auto& [caller, own] : shares_) own.waiting.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

// Invariant: a caller is in `turns_` once if it has a query that waits and runs
// fewer than it may, and otherwise not at all. So turns go around among
// callers, however many queries each has.
bool query_pool::add(const std::string& caller, std::function<void()> work) {
  const std::lock_guard guard(mutex_);
  const auto known = shares_.find(caller);
  const auto own_waiting =
      known == shares_.end() ? 0 : known->second.waiting.size();
  if (stopping_ || stats_.waiting >= limits_.max_waiting ||
      own_waiting >= limits_.max_waiting_per_caller) {
    ++stats_.refused;
    return false;
  }
  auto& own = shares_[caller];
  own.waiting.push_back(std::move(work));
  ++stats_.waiting;
  if (own_waiting == 0 && own.running < limits_.max_running_per_caller)
    line_up(caller);
  return true;
}

query_stats query_pool::stats() const {
  const std::lock_guard guard(mutex_);
  return stats_;
}

void query_pool::line_up(const std::string& caller) {
  turns_.push_back(caller);
  changed_.notify_one();
}

void query_pool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !turns_.empty(); });
    if (stopping_) return;
    const auto caller = std::move(turns_.front());
    turns_.pop_front();
    // The entry stays as long as a query of the caller waits or runs.
    auto& own = shares_.find(caller)->second;
    auto work = std::move(own.waiting.front());
    own.waiting.pop_front();
    --stats_.waiting;
    ++stats_.running;
    if (++own.running < limits_.max_running_per_caller && !own.waiting.empty())
      line_up(caller);

    lock.unlock();
    work();
    // What the work holds is destroyed without the lock: it may be the last
    // answer that gives room back.
    work = nullptr;
    lock.lock();

    --stats_.running;
    // A caller that ran as many queries as it may has dropped out of the turns
    // and now comes back. Any other with queries that wait is in line already.
    const bool had_its_share = own.running-- == limits_.max_running_per_caller;
    if (own.waiting.empty()) {
      if (own.running == 0) shares_.erase(caller);
    } else if (had_its_share) {
      line_up(caller);
    }
  }
}

}  // namespace oms::omsd
