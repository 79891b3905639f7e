// Snapshots of what really happens: states after random runs of the engine.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "actors/history/recovery.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "messages/codec/snapshots.hpp"
#include "persistence/memory_store.hpp"
#include "tools/simulation/simulation.hpp"

namespace oms::tests {
namespace {

std::vector<event> simulated_log(std::uint64_t seed) {
  std::vector<event> log;
  const auto broken = simulation::simulate(
      {.seed = seed,
       .steps = simulation::first_steps(60),
       .observer = [&log](const event& e) { log.push_back(e); }});
  EXPECT_FALSE(broken) << broken->where << ": " << broken->what;
  return log;
}

history::recovered_state recovered_from(std::span<const event> log) {
  persistence::memory_store store;
  EXPECT_TRUE(store.append(log).ok());
  auto state = history::recover(store);
  EXPECT_TRUE(state.ok());
  return std::move(*state);
}

source_state stored_and_read(const source_state& state) {
  const auto back =
      codec::decode_source_snapshot(codec::encode_snapshot(state));
  EXPECT_TRUE(back.ok()) << back.failure().message;
  return back.ok() ? *back : source_state{};
}

class snapshot : public testing::TestWithParam<std::uint64_t> {};

TEST_P(snapshot, of_every_source_comes_back_as_it_was) {
  const auto log = simulated_log(GetParam());
  const auto state = recovered_from(log);
  ASSERT_FALSE(state.sources.empty());
  for (const auto& [ref, source] : state.sources)
    EXPECT_EQ(stored_and_read(source.state), source.state) << ref.id;
}

TEST_P(snapshot, and_the_rest_of_the_log_are_the_whole) {
  const auto log = simulated_log(GetParam());
  const auto whole = recovered_from(log);
  const auto half = std::span(log).first(log.size() / 2);
  std::map<order_key, order_state> orders;
  std::map<source_ref, source_state> sources;
  const auto then = recovered_from(half);
  for (const auto& [key, order] : then.orders) orders[key] = order.state;
  for (const auto& [ref, source] : then.sources)
    sources[ref] = stored_and_read(source.state);

  for (const auto& e : std::span(log).subspan(half.size()))
    if (e.entity.kind == entity_kind::order) {
      auto& state = orders[order_of(e.entity)];
      state.key = order_of(e.entity);
      order::apply(state, e.body, e.time);
    } else if (is_source(e.entity.kind)) {
      auto& state = sources[source_of(e.entity)];
      state.self = source_of(e.entity);
      source::apply(state, e.body, e.time);
    }
  ASSERT_EQ(orders.size(), whole.orders.size());
  for (const auto& [key, order] : whole.orders)
    EXPECT_EQ(orders[key], order.state) << key.id.value;
  ASSERT_EQ(sources.size(), whole.sources.size());
  for (const auto& [ref, source] : whole.sources)
    EXPECT_EQ(sources[ref], source.state) << ref.id;
}

INSTANTIATE_TEST_SUITE_P(seeds, snapshot,
                         testing::Range(std::uint64_t{1}, std::uint64_t{11}));

}  // namespace
}  // namespace oms::tests
