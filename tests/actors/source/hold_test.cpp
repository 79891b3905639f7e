/// What a location holds for carts: docs/DOMAIN.md, "Reservations".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/source/source_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(hold, held_units_are_reserved_and_nobody_elses) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.hold("c1", 3), 3);
  EXPECT_EQ(at.stock().reserved, quantity{3});
  EXPECT_EQ(at.stock().available, quantity{2});
  EXPECT_THAT(at.reserve("o1", 4), ElementsAre(2));
  EXPECT_EQ(at.hold("c2", 1), 0);
}

TEST(hold, gives_what_is_there_or_with_whole_lines_nothing) {
  source_under_test at;
  at.has(2);
  EXPECT_EQ(at.hold("c1", 3, 600, true), 0);
  EXPECT_THAT(at.events(), IsEmpty());
  EXPECT_EQ(at.hold("c1", 3), 2);
}

TEST(hold, safety_stock_and_an_inactive_place_give_nothing) {
  source_under_test at;
  at.has(4);
  EXPECT_EQ(at.safety(3), std::nullopt);
  EXPECT_EQ(at.hold("c1", 4), 1);
  EXPECT_EQ(at.define([](auto& settings) { settings.active = false; }),
            std::nullopt);
  EXPECT_EQ(at.hold("c2", 1), 0);
  EXPECT_EQ(at.held("c1"), 1);
}

TEST(hold, after_a_part_is_released_the_rest_stays_held) {
  source_under_test at;
  at.has(5);
  at.hold("c1", 4);
  at.unhold("c1", 3);
  EXPECT_EQ(at.held("c1"), 1);
  // What is free again is offered to those who wait, before it is available.
  EXPECT_EQ(at.stock().on_offer, quantity{3});
  EXPECT_EQ(at.stock().available, quantity{1});
  at.unhold("c1", 9);
  EXPECT_EQ(at.held("c1"), 0);
  EXPECT_TRUE(at.state().holds.empty());
  at.unhold("c1");
  EXPECT_THAT(at.events(), IsEmpty());
}

TEST(hold, an_order_takes_over_what_is_held_and_nothing_else) {
  source_under_test at;
  at.has(5);
  at.hold("c1", 3);
  EXPECT_THAT(at.take_over("o1", "c1", 2), ElementsAre(2));
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
  EXPECT_EQ(at.held("c1"), 1);
  EXPECT_EQ(at.stock().available, quantity{2});
  const auto taken = at.events_of<stock_committed>();
  ASSERT_THAT(taken, SizeIs(1));
  EXPECT_EQ(taken[0].reservation, reservation_id{"c1"});
  EXPECT_THAT(at.take_over("o2", "c1", 5), ElementsAre(1));
  EXPECT_THAT(at.take_over("o3", "c1", 1), IsEmpty());
  EXPECT_THAT(at.take_over("o3", "unknown", 1), IsEmpty());
}

TEST(hold, is_over_at_its_deadline_whether_or_not_it_was_let_go) {
  source_under_test at;
  at.has(3);
  at.hold("c1", 3, 600);
  at.now += std::chrono::seconds(599);
  EXPECT_THAT(at.take_over("o1", "c1", 1), ElementsAre(1));
  at.now += std::chrono::seconds(1);
  EXPECT_THAT(at.take_over("o2", "c1", 1), IsEmpty());
  // One that would be over at once holds nothing.
  EXPECT_EQ(at.hold("c2", 1, 0), 0);
}

TEST(hold, is_taken_over_beyond_the_capacity_of_the_day) {
  source_under_test at;
  at.has(5);
  EXPECT_EQ(at.define([](auto& settings) { settings.daily_capacity = 1; }),
            std::nullopt);
  at.let_go();
  at.hold("c1", 2);
  EXPECT_THAT(at.reserve("o1", 1), ElementsAre(1));
  EXPECT_THAT(at.reserve("o2", 1), IsEmpty());
  EXPECT_THAT(at.take_over("o2", "c1", 2), ElementsAre(2));
  EXPECT_TRUE(at.answered().opens);
}

TEST(hold, a_count_takes_from_the_newest_hold_first_and_then_from_orders) {
  source_under_test at;
  at.has(10);
  at.reserve("o1", 4);
  at.hold("c1", 3);
  at.hold("c2", 3);
  EXPECT_EQ(at.count(8), std::nullopt);
  EXPECT_EQ(at.held("c1"), 3);
  EXPECT_EQ(at.held("c2"), 1);
  EXPECT_EQ(at.promised("o1").committed, quantity{4});
  EXPECT_THAT(at.events_of<alert_raised>(), SizeIs(1));
  EXPECT_EQ(at.count(2), std::nullopt);
  EXPECT_TRUE(at.state().holds.empty());
  EXPECT_EQ(at.promised("o1").committed, quantity{2});
}

}  // namespace
}  // namespace oms::tests
