#include "tools/simulation/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/persistence/store_in_front.hpp"
#include "tools/simulation/isolated.hpp"
#include "tools/simulation/ledger.hpp"

namespace oms::simulation {
namespace {

using testing::ElementsAre;

std::string text_of(const std::optional<breach>& found) {
  if (!found) return "nothing is broken";
  return "step " + std::to_string(found->step) + ", invariant " +
         std::to_string(found->invariant) + ": " + found->where + ": " +
         found->what;
}

/// Everything that a run wrote, in order.
std::vector<event> written(std::uint64_t seed) {
  std::vector<event> all;
  const auto found = simulate({
      .seed = seed,
      .steps = first_steps(30),
      .observer = [&all](const event& each) { all.push_back(each); },
  });
  EXPECT_FALSE(found) << text_of(found);
  return all;
}

class ThreeHundredSeeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ThreeHundredSeeds, BreakNoInvariant) {
  for (auto seed = GetParam(); seed < GetParam() + 50; ++seed) {
    const auto found =
        simulate_isolated({.seed = seed, .steps = first_steps(60)});
    ASSERT_FALSE(found) << "omsctl simulate --seed " << seed << ": "
                        << text_of(found);
  }
}

INSTANTIATE_TEST_SUITE_P(Simulation, ThreeHundredSeeds,
                         testing::Range<std::uint64_t>(1, 301, 50));

TEST(Simulation, IsTheSameForTheSameSeed) {
  EXPECT_EQ(written(7), written(7));
  EXPECT_NE(written(7), written(8));
}

// --- what is broken is found ------------------------------------------------

/// Changes what is written behind the engine's back.
class tampering_store : public persistence::store_in_front {
 public:
  using change = void (*)(event& each);
  tampering_store(persistence::log_store& real, change how)
      : store_in_front(real), how_(how) {}

  status append(std::span<const decision> batch) override {
    std::vector<event> other;
    for (const auto& each : batch)
      for (std::size_t i = 0; i < each.events.size(); ++i)
        other.push_back(each.event_at(i));
    for (auto& each : other) how_(each);
    return store_in_front::append(decisions_of(other));
  }

 private:
  change how_;
};

/// Which invariant the first of some seeds breaks.
int broken_invariant(tampering_store::change how) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto found = simulate_isolated({
        .seed = seed,
        .steps = first_steps(40),
        .in_front =
            [how](persistence::log_store& real) {
              return std::make_unique<tampering_store>(real, how);
            },
    });
    if (found) return found->invariant;
  }
  return -100;
}

TEST(Simulation, FindsAnotherQuantityOnDisk) {
  EXPECT_EQ(broken_invariant([](event& each) {
              if (auto* in = std::get_if<stock_received>(&each.body))
                in->units += quantity{1};
            }),
            8);
}

TEST(Simulation, FindsAnotherAmountOnDisk) {
  EXPECT_EQ(broken_invariant([](event& each) {
              if (auto* paid = std::get_if<payment_captured>(&each.body))
                paid->captured -= money{1};
            }),
            8);
}

TEST(Simulation, FindsAnEventThatIsAnothers) {
  EXPECT_EQ(broken_invariant([](event& each) {
              if (std::holds_alternative<note_added>(each.body))
                each.command = "somebody else's";
            }),
            ledger_differs);
}

TEST(Simulation, FindsANotificationThatIsThereTwice) {
  EXPECT_EQ(broken_invariant([](event& each) {
              if (auto* told = std::get_if<notification_recorded>(&each.body);
                  told != nullptr && told->kind == "refund.requested")
                told->subject = "1";
            }),
            10);
}

TEST(Simulation, FindsAStatusThatIsNotInTheTable) {
  EXPECT_EQ(broken_invariant([](event& each) {
              if (auto* step = std::get_if<status_changed>(&each.body);
                  step != nullptr && step->to == order_status::paid)
                step->from = order_status::delivered;
            }),
            7);
}

// --- making a failure short -------------------------------------------------

TEST(Shrink, KeepsOnlyWhatTheFailureNeeds) {
  int runs = 0;
  const auto run = [&runs](const std::vector<std::size_t>& steps) {
    ++runs;
    bool three = false;
    for (const auto each : steps) {
      three = three || each == 3;
      if (three && each == 17)
        return std::optional<breach>{{17, 3, "W1/A", "differs"}};
    }
    return std::optional<breach>{};
  };
  const auto found = run(first_steps(60));
  ASSERT_TRUE(found);
  const auto best = shrink(first_steps(60), *found, run);
  EXPECT_THAT(best.steps, ElementsAre(3, 17));
  EXPECT_EQ(best.last, *found);
  EXPECT_LT(runs, 60);
}

TEST(Shrink, DoesNotTakeAnotherFailureForTheSame) {
  const auto run = [](const std::vector<std::size_t>& steps) {
    const auto invariant = steps.size() >= 3 ? 3 : 5;
    return std::optional<breach>{{steps.empty() ? 0 : steps.back(), invariant}};
  };
  const auto best = shrink(first_steps(8), {8, 3}, run);
  EXPECT_EQ(best.steps.size(), 3U);
}

}  // namespace
}  // namespace oms::simulation
