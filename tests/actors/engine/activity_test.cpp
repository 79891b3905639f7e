/// What an engine says of its actors: actors/engine/activity.hpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "persistence/memory_store.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using persistence::memory_store;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;

std::uint64_t count_of(const histogram& all) {
  return std::accumulate(all.counts.begin(), all.counts.end(),
                         std::uint64_t{0});
}

std::size_t held_by(const engine_activity& all, const std::string& kind) {
  std::size_t held = 0;
  for (const auto& each : all.actors)
    if (each.kind == kind) held += each.holds;
  return held;
}

TEST(Activity, IsAnsweredByEveryActorAndSource) {
  memory_store store;
  const auto engine = simulated(store, 1);
  engine->execute(small_network());
  const auto seen = engine->activity();
  for (const auto* kind :
       {"journal", "checkpointer", "deadlines", "network", "directory",
        "router", "waitingLine", "shipmentRegistry", "reservationKeeper",
        "consolidator"})
    EXPECT_THAT(seen.actors, Contains(Field(&actor_activity::kind, kind)));
  for (const auto* id : {"W1", "W2", "P1", "S1"})
    EXPECT_THAT(seen.actors, Contains(Field(&actor_activity::id, id)));
  for (const auto& each : seen.actors)
    EXPECT_TRUE(each.answered) << each.kind << ' ' << each.id;
  EXPECT_EQ(held_by(seen, "network"), 4U);
}

TEST(Activity, CountsOrdersInMemory) {
  memory_store store;
  const auto engine = simulated(store, 1);
  engine->execute(small_network());
  EXPECT_TRUE(engine->execute(placing("o1", {1})));
  EXPECT_TRUE(engine->execute(placing("o2", {1})));
  EXPECT_EQ(held_by(engine->activity(), "directory"), 2U);
}

TEST(Activity, NamesTheLongestWaitingLinesFirst) {
  memory_store store;
  const auto engine = simulated(store, 1);
  engine->execute(small_network());
  EXPECT_TRUE(engine->execute(placing("o1", {3, 50, 20})));
  EXPECT_TRUE(engine->execute(placing("o2", {4})));
  const auto seen = engine->activity(2);
  ASSERT_EQ(seen.longest_lines.size(), 2U);
  EXPECT_EQ(seen.longest_lines[0].sku.value, "B");
  EXPECT_EQ(seen.longest_lines[1].sku.value, "C");
  EXPECT_GE(seen.units_waiting.value, seen.longest_lines[0].units.value);
  EXPECT_THAT(engine->activity(0).longest_lines, IsEmpty());
}

TEST(Activity, CountsCommitsAndTheirEvents) {
  memory_store store;
  const auto engine = simulated(store, 1);
  engine->execute(small_network());
  EXPECT_TRUE(engine->execute(placing("o1", {1})));
  const auto seen = engine->activity();
  EXPECT_EQ(count_of(seen.commit_us), store.stats().entries);
  EXPECT_EQ(count_of(seen.events_per_commit), store.stats().entries);
  EXPECT_EQ(seen.events_per_commit.sum, store.stats().last);
}

TEST(Activity, CountsWhatIsStuckUntilItIsNot) {
  memory_store store;
  auto engine = simulated(store, 1);
  engine->execute(small_network());
  EXPECT_TRUE(engine->execute(placing("o1", {1})));
  EXPECT_EQ(engine->activity().orders_stuck, 0U);
  engine->advance_to(opening + std::chrono::hours(25));
  EXPECT_EQ(engine->activity().orders_stuck, 1U);

  // Also after a restart.
  engine.reset();
  engine = simulated(store, 2, opening + std::chrono::hours(26));
  EXPECT_EQ(engine->activity().orders_stuck, 1U);

  command cancel = by_test(cancel_order{});
  std::get<cancel_order>(cancel.body).order = order_named("o1");
  EXPECT_TRUE(engine->execute(cancel));
  EXPECT_EQ(engine->activity().orders_stuck, 0U);
}

TEST(ActivityThreads, IsMeasuredWhileCommandsRun) {
  memory_store store;
  auto opened = engine::open(store, {});
  ASSERT_TRUE(opened);
  auto& engine = **opened;
  engine.execute(small_network());
  business shop(1);
  for (int round = 0; round < 50; ++round) {
    engine.submit(shop.next(100), [](const std::vector<answer>&) {});
    // A journal at the disk does not answer: what it holds is read beside it.
    for (const auto& each : engine.activity().actors)
      EXPECT_TRUE(each.answered || each.kind == "journal")
          << each.kind << ' ' << each.id;
  }
  engine.settle();
  for (const auto& each : engine.activity().actors)
    EXPECT_TRUE(each.answered) << each.kind << ' ' << each.id;
}

}  // namespace
}  // namespace oms::tests
