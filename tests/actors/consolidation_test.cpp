/// Consolidation and what-if through the engine: docs/DOMAIN.md, "Routing".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// More than are at it at the same time, and than one search looks at.
constexpr int many = 1'200;

command consolidating(std::int64_t limit = 0, bool preview = false) {
  return by_test(consolidate_orders{.limit = limit, .preview = preview});
}

/// Orders of one A each, which come from W2; W1, which is preferred, has enough
/// for all of them since.
class a_consolidation {
 public:
  explicit a_consolidation(std::uint64_t seed, int orders)
      : running(simulated(store, seed)) {
    run(small_network());
    std::vector<command> batch{receiving("W2", "A", orders)};
    for (int i = 0; i < orders; ++i)
      batch.push_back(placing("o" + std::to_string(i), {1}));
    batch.push_back(receiving("W1", "B", 1));
    run(std::move(batch));
    run({receiving("W1", "A", orders)});
  }

  void run(std::vector<command> batch) {
    for (const auto& each : running->execute(std::move(batch)))
      EXPECT_TRUE(each.ok());
    running->settle();
  }

  consolidation_view consolidate(std::int64_t limit, bool preview) {
    const auto got = running->execute(consolidating(limit, preview));
    running->settle();
    EXPECT_TRUE(got.ok() && got->consolidation);
    return got.ok() ? got->consolidation.value_or(consolidation_view{})
                    : consolidation_view{};
  }

  [[nodiscard]] quantity at(const std::string& location) {
    return running->stock(location, sku_id{"A"})->committed;
  }

  void crash_after(std::size_t turns) {
    running->run(turns);
    running.reset();
    running = simulated(store, turns + 1);
    running->settle();
  }

  persistence::memory_store store;
  std::unique_ptr<engine> running;
};

TEST(consolidation, moves_all_that_gain_and_then_finds_nothing) {
  a_consolidation it(1, many);
  EXPECT_EQ(it.consolidate(0, true), (consolidation_view{many, many, many}));
  EXPECT_EQ(it.at("W1"), quantity{0});
  EXPECT_EQ(it.consolidate(0, false), (consolidation_view{many, many, many}));
  EXPECT_EQ(it.at("W1"), quantity{many});
  EXPECT_EQ(it.consolidate(0, false), consolidation_view{});
  EXPECT_EQ(text_of(it.running->check_invariants()), "");
}

TEST(consolidation, moves_no_more_than_its_limit) {
  a_consolidation it(2, 20);
  EXPECT_EQ(it.consolidate(3, true).orders, 3);
  EXPECT_EQ(it.consolidate(3, false).orders, 3);
  EXPECT_EQ(it.at("W1"), quantity{3});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(it.running->order(order_named("o" + std::to_string(i)))
                  ->fulfillments.back()
                  .source.id,
              "W1")
        << "the oldest first";
  EXPECT_EQ(it.consolidate(0, false).orders, 17);
}

TEST(consolidation, leaves_no_trace_of_orders_that_stay) {
  a_consolidation it(3, 5);
  it.run({by_test(count_stock{"W1", sku_id{"A"}, quantity{0}})});
  const auto before = it.store.stats().last;
  EXPECT_EQ(it.consolidate(0, false), consolidation_view{});
  EXPECT_EQ(it.store.stats().last, before);
}

TEST(consolidation, that_a_crash_cuts_short_is_completed_by_the_next) {
  for (const std::size_t turns : {1U, 5U, 20U, 60U, 150U, 400U}) {
    a_consolidation it(turns, 30);
    it.running->submit({consolidating()}, [](const std::vector<answer>&) {});
    it.crash_after(turns);
    EXPECT_EQ(it.at("W1") + it.at("W2"), quantity{30});
    const auto moved = it.at("W1").value;
    EXPECT_EQ(it.consolidate(0, false).orders, 30 - moved);
    EXPECT_EQ(it.at("W1"), quantity{30});
    EXPECT_EQ(text_of(it.running->check_invariants()), "");
  }
}

// "Without stalling others": a command is answered long before the run is over.
TEST(consolidation, lets_others_in_between) {
  a_consolidation it(4, many);
  bool is_over = false;
  bool was_over = true;
  it.running->submit({consolidating()},
                     [&](const std::vector<answer>&) { is_over = true; });
  it.running->submit({by_test(add_note{order_named("o0"), "hello"})},
                     [&](const std::vector<answer>&) { was_over = is_over; });
  it.running->settle();
  EXPECT_TRUE(is_over);
  EXPECT_FALSE(was_over);
}

// --- what-if
// ------------------------------------------------------------------

std::vector<std::string> sources_of(const whatif_plan& plan) {
  std::vector<std::string> ids;
  for (const auto& each : plan.parcels) ids.push_back(each.source.id);
  return ids;
}

TEST(whatif, shows_the_order_under_other_circumstances_and_changes_nothing) {
  a_consolidation it(5, 1);
  const auto o0 = order_named("o0");
  const auto hash = it.running->state_hash();
  const auto as_it_is = it.running->whatif(o0, {});
  ASSERT_TRUE(as_it_is.ok());
  EXPECT_THAT(sources_of(as_it_is->today), ElementsAre("W2"));
  EXPECT_THAT(sources_of(as_it_is->planned), ElementsAre("W1"));

  const auto without = it.running->whatif(o0, {.without = {"W1", "W2"}});
  ASSERT_TRUE(without.ok());
  EXPECT_THAT(without->planned.parcels, IsEmpty());
  ASSERT_THAT(without->planned.backordered, SizeIs(1));
  EXPECT_EQ(without->planned.backordered[0].units, quantity{1});

  const auto received =
      it.running->whatif(o0, {.without = {"W1", "W2"},
                              .receipts = {{"P1", sku_id{"A"}, quantity{1}}}});
  ASSERT_TRUE(received.ok());
  EXPECT_THAT(sources_of(received->planned), ElementsAre("P1"));

  routing_rules rules;
  rules.tiers = {{source_type::dropship}};
  const auto ruled = it.running->whatif(o0, {.routing = rules});
  ASSERT_TRUE(ruled.ok());
  EXPECT_THAT(ruled->planned.parcels, IsEmpty());
  EXPECT_EQ(it.running->state_hash(), hash);
  EXPECT_EQ(it.at("W2"), quantity{1});
}

TEST(whatif, refuses_what_is_not_there) {
  a_consolidation it(6, 1);
  const auto code = [&](const std::string& order, whatif_question asked) {
    const auto got = it.running->whatif(order_named(order), std::move(asked));
    return got.ok() ? std::optional<error_code>{} : got.failure().code;
  };
  EXPECT_EQ(code("none", {}), error_code::not_found);
  EXPECT_EQ(code("o0", {.without = {"none"}}), error_code::not_found);
  EXPECT_EQ(code("o0", {.receipts = {{"S1", sku_id{"A"}, quantity{1}}}}),
            error_code::not_found);
  EXPECT_EQ(code("o0", {.receipts = {{"W1", sku_id{"A"}, quantity{0}}}}),
            error_code::invalid);
  routing_rules empty;
  empty.tiers.clear();
  EXPECT_EQ(code("o0", {.routing = empty}), error_code::invalid);
}

TEST(whatif, is_answered_for_an_order_that_is_not_paid) {
  a_consolidation it(7, 1);
  it.run({placing("unpaid", {1}, false)});
  const auto got = it.running->whatif(order_named("unpaid"), {});
  ASSERT_TRUE(got.ok());
  EXPECT_THAT(got->today.parcels, IsEmpty());
  EXPECT_THAT(sources_of(got->planned), ElementsAre("W1"));
}

}  // namespace
}  // namespace oms::tests
