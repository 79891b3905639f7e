/// The largest values that callers send and read: orders of many lines, and
/// suppliers of many products, as JSON, at two sizes each.
///
///   build/release/oms_bench --benchmark_filter=large
///
/// Each step is timed by itself, from the JSON body to the answer, which is
/// after the commit; `settle_ms` is what the engine does afterwards (planning,
/// promises, offers). Meanwhile another caller reads the stock of one location
/// again and again: `stall_ms` is the longest that it ever waited.

#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "actors/engine.hpp"
#include "bench/harness.hpp"
#include "messages/api/json.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::bench {

namespace {

std::string sku_named(std::int64_t i) { return "SKU-" + std::to_string(i); }

/// An engine on a store of its own, and a caller who asks it all the time.
class running_engine {
 public:
  running_engine() {
    auto store = persistence::open_lmdb_store(folder_.path());
    if (!store) return;
    store_ = std::move(*store);
    auto opened = engine::open(*store_, {});
    if (opened) engine_ = std::move(*opened);
  }
  ~running_engine() { end_asking(); }
  running_engine(const running_engine&) = delete;
  running_engine& operator=(const running_engine&) = delete;

  [[nodiscard]] bool is_open() const { return engine_ != nullptr; }
  engine& operator*() const { return *engine_; }
  engine* operator->() const { return engine_.get(); }

  void begin_asking() {
    asker_ = std::thread([this] {
      while (!over_) {
        const auto since = steady::now();
        benchmark::DoNotOptimize(engine_->stock("OTHER", sku_id{"X"}));
        longest_ms_ =
            std::max(longest_ms_, seconds(steady::now() - since) * 1e3);
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
  }
  /// Returns the longest wait.
  double end_asking() {
    over_ = true;
    if (asker_.joinable()) asker_.join();
    return longest_ms_;
  }

 private:
  scratch_folder folder_;
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
  std::thread asker_;
  std::atomic<bool> over_{false};
  double longest_ms_ = 0;
};

template <class Body>
command by_bench(Body body) {
  return {std::move(body), actor_name{"bench"}, {}};
}

location_settings location_named(const char* id) {
  return {.id = id, .kind = place_kind::warehouse, .active = true};
}

/// Times one step, in milliseconds.
template <class Step>
void time_step(benchmark::State& state, const char* name, Step step) {
  const auto since = steady::now();
  const bool good = step();
  state.counters[name] = seconds(steady::now() - since) * 1e3;
  if (!good) state.SkipWithError(name);
}

std::string order_body_of(std::int64_t lines) {
  std::string text = R"({"id":"LARGE","lines":[)";
  for (std::int64_t i = 0; i < lines; ++i)
    text += std::string(i == 0 ? "" : ",") + R"({"line":")" +
            std::to_string(i + 1) + R"(","sku":")" + sku_named(i) +
            R"(","quantity":2,"unitPrice":100})";
  return text + R"(],"payment":{"captured":)" + std::to_string(lines * 200) +
         R"(,"reference":"p"}})";
}

void large_order(benchmark::State& state) {
  const auto lines = state.range(0);
  for (auto _ : state) {
    running_engine running;
    if (!running.is_open()) return state.SkipWithError("no store");
    std::vector<command> setup;
    for (const auto* id : {"W1", "W2", "OTHER"})
      setup.push_back(by_bench(define_location{location_named(id)}));
    for (std::int64_t i = 0; i < lines; ++i)
      setup.push_back(by_bench(receive_stock{i % 2 == 0 ? "W1" : "W2",
                                             sku_id{sku_named(i)},
                                             quantity{1'000},
                                             {}}));
    static_cast<void>(running->execute(std::move(setup)));
    running->settle();
    running.begin_asking();
    const order_key key{brand_id{}, order_id{"LARGE"}};
    const auto body = order_body_of(lines);
    const auto step = [&](auto command_body) {
      return running->execute(by_bench(std::move(command_body))).ok();
    };
    time_step(state, "place_ms", [&] {
      place_order placing;
      return api::read_json(body, placing).ok() && step(std::move(placing));
    });
    time_step(state, "settle_ms", [&] {
      running->settle();
      return true;
    });
    time_step(state, "read_ms", [&] {
      const auto seen = running->order(key);
      return seen && !api::write_json(*seen).empty();
    });
    work_fulfillment pick{
        .order = key, .action = fulfillment_action::pick, .source = "W1"};
    time_step(state, "pick_ms", [&] { return step(pick); });
    running->settle();
    time_step(state, "cancel_ms", [&] { return step(cancel_order{key}); });
    running->settle();
    state.counters["stall_ms"] = running.end_asking();
  }
}

std::string supplier_body_of(std::int64_t products) {
  std::string text = R"({"id":"DS","products":[)";
  for (std::int64_t i = 0; i < products; ++i)
    text += std::string(i == 0 ? "" : ",") + R"({"sku":")" + sku_named(i) +
            R"(","available":5,"unitCost":900,"leadTimeDays":4})";
  return text + "]}";
}

void large_supplier(benchmark::State& state) {
  const auto body = supplier_body_of(state.range(0));
  for (auto _ : state) {
    running_engine running;
    if (!running.is_open()) return state.SkipWithError("no store");
    static_cast<void>(
        running->execute(by_bench(define_location{location_named("OTHER")})));
    running.begin_asking();
    time_step(state, "put_ms", [&] {
      supplier_settings settings;
      return api::read_json(body, settings).ok() &&
             running->execute(by_bench(define_supplier{std::move(settings)}))
                 .ok();
    });
    time_step(state, "settle_ms", [&] {
      running->settle();
      return true;
    });
    time_step(state, "get_ms", [&] {
      for (const auto& each : running->suppliers())
        if (!api::write_json(each).empty()) return true;
      return false;
    });
    state.counters["stall_ms"] = running.end_asking();
  }
}

BENCHMARK(large_order)
    ->ArgName("lines")
    ->Arg(500)
    ->Arg(5'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(large_supplier)
    ->ArgName("products")
    ->Arg(10'000)
    ->Arg(100'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench
