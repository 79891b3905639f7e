// What one receipt or count costs that changes what is promised to very many
// orders, and how long other calls wait meanwhile, with the real engine on
// LMDB.
//
//   build/release/oms_bench --benchmark_filter='backorders|revocations'
//
// `backorders`: so many orders of one unit wait for one SKU, and one receipt
// has units for all. `revocations`: a count finds a fifth of the units that
// are promised to so many orders; the newest lose theirs and wait again.
//
//   all_s             from the command until the last order has its units, or
//                     waits for them
//   us/order          the same, per order
//   longest_wait_ms   of any other call meanwhile: reading an order, the stock
//                     of the SKU and its queue, and placing an order for the
//                     same SKU and for another
//   ..._max_ms        the same for one kind of call
//   ..._p99_ms        and its 99th percentile

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "actors/engine.hpp"
#include "bench/harness.hpp"
#include "bench/other_callers.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::bench {

namespace {

const sku_id hot{"HOT"};
const sku_id other{"OTHER"};
constexpr const char* newcomers = "new-";

command by_bench(command_body body) {
  return {std::move(body), actor_name{"bench"}, {}};
}

order_key key_of(std::size_t number) {
  return {brand_id{}, order_id{"o" + std::to_string(number)}};
}

command paid_order(const order_key& key, const sku_id& sku) {
  place_order place;
  place.order = key;
  place.body.currency = "EUR";
  place.body.lines = {{.line = line_id{"1"}, .sku = sku, .units = quantity{1}}};
  place.body.lines.front().unit_price = money{500};
  place.body.payment = prepayment{money{500}, "p"};
  return by_bench(std::move(place));
}

// Placed while others are served, and not counted with them.
order_key newcomer(const char* kind, std::size_t number) {
  return {brand_id{}, order_id{std::string(newcomers) + kind + "-" +
                               std::to_string(number)}};
}

bool is_newcomer(const event& happened) {
  return happened.entity.key.find(newcomers) != std::string::npos;
}

// An engine with so many orders of `hot` that wait.
class long_queue {
 public:
  explicit long_queue(std::size_t orders) : orders_(orders) {
    auto opened = persistence::open_lmdb_store(folder_.path());
    if (!opened) return;
    store_ = std::move(*opened);
    engine_options options;
    options.observer = [this](const event& happened) {
      if (is_newcomer(happened)) return;
      if (std::holds_alternative<units_backordered>(happened.body)) ++waiting_;
      if (std::holds_alternative<units_allocated>(happened.body)) ++promised_;
    };
    auto running = engine::open(*store_, options);
    if (!running) return;
    engine_ = std::move(*running);
    (void)engine_->execute(by_bench(define_location{{.id = "LON"}}));
    flight up;
    for (std::size_t made = 0; made < orders; made += batch_orders) {
      std::vector<command> batch;
      for (auto i = made; i < std::min(orders, made + batch_orders); ++i)
        batch.push_back(paid_order(key_of(i), hot));
      up.take_off(batch.size());
      const auto since = steady::now();
      engine_->submit(std::move(batch),
                      [&up, since](const std::vector<answer>& answers) {
                        up.land(since, answers);
                      });
    }
    up.wait_for_all();
    ready_ = wait_for(waiting_, orders) && up.refused() == 0;
  }

  [[nodiscard]] bool is_ready() const { return ready_; }
  void receive_for_all() {
    (void)engine_->execute(by_bench(receive_stock{
        "LON", hot, quantity{static_cast<std::int64_t>(orders_)}, "r"}));
  }
  // Times `act` until `counter` has grown by `expected`.
  void measure(benchmark::State& state, std::atomic<std::size_t>& counter,
               std::size_t expected, const std::function<void()>& act) {
    const auto begin = counter.load();
    other_callers others(callers());
    const auto start = steady::now();
    act();
    const bool all = wait_for(counter, begin + expected);
    const auto took = seconds(steady::now() - start);
    others.show(state);
    state.SetIterationTime(took);
    state.counters["all_s"] = took;
    state.counters["us/order"] = took * 1e6 / static_cast<double>(expected);
    if (!all) state.SkipWithError("not all orders were served in time");
  }

  [[nodiscard]] engine& running() { return *engine_; }
  [[nodiscard]] std::atomic<std::size_t>& waiting() { return waiting_; }
  [[nodiscard]] std::atomic<std::size_t>& promised() { return promised_; }
  bool wait_for(const std::atomic<std::size_t>& counter, std::size_t expected) {
    const auto end = steady::now() + std::chrono::minutes(5);
    while (counter.load() < expected && steady::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return counter.load() >= expected;
  }

 private:
  [[nodiscard]] std::vector<other_callers::kind> callers() {
    auto& running = *engine_;
    const auto place = [&running](const char* name, const sku_id& sku) {
      return [&running, name, &sku](std::size_t i) {
        (void)running.execute(paid_order(newcomer(name, i), sku));
      };
    };
    return {
        {"order",
         // A prime, so that neighbors in the queue are not asked in turn.
         [&running, orders = orders_](std::size_t i) {
           (void)running.order(key_of(i * 7919 % orders));
         }},
        {"stock", [&running](std::size_t) { (void)running.stock("LON", hot); }},
        {"queue", [&running](std::size_t) { (void)running.backorders(hot); }},
        {"place_same", place("same", hot)},
        {"place_other", place("other", other)},
    };
  }

  scratch_folder folder_;
  std::size_t orders_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::size_t> promised_{0};
  bool ready_ = false;
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
};

void backorders(benchmark::State& state) {
  const auto orders = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    long_queue queue(orders);
    if (!queue.is_ready()) return state.SkipWithError("no queue");
    queue.measure(state, queue.promised(), orders,
                  [&] { queue.receive_for_all(); });
  }
}

void revocations(benchmark::State& state) {
  const auto orders = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    long_queue queue(orders);
    if (!queue.is_ready()) return state.SkipWithError("no queue");
    queue.receive_for_all();
    if (!queue.wait_for(queue.promised(), orders))
      return state.SkipWithError("no promises");
    const auto kept = orders / 5;
    queue.measure(state, queue.waiting(), orders - kept, [&] {
      (void)queue.running().execute(by_bench(
          count_stock{"LON", hot, quantity{static_cast<std::int64_t>(kept)}}));
    });
  }
}

// How long one query takes, with so many orders in memory.
void queries(benchmark::State& state) {
  long_queue queue(static_cast<std::size_t>(state.range(0)));
  if (!queue.is_ready()) return state.SkipWithError("no queue");
  auto& running = queue.running();
  running.settle();
  for (auto _ : state) {
    switch (state.range(1)) {
      case 0:
        benchmark::DoNotOptimize(running.stock_of(other));
        break;
      case 1:
        benchmark::DoNotOptimize(running.locations());
        break;
      case 2:
        benchmark::DoNotOptimize(running.location("LON"));
        break;
      case 3:
        benchmark::DoNotOptimize(running.suppliers());
        break;
      default:
        benchmark::DoNotOptimize(running.order(key_of(0)));
        break;
    }
  }
}

BENCHMARK(backorders)
    ->ArgNames({"orders"})
    ->Args({10'000})
    ->Args({50'000})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(revocations)
    ->ArgNames({"orders"})
    ->Args({10'000})
    ->Args({50'000})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
// `call` 0: stock of a SKU, 1: locations, 2: one location, 3: suppliers,
// 4: an order that waits.
BENCHMARK(queries)
    ->ArgNames({"orders", "call"})
    ->ArgsProduct({{10'000, 200'000}, {0, 1, 2, 3, 4}})
    ->Iterations(200)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace oms::bench
