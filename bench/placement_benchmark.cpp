/// How many paid two-line orders a second are placed, made durable and routed
/// over 10 locations and 10,000 SKUs, by the real engine on LMDB.
///
///   cmake --build build/release --target oms_bench
///   OMS_BENCH_DIR=/mnt/disk build/release/oms_bench
///   build/release/oms_bench --benchmark_filter=placement
///
/// OMS_BENCH_DIR is where the store is made (default: the current folder); a
/// disk's sync decides much, so it should be the disk that is meant. Orders
/// are submitted in batches of 1,000 with at most 20,000 unanswered.
///
///   orders_durable/s   answered, which is after the sync
///   orders_routed/s    until the last unit is promised by a location
///   answer_p50_s      from submitting a batch to its answers
///   disk_B/order       of the store, with everything that routing logged
///   memory_B/order     of the process without mapped files, per open order

#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/engine.hpp"
#include "bench/workload.hpp"
#include "persistence/lmdb_store.hpp"

/// Of mimalloc, where the program has it: gives unused memory back.
extern "C" void mi_collect(bool force) __attribute__((weak));

namespace oms::bench {

namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

constexpr std::size_t batch_orders = 1'000;
constexpr std::size_t max_in_flight = 20'000;
constexpr std::size_t setup_batch = 20'000;
/// Before anything is measured, so that queues and allocators have their size.
constexpr std::size_t warm_up_orders = 20'000;

/// A new folder that goes with the benchmark.
class scratch_folder {
 public:
  scratch_folder() {
    const char* base = std::getenv("OMS_BENCH_DIR");
    path_ = fs::path(base == nullptr ? "." : base) / "oms-bench-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~scratch_folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Without the pages of mapped files, which the store would count with.
std::int64_t own_memory_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  std::int64_t shared = 0;
  in >> size >> resident >> shared;
  return (resident - shared) * sysconf(_SC_PAGESIZE);
}

double seconds(steady::duration time) {
  return std::chrono::duration<double>(time).count();
}

/// Orders that wait for their answers: a bound, and the answers' latencies.
class flight {
 public:
  void take_off(std::size_t orders) {
    std::unique_lock lock(mutex_);
    landed_.wait(lock, [&] { return up_ + orders <= max_in_flight; });
    up_ += orders;
  }
  void land(steady::time_point since, const std::vector<answer>& answers) {
    const std::lock_guard lock(mutex_);
    up_ -= answers.size();
    latencies_.push_back(steady::now() - since);
    for (const auto& each : answers)
      if (!each) ++refused_;
    landed_.notify_all();
  }
  void wait_for_all() {
    std::unique_lock lock(mutex_);
    landed_.wait(lock, [&] { return up_ == 0; });
  }
  /// In seconds; every batch counts once.
  [[nodiscard]] double quantile(double share) {
    std::sort(latencies_.begin(), latencies_.end());
    const auto last = static_cast<double>(latencies_.size() - 1);
    const auto at = static_cast<std::size_t>(share * last);
    return seconds(latencies_[at]);
  }
  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  std::size_t up_ = 0;
  std::size_t refused_ = 0;
  std::vector<steady::duration> latencies_;
};

/// Submits orders as they are made, so that none waits in memory before, and
/// comes back when all have their answers.
void place_orders(engine& running, workload& work, flight& up,
                  std::size_t orders) {
  for (std::size_t made = 0; made < orders; made += batch_orders) {
    std::vector<command> batch;
    for (auto i = made; i < std::min(orders, made + batch_orders); ++i)
      batch.push_back(work.next_order());
    up.take_off(batch.size());
    const auto since = steady::now();
    running.submit(std::move(batch),
                   [&up, since](const std::vector<answer>& answers) {
                     up.land(since, answers);
                   });
  }
  up.wait_for_all();
}

bool wait_until_routed(const std::atomic<std::int64_t>& routed,
                       std::int64_t units) {
  const auto end = steady::now() + std::chrono::minutes(5);
  while (routed.load() < units && steady::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return routed.load() == units;
}

void placement(benchmark::State& state) {
  const auto orders = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    if (mi_collect != nullptr) mi_collect(true);
    const scratch_folder folder;
    auto store = persistence::open_lmdb_store(folder.path());
    if (!store) {
      state.SkipWithError(store.failure().message.c_str());
      return;
    }
    std::atomic<std::int64_t> routed{0};
    engine_options options;
    options.observer = [&routed](const event& happened) {
      const auto* promised = std::get_if<units_allocated>(&happened.body);
      if (promised == nullptr) return;
      std::int64_t units = 0;
      for (const auto& line : promised->lines)
        units += line.from_unrouted.value + line.from_backordered.value;
      routed += units;
    };
    auto opened = engine::open(**store, options);
    if (!opened) {
      state.SkipWithError(opened.failure().message.c_str());
      return;
    }
    auto& running = **opened;
    workload work({});
    for (auto& batch : work.setup(setup_batch))
      (void)running.execute(std::move(batch));
    flight warm_up;
    place_orders(running, work, warm_up, warm_up_orders);
    running.settle();

    const auto memory = own_memory_bytes();
    const auto bytes = (*store)->stats().bytes;
    flight up;
    const auto start = steady::now();
    place_orders(running, work, up, orders);
    const auto durable = steady::now() - start;
    const bool all_routed = wait_until_routed(routed, work.units_ordered());
    const auto all = steady::now() - start;
    running.settle();

    const auto count = static_cast<double>(orders);
    state.SetIterationTime(seconds(all));
    state.counters["orders_durable/s"] = count / seconds(durable);
    state.counters["orders_routed/s"] = count / seconds(all);
    state.counters["answer_p50_s"] = up.quantile(0.5);
    state.counters["answer_p99_s"] = up.quantile(0.99);
    state.counters["disk_B/order"] =
        static_cast<double>((*store)->stats().bytes - bytes) / count;
    state.counters["memory_B/order"] =
        static_cast<double>(own_memory_bytes() - memory) / count;
    state.counters["entries"] = static_cast<double>((*store)->stats().entries);
    if (up.refused() > 0 || !all_routed)
      state.SkipWithError("orders were refused or not routed");
  }
}

BENCHMARK(placement)
    ->Arg(50'000)
    ->Iterations(1)
    ->Repetitions(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench

BENCHMARK_MAIN();
