/// A small run of each mix and each kind of work against an engine on a store:
/// what is reported, and that the shares of the mixes are those that
/// docs/BENCHMARKS.md names.

#include "bench/load/run.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <variant>

#include "bench/harness.hpp"
#include "bench/load/library_target.hpp"

namespace oms::load {
namespace {

using bench::order_mix;

struct shares {
  std::size_t split = 0;
  std::size_t waiting = 0;
  std::size_t cancellations = 0;
  std::size_t receipts = 0;
  std::size_t with_name = 0;
};

shares of_a_thousand(order_mix mix) {
  bench::workload work({.mix = mix, .skus = 100});
  auto commands = work.next_batch(1'000);
  for (auto& each : work.last_batch()) commands.push_back(std::move(each));
  shares out;
  for (const auto& each : commands) {
    if (std::holds_alternative<cancel_order>(each.body)) ++out.cancellations;
    if (std::holds_alternative<receive_stock>(each.body)) ++out.receipts;
    const auto* placing = std::get_if<place_order>(&each.body);
    if (placing == nullptr) continue;
    std::set<std::string> kinds;
    for (const auto& line : placing->body.lines)
      kinds.insert(line.sku.value.substr(0, 4));
    if (kinds.contains("WEST") && kinds.contains("EAST")) ++out.split;
    if (kinds.contains("LATE")) ++out.waiting;
    if (!placing->personal.name.empty()) ++out.with_name;
  }
  return out;
}

TEST(RealMix, HasTheSharesOfItsDescription) {
  const auto real = of_a_thousand(order_mix::real);
  EXPECT_EQ(real.split, 200U);
  EXPECT_EQ(real.waiting, 50U);
  EXPECT_EQ(real.cancellations, 20U);
  EXPECT_GT(real.receipts, 0U);
  EXPECT_EQ(real.with_name, 1'000U);
}

TEST(BareMix, HasNothingButOrders) {
  const auto bare = of_a_thousand(order_mix::bare);
  EXPECT_EQ(bare.split + bare.waiting + bare.cancellations + bare.receipts, 0U);
  EXPECT_EQ(bare.with_name, 0U);
}

class ARun : public testing::TestWithParam<order_mix> {};

TEST_P(ARun, IsRoutedAsAWholeAndBreaksNoInvariant) {
  const run_options options{.orders = 600, .warm_up = 200, .batch = 100};
  const bench::scratch_folder folder;
  auto to = library_target::open(folder.path(), {});
  ASSERT_TRUE(to) << to.failure().message;
  bench::workload work({.mix = GetParam(),
                        .locations = 4,
                        .skus = 50,
                        .stock_units = GetParam() == order_mix::hot_sku
                                           ? bench::hot_sku_units(200, 600)
                                           : 1'000'000});
  set_up(**to, work);
  const auto report = run(**to, work, options, nullptr);
  EXPECT_TRUE(report.is_complete) << text_of(report);
  EXPECT_EQ(report.answers.done, report.commands);
  EXPECT_EQ(report.latency.count(), report.commands);
  ASSERT_TRUE(report.used);
  EXPECT_GT(report.used->disk_bytes, 0);
  EXPECT_TRUE((*to)->running().check_invariants().empty());
  if (GetParam() == order_mix::hot_sku) {
    const auto queue = (*to)->running().backorders(sku_id{"HOT"});
    ASSERT_TRUE(queue);
    EXPECT_EQ(queue->size(), 300U);
  }
}

INSTANTIATE_TEST_SUITE_P(Mixes, ARun,
                         testing::Values(order_mix::bare, order_mix::real,
                                         order_mix::hot_sku),
                         [](const auto& each) {
                           for (const auto& [name, mix] : bench::mix_names())
                             if (mix == each.param) return name;
                           return std::string("unnamed");
                         });

// Latency counts from the intended start, so a rate that the target can't keep
// shows as latency and not as a lower rate of sending.
class slow_target final : public target {
 public:
  void submit(std::vector<command> batch, landed done) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    outcome all;
    for (std::size_t i = 0; i < batch.size(); ++i) add_answer(all, i, nullptr);
    done(all);
  }
  void ask(const question&, replied done) override { done(nullptr); }
  std::optional<clock::time_point> wait_until_routed(std::int64_t) override {
    return clock::now();
  }
  void settle() override {}
  std::optional<usage> used() override { return {}; }
  [[nodiscard]] bool is_own_process() const override { return false; }
};

TEST(OpenLoop, CountsFromTheIntendedStart) {
  slow_target slow;
  bench::workload work({});
  // A batch each millisecond, of which each takes twenty.
  const auto report =
      run(slow, work,
          {.orders = 200, .warm_up = 0, .rate = 10'000, .batch = 10}, nullptr);
  EXPECT_GE(report.latency.largest(), std::chrono::milliseconds(19 * 19));
}

TEST(Lifecycle, DeliversEveryOrder) {
  const run_options options{
      .work = work_kind::lifecycle, .orders = 300, .warm_up = 100, .batch = 50};
  const bench::scratch_folder folder;
  auto to = library_target::open(folder.path(), {});
  ASSERT_TRUE(to) << to.failure().message;
  bench::workload work({.locations = 4, .skus = 50});
  set_up(**to, work);
  const auto report = run(**to, work, options, nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  for (const auto kind :
       {call::place, call::pay, call::pick, call::ship, call::deliver})
    EXPECT_EQ(report.latency_of[static_cast<std::size_t>(kind)].count(), 300U)
        << call_names[static_cast<std::size_t>(kind)];
  EXPECT_EQ(report.commands, 5 * 300 + report.early);
  EXPECT_EQ((*to)->running().stats().orders_with(order_status::delivered),
            400U);
  EXPECT_TRUE((*to)->running().check_invariants().empty());
}

// Answers at once. Each order's first pick comes too early.
class unhurried_target final : public target {
 public:
  explicit unhurried_target(bool refuses_to_ship = false)
      : refuses_to_ship_(refuses_to_ship) {}

  void submit(std::vector<command> batch, landed done) override {
    static const error too_early{error_code::not_found, "not routed", {}};
    static const error no_carrier{error_code::conflict, "no carrier", {}};
    outcome all;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto* work = std::get_if<work_fulfillment>(&batch[i].body);
      const error* failure = nullptr;
      if (work != nullptr && work->action == fulfillment_action::pick &&
          picked_.insert(work->order).second)
        failure = &too_early;
      if (work != nullptr && work->action == fulfillment_action::ship &&
          refuses_to_ship_)
        failure = &no_carrier;
      add_answer(all, i, failure);
    }
    done(all);
  }
  void ask(const question&, replied done) override {
    static const error no_answer{error_code::not_found, "no answer", {}};
    done(answers_questions ? nullptr : &no_answer);
  }
  std::optional<clock::time_point> wait_until_routed(std::int64_t) override {
    return clock::now();
  }
  void settle() override {}
  std::optional<usage> used() override { return {}; }
  [[nodiscard]] bool is_own_process() const override { return false; }

  bool answers_questions = true;

 private:
  bool refuses_to_ship_;
  std::set<order_key> picked_;
};

run_options short_lifecycle() {
  return {
      .work = work_kind::lifecycle, .orders = 40, .warm_up = 0, .batch = 10};
}

TEST(Lifecycle, PicksAgainWhatIsNotRoutedYet) {
  unhurried_target slow;
  bench::workload work({});
  const auto report = run(slow, work, short_lifecycle(), nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  EXPECT_EQ(report.early, 40U);
  EXPECT_EQ(report.answers.refused, 0U);
  EXPECT_EQ(report.commands, 6U * 40);
  EXPECT_EQ(report.latency_of[static_cast<std::size_t>(call::pick)].count(),
            40U);
}

TEST(Lifecycle, KeepsARateToo) {
  unhurried_target slow;
  bench::workload work({});
  auto options = short_lifecycle();
  options.rate = 10'000;
  const auto report = run(slow, work, options, nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  EXPECT_EQ(report.latency_of[static_cast<std::size_t>(call::deliver)].count(),
            40U);
}

TEST(Lifecycle, SaysWhatWasRefused) {
  unhurried_target refusing(true);
  bench::workload work({});
  const auto report = run(refusing, work, short_lifecycle(), nullptr);
  EXPECT_FALSE(is_good(report));
  EXPECT_EQ(report.answers.refused, 40U);
  EXPECT_EQ(report.answers.why, "no carrier");
  EXPECT_NE(text_of(report).find("not delivered"), std::string::npos);
}

TEST(Reads, AreAnsweredBesidePlacement) {
  const bench::scratch_folder folder;
  auto to = library_target::open(folder.path(), {});
  ASSERT_TRUE(to) << to.failure().message;
  bench::workload work({.locations = 4, .skus = 50});
  set_up(**to, work);
  const auto report = run(**to, work,
                          {.work = work_kind::reads,
                           .orders = 300,
                           .warm_up = 100,
                           .batch = 50,
                           .read_rate = 10'000},
                          nullptr);
  EXPECT_TRUE(is_good(report)) << text_of(report);
  std::uint64_t answered = 0;
  for (const auto kind : {call::read_order, call::read_timeline,
                          call::read_list, call::read_stock}) {
    const auto& of = report.latency_of[static_cast<std::size_t>(kind)];
    EXPECT_GT(of.count(), 0U) << call_names[static_cast<std::size_t>(kind)];
    answered += of.count();
  }
  EXPECT_EQ(answered, report.questions);
  // Questions are not among the commands.
  EXPECT_EQ(report.latency.count(), 300U);
}

TEST(Reads, WithoutAnAnswerAreReported) {
  unhurried_target mute;
  mute.answers_questions = false;
  bench::workload work({});
  const auto report =
      run(mute, work,
          {.work = work_kind::reads, .orders = 40, .warm_up = 10, .batch = 10},
          nullptr);
  EXPECT_TRUE(report.is_complete);
  EXPECT_GE(report.questions_failed, 4U);
  EXPECT_EQ(report.questions_failed, report.questions);
  EXPECT_EQ(report.answers.why, "no answer");
  EXPECT_FALSE(is_good(report));
}

}  // namespace
}  // namespace oms::load
