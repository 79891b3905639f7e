/// Moves by hand: docs/DOMAIN.md, "Fulfillment".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/order/consolidation.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

work_fulfillment move_of(const order_under_test& order,
                         const units_by_line& units = {},
                         const std::string& from = "W1") {
  work_fulfillment command{.order = order.state().key,
                           .action = fulfillment_action::move,
                           .source = from};
  command.to = "W2";
  command.text = "staff";
  if (units.empty()) return command;
  command.lines.emplace();
  for (const auto& [line, count] : units)
    command.lines->push_back({line_id{line}, {}, quantity{count}});
  return command;
}

result<std::vector<fulfillment_units>> moving(const order_under_test& order,
                                              const work_fulfillment& command,
                                              bool target_exists = true) {
  return order::units_to_move(order.state(), command, target_exists);
}

/// The order as the move of these units leaves it.
order_state after_move(order_state state,
                       const std::vector<fulfillment_units>& units) {
  static_cast<void>(order::moved_by_hand(state, units, "staff", "W2", noon));
  reservation promise{.source = source_named("W2", source_type::warehouse),
                      .lines = {},
                      .round = 1};
  for (const auto& part : units)
    for (const auto& line : part.lines)
      promise.lines.push_back({line.line, line.sku, line.from_allocated});
  static_cast<void>(order::granted(state, promise, network{}, noon, true));
  return state;
}

TEST(move, names_what_leaves_and_changes_nothing) {
  const auto order = allocated(3);
  const auto all = moving(order, move_of(order));
  ASSERT_TRUE(all.ok());
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->at(0).lines.at(0).from_allocated, quantity{3});
  const auto some = moving(order, move_of(order, {{"1", 2}}));
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->at(0).lines.at(0).from_allocated, quantity{2});
}

TEST(move, of_several_faults_names_the_first) {
  auto order = allocated(3);
  auto same = move_of(order);
  same.to = "W1";
  EXPECT_EQ(moving(order, same, false).failure().code, error_code::invalid);
  auto by_id = same;
  by_id.source.clear();
  by_id.fulfillment = fulfillment_id{"1"};
  EXPECT_EQ(moving(order, by_id).failure().code, error_code::invalid);
  EXPECT_EQ(moving(order, move_of(order, {{"7", 1}}), false).failure().code,
            error_code::invalid);
  EXPECT_EQ(moving(order, move_of(order, {}, "W3")).failure().code,
            error_code::not_found);
  EXPECT_EQ(moving(order, move_of(order, {{"1", 9}}), false).failure().code,
            error_code::not_found);
  EXPECT_EQ(moving(order, move_of(order, {{"1", 4}})).failure().code,
            error_code::quantity_too_great);
  EXPECT_EQ(order.hold("h"), std::nullopt);
  EXPECT_EQ(moving(order, move_of(order, {{"1", 4}})).failure().code,
            error_code::invalid_transition);
}

TEST(move, leaves_picked_units_and_what_a_third_party_has_accepted) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(moving(order, move_of(order))->at(0).lines.at(0).from_allocated,
            quantity{1});
  EXPECT_EQ(moving(order, move_of(order, {{"1", 2}})).failure().code,
            error_code::quantity_too_great);
  auto theirs = allocated(3, "P1", source_type::three_pl);
  EXPECT_TRUE(moving(theirs, move_of(theirs, {}, "P1")).ok());
  EXPECT_EQ(theirs.accept("P1"), std::nullopt);
  EXPECT_EQ(moving(theirs, move_of(theirs, {}, "P1")).failure().code,
            error_code::invalid_transition);
}

TEST(move, needs_a_target_and_a_reason) {
  const auto order = allocated(3);
  auto command = move_of(order);
  EXPECT_THAT(faults_of(command), IsEmpty());
  command.text = " ";
  EXPECT_THAT(faults_of(command), SizeIs(1));
  command.to.clear();
  EXPECT_THAT(faults_of(command), SizeIs(2));
}

TEST(move, of_all_units_leaves_an_incomplete_fulfillment) {
  const auto order = allocated(3);
  const auto state = after_move(order.state(), *moving(order, move_of(order)));
  ASSERT_THAT(state.fulfillments, SizeIs(2));
  EXPECT_EQ(order::computed_status(state, state.fulfillments[0]),
            fulfillment_status::incomplete);
  EXPECT_EQ(state.fulfillments[1].remaining(), quantity{3});
  EXPECT_EQ(state.lines[0].buckets.allocated, quantity{3});
}

TEST(consolidation, on_request_may_move_what_was_moved_by_hand) {
  const auto order = allocated(3);
  const auto state =
      after_move(order.state(), *moving(order, move_of(order, {{"1", 2}})));
  EXPECT_THAT(order::consolidable_units(state, false), SizeIs(2));
  const auto left = order::consolidable_units(state, true);
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].source.id, "W1");
  EXPECT_EQ(order::open_parcels(state), 2);
}

TEST(consolidation, leaves_what_is_with_a_source_that_was_unable) {
  auto order = allocated(3);
  EXPECT_EQ(
      order.reject("W1", {{"1", 1}}, reject_reason::unable, "no such box"),
      std::nullopt);
  EXPECT_THAT(order::movable_units(order.state()), SizeIs(1));
  EXPECT_THAT(order::consolidable_units(order.state(), false), IsEmpty());
}

}  // namespace
}  // namespace oms::tests
