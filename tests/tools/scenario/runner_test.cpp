#include "tools/scenario/runner.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oms::scenario {
namespace {

/// Runs steps on a network with 5 units of MUG at NYC.
std::optional<failure> run(const std::string& steps, std::uint64_t seed = 1) {
  const auto file = json::parse_text(
      R"({"locations": [{"id": "NYC"}],
          "stock": [{"location": "NYC", "sku": "MUG", "onHand": 5}],
          "steps": )" +
      steps + "}");
  if (!file) return failure{"file", file.failure().message, {}};
  const auto played = read_scenario(*file);
  if (!played) return failure{"file", played.failure().message, {}};
  run_options options;
  options.seed = seed;
  return run_scenario(*played, options);
}

TEST(RunScenario, PassesWhereAllHolds) {
  EXPECT_FALSE(run(R"([
    {"expect": {"stock": {"location": "NYC", "sku": "MUG"}, "onHand": 5}},
    {"place": {"id": "O", "lines": [{"sku": "MUG", "quantity": 2}]}},
    {"pay": {"order": "O"}},
    {"advance": "1h"}, {"crash": {}},
    {"expect": {"order": "O", "status": "awaiting_fulfillment",
                "lines": [{"line": "1", "allocated": 2}]}},
    {"expect": {"invariants": true}}])"));
}

TEST(RunScenario, SaysWhichStepDiffers) {
  const auto failed = run(R"([
    {"place": {"id": "O", "lines": [{"sku": "MUG", "quantity": 2}]}},
    {"expect": {"order": "O", "status": "paid"}}])");
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->step, "steps[1]");
  EXPECT_EQ(failed->verb, "expect");
  EXPECT_EQ(failed->difference,
            (mismatch{"status", "\"paid\"", "\"pending\""}));
}

TEST(RunScenario, FailsWhereARefusalIsMissingOrAnother) {
  EXPECT_FALSE(run(R"([{"pay": {"order": "O"}, "fails": "notFound"}])"));
  EXPECT_TRUE(run(R"([{"pay": {"order": "O"}, "fails": "conflict"}])"));
  EXPECT_TRUE(run(R"([{"pay": {"order": "O"}}])"));
  EXPECT_TRUE(run(R"([{"receive": {"location": "NYC", "sku": "MUG",
                        "quantity": 1}, "fails": "invalid"}])"));
  EXPECT_FALSE(run(R"([{"place": {"id": "O", "lines": [{"sku": "MUG"}]},
                        "fails": "invalid"}])"));
}

TEST(RunScenario, LetsOneOfSeveralOutcomesHold) {
  EXPECT_FALSE(run(R"([{"expect": {"oneOf": [
      {"backorders": "MUG", "queue": [{"order": "O"}]},
      {"backorders": "MUG", "queue": []}]}}])"));
  const auto failed = run(R"([{"expect": {"oneOf": [
      {"supplier": "DS", "sku": "MUG", "available": 1},
      {"total": {"orders": 1, "status": "pending"}}]}}])");
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->difference.where, "oneOf");
}

TEST(RunScenario, InterruptsWithACrashWhatIsTogether) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto failed = run(R"([
      {"together": [
        {"place": {"id": "O", "lines": [{"sku": "MUG", "quantity": 2}]}},
        {"receive": {"location": "NYC", "sku": "MUG", "quantity": 1,
                     "reference": "R"}},
        {"crash": {}}]},
      {"place": {"id": "O", "lines": [{"sku": "MUG", "quantity": 2}]}},
      {"receive": {"location": "NYC", "sku": "MUG", "quantity": 1,
                   "reference": "R"}},
      {"expect": {"order": "O", "status": "pending"}},
      {"expect": {"stock": {"location": "NYC", "sku": "MUG"}, "onHand": 6}}])",
                            seed);
    EXPECT_FALSE(failed) << "seed " << seed;
  }
}

TEST(RunScenario, ShowsItsEvents) {
  const auto file = json::value::parse(R"({"steps": [
      {"place": {"id": "O", "lines": [{"sku": "A", "quantity": 1}]}}]})");
  const auto played = read_scenario(file);
  ASSERT_TRUE(played);
  std::vector<std::string> kinds;
  run_options options;
  options.observer = [&kinds](const event& happened) {
    kinds.emplace_back(kind_of(happened.body));
  };
  EXPECT_FALSE(run_scenario(*played, options));
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.front(), "order.placed");
}

}  // namespace
}  // namespace oms::scenario
