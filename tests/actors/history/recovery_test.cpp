/// Recovery: the log alone rebuilds everything, wherever it was cut.

#include "actors/history/recovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/order/status.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// The log of a random day of business.
std::vector<event> log_of_a_day(std::uint64_t seed, std::size_t commands) {
  persistence::memory_store store;
  const auto running = simulated(store, seed);
  (void)running->execute(small_network());
  business day(seed);
  // Some commands come together and cross, others one by one.
  while (commands > 0) {
    const auto together = std::min(commands, seed % 7 + 1);
    running->submit(day.next(together), [](const std::vector<answer>&) {});
    (void)running->run(seed % 3 * 40);
    commands -= together;
  }
  running->settle();
  EXPECT_EQ(text_of(running->check_invariants()), "") << "seed " << seed;
  return events_of(store);
}

/// Whether a commit may end here: an entity's decision is written whole.
bool may_end_between(const event& last, const event& next) {
  return last.entity != next.entity || last.command != next.command ||
         last.cause != next.cause || last.by != next.by;
}

TEST(recovery, of_an_empty_log_is_nothing) {
  const persistence::memory_store store;
  const auto state = history::recover(store);
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->orders.empty());
  EXPECT_TRUE(state->sources.empty());
  EXPECT_THAT(state->in_flight, IsEmpty());
  EXPECT_EQ(state->changes.head().last_number, 0U);
}

TEST(recovery, gives_every_entity_its_state_version_and_head) {
  const auto log = log_of_a_day(3, 120);
  const auto store = prefix_of(log, log.size());
  const auto state = history::recover(*store);
  ASSERT_TRUE(state.ok());
  std::map<entity_ref, std::pair<std::uint64_t, sequence>> newest;
  for (const auto& e : log) newest[e.entity] = {e.version, e.at};
  for (const auto& [key, order] : state->orders) {
    const auto& [version, head] = newest.at(entity_of(key));
    EXPECT_EQ(order.state.version, version);
    EXPECT_EQ(order.head, head);
    EXPECT_EQ(order::computed_status(order.state), order.state.status);
  }
  for (const auto& [ref, source] : state->sources) {
    const auto& [version, head] = newest.at(entity_of(ref));
    EXPECT_EQ(source.state.version, version);
    EXPECT_EQ(source.head, head);
  }
  EXPECT_THAT(state->in_flight, IsEmpty()) << "the day ended at rest";
}

TEST(recovery, of_every_prefix_of_a_log_succeeds) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto log = log_of_a_day(seed, 60);
    for (std::size_t count = 0; count <= log.size(); ++count) {
      const auto state = history::recover(*prefix_of(log, count));
      ASSERT_TRUE(state.ok()) << "seed " << seed << " cut at " << count;
      // Causes never point ahead: whoever acts on something is behind it.
      for (const auto& sent : state->in_flight)
        ASSERT_GT(sent.cause.version, 0U);
    }
  }
}

TEST(recovery, finds_the_message_whose_effect_is_not_in_the_log) {
  persistence::memory_store whole;
  {
    const auto running = simulated(whole, 1);
    (void)running->execute(small_network());
    (void)running->execute(receiving("W1", "A", 5));
    (void)running->execute(placing("o1", {2}));
    running->settle();
  }
  const auto log = events_of(whole);
  bool seen = false;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (!std::holds_alternative<stock_committed>(log[i].body)) continue;
    seen = true;
    const auto state = history::recover(*prefix_of(log, i + 1));
    ASSERT_TRUE(state.ok());
    ASSERT_THAT(state->in_flight, SizeIs(1));
    const auto& sent = state->in_flight[0];
    EXPECT_EQ(sent.cause, (event_cause{log[i].entity, log[i].version}));
    EXPECT_EQ(sent.message.to, entity_of(order_named("o1")));
    EXPECT_TRUE(std::holds_alternative<reservation>(sent.message.content));
  }
  EXPECT_TRUE(seen);
}

TEST(recovery, numbers_new_orders_on_from_the_last) {
  persistence::memory_store store;
  for (const auto* id : {"o1", "o2", "o3"}) {
    const auto running = simulated(store, 1);
    ASSERT_TRUE(running->execute(placing(id, {1})).ok());
  }
  const auto running = simulated(store, 1);
  EXPECT_LT(running->order(order_named("o1"))->number,
            running->order(order_named("o2"))->number);
  EXPECT_LT(running->order(order_named("o2"))->number,
            running->order(order_named("o3"))->number);
}

TEST(recovery, wherever_the_log_is_cut_the_invariants_hold_at_rest) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto log = log_of_a_day(seed, 50);
    for (std::size_t cut = 1; cut < log.size(); ++cut) {
      if (!may_end_between(log[cut - 1], log[cut])) continue;
      const auto store = prefix_of(log, cut);
      const auto again = simulated(*store, seed * 1'000 + cut);
      ASSERT_EQ(text_of(again->check_invariants()), "")
          << "seed " << seed << " cut at " << cut << " of " << log.size();
      // What was there is there still.
      const auto now = events_of(*store);
      ASSERT_GE(now.size(), cut);
      ASSERT_TRUE(std::equal(log.begin(),
                             log.begin() + static_cast<std::ptrdiff_t>(cut),
                             now.begin()));
    }
  }
}

TEST(recovery, at_rest_gives_the_same_state_and_adds_nothing) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    persistence::memory_store store;
    std::string hash;
    {
      const auto running = simulated(store, seed);
      (void)running->execute(small_network());
      business day(seed);
      // Who has no capacity left is found out anew, which leaves a trace.
      day.with_capacity = false;
      (void)running->execute(day.next(80));
      hash = running->state_hash();
    }
    const auto events = store.stats().last;
    const auto again = simulated(store, seed + 100);
    ASSERT_EQ(again->state_hash(), hash) << "seed " << seed;
    ASSERT_EQ(store.stats().last, events) << "seed " << seed;
    ASSERT_EQ(text_of(again->check_invariants()), "") << "seed " << seed;
  }
}

TEST(recovery, one_crash_after_another_loses_nothing_that_was_answered) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    persistence::memory_store store;
    business day(seed);
    std::map<std::string, std::size_t> answered;
    {
      const auto running = simulated(store, seed);
      (void)running->execute(small_network());
    }
    for (std::uint64_t life = 0; life < 12; ++life) {
      const auto running = simulated(store, seed * 50 + life);
      const auto batch = day.next(8);
      for (const auto& each : batch) {
        std::string placed;
        if (const auto* place = std::get_if<place_order>(&each.body))
          placed = place->order.id.value;
        running->submit({each}, [&answered, placed](std::vector<answer> all) {
          if (all.at(0) && !placed.empty()) ++answered[placed];
        });
      }
      // The engine goes down in the middle of it.
      (void)running->run(seed % 5 * 30 + life * 10);
    }
    const auto last = simulated(store, seed);
    ASSERT_EQ(text_of(last->check_invariants()), "") << "seed " << seed;
    for (const auto& [id, times] : answered)
      ASSERT_TRUE(last->order(order_named(id)).ok()) << id;
  }
}

}  // namespace
}  // namespace oms::tests
