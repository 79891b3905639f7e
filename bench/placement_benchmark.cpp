// How many paid two-line orders a second are placed, made durable and routed
// over 10 locations and 10,000 SKUs, with the real engine on LMDB.
//
//   cmake --build build/release --target oms_bench
//   OMS_BENCH_DIR=/mnt/disk build/release/oms_bench
//   build/release/oms_bench --benchmark_filter=placement
//
// OMS_BENCH_DIR is where the store is made (default: the current folder). A
// disk's sync decides much, so it should be on the disk that is to be measured.
// Orders are submitted in batches of 1,000 with at most 20,000 unanswered.
//
// With `checkpoints:0` none is written, to see what they cost.
//
//   orders_durable/s   answered, which is after the sync
//   orders_routed/s    until the last unit is promised by a location
//   answer_p50_s      from submitting a batch to its answers
//   cpu_us/order       of the whole process, from submitting to routed
//   disk_B/order       of all files of the store
//   checkpoint_B/order of these, the tables beside the log; of all orders
//   memory_B/order     of the process without mapped files, per open order

#include <benchmark/benchmark.h>

#include "bench/harness.hpp"
#include "bench/load/library_target.hpp"

// Of mimalloc, if the program has it: gives unused memory back, so that a run
// does not begin with what the one before has left.
extern "C" void mi_collect(bool force) __attribute__((weak));

namespace oms::bench {

namespace {

// Before anything is measured, so that queues, allocators and the map of the
// store have grown.
constexpr std::size_t warm_up_orders = 20'000;

void placement(benchmark::State& state) {
  const auto orders = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    if (mi_collect != nullptr) mi_collect(true);
    const scratch_folder folder;
    auto opened = load::library_target::open(
        folder.path(),
        state.range(1) == 0 ? load::no_checkpoints() : checkpoint_policy{});
    if (!opened) {
      state.SkipWithError(opened.failure().message.c_str());
      return;
    }
    auto& to = **opened;
    auto& running = to.running();
    workload work({});
    for (auto& batch : work.setup(setup_batch))
      (void)running.execute(std::move(batch));
    flight warm_up;
    place_orders(running, work, warm_up, warm_up_orders);
    running.settle();

    const auto before = to.used().value();
    flight up;
    const auto start = steady::now();
    place_orders(running, work, up, orders);
    const auto durable = steady::now() - start;
    const bool all_routed =
        to.wait_until_routed(work.units_ordered()).has_value();
    const auto all = steady::now() - start;
    running.settle();

    const auto after = to.used().value();
    const auto count = static_cast<double>(orders);
    state.counters["cpu_us/order"] = (after.cpu_s - before.cpu_s) * 1e6 / count;
    state.SetIterationTime(seconds(all));
    state.counters["orders_durable/s"] = count / seconds(durable);
    state.counters["orders_routed/s"] = count / seconds(all);
    state.counters["answer_p50_s"] = up.quantile(0.5);
    state.counters["answer_p99_s"] = up.quantile(0.99);
    state.counters["disk_B/order"] =
        static_cast<double>(after.disk_bytes - before.disk_bytes) / count;
    state.counters["checkpoint_B/order"] =
        static_cast<double>(allocated_bytes(fs::path(folder.path()) /
                                            "checkpoint" / "data.mdb")) /
        (count + static_cast<double>(warm_up_orders));
    state.counters["memory_B/order"] =
        static_cast<double>(after.memory_bytes - before.memory_bytes) / count;
    state.counters["entries"] =
        static_cast<double>(running.stats().log_entries);
    if (up.refused() > 0 || !all_routed)
      state.SkipWithError("orders were refused or not routed");
  }
}

BENCHMARK(placement)
    ->ArgNames({"orders", "checkpoints"})
    ->Args({50'000, 0})
    ->Args({50'000, 1})
    ->Args({400'000, 0})
    ->Args({400'000, 1})
    ->Iterations(1)
    ->Repetitions(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench
