// How long the planner takes for an order: two lines over ten locations that
// have everything, which is nearly every order, and harder ones.

#include <benchmark/benchmark.h>

#include <string>

#include "actors/routing/planner.hpp"

namespace oms::bench {

namespace {

// `scarce`: each location has only every third SKU, so that several must ship.
routing::request make_request(std::int64_t lines, std::int64_t places,
                              bool scarce) {
  routing::request out;
  out.ship_to = coordinates{50, 8};
  for (std::int64_t i = 0; i < lines; ++i)
    out.lines.push_back({line_id{std::to_string(i + 1)},
                         sku_id{"SKU-" + std::to_string(i)}, quantity{2}});
  for (std::int64_t p = 0; p < places; ++p) {
    routing::candidate place;
    place.source = {source_kind::location, "WH-" + std::to_string(p)};
    place.priority = p + 1;
    place.position = coordinates{40.0 + static_cast<double>(p), 8};
    for (std::int64_t i = 0; i < lines; ++i)
      place.offers.push_back(
          {quantity{!scarce || (p + i) % 3 == 0 ? 100 : 0}, money{10}});
    out.candidates.push_back(std::move(place));
  }
  return out;
}

void plan(benchmark::State& state) {
  const auto asked =
      make_request(state.range(0), state.range(1), state.range(2) != 0);
  for (auto _ : state) benchmark::DoNotOptimize(routing::make_plan(asked));
}

BENCHMARK(plan)
    ->ArgNames({"lines", "places", "scarce"})
    ->Args({2, 10, 0})
    ->Args({2, 10, 1})
    ->Args({10, 10, 1})
    ->Args({10, 64, 1})
    ->Args({100, 10, 1})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace oms::bench
