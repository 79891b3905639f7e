// What it costs to check every entry of the log before it is used.
//
//   build/release/oms_bench --benchmark_filter=entry_checks
//
// A store on disk with entries of 100 events each, as group commit writes
// them. `first` reads it in a store that was just opened, so that each entry
// is hashed; `again` reads it once more, when all of them are known to be
// good, which is what reading cost before there were checks. `scan` reads the
// whole log, `walk_back` a timeline that has one event in each entry.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/harness.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::bench {

namespace {

constexpr std::size_t entry_events = 100;

event note(const std::string& order, sequence previous) {
  event one;
  one.entity = entity_of(order_key{brand_id{"b"}, order_id{order}});
  one.previous = previous;
  one.by = actor_name{"bench"};
  one.body = note_added{.text = "a note of a usual length, " + order};
  return one;
}

// Returns the last event of the timeline that is in every entry.
result<sequence> fill(const std::string& folder, std::size_t entries) {
  auto store = persistence::open_lmdb_store(folder);
  if (!store) return store.failure();
  sequence head = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    std::vector<event> batch;
    batch.push_back(note("everywhere", head));
    head = i * entry_events + 1;
    for (std::size_t k = 1; k < entry_events; ++k)
      batch.push_back(note(std::to_string(k), 0));
    if (auto written = (*store)->append(batch); !written)
      return written.failure();
  }
  return head;
}

void entry_checks(benchmark::State& state, bool scan, bool again) {
  const scratch_folder folder;
  const auto entries = static_cast<std::size_t>(state.range(0));
  const auto head = fill(folder.path(), entries);
  if (!head) {
    state.SkipWithError(head.failure().message.c_str());
    return;
  }
  std::unique_ptr<persistence::log_store> store;
  std::size_t seen = 0;
  const auto read = [&] {
    const auto count = [&seen](const event&) { return ++seen > 0; };
    return scan ? store->scan(1, count) : store->walk_back(*head, count);
  };
  bool good = true;
  double took_s = 0;
  for (auto _ : state) {
    state.PauseTiming();
    store.reset();
    auto opened =
        persistence::open_lmdb_store(folder.path(), {.read_only = true});
    if (opened) store = std::move(*opened);
    good = good && store && (!again || read());
    seen = 0;
    state.ResumeTiming();
    const auto since = steady::now();
    good = good && read();
    took_s += seconds(steady::now() - since);
  }
  if (!good || seen != (scan ? entries * entry_events : entries)) {
    state.SkipWithError("the store can't be read");
    return;
  }
  state.counters["entries"] = static_cast<double>(entries);
  state.counters["bytes"] = static_cast<double>(store->stats().bytes);
  state.counters["us_per_entry"] = took_s * 1e6 / static_cast<double>(entries) /
                                   static_cast<double>(state.iterations());
}

BENCHMARK_CAPTURE(entry_checks, scan_first, true, false)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entry_checks, scan_again, true, true)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entry_checks, walk_back_first, false, false)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entry_checks, walk_back_again, false, true)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench
