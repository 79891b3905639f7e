#pragma once

/// One measurement: orders are sent to a target at a fixed rate, or as fast as
/// it answers, and what they took is reported.
///
/// At a fixed rate (open loop) a batch is sent when its time has come, however
/// many are unanswered, and its latency counts from that intended time: a stall
/// of the engine counts for all who would have come meanwhile. Without a rate
/// (closed loop) at most `in_flight` commands are unanswered, and latency
/// counts from the sending.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/target.hpp"
#include "bench/workload.hpp"

namespace oms::load {

struct run_options {
  std::size_t orders = 200'000;
  /// Sent, routed and settled before anything is measured, so that queues,
  /// allocators and maps have grown.
  std::size_t warm_up = 50'000;
  /// Orders per second; 0: closed loop.
  double rate = 0;
  std::size_t batch = 1'000;
  std::size_t in_flight = 20'000;
};

struct run_report {
  std::uint64_t orders = 0;
  std::uint64_t commands = 0;
  outcome answers;
  double durable_s = 0;
  /// Until the last unit was promised.
  double routed_s = 0;
  bool all_routed = false;
  /// Until the last checkpoint.
  usage used;
  /// Of `used.cpu_s`, what making the orders took, in the same process or not.
  double generator_cpu_s = 0;
  histogram latency;
  /// Of the target's memory, once a second, from the first measured order on.
  std::vector<std::int64_t> memory_bytes;
};

/// Defines the network and receives the stock; throws std::runtime_error if any
/// of it is refused.
void set_up(target& to, const bench::workload& work);

/// Progress goes to `progress`, unless that is null.
run_report run(target& to, bench::workload& work, const run_options& options,
               std::FILE* progress);

/// For people.
std::string text_of(const run_report& report);
/// One line of JSON. `cpu_us/order`, `disk_B/order` and `memory_B/order` mean
/// what they mean in the benchmark `placement`.
std::string json_of(const run_report& report);

}  // namespace oms::load
