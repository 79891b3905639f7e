/// The command `plan`: docs/DOMAIN.md, Routing 7.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const order_key o1 = order_named("o1");

command planning(const order_key& order) {
  return by_test(plan_order{.order = order});
}

/// Two units of A for o1 come from W2; W1, which is preferred, has `units` of
/// them since.
class a_plan_by_command {
 public:
  explicit a_plan_by_command(std::uint64_t seed, std::int64_t units = 5)
      : running(simulated(store, seed)) {
    run(small_network());
    run({receiving("W2", "A", 5), placing("o1", {2})});
    if (units > 0) run({receiving("W1", "A", units)});
  }

  void run(std::vector<command> batch) {
    for (const auto& each : running->execute(std::move(batch)))
      EXPECT_TRUE(each.ok());
    running->settle();
  }

  [[nodiscard]] std::vector<std::string> sources() {
    std::vector<std::string> ids;
    const auto order = running->order(o1);
    for (const auto& work : order->fulfillments)
      if (!work.lines.empty() && work.lines[0].units > quantity{0})
        ids.push_back(work.source.id);
    return ids;
  }

  [[nodiscard]] line_buckets buckets() {
    return running->order(o1)->lines.at(0).buckets;
  }

  persistence::memory_store store;
  std::unique_ptr<engine> running;
};

TEST(plan_by_command, answers_when_it_is_carried_out_with_its_sequence) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    a_plan_by_command it(seed);
    bool answered = false;
    it.running->submit({planning(o1)}, [&](const std::vector<answer>& all) {
      answered = true;
      ASSERT_TRUE(all.at(0).ok());
      const auto log = events_of(it.store);
      const auto& plan = log.at(all[0]->at - 1);
      EXPECT_TRUE(std::get<order_planned>(plan.body).by_command);
      EXPECT_EQ(plan.by.value, "test");
      EXPECT_TRUE(std::any_of(log.begin(), log.end(), [](const event& each) {
        const auto* got = std::get_if<units_allocated>(&each.body);
        return got != nullptr && got->source.id == "W1";
      })) << "the answer is ahead of what the plan does";
    });
    it.running->settle();
    EXPECT_TRUE(answered);
    EXPECT_THAT(it.sources(), ElementsAre("W1"));
    EXPECT_EQ(text_of(it.running->check_invariants()), "");
  }
}

TEST(plan_by_command, says_so_when_there_was_nothing_to_plan) {
  a_plan_by_command it(1);
  it.run({by_test(place_hold{o1, hold_id{"h"}, "fraud"})});
  const auto got = it.running->execute(planning(o1));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->at, 0U);
}

TEST(plan_by_command, as_a_preview_shows_the_plan_and_changes_nothing) {
  a_plan_by_command it(1);
  const auto before = it.running->state_hash();
  const auto last = it.store.stats().last;
  const auto got =
      it.running->execute(by_test(plan_order{.order = o1, .preview = true}));
  ASSERT_TRUE(got.ok());
  ASSERT_TRUE(got->plan);
  ASSERT_THAT(got->plan->parcels, SizeIs(1));
  EXPECT_EQ(got->plan->parcels[0].source.id, "W1");
  EXPECT_THAT(got->plan->parcels[0].lines,
              ElementsAre(line_units{line_id{"1"}, sku_id{"A"}, quantity{2}}));
  EXPECT_THAT(got->plan->backordered, IsEmpty());
  EXPECT_EQ(got->at, 0U);
  it.running->settle();
  EXPECT_EQ(it.store.stats().last, last);
  EXPECT_EQ(it.running->state_hash(), before);
}

TEST(plan_by_command, as_a_preview_shows_what_would_wait) {
  a_plan_by_command it(1, 0);
  it.run({by_test(define_location{{.id = "W2", .active = false}})});
  const auto got =
      it.running->execute(by_test(plan_order{.order = o1, .preview = true}));
  ASSERT_TRUE(got.ok());
  EXPECT_THAT(got->plan->parcels, IsEmpty());
  EXPECT_THAT(got->plan->backordered,
              ElementsAre(line_units{line_id{"1"}, sku_id{"A"}, quantity{2}}));
}

// "It moves an allocation only if the new plan covers at least as many units
// of every line and is better".
TEST(plan_by_command, moves_nothing_for_less) {
  a_plan_by_command it(1, 1);
  ASSERT_TRUE(it.running->execute(planning(o1)).ok());
  it.running->settle();
  EXPECT_THAT(it.sources(), ElementsAre("W2"));
}

// What the new source had is gone by the time it is asked: nothing has left
// the old one before.
TEST(plan_by_command, gives_nothing_up_before_it_is_promised) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    a_plan_by_command it(seed, 2);
    it.running->submit({planning(o1), placing("o2", {2}), placing("o3", {3})},
                       [](const std::vector<answer>& all) {
                         for (const auto& each : all) EXPECT_TRUE(each.ok());
                       });
    it.running->settle();
    EXPECT_EQ(it.buckets().allocated, quantity{2}) << seed;
    const auto timeline = *it.running->order_timeline(o1);
    for (std::size_t i = 0; i < timeline.size(); ++i)
      if (std::holds_alternative<units_released>(timeline[i].body)) {
        EXPECT_EQ(timeline.at(i + 1).at, timeline[i].at + 1);
        EXPECT_TRUE(
            std::holds_alternative<units_allocated>(timeline[i + 1].body));
      }
    EXPECT_EQ(text_of(it.running->check_invariants()), "") << seed;
  }
}

TEST(plan_by_command, is_answered_whatever_happens_meanwhile) {
  const std::vector<command> others{
      by_test(cancel_order{.order = o1, .lines = {}, .reason = "c"}),
      by_test(cancel_order{.order = o1,
                           .lines = {{{line_id{"1"}, quantity{1}}}},
                           .reason = "c"}),
      by_test(place_hold{o1, hold_id{"h"}, "fraud"}),
      by_test(work_fulfillment{
          .order = o1, .action = fulfillment_action::pick, .source = "W2"}),
      by_test(work_fulfillment{.order = o1,
                               .action = fulfillment_action::reject,
                               .source = "W2",
                               .reason = reject_reason::mismatch}),
      by_test(count_stock{"W2", sku_id{"A"}, quantity{1}}),
      by_test(define_location{{.id = "W1", .active = false}}),
      by_test(define_location{{.id = "W2", .active = false}}),
      planning(o1)};
  for (const auto& other : others)
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      a_plan_by_command it(seed);
      std::size_t answers = 0;
      const auto count = [&answers](const std::vector<answer>& all) {
        answers += all.size();
      };
      it.running->submit({planning(o1)}, count);
      it.running->run(seed);
      it.running->submit({other}, count);
      it.running->settle();
      EXPECT_EQ(answers, 2U) << other.body.index() << " " << seed;
      EXPECT_EQ(text_of(it.running->check_invariants()), "")
          << other.body.index() << " " << seed;
    }
}

// "or if the allocation's source is inactive or may no longer serve the order:
// then the units always leave, and wait if no source has them".
TEST(plan_by_command, takes_units_from_a_closed_source_in_any_case) {
  a_plan_by_command it(1, 1);
  it.run({by_test(define_location{{.id = "W2", .active = false}})});
  EXPECT_THAT(it.sources(), ElementsAre("W2"));
  it.run({planning(o1)});
  EXPECT_THAT(it.sources(), ElementsAre("W1"));
  EXPECT_EQ(it.buckets().allocated, quantity{1});
  EXPECT_EQ(it.buckets().backordered, quantity{1});
  EXPECT_EQ(text_of(it.running->check_invariants()), "");
}

TEST(plan_by_command, lets_a_source_that_was_unable_try_again) {
  a_plan_by_command it(1, 0);
  it.run({by_test(work_fulfillment{.order = o1,
                                   .action = fulfillment_action::reject,
                                   .source = "W2",
                                   .reason = reject_reason::unable,
                                   .text = "no courier"})});
  EXPECT_EQ(it.buckets().backordered, quantity{2});
  EXPECT_EQ(it.running->stock("W2", sku_id{"A"})->available, quantity{5});
  it.run({receiving("W2", "A", 1)});
  EXPECT_EQ(it.buckets().backordered, quantity{2});
  it.run({planning(o1)});
  EXPECT_EQ(it.buckets().allocated, quantity{2});
  EXPECT_EQ(text_of(it.running->check_invariants()), "");
}

}  // namespace
}  // namespace oms::tests
