/// What a planning round does next, for each order in which answers, holds,
/// cancellations and further wishes may arrive: docs/DOMAIN.md, "Routing".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "actors/order/planning_round.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using order::plan_question;
using order::planning_round;
using order::queue_entry;
using order::round_end;
using order::settlement;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const sku_id sku_a{"A"};
const source_ref w1 = source_named("W1", source_type::warehouse);
const source_ref w2 = source_named("W2", source_type::warehouse);

line_units line_of(const std::string& line, std::int64_t units) {
  return {line_id{line}, sku_a, quantity{units}};
}

/// The next step, which has to be of this kind.
template <class Step>
Step next_step(planning_round& round, const order_under_test& order) {
  auto step = round.next(order.state());
  if (!step || !std::holds_alternative<Step>(*step)) {
    ADD_FAILURE() << "another step: "
                  << (step ? std::to_string(step->index()) : "none");
    return {};
  }
  return std::get<Step>(std::move(*step));
}

bool round_waits(planning_round& round, const order_under_test& order) {
  return !round.next(order.state());
}

std::optional<order::caused_reservation> reserved_by(const source_ref& source,
                                                     std::int64_t units) {
  return order::caused_reservation{
      {.source = source, .lines = {line_of("1", units)}, .round = 1},
      {entity_of(source), 1}};
}

/// sku_a round for a paid order of three units of A; it has asked.
struct asked {
  explicit asked(order::plan_wish wish = {}) {
    round.want(std::move(wish));
    question = next_step<plan_question>(round, order);
  }

  order_under_test order = paid_order(one_line(3));
  planning_round round;
  plan_question question;
};

TEST(planning_round, waits_until_a_plan_is_wanted) {
  const auto order = paid_order(one_line(3));
  planning_round round;
  EXPECT_TRUE(round.is_idle());
  EXPECT_TRUE(round_waits(round, order));
}

TEST(planning_round, asks_for_what_needs_a_source) {
  asked it;
  EXPECT_THAT(it.question.lines, ElementsAre(line_of("1", 3)));
  EXPECT_THAT(it.question.held, IsEmpty());
  EXPECT_FALSE(it.round.is_idle());
  EXPECT_TRUE(round_waits(it.round, it.order));
}

TEST(planning_round, ends_at_once_when_nothing_needs_a_source) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 3}});
  planning_round round;
  round.want({});
  next_step<round_end>(round, order);
  EXPECT_TRUE(round.is_idle());
}

TEST(planning_round, takes_only_the_plan_that_it_asked_for) {
  asked it;
  EXPECT_TRUE(it.round.awaits_plan(it.question.number));
  EXPECT_FALSE(it.round.awaits_plan(it.question.number + 1));
  it.round.plan_arrived(1, {}, {});
  EXPECT_FALSE(it.round.awaits_plan(it.question.number));
}

TEST(planning_round, is_complete_when_each_source_has_answered) {
  asked it;
  it.round.plan_arrived(2, {}, {});
  EXPECT_FALSE(it.round.keeps_back(it.question.number));
  it.order.allocate("W1", {{"1", 2}});
  it.round.source_answered(it.question.number, w1, reserved_by(w1, 2), {});
  EXPECT_TRUE(round_waits(it.round, it.order));
  it.order.allocate("W2", {{"1", 1}});
  it.round.source_answered(it.question.number, w2, reserved_by(w2, 1), {});
  const auto entry = next_step<queue_entry>(it.round, it.order);
  EXPECT_THAT(entry.sources, ElementsAre(w1, w2));
  EXPECT_THAT(entry.units, IsEmpty());
  it.round.wait_for_queues(0);
  next_step<round_end>(it.round, it.order);
  EXPECT_TRUE(it.round.is_idle());
}

TEST(planning_round, asks_again_where_a_source_had_less_than_the_board_said) {
  asked it;
  it.round.plan_arrived(1, {}, {});
  it.order.allocate("W1", {{"1", 1}});
  it.round.source_answered(it.question.number, w1, reserved_by(w1, 1), {sku_a});
  const auto again = next_step<plan_question>(it.round, it.order);
  EXPECT_NE(again.number, it.question.number);
  EXPECT_THAT(again.lines, ElementsAre(line_of("1", 2)));
  EXPECT_THAT(again.lacking, ElementsAre(std::pair(w1, sku_a)));
}

TEST(planning_round, does_not_ask_again_for_what_was_cancelled_meanwhile) {
  asked it;
  it.round.plan_arrived(1, {}, {});
  it.round.source_answered(it.question.number, w1, {}, {sku_a});
  EXPECT_EQ(it.order.cancel(), std::nullopt);
  EXPECT_THAT(next_step<queue_entry>(it.round, it.order).units, IsEmpty());
}

TEST(planning_round, ignores_answers_to_an_earlier_question) {
  asked it;
  it.round.plan_arrived(1, {}, {});
  it.round.source_answered(it.question.number, w1, {}, {sku_a});
  const auto again = next_step<plan_question>(it.round, it.order);
  it.round.plan_arrived(1, {}, {});
  it.round.source_answered(it.question.number, w1, {}, {});
  EXPECT_TRUE(round_waits(it.round, it.order));
  it.round.source_answered(again.number, w2, {}, {});
  next_step<queue_entry>(it.round, it.order);
}

TEST(planning_round, sends_what_no_source_has_to_the_backorder_queues) {
  asked it;
  it.round.plan_arrived(0, {}, {});
  const auto entry = next_step<queue_entry>(it.round, it.order);
  EXPECT_THAT(entry.units, ElementsAre(line_of("1", 3)));
  EXPECT_FALSE(it.round.is_entering_queues());
  EXPECT_TRUE(round_waits(it.round, it.order)) << "before the queues are asked";
  it.round.wait_for_queues(2);
  EXPECT_TRUE(it.round.is_entering_queues());
  it.round.queue_answered();
  EXPECT_TRUE(round_waits(it.round, it.order));
  it.round.queue_answered();
  next_step<round_end>(it.round, it.order);
}

TEST(planning_round, keeps_units_that_wait_for_capacity_out_of_the_queues) {
  asked it;
  const auto midnight = noon + std::chrono::hours(12);
  it.round.plan_arrived(0, {}, {line_of("1", 2)}, midnight);
  EXPECT_THAT(next_step<queue_entry>(it.round, it.order).units,
              ElementsAre(line_of("1", 1)));
  it.round.wait_for_queues(1);
  it.round.queue_answered();
  EXPECT_EQ(next_step<round_end>(it.round, it.order).capacity_at, midnight);
}

TEST(planning_round, joins_wishes_into_one_round_after_this_one) {
  asked it;
  it.round.want({.by_command = true});
  it.round.want({.unfillable_too = true});
  EXPECT_TRUE(round_waits(it.round, it.order));
  it.round.plan_arrived(0, {}, {});
  next_step<queue_entry>(it.round, it.order);
  it.round.wait_for_queues(0);
  next_step<round_end>(it.round, it.order);
  next_step<plan_question>(it.round, it.order);
  EXPECT_TRUE(it.round.wish().by_command);
  EXPECT_TRUE(it.round.wish().unfillable_too);
}

TEST(planning_round, gives_each_caller_to_the_round_that_is_for_it) {
  const auto caller = [](const std::string& name) {
    return order::plan_caller{actor_name{name}, "", {}};
  };
  asked it({.by_command = true, .callers = {caller("first")}});
  it.round.want({.by_command = true, .callers = {caller("second")}});
  const auto finish = [&] {
    it.round.plan_arrived(0, {}, {});
    next_step<queue_entry>(it.round, it.order);
    it.round.wait_for_queues(0);
    return next_step<round_end>(it.round, it.order).callers;
  };
  const auto first = finish();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].by.value, "first");
  next_step<plan_question>(it.round, it.order);
  const auto second = finish();
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].by.value, "second");
  EXPECT_TRUE(it.round.is_idle());
}

// --- units that move --------------------------------------------------------

/// By command, three units that W1 has are planned anew: W2 is to take them.
struct moving {
  moving() {
    order.allocate("W1", {{"1", 3}});
    round.want({.by_command = true});
    question = next_step<plan_question>(round, order);
    round.plan_arrived(1, question.held, {});
  }

  void answer(std::int64_t units, const std::vector<sku_id>& lacking = {}) {
    round.source_answered(question.number, w2, reserved_by(w2, units), lacking);
  }

  order_under_test order = paid_order(one_line(3));
  planning_round round;
  plan_question question;
};

TEST(planning_round, by_command_offers_allocated_units) {
  moving it;
  EXPECT_THAT(it.question.lines, IsEmpty());
  ASSERT_THAT(it.question.held, SizeIs(1));
  EXPECT_EQ(it.question.held[0].source, w1);
}

TEST(planning_round, of_a_consolidation_says_what_came_of_it) {
  for (const bool is_better : {false, true}) {
    order_under_test order = paid_order(one_line(3));
    order.allocate("W1", {{"1", 3}});
    planning_round round;
    round.want({.consolidations = {{actor_name{"night-run"}, {}}}});
    const auto question = next_step<plan_question>(round, order);
    EXPECT_THAT(question.lines, IsEmpty());
    ASSERT_THAT(question.held, SizeIs(1));
    EXPECT_TRUE(round.asked_for_held_alone());
    round.plan_arrived(
        is_better ? 1 : 0,
        is_better ? question.held : std::vector<fulfillment_units>{}, {});
    if (is_better) {
      round.source_answered(question.number, w2, reserved_by(w2, 3), {});
      EXPECT_THAT(next_step<settlement>(round, order).moves, SizeIs(1));
    }
    next_step<queue_entry>(round, order);
    round.wait_for_queues(0);
    const auto ended = next_step<round_end>(round, order);
    EXPECT_EQ(ended.consolidations, 1U);
    EXPECT_EQ(ended.moved, is_better);
    EXPECT_EQ(ended.parcels_before, 1);
  }
}

TEST(planning_round, moves_units_once_all_that_replaces_them_is_reserved) {
  moving it;
  EXPECT_TRUE(it.round.keeps_back(it.question.number));
  EXPECT_TRUE(round_waits(it.round, it.order));
  it.answer(3);
  const auto settled = next_step<settlement>(it.round, it.order);
  EXPECT_EQ(settled.moves, it.question.held);
  EXPECT_THAT(settled.reservations, SizeIs(1));
}

TEST(planning_round, moves_nothing_when_a_source_had_less) {
  moving it;
  it.answer(2, {sku_a});
  const auto settled = next_step<settlement>(it.round, it.order);
  EXPECT_THAT(settled.moves, IsEmpty());
  EXPECT_THAT(settled.reservations, SizeIs(1)) << "recorded all the same";
  const auto again = next_step<plan_question>(it.round, it.order);
  EXPECT_THAT(again.held, SizeIs(1)) << "and planned anew";
}

TEST(planning_round, moves_nothing_that_was_put_on_hold_meanwhile) {
  moving it;
  EXPECT_EQ(it.order.hold("h"), std::nullopt);
  it.answer(3);
  EXPECT_THAT(next_step<settlement>(it.round, it.order).moves, IsEmpty());
  next_step<round_end>(it.round, it.order);
}

TEST(planning_round, moves_nothing_that_was_picked_meanwhile) {
  moving it;
  EXPECT_EQ(it.order.accept("W1"), std::nullopt);
  EXPECT_EQ(it.order.pick("W1", {{"1", 1}}), std::nullopt);
  it.answer(3);
  EXPECT_THAT(next_step<settlement>(it.round, it.order).moves, IsEmpty());
}

TEST(planning_round, gives_moves_up_before_a_revocation_of_what_it_kept_back) {
  moving it;
  EXPECT_EQ(it.round.give_up_moves(), std::nullopt) << "nothing kept back yet";
  it.round.plan_arrived(2, it.question.held, {});
  it.answer(3);
  const auto given_up = it.round.give_up_moves();
  ASSERT_TRUE(given_up);
  EXPECT_THAT(given_up->moves, IsEmpty());
  EXPECT_THAT(given_up->reservations, SizeIs(1));
  EXPECT_FALSE(it.round.keeps_back(it.question.number))
      << "what comes now is recorded as it comes";
  it.answer(1);
  EXPECT_THAT(next_step<plan_question>(it.round, it.order).held, SizeIs(1));
}

TEST(planning_round, by_command_asks_only_to_lift_exclusions) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.reject("W1", {}, reject_reason::unable, "no courier"),
            std::nullopt);
  EXPECT_EQ(order.hold("h"), std::nullopt);
  planning_round round;
  round.want({.by_command = true});
  const auto question = next_step<plan_question>(round, order);
  EXPECT_THAT(question.lines, IsEmpty());
  EXPECT_TRUE(question.lifts_exclusions);
}

TEST(planning_round, takes_over_a_reservation_before_it_plans_the_rest) {
  auto placed = one_line(3);
  placed.command.body.reservation = reservation_id{"R"};
  const order_under_test order(placed);
  planning_round round;
  round.want({});
  // Paid or not.
  const auto asked_first = next_step<plan_question>(round, order);
  EXPECT_TRUE(asked_first.takes_over);
  EXPECT_THAT(asked_first.lines, ElementsAre(line_of("1", 3)));
  round.plan_arrived(1, {}, {});
  EXPECT_TRUE(round_waits(round, order));
  // What it does not hold any more may still be free there.
  round.source_answered(asked_first.number, w1, reserved_by(w1, 2), {sku_a});
  EXPECT_TRUE(
      std::holds_alternative<order::takeover_end>(*round.next(order.state())));
}

/// Whatever arrives, and whenever: a round ends, each caller is answered once,
/// and each reservation is recorded exactly once.
TEST(planning_round, ends_and_loses_nothing_under_random_arrivals) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t n) { return random() % n; };
    auto order = paid_order(one_line(6));
    order.allocate("W1", {{"1", 3}});
    planning_round round;
    std::size_t callers = 0, answered = 0, reserved = 0, recorded = 0;
    std::size_t sources_open = 0, queues_open = 0;
    std::optional<plan_question> open;
    std::uint64_t number = 0;
    const auto advance = [&] {
      while (auto step = round.next(order.state())) {
        if (auto* question = std::get_if<plan_question>(&*step)) {
          EXPECT_EQ(sources_open + queues_open, 0U) << "seed " << seed;
          number = question->number;
          open = std::move(*question);
        } else if (auto* settled = std::get_if<settlement>(&*step)) {
          recorded += settled->reservations.size();
        } else if (std::holds_alternative<queue_entry>(*step)) {
          queues_open = below(3);
          round.wait_for_queues(queues_open);
        } else {
          answered += std::get<round_end>(*step).callers.size();
        }
      }
    };
    const auto wish = [&] {
      order::plan_wish wanted{.by_command = below(2) == 0,
                              .unfillable_too = below(2) == 0};
      if (wanted.by_command) {
        wanted.callers.push_back({actor_name{"clerk"}, "", {}});
        ++callers;
      }
      round.want(std::move(wanted));
    };
    wish();
    advance();
    for (int i = 0; i < 200 && !round.is_idle(); ++i) {
      // Wishes and interruptions end, so that the round can.
      switch (below(i < 40 ? 7 : 3)) {
        case 0:
          if (!open) break;
          sources_open = below(4);
          round.plan_arrived(
              sources_open,
              below(2) == 0 ? open->held : std::vector<fulfillment_units>{},
              {});
          open.reset();
          break;
        case 1:
          if (open || sources_open == 0) break;
          --sources_open;
          if (below(3) == 0) {
            round.source_answered(
                number, w2, {},
                i < 40 ? std::vector{sku_a} : std::vector<sku_id>{});
          } else {
            ++reserved;
            if (!round.keeps_back(number)) ++recorded;
            round.source_answered(number, w2, reserved_by(w2, 1), {});
          }
          break;
        case 2:
          if (queues_open == 0) break;
          --queues_open;
          round.queue_answered();
          break;
        case 3:
          wish();
          break;
        case 4:
          if (const auto given_up = round.give_up_moves())
            recorded += given_up->reservations.size();
          break;
        case 5:
          order.hold("h");
          break;
        case 6:
          order.release("h");
          break;
      }
      advance();
    }
    EXPECT_TRUE(round.is_idle()) << "seed " << seed;
    EXPECT_EQ(answered, callers) << "seed " << seed;
    EXPECT_EQ(recorded, reserved) << "seed " << seed;
  }
}

}  // namespace
}  // namespace oms::tests
