// What the index of orders costs: writing it checkpoint by checkpoint, runs
// merged, and reading it.
//
//   build/release/oms_bench --benchmark_filter=order_index
//
// Checkpoints of 25,000 new orders each, with 5,000 changes of orders of the
// checkpoints before, on disk and synced. Nothing else is in them.
//
//   write_us/order  CPU time of writing and merging
//   disk_B/order    used pages, free ones included, that merging has left
//   runs            at the end
//   page_us         a page of 50 of an open status that few orders have
//   customer_us     the orders of a customer who has two
//   known_us        an order by its key
//   unknown_us      a key that no order has, as each new order asks once

#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/harness.hpp"
#include "persistence/checkpoint_store.hpp"
#include "persistence/lmdb_store.hpp"

namespace oms::bench {

namespace {

constexpr std::size_t orders_per_checkpoint = 25'000;
constexpr std::size_t changes_per_checkpoint = 5'000;
constexpr int questions = 1'000;

order_key key_of_number(std::uint64_t number) {
  return {brand_id{"bench"}, order_id{"o" + std::to_string(number)}};
}

class order_index {
 public:
  static result<std::unique_ptr<order_index>> make(std::uint64_t orders) {
    auto made = std::make_unique<order_index>();
    auto store = persistence::open_lmdb_store(made->folder_.path());
    if (!store) return store.failure();
    made->store_ = std::move(*store);
    while (made->count_ < orders)
      if (auto written = made->write(); !written) return written.failure();
    return made;
  }

  [[nodiscard]] persistence::checkpoint_reader reader() const {
    return persistence::checkpoint_reader(store_->tables());
  }
  [[nodiscard]] double write_s() const { return write_s_; }
  [[nodiscard]] std::int64_t bytes() const {
    return allocated_bytes(fs::path(folder_.path()) / "checkpoint" /
                           "data.mdb");
  }
  [[nodiscard]] std::uint64_t any_number() { return 1 + random_() % count_; }

  [[nodiscard]] std::size_t runs() const {
    std::size_t runs = 0;
    (void)store_->tables().scan(persistence::table::runs, {},
                                [&runs](auto, auto) { return ++runs > 0; });
    return runs;
  }

 private:
  status write() {
    persistence::checkpoint made;
    for (std::size_t i = 0; i < changes_per_checkpoint && count_ > 0; ++i)
      made.orders.push_back(row_of(any_number(), order_status::fulfilled));
    for (std::size_t i = 0; i < orders_per_checkpoint; ++i) {
      ++count_;
      made.orders.push_back(row_of(
          count_, count_ % 1'000 == 0 ? order_status::paid
                                      : order_status::awaiting_fulfillment));
    }
    persistence::checkpoint_store checkpoints(store_->tables());
    const auto since = cpu_seconds();
    if (auto written = checkpoints.write(made); !written) return written;
    while (true) {
      const auto merged = checkpoints.merge();
      if (!merged) return merged.failure();
      if (!*merged) break;
    }
    write_s_ += cpu_seconds() - since;
    return done{};
  }

  order_row row_of(std::uint64_t number, order_status now) {
    const auto sku = [&](std::uint64_t salt) {
      return sku_id{"S" + std::to_string(number * salt % 10'000)};
    };
    return {
        .key = key_of_number(number),
        .number = number,
        .status = now,
        .placed_at = timestamp{duration{
            1'700'000'000'000'000 + static_cast<std::int64_t>(number) * 20}},
        .changed_at = timestamp{duration{
            1'700'000'000'300'000 + static_cast<std::int64_t>(number) * 20}},
        .head = number * 10,
        .version = 9,
        .stuck_after = std::chrono::hours(24),
        .customer = customer_id{"c" + std::to_string(number / 2)},
        .skus = {sku(7'919), sku(104'729)}};
  }

  scratch_folder folder_;
  std::unique_ptr<persistence::log_store> store_;
  std::uint64_t count_ = 0;
  double write_s_ = 0;
  std::mt19937_64 random_{11};
};

// Seconds of one question on the average; none if one failed.
template <class Ask>
std::optional<double> seconds_of(Ask ask) {
  const auto since = steady::now();
  for (int i = 0; i < questions; ++i)
    if (!ask()) return {};
  return seconds(steady::now() - since) / questions;
}

void order_index_of(benchmark::State& state) {
  const auto orders = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    const auto since = steady::now();
    auto made = order_index::make(orders);
    if (!made) {
      state.SkipWithError(made.failure().message.c_str());
      return;
    }
    auto& index = **made;
    state.SetIterationTime(seconds(steady::now() - since));
    const auto count = static_cast<double>(orders);
    constexpr double us = 1e6;
    state.counters["write_us/order"] = index.write_s() * us / count;
    state.counters["disk_B/order"] = static_cast<double>(index.bytes()) / count;
    state.counters["runs"] = static_cast<double>(index.runs());
    const auto reader = index.reader();
    const auto show = [&state](const char* name, std::optional<double> s) {
      if (!s) state.SkipWithError("the index could not be read");
      state.counters[name] = s.value_or(0) * us;
    };
    show("page_us", seconds_of([&] {
           const auto page =
               reader.orders({.status = order_status::paid}, "", 50);
           return page && page->rows.size() == 50;
         }));
    show("customer_us", seconds_of([&] {
           const auto customer =
               customer_id{"c" + std::to_string(index.any_number() / 2)};
           const auto page = reader.orders({.customer = customer}, "", 50);
           return page && !page->rows.empty();
         }));
    show("known_us", seconds_of([&] {
           const auto row = reader.order(key_of_number(index.any_number()));
           return row && row->has_value();
         }));
    show("unknown_us", seconds_of([&] {
           const auto row =
               reader.order(key_of_number(index.any_number() + orders));
           return row && !row->has_value();
         }));
  }
}

BENCHMARK(order_index_of)
    ->Name("order_index")
    ->Arg(200'000)
    ->Arg(2'000'000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench
