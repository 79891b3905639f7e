// How many paid two-line orders a second a gateway places over Cap'n Proto
// RPC: omsd is a process of its own on LMDB, the client is this one, and both
// share the machine.
//
//   cmake --build build/release --target oms_bench omsd
//   OMS_BENCH_DIR=/mnt/disk build/release/oms_bench --benchmark_filter=rpc
//
// Batches of 1,000 orders, at most 20 unanswered, over one connection on
// loopback. The network is that of the benchmark `placement`.
//
//   orders/s        answered, which is after the sync
//   answer_p50_s    from sending a batch to its answers, p99 too

#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "bench/harness.hpp"
#include "bench/rpc_client.hpp"
#include "bench/rpc_process.hpp"
#include "messages/api/rpc.hpp"

namespace oms::bench {

namespace {

constexpr std::size_t orders_per_run = 100'000;
constexpr std::size_t max_batches = max_in_flight / batch_orders;
constexpr std::size_t setup_commands = 10'000;

std::size_t refused_of(capnp::List<api::Answer>::Reader answers) {
  return static_cast<std::size_t>(
      std::count_if(answers.begin(), answers.end(),
                    [](api::Answer::Reader each) { return each.isProblem(); }));
}

// One gateway. It keeps `max_batches` under way: each answer sends the next
// batch, as a gateway with a queue would.
class gateway {
 public:
  gateway(kj::AsyncIoContext& io, const std::string& address)
      : io_(io), client_(io, address), engine_(client_.login()) {}

  void set_up(const workload& work) {
    for (const auto& batch : work.setup(setup_commands)) {
      auto request = engine_.runRequest();
      auto list = request.initCommands(static_cast<unsigned>(batch.size()));
      api::write(list, batch);
      refused_ += refused_of(request.send().wait(io_.waitScope).getAnswers());
    }
  }

  void place(workload& work, std::size_t orders) {
    std::vector<kj::Promise<void>> lanes;
    to_send_ = orders / batch_orders;
    for (std::size_t i = 0; i < max_batches; ++i)
      lanes.push_back(send_on(work));
    for (auto& each : lanes) each.wait(io_.waitScope);
  }

  [[nodiscard]] std::size_t refused() const { return refused_; }
  // In seconds.
  [[nodiscard]] double quantile(double share) {
    std::sort(took_.begin(), took_.end());
    return seconds(took_[static_cast<std::size_t>(
        share * static_cast<double>(took_.size() - 1))]);
  }
  void forget() { took_.clear(); }

 private:
  kj::Promise<void> send_on(workload& work) {
    if (to_send_ == 0) return kj::READY_NOW;
    --to_send_;
    auto request = engine_.placeRequest();
    auto list = request.initOrders(batch_orders);
    for (auto each : list)
      api::write(each, std::get<place_order>(work.next_order().body));
    const auto since = steady::now();
    return request.send().then(
        [this, &work, since](capnp::Response<api::Engine::PlaceResults> got) {
          took_.push_back(steady::now() - since);
          refused_ += refused_of(got.getAnswers());
          if (got.hasProblem()) refused_ += batch_orders;
          return send_on(work);
        });
  }

  kj::AsyncIoContext& io_;
  rpc_client client_;
  api::Engine::Client engine_;
  std::size_t to_send_ = 0;
  std::size_t refused_ = 0;
  std::vector<steady::duration> took_;
};

void rpc_placement(benchmark::State& state) {
  for (auto _ : state) {
    const scratch_folder folder;
    rpc_process omsd(
        fs::read_symlink("/proc/self/exe").replace_filename("omsd"),
        {"--store", folder.path() + "/store"});
    auto io = kj::setupAsyncIo();
    gateway one(io, omsd.address());
    workload work({});
    one.set_up(work);
    one.place(work, max_in_flight);
    one.forget();

    const auto start = steady::now();
    one.place(work, orders_per_run);
    const auto took = steady::now() - start;
    state.SetIterationTime(seconds(took));
    state.counters["orders/s"] =
        static_cast<double>(orders_per_run) / seconds(took);
    state.counters["answer_p50_s"] = one.quantile(0.5);
    state.counters["answer_p99_s"] = one.quantile(0.99);
    if (one.refused() > 0) state.SkipWithError("something was refused");
  }
}

BENCHMARK(rpc_placement)
    ->Iterations(1)
    ->Repetitions(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace oms::bench
