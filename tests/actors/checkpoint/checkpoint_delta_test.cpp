/// The delta follows the log: cut anywhere, it says what the whole says.

#include "actors/checkpoint/checkpoint_delta.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "actors/history/recovery.hpp"
#include "actors/outbox.hpp"
#include "tests/actors/engine_fixture.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::tests {
namespace {

std::vector<event> log_of_a_day(std::uint64_t seed) {
  persistence::memory_store store;
  const auto running = simulated(store, seed);
  (void)running->execute(small_network());
  business day(seed);
  for (int i = 0; i < 20; ++i) {
    auto batch = day.next(5);
    // Every other one is remembered.
    for (std::size_t k = 0; k < batch.size(); k += 2)
      batch[k].id = "key:" + std::to_string(i) + "." + std::to_string(k);
    running->submit(std::move(batch), [](const std::vector<answer>&) {});
    (void)running->run(seed % 3 * 40);
  }
  running->settle();
  return events_of(store);
}

checkpoint::checkpoint_delta after(const std::vector<event>& log,
                                   std::size_t count) {
  checkpoint::checkpoint_delta delta;
  for (std::size_t i = 0; i < count; ++i) delta.add(log[i]);
  return delta;
}

TEST(checkpoint_delta, begun_at_any_head_ends_like_the_whole) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto log = log_of_a_day(seed);
    const auto whole = after(log, log.size());
    for (std::size_t cut = 0; cut < log.size(); cut += 7) {
      const auto before = after(log, cut);
      checkpoint::checkpoint_delta delta(before.head(), before.in_flight(), {});
      for (std::size_t i = cut; i < log.size(); ++i) delta.add(log[i]);
      ASSERT_EQ(delta.head(), whole.head()) << seed << " cut at " << cut;
      ASSERT_EQ(delta.events(), log.size() - cut);
    }
  }
}

TEST(checkpoint_delta, changes_since_a_cut_bring_its_rows_up_to_date) {
  const auto log = log_of_a_day(3);
  const auto whole = after(log, log.size());
  for (std::size_t cut = 0; cut < log.size(); cut += 11) {
    const auto before = after(log, cut);
    checkpoint::checkpoint_delta delta(before.head(), before.in_flight(), {});
    for (std::size_t i = cut; i < log.size(); ++i) delta.add(log[i]);
    for (const auto& [key, change] : whole.orders()) {
      const auto known = before.orders().find(key);
      auto row =
          known == before.orders().end() ? order_row{} : known->second.onto({});
      if (const auto news = delta.orders().find(key);
          news != delta.orders().end())
        row = news->second.onto(row);
      ASSERT_EQ(row, change.onto({})) << key << " cut at " << cut;
    }
  }
}

TEST(checkpoint_delta, counts_and_rows_are_those_of_the_orders) {
  const auto log = log_of_a_day(4);
  const auto store = prefix_of(log, log.size());
  const auto state = history::replay(*store);
  ASSERT_TRUE(state.ok());
  const auto delta = after(log, log.size());
  status_counts counts{};
  for (const auto& [key, order] : state->orders) {
    ++counts[static_cast<std::size_t>(order.state.status)];
    const auto row = delta.orders().at(entity_of(key).key).onto({});
    EXPECT_EQ(row.key, key);
    EXPECT_EQ(row.status, order.state.status);
    EXPECT_EQ(row.number, order.state.number);
    EXPECT_EQ(row.placed_at, order.state.placed_at);
    EXPECT_EQ(row.version, order.state.version);
    EXPECT_EQ(row.head, order.head);
    EXPECT_EQ(row.stuck_after, order.stuck_after);
  }
  EXPECT_EQ(delta.counts(), counts);
}

TEST(checkpoint_delta, says_where_the_decision_on_a_remembered_command_ends) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto log = log_of_a_day(seed);
    std::map<std::string, std::vector<event>> by_command;
    for (const auto& e : log)
      if (is_remembered(e.command)) by_command[e.command].push_back(e);
    const auto whole = after(log, log.size());
    ASSERT_EQ(whole.commands().size(), by_command.size());
    for (const auto& [id, events] : by_command) {
      // What others make of it does not carry the id.
      for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].entity, events.front().entity) << id;
        EXPECT_EQ(events[i].at, events.front().at + i) << id;
      }
      EXPECT_EQ(
          whole.commands().at(id),
          (checkpoint::command_end{events.back().at, events.back().time}));
    }
    found += by_command.size();
  }
  EXPECT_GE(found, 50U);
}

TEST(checkpoint_delta, finds_shipments_and_commands_of_its_part_alone) {
  std::size_t shipped = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto log = log_of_a_day(seed);
    const auto whole = after(log, log.size());
    shipped += whole.shipments().size();
    for (std::size_t cut = 0; cut < log.size(); cut += 11) {
      auto shipments = after(log, cut).shipments();
      auto commands = after(log, cut).commands();
      checkpoint::checkpoint_delta delta(after(log, cut).head(), {}, {});
      for (std::size_t i = cut; i < log.size(); ++i) delta.add(log[i]);
      for (const auto& [id, orders] : delta.shipments())
        shipments[id].insert(orders.begin(), orders.end());
      for (const auto& [id, end] : delta.commands()) commands[id] = end;
      ASSERT_EQ(shipments, whole.shipments()) << seed << " cut at " << cut;
      ASSERT_EQ(commands, whole.commands()) << seed << " cut at " << cut;
      delta = delta.from_here();
      ASSERT_TRUE(delta.shipments().empty() && delta.commands().empty());
    }
  }
  EXPECT_GE(shipped, 3U);
}

TEST(receivers, are_those_of_the_deliveries) {
  const auto expect_same = [](const event& e) {
    std::vector<entity_ref> told;
    for (const auto& message : deliveries_of(e)) told.push_back(message.to);
    auto receivers = receivers_of(e);
    std::sort(told.begin(), told.end());
    std::sort(receivers.begin(), receivers.end());
    ASSERT_EQ(receivers, told) << kind_of(e.body);
  };
  std::set<std::size_t> kinds;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (const auto& e : log_of_a_day(seed)) {
      expect_same(e);
      if (!receivers_of(e).empty()) kinds.insert(e.body.index());
    }
  // So that the days show most of them.
  EXPECT_GE(kinds.size(), 9U);
}

}  // namespace
}  // namespace oms::tests
