#pragma once

/// What the benchmarks of the engine share: a folder for the store, the memory
/// and the processor's time of the process, and a bound on the orders that wait
/// for answers.

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "actors/engine.hpp"
#include "bench/workload.hpp"

namespace oms::bench {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

/// Closes the store that the benchmark of long histories keeps between steps.
void end_history();

inline constexpr std::size_t batch_orders = 1'000;
/// Without a bound the benchmark would measure a queue in memory that grows.
inline constexpr std::size_t max_in_flight = 20'000;
inline constexpr std::size_t setup_batch = 20'000;

/// A new folder, removed with everything in it when the benchmark ends. It is
/// made in OMS_BENCH_DIR, because a disk's sync decides much.
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

/// The memory of the process without the pages of mapped files: those of the
/// store are the system's cache, which it takes back when it needs it.
inline std::int64_t own_memory_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  std::int64_t shared = 0;
  in >> size >> resident >> shared;
  return (resident - shared) * sysconf(_SC_PAGESIZE);
}

/// What a file takes of the disk, which may be less than its length.
inline std::int64_t allocated_bytes(const fs::path& file) {
  constexpr std::int64_t block_bytes = 512;
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? info.st_blocks * block_bytes : 0;
}

/// The same of all files of a store.
inline std::int64_t disk_bytes_of(const fs::path& store) {
  std::int64_t bytes = 0;
  std::error_code ignored;
  for (const auto& each : fs::recursive_directory_iterator(store, ignored))
    bytes += allocated_bytes(each.path());
  return bytes;
}

/// The processor's time of all threads so far, in the program and in the kernel
/// for it.
inline double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) * 1e-6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

inline double seconds(steady::duration time) {
  return std::chrono::duration<double>(time).count();
}

/// Units that a location promises in this event; 0 in every other kind.
inline std::int64_t units_promised(const event& happened) {
  const auto* promised = std::get_if<units_allocated>(&happened.body);
  std::int64_t units = 0;
  if (promised != nullptr)
    for (const auto& line : promised->lines)
      units += line.from_unrouted.value + line.from_backordered.value;
  return units;
}

/// Orders that wait for their answers: a bound, and the answers' latencies. Any
/// thread may use it; `quantile` and `refused` when all have landed.
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
  /// In seconds; every batch counts once, since its answers come together.
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

/// Submits orders as they are made, so that their making is part of the load
/// and not of the memory; returns when all have their answers.
inline void place_orders(engine& running, workload& work, flight& up,
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

}  // namespace oms::bench
