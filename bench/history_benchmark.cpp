// What a long history costs: orders are placed, paid, routed, shipped and
// delivered, and then the engine is opened again with 10,000 open orders.
// Memory and the time to open must not grow with the history.
//
//   OMS_BENCH_DIR=/mnt/disk build/release/oms_bench --benchmark_filter=history
//
// Each step goes on where the one before ended. 1,000,000 orders take some
// gigabytes of disk and some minutes.
//
//   memory_MB   of the process without mapped files, all orders passivated
//   awake       orders that are in memory then
//   reopen_s    until the engine is open, with 10,000 open orders
//   disk_B/order

#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bench/harness.hpp"
#include "persistence/lmdb_store.hpp"

// Of mimalloc, if the program has it: gives unused memory back, so that memory
// shows what is in use and not what was in use at the peak.
extern "C" void mi_collect(bool force) __attribute__((weak));

namespace oms::bench {

namespace {

constexpr std::size_t open_orders = 10'000;
constexpr std::size_t orders_at_once = 10'000;

// A store and an engine on it that live through all steps.
class history {
 public:
  status open() {
    auto store = persistence::open_lmdb_store(folder_.path());
    if (!store) return store.failure();
    store_ = std::move(*store);
    return start();
  }

  // Opens the engine, and notes how long that takes.
  status start() {
    engine_options options;
    options.checkpoints.sleep_after = std::chrono::seconds(1);
    options.observer = [this](const event& happened) { see(happened); };
    const auto since = steady::now();
    auto opened = engine::open(*store_, std::move(options));
    took_ = steady::now() - since;
    if (!opened) return opened.failure();
    engine_ = std::move(*opened);
    return done{};
  }

  void close() { engine_.reset(); }

  void set_up() {
    for (auto& batch : work_.setup(setup_batch))
      (void)engine_->execute(std::move(batch));
  }

  void deliver(std::size_t orders) {
    for (std::size_t made = 0; made < orders; made += orders_at_once) {
      place(orders_at_once);
      std::vector<command> ship;
      std::vector<command> delivered;
      {
        const std::lock_guard lock(mutex_);
        for (auto& [order, source] : allocated_)
          ship.push_back(
              by_bench(work_fulfillment{.order = order,
                                        .action = fulfillment_action::ship,
                                        .source = source.id}));
        for (auto& order : placed_)
          delivered.push_back(by_bench(track_shipment{
              .order = std::move(order), .news = tracking_status::delivered}));
        allocated_.clear();
        placed_.clear();
      }
      for (const auto& each : engine_->execute(std::move(ship)))
        if (!each) ++refused_;
      for (const auto& each : engine_->execute(std::move(delivered)))
        if (!each) ++refused_;
    }
    finished_ += orders;
  }

  // Placed and routed, and left so.
  void leave_open(std::size_t orders) {
    place(orders);
    const std::lock_guard lock(mutex_);
    allocated_.clear();
    placed_.clear();
  }

  // Until every order that is over sleeps.
  void rest(std::size_t awake) {
    for (int i = 0; i < 300 && engine_->stats().orders_awake > awake; ++i) {
      (void)engine_->checkpoint();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  engine& running() { return *engine_; }
  persistence::log_store& store() { return *store_; }
  [[nodiscard]] double took_s() const { return seconds(took_); }
  [[nodiscard]] std::size_t finished() const { return finished_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  static command by_bench(command_body body) {
    return {.body = std::move(body), .by = actor_name{"bench"}, .id = {}};
  }

  void place(std::size_t orders) {
    const auto wanted = work_.units_ordered();
    flight up;
    place_orders(*engine_, work_, up, orders);
    refused_ += up.refused();
    to_route_ += work_.units_ordered() - wanted;
    while (routed_ < to_route_)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  void see(const event& happened) {
    if (std::holds_alternative<order_placed>(happened.body)) {
      const std::lock_guard lock(mutex_);
      placed_.push_back(order_of(happened.entity));
    }
    const auto* promised = std::get_if<units_allocated>(&happened.body);
    if (promised == nullptr) return;
    if (promised->opened) {
      const std::lock_guard lock(mutex_);
      allocated_.emplace_back(order_of(happened.entity), promised->source);
    }
    routed_ += units_promised(happened);
  }

  scratch_folder folder_;
  workload work_{{.stock_units = 100'000'000}};
  std::unique_ptr<persistence::log_store> store_;
  steady::duration took_{};
  std::size_t finished_ = 0;
  std::size_t refused_ = 0;
  std::int64_t to_route_ = 0;
  std::atomic<std::int64_t> routed_{0};
  std::mutex mutex_;
  std::vector<order_key> placed_;
  std::vector<std::pair<order_key, source_ref>> allocated_;
  std::unique_ptr<engine> engine_;
};

// Lives from step to step, since a step of two million orders would take
// minutes to make from nothing. It is ended by main(), before libraries end.
std::unique_ptr<history> kept;  // NOLINT: benchmarks have no other place

void history_of(benchmark::State& state) {
  const auto orders = static_cast<std::size_t>(state.range(0));
  if (!kept) kept = std::make_unique<history>();
  auto& past = *kept;
  for (auto _ : state) {
    const auto since = steady::now();
    if (past.finished() == 0) {
      if (auto opened = past.open(); !opened) {
        state.SkipWithError(opened.failure().message.c_str());
        return;
      }
      past.set_up();
      past.leave_open(open_orders);
    }
    past.deliver(orders - past.finished());
    past.rest(open_orders);
    if (mi_collect != nullptr) mi_collect(true);
    constexpr double megabyte = 1e6;
    state.counters["memory_MB"] =
        static_cast<double>(own_memory_bytes()) / megabyte;
    state.counters["awake"] =
        static_cast<double>(past.running().stats().orders_awake);
    state.counters["disk_B/order"] =
        static_cast<double>(past.store().stats().bytes) /
        static_cast<double>(orders);
    past.close();
    if (auto again = past.start(); !again) {
      state.SkipWithError(again.failure().message.c_str());
      return;
    }
    state.counters["reopen_s"] = past.took_s();
    state.SetIterationTime(seconds(steady::now() - since));
    if (past.refused() > 0) state.SkipWithError("commands were refused");
  }
}

BENCHMARK(history_of)
    ->Name("history")
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(2'000'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

}  // namespace

void end_history() { kept.reset(); }

}  // namespace oms::bench
