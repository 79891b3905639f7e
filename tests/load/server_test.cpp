/// Small runs over RPC and HTTP, against omsd as a process.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "bench/harness.hpp"
#include "bench/load/http_target.hpp"
#include "bench/load/rpc_target.hpp"
#include "bench/load/run.hpp"

namespace oms::load {
namespace {

using bench::order_mix;

enum class protocol : std::uint8_t { rpc, http };

class AServer : public testing::TestWithParam<protocol> {
 protected:
  /// omsd on a new store.
  std::unique_ptr<target> start() {
    server at;
    at.folder = folder_.path() + "/store";
    at.process = std::make_unique<bench::rpc_process>(
        OMS_OMSD, std::vector<std::string>{"--store", at.folder});
    if (GetParam() == protocol::rpc) {
      at.address = at.process->address();
      return std::make_unique<rpc_target>(std::move(at));
    }
    at.address = at.process->http_address();
    return std::make_unique<http_target>(std::move(at), 8);
  }

 private:
  bench::scratch_folder folder_;
};

TEST_P(AServer, RoutesTheRealMix) {
  auto to = start();
  bench::workload work({.mix = order_mix::real, .locations = 2, .skus = 50});
  set_up(*to, work);
  const auto report =
      run(*to, work, {.orders = 300, .warm_up = 100, .batch = 100}, nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  EXPECT_EQ(report.answers.done, report.commands);
  EXPECT_EQ(report.latency.count(), report.commands);
  // Orders alone would be 300: receipts and cancellations came with them.
  EXPECT_GT(report.commands, 300U);
  ASSERT_TRUE(report.used);
  EXPECT_GT(report.used->disk_bytes, 0);
}

TEST_P(AServer, LetsTheHotSkuWait) {
  auto to = start();
  bench::workload work({.mix = order_mix::hot_sku,
                        .stock_units = bench::hot_sku_units(50, 200)});
  set_up(*to, work);
  const auto report =
      run(*to, work, {.orders = 200, .warm_up = 50, .batch = 50}, nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
}

TEST_P(AServer, DeliversEveryOrder) {
  auto to = start();
  bench::workload work({.locations = 2, .skus = 50});
  set_up(*to, work);
  const auto report = run(
      *to, work,
      {.work = work_kind::lifecycle, .orders = 200, .warm_up = 50, .batch = 50},
      nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  EXPECT_EQ(report.commands, 5 * 200 + report.early);
  EXPECT_EQ(report.latency_of[static_cast<std::size_t>(call::deliver)].count(),
            200U);
}

TEST_P(AServer, AnswersQuestions) {
  auto to = start();
  bench::workload work({.locations = 2, .skus = 50});
  set_up(*to, work);
  const auto report =
      run(*to, work,
          {.work = work_kind::reads, .orders = 200, .warm_up = 50, .batch = 50},
          nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  EXPECT_GE(report.questions, 4U);
}

// Without a network nothing is routed, and what needs an order or a location is
// refused.
TEST_P(AServer, SaysWhatItRefuses) {
  auto to = start();
  std::promise<outcome> answered;
  to->submit({{receive_stock{"nowhere", sku_id{"A"}, quantity{1}, {}},
               actor_name{"bench"},
               {}}},
             [&](const outcome& got) { answered.set_value(got); });
  const auto got = answered.get_future().get();
  EXPECT_TRUE(got.done.empty());
  EXPECT_EQ(got.commands(), 1U);

  std::promise<bool> failed;
  to->ask({.about = question::subject::order,
           .order = bench::order_named(1),
           .customer = {},
           .sku = {}},
          [&](const error* failure) { failed.set_value(failure != nullptr); });
  EXPECT_TRUE(failed.get_future().get());
}

INSTANTIATE_TEST_SUITE_P(Protocols, AServer,
                         testing::Values(protocol::rpc, protocol::http),
                         [](const auto& each) {
                           return each.param == protocol::rpc ? "rpc" : "http";
                         });

// Nothing listens on this port: it is of the system, and no omsd has it.
TEST(NoServer, IsAnError) {
  EXPECT_THROW(
      rpc_target({.process = {}, .folder = {}, .address = "127.0.0.1:1"}),
      std::exception);
  EXPECT_THROW(
      http_target({.process = {}, .folder = {}, .address = "127.0.0.1:1"}, 1),
      std::exception);
}

}  // namespace
}  // namespace oms::load
