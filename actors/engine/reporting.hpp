#pragma once

/// How actors report what they do: a question goes through every actor's
/// mailbox and comes back with how long it waited there. Whoever asks and those
/// who have yet to answer share the report, which has a lock of its own;
/// histograms are read by any thread while they are written.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "actors/engine/activity.hpp"

namespace oms {

/// Counts values; one thread writes, any reads.
template <std::size_t Size>
class histogram_counter {
 public:
  explicit histogram_counter(const std::array<std::uint64_t, Size>& bounds)
      : bounds_(bounds) {}

  void observe(std::uint64_t value) {
    const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) -
                    bounds_.begin();
    counts_[static_cast<std::size_t>(at)] += 1;
    sum_ += value;
  }
  [[nodiscard]] histogram read() const {
    return {{bounds_.begin(), bounds_.end()},
            {counts_.begin(), counts_.end()},
            sum_};
  }

 private:
  std::array<std::uint64_t, Size> bounds_;
  std::array<std::atomic<std::uint64_t>, Size + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};
};

class activity_report {
 public:
  using clock = std::chrono::steady_clock;

  /// One more actor is asked. Call this before asking it.
  void expect(std::string kind, std::string id) {
    const std::lock_guard guard(mutex_);
    actors_.push_back({.kind = std::move(kind), .id = std::move(id)});
  }
  void answer(const std::string& kind, const std::string& id, std::size_t holds,
              std::size_t mailbox) {
    const std::lock_guard guard(mutex_);
    for (auto& each : actors_) {
      if (each.kind != kind || each.id != id || each.answered) continue;
      each.answered = true;
      each.holds = holds;
      each.mailbox = mailbox;
      each.waited = waited();
      break;
    }
    changed_.notify_all();
  }
  void add(std::vector<waiting_total> lines, quantity units) {
    const std::lock_guard guard(mutex_);
    lines_.insert(lines_.end(), lines.begin(), lines.end());
    units_ += units;
  }

  /// Waits until all but those who `is_excused` have answered, for `patience`
  /// at most. It looks again every 5 ms, because an excuse may begin without a
  /// signal.
  template <class Excused>
  void wait(std::chrono::milliseconds patience, Excused is_excused) {
    constexpr std::chrono::milliseconds look_interval{5};
    const auto until = clock::now() + patience;
    std::unique_lock guard(mutex_);
    while (clock::now() < until) {
      if (std::all_of(actors_.begin(), actors_.end(),
                      [&](const actor_activity& each) {
                        return each.answered || is_excused(each);
                      }))
        return;
      changed_.wait_for(guard, look_interval);
    }
  }
  /// What has come so far.
  void read_into(engine_activity& out) const {
    const std::lock_guard guard(mutex_);
    out.actors = actors_;
    for (auto& each : out.actors)
      if (!each.answered) each.waited = waited();
    out.longest_lines = lines_;
    out.units_waiting = units_;
  }

 private:
  [[nodiscard]] std::chrono::microseconds waited() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() -
                                                                 asked_at_);
  }

  clock::time_point asked_at_ = clock::now();
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<actor_activity> actors_;
  std::vector<waiting_total> lines_;
  quantity units_;
};

/// The longest queues, the longest first.
inline void keep_longest(std::vector<waiting_total>& lines, std::size_t most) {
  const auto kept = std::min(most, lines.size());
  std::partial_sort(
      lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(kept),
      lines.end(), [](const waiting_total& a, const waiting_total& b) {
        return a.units != b.units ? a.units > b.units : a.sku < b.sku;
      });
  lines.resize(kept);
}

/// The engine to its actors; the network actor hands it on to the sources.
struct report_ask {
  std::shared_ptr<activity_report> into;
  std::string kind;
  std::string id;
  /// Backorder queues that are wanted, at most.
  std::size_t lines = 0;
};

/// What an actor answers; its mailbox may be measured only by itself.
template <class Actor>
void answer_report(Actor& self, const report_ask& asked, std::size_t holds) {
  asked.into->answer(asked.kind, asked.id, holds, self.mailbox().size());
}

}  // namespace oms
