// The largest values that callers send and read: orders of many lines, and
// suppliers of many products, as JSON, at two sizes each, so that a cost which
// grows faster than the size shows.
//
//   build/release/oms_bench --benchmark_filter=large
//
// Each step is timed by itself, from the JSON body to the answer, which is
// after the commit; `settle_ms` is what the engine does afterwards (planning,
// promises, offers). Meanwhile other callers read the stock of a location and
// place small orders: `longest_wait_ms` is the longest that any of them
// waited.

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "actors/engine.hpp"
#include "bench/harness.hpp"
#include "bench/other_callers.hpp"
#include "messages/api/json.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::bench {

namespace {

// The prefix of the other callers' orders, whose events are not waited for.
const std::string small = "SMALL-";

std::string sku_named(std::int64_t i) { return "SKU-" + std::to_string(i); }

template <class Body>
command by_bench(Body body) {
  return {std::move(body), actor_name{"bench"}, {}};
}

command small_order(const std::string& id) {
  place_order placing;
  placing.order = {brand_id{}, order_id{id}};
  placing.body.lines = {
      {.line = line_id{"1"}, .sku = sku_id{"X"}, .units = quantity{1}}};
  placing.body.lines.front().unit_price = money{100};
  placing.body.payment = prepayment{money{100}, "p"};
  return by_bench(std::move(placing));
}

// An engine on a store of its own, and callers who ask it all the time.
class running_engine {
 public:
  running_engine() {
    auto store = persistence::open_lmdb_store(folder_.path());
    if (!store) return;
    store_ = std::move(*store);
    engine_options options;
    options.observer = [this](const event& happened) {
      if (happened.entity.key.find(small) == std::string::npos)
        last_event_ = steady::now();
    };
    auto opened = engine::open(*store_, options);
    if (opened) engine_ = std::move(*opened);
  }
  ~running_engine() { others_.reset(); }
  running_engine(const running_engine&) = delete;
  running_engine& operator=(const running_engine&) = delete;

  [[nodiscard]] bool is_open() const { return engine_ != nullptr; }
  engine& operator*() const { return *engine_; }
  engine* operator->() const { return engine_.get(); }

  // Waits until no event has come for a while, except those of the other
  // callers. Returns the milliseconds to the last event.
  double rest() {
    const auto since = steady::now();
    while (steady::now() - std::max(since, last_event_.load()) < quiet)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::max(0.0, seconds(last_event_.load() - since) * 1e3);
  }

  void begin_asking() {
    others_.emplace(std::vector<other_callers::kind>{
        {"stock",
         [this](std::size_t) { (void)engine_->stock("OTHER", sku_id{"X"}); }},
        {"place", [this](std::size_t i) {
           (void)engine_->execute(small_order(small + std::to_string(i)));
         }}});
  }
  void show_waits(benchmark::State& state) {
    others_->show(state);
    others_.reset();
  }

 private:
  static constexpr std::chrono::milliseconds quiet{100};

  scratch_folder folder_;
  std::atomic<steady::time_point> last_event_{steady::now()};
  std::unique_ptr<persistence::log_store> store_;
  std::unique_ptr<engine> engine_;
  std::optional<other_callers> others_;
};

location_settings location_named(const char* id) {
  return {.id = id, .kind = source_type::warehouse, .active = true};
}

// Times one step, in milliseconds.
template <class Step>
void time_step(benchmark::State& state, const char* name, Step step) {
  const auto since = steady::now();
  const bool good = step();
  state.counters[name] = seconds(steady::now() - since) * 1e3;
  if (!good) state.SkipWithError(name);
}

std::string order_body_of(const std::string& id, std::int64_t lines) {
  std::string text = R"({"id":")" + id + R"(","lines":[)";
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
    const auto body = order_body_of("LARGE", lines);
    const auto step = [&](auto command_body) {
      return running->execute(by_bench(std::move(command_body))).ok();
    };
    time_step(state, "place_ms", [&] {
      place_order placing;
      return api::read_json(body, placing).ok() && step(std::move(placing));
    });
    state.counters["settle_ms"] = running.rest();
    time_step(state, "read_ms", [&] {
      const auto seen = running->order(key);
      return seen && !api::write_json(*seen).empty();
    });
    work_fulfillment pick{
        .order = key, .action = fulfillment_action::pick, .source = "W1"};
    time_step(state, "pick_ms", [&] { return step(pick); });
    running.rest();
    time_step(state, "cancel_ms", [&] { return step(cancel_order{key}); });
    running.rest();
    running.show_waits(state);
  }
}

// No source has what is ordered, so all lines wait. One receipt per line serves
// the first order, and the second is cancelled.
void large_backorder(benchmark::State& state) {
  const auto lines = state.range(0);
  for (auto _ : state) {
    running_engine running;
    if (!running.is_open()) return state.SkipWithError("no store");
    for (const auto* id : {"W1", "OTHER"})
      static_cast<void>(
          running->execute(by_bench(define_location{location_named(id)})));
    running.rest();
    running.begin_asking();
    const auto place = [&](const std::string& id) {
      place_order placing;
      return api::read_json(order_body_of(id, lines), placing).ok() &&
             running->execute(by_bench(std::move(placing))).ok();
    };
    const order_key served{brand_id{}, order_id{"SERVED"}};
    const order_key cancelled{brand_id{}, order_id{"CANCELLED"}};
    time_step(state, "place_ms", [&] { return place(served.id.value); });
    state.counters["wait_ms"] = running.rest();
    time_step(state, "read_ms", [&] {
      const auto seen = running->order(served);
      return seen && seen->queue.size() == static_cast<std::size_t>(lines) &&
             !api::write_json(*seen).empty();
    });
    if (!place(cancelled.id.value)) return state.SkipWithError("not placed");
    running.rest();
    std::vector<command> receipts;
    for (std::int64_t i = 0; i < lines; ++i)
      receipts.push_back(
          by_bench(receive_stock{"W1", sku_id{sku_named(i)}, quantity{2}, {}}));
    time_step(state, "receive_ms", [&] {
      static_cast<void>(running->execute(std::move(receipts)));
      return true;
    });
    state.counters["serve_ms"] = running.rest();
    time_step(state, "cancel_ms", [&] {
      return running->execute(by_bench(cancel_order{cancelled})).ok();
    });
    state.counters["leave_ms"] = running.rest();
    running.show_waits(state);
    const auto seen = running->order(served);
    if (!seen || !seen->queue.empty()) state.SkipWithError("not served");
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
    state.counters["settle_ms"] = running.rest();
    time_step(state, "get_ms", [&] {
      for (const auto& each : running->suppliers())
        if (!api::write_json(each).empty()) return true;
      return false;
    });
    running.show_waits(state);
  }
}

BENCHMARK(large_order)
    ->ArgName("lines")
    ->Arg(500)
    ->Arg(5'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(large_backorder)
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
