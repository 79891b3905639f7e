// How long a quote takes: two lines over ten locations, as most carts are, and
// ten lines over 64. The engine has no threads, and its store is in memory: a
// quote asks neither.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"

namespace oms::bench {

namespace {

// `scarce`: each location has only every third SKU, so that several must ship.
std::vector<command> network_of(std::int64_t lines, std::int64_t places,
                                bool scarce) {
  std::vector<command> setup;
  const actor_name by{"bench"};
  for (std::int64_t p = 0; p < places; ++p) {
    location_settings place;
    place.id = "WH-" + std::to_string(p);
    place.priority = p + 1;
    place.shipment_cost = money{400 + 10 * p};
    place.cost_per_km = money{1};
    place.position = coordinates{40.0 + static_cast<double>(p) / 4, 8};
    const auto id = place.id;
    setup.push_back({define_location{std::move(place)}, by, ""});
    for (std::int64_t i = 0; i < lines; ++i)
      if (!scarce || (p + i) % 3 == 0)
        setup.push_back(
            {receive_stock{.location = id,
                           .sku = sku_id{"SKU-" + std::to_string(i)},
                           .units = quantity{100}},
             by, ""});
  }
  return setup;
}

void quote(benchmark::State& state) {
  persistence::memory_store store;
  engine_options options;
  options.seed = 1;
  auto opened = engine::open(store, std::move(options));
  if (!opened) {
    state.SkipWithError(opened.failure().message.c_str());
    return;
  }
  auto& running = **opened;
  const auto lines = state.range(0);
  for (auto& each : network_of(lines, state.range(1), state.range(2) != 0))
    (void)running.execute(std::move(each));
  running.settle();
  cart wanted;
  wanted.ship_to.position = coordinates{50, 8};
  for (std::int64_t i = 0; i < lines; ++i)
    wanted.lines.push_back({sku_id{"SKU-" + std::to_string(i)}, quantity{2}});
  wanted.alternatives = state.range(3) != 0;
  for (auto _ : state) benchmark::DoNotOptimize(running.quote(wanted));
}

BENCHMARK(quote)
    ->ArgNames({"lines", "places", "scarce", "alternatives"})
    ->Args({2, 10, 0, 0})
    ->Args({2, 10, 1, 0})
    ->Args({2, 10, 0, 1})
    ->Args({10, 64, 0, 0})
    ->Args({10, 64, 1, 0})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace oms::bench
