/// The rules of docs/DOMAIN.md, "Cancelling", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum order_status;

line_buckets in(std::int64_t unrouted, std::int64_t backordered,
                std::int64_t allocated_units, std::int64_t picked,
                std::int64_t shipped, std::int64_t gone) {
  return {.unrouted = quantity{unrouted},
          .backordered = quantity{backordered},
          .allocated = quantity{allocated_units},
          .picked = quantity{picked},
          .shipped = quantity{shipped},
          .cancelled = quantity{gone}};
}

/// One line of 10: 2 unrouted, 2 backordered, 2 allocated at each of W1 (the
/// older) and W2, 1 picked and 1 shipped at W1.
order_under_test spread() {
  auto order = paid_order(one_line(10));
  order.allocate("W1", {{"1", 4}});
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  order.allocate("W2", {{"1", 2}});
  order.backorder({{"1", 2}});
  EXPECT_EQ(order.buckets("1"), in(2, 2, 4, 1, 1, 0));
  return order;
}

TEST(cancelling, takes_unrouted_units_then_waiting_ones_then_promised_ones) {
  struct row {
    std::int64_t units;
    line_buckets left;
  };
  for (const auto& [units, left] : {
           row{1, in(1, 2, 4, 1, 1, 1)},
           row{2, in(0, 2, 4, 1, 1, 2)},
           row{3, in(0, 1, 4, 1, 1, 3)},
           row{4, in(0, 0, 4, 1, 1, 4)},
           row{5, in(0, 0, 3, 1, 1, 5)},
           row{8, in(0, 0, 0, 1, 1, 8)},
       }) {
    auto order = spread();
    EXPECT_EQ(order.cancel({{"1", units}}), std::nullopt);
    EXPECT_EQ(order.buckets("1"), left) << units;
  }
}

TEST(cancelling, takes_from_the_newest_fulfillment_first) {
  auto order = spread();
  EXPECT_EQ(order.cancel({{"1", 5}}), std::nullopt);
  EXPECT_EQ(order.state().fulfillments[0].lines[0].allocated, quantity{2});
  EXPECT_EQ(order.state().fulfillments[1].lines[0].allocated, quantity{1});
  EXPECT_EQ(order.cancel({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.state().fulfillments[0].lines[0].allocated, quantity{1});
  EXPECT_EQ(order.work_status("2"), fulfillment_status::cancelled);
}

TEST(cancelling, picked_and_later_units_stay) {
  auto order = spread();
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.buckets("1"), in(0, 0, 0, 1, 1, 8));
  EXPECT_EQ(order.status(), partially_fulfilled);
}

TEST(cancelling, more_than_can_go_is_refused_and_changes_nothing) {
  auto order = spread();
  const auto before = order.state();
  EXPECT_EQ(order.cancel({{"1", 9}}), error_code::quantity_too_great);
  EXPECT_EQ(order.cancel({{"1", 5}, {"1", 4}}), error_code::quantity_too_great);
  EXPECT_EQ(order.state(), before);
}

TEST(cancelling, nothing_that_can_go_is_refused) {
  auto order = allocated(1);
  EXPECT_EQ(order.pick("W1"), std::nullopt);
  EXPECT_EQ(order.cancel(), error_code::quantity_too_great);
  EXPECT_EQ(order.cancel({{"1", 1}}), error_code::quantity_too_great);
}

TEST(cancelling, names_lines_of_the_order_and_whole_units) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.cancel({{"9", 1}}), error_code::invalid);
  EXPECT_EQ(order.cancel({{"1", 0}}), error_code::invalid);
  EXPECT_EQ(order.cancel({{"1", -1}}), error_code::invalid);
}

TEST(cancelling, a_cancelled_order_as_a_whole_again_is_no_error) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.cancel({{"1", 1}}), error_code::quantity_too_great);
}

TEST(cancelling, keeps_the_reason) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.does(cancel_order{order.state().key, {}, "fraud", "n"}),
            std::nullopt);
  const auto gone = order.events_of<units_cancelled>();
  ASSERT_THAT(gone, SizeIs(1));
  EXPECT_EQ(gone[0].reason, "fraud");
  EXPECT_EQ(gone[0].note, "n");
}

TEST(cancelling, tells_of_a_part_and_of_the_whole) {
  auto order = paid_order(one_line(3));
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.told("order.partiallyCancelled"), 2U);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.told("order.partiallyCancelled"), 2U);
  EXPECT_EQ(order.told("order.cancelled"), 1U);
}

// --- third parties ----------------------------------------------------------

class cancelling_at_a_third_party : public testing::TestWithParam<source_type> {
};

TEST_P(cancelling_at_a_third_party, goes_at_once_before_it_has_accepted) {
  auto order = allocated(3, "X", GetParam());
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
}

TEST_P(cancelling_at_a_third_party, is_asked_for_once_it_has_accepted) {
  auto order = allocated(3, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"), in(0, 0, 3, 0, 0, 0));
  EXPECT_EQ(order.state().fulfillments[0].lines[0].cancel_requested,
            quantity{2});
  EXPECT_EQ(order.owed(), 0);
  // What is asked for already can't be asked for again.
  EXPECT_EQ(order.cancel({{"1", 2}}), error_code::quantity_too_great);
  EXPECT_EQ(order.answer_cancel("X", true), std::nullopt);
  EXPECT_EQ(order.buckets("1"), in(0, 0, 1, 0, 0, 2));
  EXPECT_EQ(order.owed(), 2'000);
}

TEST_P(cancelling_at_a_third_party, may_be_declined) {
  auto order = allocated(3, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.answer_cancel("X", false), std::nullopt);
  EXPECT_EQ(order.buckets("1"), in(0, 0, 3, 0, 0, 0));
  EXPECT_EQ(order.state().fulfillments[0].lines[0].cancel_requested,
            quantity{0});
  EXPECT_EQ(order.answer_cancel("X", true), error_code::invalid_transition);
}

TEST_P(cancelling_at_a_third_party, falls_when_it_is_shipped_meanwhile) {
  auto order = allocated(3, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ship("X", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.state().fulfillments[0].lines[0].cancel_requested,
            quantity{1});
  EXPECT_EQ(order.ship("X"), std::nullopt);
  EXPECT_EQ(order.status(), fulfilled);
  EXPECT_EQ(order.answer_cancel("X", true), error_code::invalid_transition);
}

// domain.md, Cancelling: "Units with such a request that leave the fulfillment
// in any other way (rejected, short, lost to a count, moved) are cancelled at
// that moment: no other source is asked to ship them. If the request covers
// only some of the units, those leave first and ship last."
TEST_P(cancelling_at_a_third_party, is_done_when_the_units_are_rejected) {
  auto order = allocated(3, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.reject("X"), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.owed(), 3'000);
  EXPECT_EQ(order.events_of<units_cancelled>().at(0).reason, "customer");
  EXPECT_EQ(order.told("order.cancelled"), 1U);
  EXPECT_EQ(order.answer_cancel("X", true), error_code::invalid_transition);
}

TEST_P(cancelling_at_a_third_party, takes_the_first_units_that_leave) {
  auto order = allocated(5, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.reject("X", {{"1", 3}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"), in(1, 0, 2, 0, 0, 2));
  EXPECT_EQ(order.state().fulfillments[0].lines[0].cancel_requested,
            quantity{0});
  EXPECT_EQ(order.owed(), 2'000);
}

TEST_P(cancelling_at_a_third_party, outlives_picking_and_ships_last) {
  auto order = allocated(5, "X", GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 3}}), std::nullopt);
  EXPECT_EQ(order.pick("X", {{"1", 4}}), std::nullopt);
  const auto requested = [&order] {
    return order.state().fulfillments[0].lines[0].cancel_requested;
  };
  EXPECT_EQ(requested(), quantity{3});
  // The unit on the shelf is one of them.
  EXPECT_EQ(order.cancel(), error_code::quantity_too_great);
  EXPECT_EQ(order.ship("X", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(requested(), quantity{3});
  EXPECT_EQ(order.short_pick("X", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(requested(), quantity{2});
  EXPECT_EQ(order.buckets("1"), in(0, 0, 0, 2, 2, 1));
  // It puts back what it has picked, for picked units are not cancelled.
  EXPECT_EQ(order.answer_cancel("X", true), std::nullopt);
  EXPECT_THAT(order.events_of<units_unpicked>(), SizeIs(1));
  EXPECT_EQ(order.buckets("1"), in(0, 0, 0, 0, 2, 3));
  EXPECT_EQ(order.status(), fulfilled);
}

TEST_P(cancelling_at_a_third_party, takes_lines_with_a_request_first) {
  auto order = paid_order(one_line(2).same_sku(2));
  order.allocate("X", {{"1", 2}, {"2", 2}}, GetParam());
  EXPECT_EQ(order.accept("X"), std::nullopt);
  EXPECT_EQ(order.cancel({{"2", 2}}), std::nullopt);
  const work_fulfillment command{
      .order = order.state().key,
      .action = fulfillment_action::reject,
      .source = "X",
      .lines = {{{line_id{}, sku_id{"A"}, quantity{3}}}},
      .reason = reject_reason::damaged};
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_EQ(order.buckets("1").unrouted, quantity{1});
  EXPECT_EQ(order.buckets("2").cancelled, quantity{2});
}

TEST(cancelling, at_a_third_party_is_done_when_a_count_finds_them_gone) {
  auto order = allocated(5, "W1", source_type::three_pl);
  EXPECT_EQ(order.accept("W1"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 3}}), std::nullopt);
  order.revoked_units("W1", "A", 2);
  EXPECT_EQ(order.buckets("1"), in(0, 0, 3, 0, 0, 2));
  EXPECT_EQ(order.owed(), 2'000);
  order.revoked_units("W1", "A", 2);
  EXPECT_EQ(order.buckets("1"), in(1, 0, 1, 0, 0, 3));
}

TEST(cancelling, says_first_what_is_invalid) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.cancel({{"1", 9}, {"9", 1}}), error_code::invalid);
  EXPECT_EQ(order.does(cancel_order{order.state().key,
                                    std::vector<line_choice>{}, "c", ""}),
            error_code::invalid);
}

INSTANTIATE_TEST_SUITE_P(kinds, cancelling_at_a_third_party,
                         testing::Values(source_type::three_pl,
                                         source_type::dropship));

TEST(cancelling, own_places_are_not_asked) {
  for (const auto kind : {source_type::warehouse, source_type::store}) {
    auto order = allocated(2, "W1", kind);
    EXPECT_EQ(order.accept("W1"), std::nullopt);
    EXPECT_EQ(order.cancel(), std::nullopt);
    EXPECT_EQ(order.status(), cancelled);
  }
}

// --- money ------------------------------------------------------------------

TEST(cancelling, asks_for_the_money_of_the_cancelled_units) {
  auto order = paid_order(order_builder{}.line(3, 33, 0, 1).shipping(50));
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 34);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 67);
  EXPECT_EQ(order.told("refund.requested"), 2U);
}

TEST(cancelling, the_last_live_unit_gives_shipping_back_too) {
  auto order = paid_order(one_line(2).shipping(500));
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 1'000);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 2'500);
}

TEST(cancelling, keeps_shipping_when_something_shipped) {
  auto order = paid_order(one_line(2).shipping(500));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.owed(), 1'000);
  EXPECT_EQ(order.status(), fulfilled);
}

TEST(cancelling, owes_nothing_while_nothing_is_captured) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.owed(), 0);
  EXPECT_EQ(order.told("refund.requested"), 0U);
}

TEST(cancelling, owes_what_is_captured_beyond_the_new_total_only) {
  order_under_test order(two_lines(2, 1));
  EXPECT_EQ(order.pay(2'500), std::nullopt);
  EXPECT_EQ(order.cancel({{"2", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 500);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

TEST(cancelling, owes_less_what_was_refunded_before) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(1'500), std::nullopt);
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.owed(), 500);
}

TEST(cancelling, owes_at_most_the_value_of_the_cancelled_units) {
  auto order = paid_order(one_line(2));
  // Captured twice by mistake of the payment side.
  EXPECT_EQ(order.pay(2'000, "again"), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 1'000);
}

TEST(cancelling, lets_go_of_the_promise_at_the_source) {
  auto order = allocated(3);
  EXPECT_EQ(order.cancel({{"1", 2}}), std::nullopt);
  const auto gone = order.events_of<units_cancelled>();
  ASSERT_THAT(gone, SizeIs(1));
  const auto told = deliveries_of(entity_of(order.state().key), gone[0]);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].to, (entity_ref{entity_kind::location, "W1"}));
  const auto& instructed = std::get<instruction>(told[0].content);
  EXPECT_EQ(instructed.kind, instruction_kind::decommit);
  EXPECT_THAT(instructed.lines, ElementsAre(instructed_line{
                                    sku_id{"A"}, quantity{2}, quantity{0}}));
}

}  // namespace
}  // namespace oms::tests
