#pragma once

/// One measurement: orders are sent to a target at a fixed rate, or as fast as
/// it answers, and what they took is reported. They are placed, or go through
/// their whole life, or are placed while others read.
///
/// At a fixed rate (open loop) a batch is sent when its time has come, however
/// many are unanswered, and its latency counts from that intended time: a stall
/// of the engine counts for all who would have come meanwhile. Without a rate
/// (closed loop) at most `in_flight` commands are unanswered, and latency
/// counts from the sending.
///
/// The whole life is: placed, paid, routed by the engine, picked, shipped,
/// delivered. What follows from an answer is sent with a later batch, each kind
/// as a batch of its own. A pick that comes before its order is routed is
/// refused, and sent again a little later. In a closed loop at most `in_flight`
/// orders are neither delivered nor given up.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/calls.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/target.hpp"
#include "bench/workload.hpp"

namespace oms::load {

enum class work_kind : std::uint8_t { placement, lifecycle, reads };

/// For the command line.
[[nodiscard]] std::map<std::string, work_kind> work_names();

struct run_options {
  work_kind work = work_kind::placement;
  std::size_t orders = 200'000;
  /// Sent, routed and settled before anything is measured, so that queues,
  /// allocators and maps have grown.
  std::size_t warm_up = 50'000;
  /// Orders per second; 0: closed loop.
  double rate = 0;
  std::size_t batch = 1'000;
  std::size_t in_flight = 20'000;
  /// Questions per second beside the orders, for `reads`: an order, a timeline,
  /// a customer's orders and a SKU's stock in turn. The orders are those of the
  /// warm-up, of which there must be one.
  double read_rate = 1'000;
};

struct tally {
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
  std::uint64_t overloaded = 0;
  /// Why the first of them was refused.
  std::string why;
};

struct run_report {
  std::uint64_t orders = 0;
  std::uint64_t commands = 0;
  tally answers;
  double durable_s = 0;
  /// Until the last unit was promised or, for the whole life, the last order
  /// was delivered.
  double routed_s = 0;
  /// Every order was routed or, for the whole life, delivered.
  bool is_complete = false;
  /// Until the end. Nothing of a process that is not known.
  std::optional<usage> used;
  /// What making the orders took; part of `used` if that is of this process.
  double generator_cpu_s = 0;
  bool is_own_process = true;
  work_kind work = work_kind::placement;
  /// Of all commands; questions are not among them.
  histogram latency;
  /// By `call`.
  std::array<histogram, call_count> latency_of;
  std::uint64_t questions = 0;
  std::uint64_t questions_failed = 0;
  /// Picks that were sent again.
  std::uint64_t early = 0;
  /// Of the target's memory, once a second, from the first measured order on.
  std::vector<std::int64_t> memory_bytes;
};

/// Whether everything was done that was asked for.
[[nodiscard]] bool is_good(const run_report& report);

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
