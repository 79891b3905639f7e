#pragma once

/// Callers who go on asking while something large happens, to measure how long
/// other calls wait meanwhile.
///
/// Each kind of call has a thread of its own, so that a slow kind hides no wait
/// of another.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/harness.hpp"

namespace oms::bench {

class other_callers {
 public:
  struct kind {
    std::string name;
    /// `number` counts the calls of this kind from 0.
    std::function<void(std::size_t number)> call;
  };

  explicit other_callers(std::vector<kind> kinds) {
    for (auto& each : kinds) callers_.push_back({.asks = std::move(each)});
    for (auto& each : callers_)
      each.thread = std::thread([this, &each] { ask(each); });
  }
  ~other_callers() { stop(); }
  other_callers(const other_callers&) = delete;
  other_callers& operator=(const other_callers&) = delete;

  void stop() {
    stop_ = true;
    for (auto& each : callers_)
      if (each.thread.joinable()) each.thread.join();
  }
  /// Stops, and shows the longest wait of any call, and for each kind the
  /// longest wait and the 99th percentile.
  void show(benchmark::State& state) {
    stop();
    double longest = 0;
    for (auto& each : callers_) {
      auto& waits = each.waits;
      std::sort(waits.begin(), waits.end());
      if (waits.empty()) continue;
      longest = std::max(longest, waits.back());
      state.counters[each.asks.name + "_max_ms"] = waits.back();
      state.counters[each.asks.name + "_p99_ms"] =
          waits[(waits.size() - 1) * 99 / 100];
    }
    state.counters["longest_wait_ms"] = longest;
  }

 private:
  struct caller {
    kind asks;
    std::vector<double> waits;
    std::thread thread;
  };

  void ask(caller& by) {
    for (std::size_t i = 0; !stop_; ++i) {
      const auto since = steady::now();
      by.asks.call(i);
      by.waits.push_back(seconds(steady::now() - since) * 1e3);
      // They are to notice waits, not to be the load.
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::vector<caller> callers_;
  std::atomic<bool> stop_{false};
};

}  // namespace oms::bench
