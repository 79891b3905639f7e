/// The rules of docs/DOMAIN.md, "Fulfillment", one test each. Which command
/// is allowed in which status is in status_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/limits.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum fulfillment_status;

TEST(fulfillment, is_one_per_order_and_source_at_a_time) {
  auto order = paid_order(two_lines(2, 2));
  order.allocate("W1", {{"1", 1}});
  order.allocate("W1", {{"1", 1}, {"2", 1}});
  order.allocate("W2", {{"2", 1}});
  ASSERT_THAT(order.state().fulfillments, SizeIs(2));
  EXPECT_EQ(order.state().fulfillments[0].remaining(), quantity{3});
}

TEST(fulfillment, takes_no_new_units_once_it_is_accepted) {
  auto order = paid_order(one_line(2));
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.accept("W1"), std::nullopt);
  order.allocate("W1", {{"1", 1}});
  ASSERT_THAT(order.state().fulfillments, SizeIs(2));
  EXPECT_EQ(order.work_status("1"), in_progress);
  EXPECT_EQ(order.work_status("2"), open);
}

TEST(fulfillment, takes_no_new_units_once_one_is_picked_or_shipped) {
  for (const bool shipped : {false, true}) {
    auto order = paid_order(one_line(3));
    order.allocate("W1", {{"1", 2}});
    if (shipped) {
      EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
    } else {
      EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
    }
    order.allocate("W1", {{"1", 1}});
    EXPECT_THAT(order.state().fulfillments, SizeIs(2));
  }
}

TEST(fulfillment, a_cancelled_one_is_not_revived_by_new_units) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  order.allocate("W1", {{"1", 1}});
  ASSERT_THAT(order.state().fulfillments, SizeIs(2));
  EXPECT_EQ(order.work_status("1"), incomplete);
}

TEST(accept, makes_it_in_progress) {
  auto order = allocated(1);
  EXPECT_EQ(order.work_status("1"), open);
  EXPECT_EQ(order.accept("W1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), in_progress);
}

TEST(accept, is_implied_by_picking_and_shipping) {
  auto picked = allocated(2);
  EXPECT_EQ(picked.pick("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(picked.work_status("1"), in_progress);
  auto shipped = allocated(2);
  EXPECT_EQ(shipped.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(shipped.work_status("1"), in_progress);
}

TEST(picking, moves_units_to_picked_and_back) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.allocated = quantity{1}, .picked = quantity{2}}));
  EXPECT_EQ(order.unpick("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.allocated = quantity{2}, .picked = quantity{1}}));
}

TEST(picking, more_than_is_there_is_refused_and_changes_nothing) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  const auto before = order.state();
  EXPECT_EQ(order.pick("W1", {{"1", 3}}), error_code::quantity_too_great);
  EXPECT_EQ(order.unpick("W1", {{"1", 2}}), error_code::quantity_too_great);
  EXPECT_EQ(order.ship("W1", {{"1", 4}}), error_code::quantity_too_great);
  EXPECT_EQ(order.reject("W1", {{"1", 3}}), error_code::quantity_too_great);
  EXPECT_EQ(order.short_pick("W1", {{"1", 4}}), error_code::quantity_too_great);
  EXPECT_EQ(order.pick("W1", {{"1", 0}}), error_code::invalid);
  EXPECT_EQ(order.state(), before);
}

TEST(picking, names_lines_by_their_sku_as_well) {
  auto order = paid_order(one_line(2).same_sku(2));
  order.allocate("W1", {{"1", 2}, {"2", 2}});
  work_fulfillment command{.order = order.state().key,
                           .action = fulfillment_action::pick,
                           .source = "W1",
                           .lines = {{{line_id{}, sku_id{"A"}, quantity{3}}}}};
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_EQ(order.buckets("1").picked, quantity{2});
  EXPECT_EQ(order.buckets("2").picked, quantity{1});
}

TEST(rejecting, sends_unpicked_units_back_to_be_planned_again) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  order.receipts = 4;
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{2}, .picked = quantity{1}}));
  EXPECT_EQ(order.work_status("1"), in_progress);
  ASSERT_THAT(order.state().rejections, SizeIs(1));
  EXPECT_EQ(order.state().rejections[0],
            (rejection{{source_kind::location, "W1"}, sku_id{"A"}, 4}));
  EXPECT_THAT(order::units_to_plan(order.state()), SizeIs(1));
}

TEST(rejecting, all_units_makes_it_incomplete_and_some_lets_it_go_on) {
  auto order = allocated(3);
  EXPECT_EQ(order.reject("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.work_status("1"), open);
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), incomplete);
}

TEST(rejecting, tells_the_source_why) {
  for (const auto reason : {reject_reason::out_of_stock,
                            reject_reason::mismatch, reject_reason::damaged}) {
    auto order = allocated(2);
    EXPECT_EQ(order.reject("W1", {{"1", 1}}, reason), std::nullopt);
    const auto rejected = order.events_of<units_rejected>();
    ASSERT_THAT(rejected, SizeIs(1));
    EXPECT_EQ(rejected[0].reason, reason);
    EXPECT_FALSE(rejected[0].short_pick);
  }
}

// domain.md, Fulfillment, reject: "A reason is required"; `unable`, "with a
// text (else `invalid`)".
TEST(rejecting, requires_a_reason_and_unable_a_text) {
  auto order = allocated(2);
  work_fulfillment command{.order = order.state().key,
                           .action = fulfillment_action::reject,
                           .source = "W1"};
  EXPECT_EQ(order.does(command), error_code::invalid);
  command.reason = reject_reason::unable;
  EXPECT_EQ(order.does(command), error_code::invalid);
  command.text = "no courier today";
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_EQ(order.events_of<units_rejected>().at(0).text, "no courier today");
}

// domain.md, Fulfillment: `unable`: "no stock changes, and the source is
// excluded from this order, for all its SKUs, until `plan`; what is still
// allocated there stays".
TEST(rejecting, as_unable_changes_no_stock_and_excludes_the_source) {
  auto order = paid_order(two_lines(2, 1));
  order.allocate("W1", {{"1", 2}, {"2", 1}});
  EXPECT_EQ(order.reject("W1", {{"1", 2}}, reject_reason::unable, "no courier"),
            std::nullopt);
  EXPECT_EQ(order.buckets("1").unrouted, quantity{2});
  EXPECT_EQ(order.buckets("2").allocated, quantity{1});
  EXPECT_THAT(order.state().rejections, IsEmpty());
  EXPECT_THAT(order.state().unable,
              ElementsAre(source_ref{source_kind::location, "W1"}));
  const auto told = deliveries_of(entity_of(order.state().key),
                                  order.events_of<units_rejected>().at(0));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(std::get<instruction>(told[0].content).kind,
            instruction_kind::decommit);
  auto state = order.state();
  for (const bool by_command : {false, true}) {
    EXPECT_THAT(state.unable, SizeIs(1));
    EXPECT_FALSE(
        order::planned(state, {}, {}, {.by_command = by_command}, order.now)
            .empty());
  }
  EXPECT_THAT(state.unable, IsEmpty());
}

// domain.md, Fulfillment: "If there are several faults, the answer is the
// first of invalid, notFound, invalidTransition, quantityTooGreat,
// insufficientStock."
TEST(work, with_several_faults_is_refused_by_the_first) {
  auto order = allocated(2);
  EXPECT_EQ(order.hold("h"), std::nullopt);
  EXPECT_EQ(order.pick("W9", {{"9", 9}}), error_code::invalid);
  EXPECT_EQ(order.pick("W9", {{"1", 0}}), error_code::invalid);
  EXPECT_EQ(order.pick("W9", {{"1", 9}}), error_code::not_found);
  EXPECT_EQ(order.pick("W1", {{"1", 9}}), error_code::invalid_transition);
  EXPECT_EQ(order.release("h"), std::nullopt);
  EXPECT_EQ(order.pick("W1", {{"1", 9}}), error_code::quantity_too_great);
}

// domain.md, Fulfillment: "A list that is left out means everything that the
// command can act on; an empty list is `invalid`. A line and a SKU that don't
// belong together are `invalid`."
TEST(work, names_lines_and_skus_that_belong_together) {
  auto order = paid_order(two_lines(2, 3));
  order.allocate("W1", {{"1", 2}, {"2", 3}});
  const auto with = [&order](std::vector<work_line> lines,
                             fulfillment_action action) {
    return order.does(work_fulfillment{.order = order.state().key,
                                       .action = action,
                                       .source = "W1",
                                       .lines = std::move(lines),
                                       .reason = reject_reason::mismatch});
  };
  using enum fulfillment_action;
  for (const auto action : {reject, pick, unpick, ship, short_pick}) {
    EXPECT_EQ(with({}, action), error_code::invalid);
    EXPECT_EQ(with({{line_id{"1"}, sku_id{"B"}, quantity{1}}}, action),
              error_code::invalid);
    EXPECT_EQ(with({{line_id{"9"}, {}, quantity{1}}}, action),
              error_code::invalid);
    EXPECT_EQ(with({{{}, sku_id{"Z"}, quantity{1}}}, action),
              error_code::invalid);
    EXPECT_EQ(with({{{}, {}, quantity{1}}}, action), error_code::invalid);
  }
  EXPECT_EQ(with({{line_id{"1"}, sku_id{"A"}, quantity{1}},
                  {line_id{"2"}, {}, quantity{1}},
                  {{}, sku_id{"B"}, quantity{1}}},
                 pick),
            std::nullopt);
  EXPECT_EQ(order.buckets("1").picked, quantity{1});
  EXPECT_EQ(order.buckets("2").picked, quantity{2});
}

// domain.md, Fulfillment: shortPick "implies accept".
TEST(short_picking, of_open_work_accepts_it) {
  auto order = allocated(3);
  EXPECT_EQ(order.short_pick("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.work_status("1"), in_progress);
  EXPECT_THAT(order.events_of<fulfillment_accepted>(), SizeIs(1));
  EXPECT_EQ(order.short_pick("W1", {{"1", 1}}), std::nullopt);
  EXPECT_THAT(order.events_of<fulfillment_accepted>(), IsEmpty());
  EXPECT_EQ(order.short_pick("W1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), incomplete);
}

TEST(short_picking, has_no_other_reason) {
  auto order = allocated(1);
  EXPECT_EQ(
      order.does(work_fulfillment{.order = order.state().key,
                                  .action = fulfillment_action::short_pick,
                                  .source = "W1",
                                  .reason = reject_reason::damaged}),
      error_code::invalid);
}

TEST(short_picking, is_a_rejection_as_mismatch_of_allocated_units_first) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.short_pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{2}, .picked = quantity{1}}));
  const auto rejected = order.events_of<units_rejected>();
  ASSERT_THAT(rejected, SizeIs(1));
  EXPECT_EQ(rejected[0].reason, reject_reason::mismatch);
  EXPECT_TRUE(rejected[0].short_pick);
}

TEST(shipping, takes_picked_units_first) {
  auto order = allocated(4);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 3}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.allocated = quantity{1}, .shipped = quantity{3}}));
}

TEST(shipping, everything_closes_it) {
  auto order = paid_order(two_lines(1, 2));
  order.allocate("W1", {{"1", 1}, {"2", 2}});
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), closed);
  EXPECT_EQ(order.told("shipment.shipped"), 1U);
}

TEST(shipping, the_same_shipment_id_twice_is_one_shipment) {
  auto order = allocated(3);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s1"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.ship("W1", {{"1", 2}}, "s2"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), closed);
  // Also after closing.
  EXPECT_EQ(order.ship("W1", {{"1", 2}}, "s2"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.told("shipment.shipped"), 2U);
}

/// domain.md, "Fulfillment": "reusing another order's id is a `conflict`, and
/// so is the same id with another fulfillment or other lines".
TEST(shipping, a_shipment_id_with_other_units_is_a_conflict) {
  auto order = paid_order(two_lines(3, 2));
  order.allocate("W1", {{"1", 3}, {"2", 2}});
  EXPECT_EQ(order.ship("W1", {{"1", 1}, {"2", 1}}, "s1"), std::nullopt);
  for (const auto& other : {units_by_line{{"1", 1}},
                            {{"1", 2}, {"2", 1}},
                            {{"2", 2}},
                            {{"1", 1}, {"2", 1}, {"1", 1}},
                            {}})
    EXPECT_EQ(order.ship("W1", other, "s1"), error_code::conflict);
  EXPECT_EQ(order.ship("W2", {{"1", 1}, {"2", 1}}, "s1"), error_code::conflict);
  work_fulfillment by_sku{
      .order = order.state().key,
      .action = fulfillment_action::ship,
      .fulfillment = fulfillment_id{"1"},
      .lines = std::vector<work_line>{{{}, sku_id{"B"}, quantity{1}},
                                      {{}, sku_id{"A"}, quantity{1}}},
      .shipment = shipment_id{"s1"}};
  EXPECT_EQ(order.does(by_sku), std::nullopt) << "the same units";
  EXPECT_THAT(order.events(), IsEmpty());
  by_sku.fulfillment = fulfillment_id{"2"};
  EXPECT_EQ(order.does(by_sku), error_code::conflict);
}

TEST(shipping, the_rest_without_lines_is_the_rest_when_it_is_told_again) {
  auto order = allocated(3);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s1"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {}, "s1"), error_code::conflict);
  EXPECT_EQ(order.ship("W1", {}, "s2"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {}, "s2"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.ship("W1", {{"1", 2}}, "s2"), std::nullopt);
}

TEST(shipping, without_a_shipment_id_is_a_new_parcel_each_time) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  ASSERT_THAT(order.state().shipments, SizeIs(2));
  EXPECT_NE(order.state().shipments[0].id, order.state().shipments[1].id);
}

TEST(shipping, a_generated_shipment_id_is_never_one_that_is_taken) {
  auto order = allocated(3);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "o1-2"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.buckets("1").shipped, quantity{2});
  ASSERT_THAT(order.state().shipments, SizeIs(2));
  EXPECT_EQ(order.state().shipments[1].id, shipment_id{"o1-3"});
  order_state long_named;
  long_named.key.id.value.assign(limits::max_id_bytes, 'x');
  long_named.number = 7;
  EXPECT_EQ(order::free_shipment(long_named), shipment_id{"#7-1"});
}

TEST(shipping, a_parcel_keeps_its_carrier_tracking_number_and_lines) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1", {}, "s1"), std::nullopt);
  const auto parcels = order.view().shipments;
  ASSERT_THAT(parcels, SizeIs(1));
  EXPECT_EQ(parcels[0].carrier, "DHL");
  EXPECT_EQ(parcels[0].tracking, "T1");
  EXPECT_EQ(parcels[0].status, shipment_status::shipped);
  ASSERT_THAT(parcels[0].lines, SizeIs(1));
  EXPECT_EQ(parcels[0].lines[0].units, quantity{2});
}

TEST(work, of_a_source_that_the_order_does_not_have_is_not_found) {
  auto order = allocated(1);
  EXPECT_EQ(order.ship("W9"), error_code::not_found);
  EXPECT_EQ(order.accept("W9"), error_code::not_found);
}

TEST(taken_back, units_go_back_newest_fulfillment_and_unpicked_first) {
  auto order = paid_order(one_line(4));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.pick("W1", {{"1", 1}}), std::nullopt);
  order.allocate("W1", {{"1", 2}});
  order.revoked_units("W1", "A", 3);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{3}, .picked = quantity{1}}));
  EXPECT_EQ(order.work_status("2"), incomplete);
}

TEST(taken_back, picked_units_go_where_the_source_took_picked_ones) {
  auto order = allocated(5);
  EXPECT_EQ(order.pick("W1", {{"1", 5}}), std::nullopt);
  // Three are put back while the source takes back two picked ones.
  EXPECT_EQ(order.unpick("W1", {{"1", 3}}), std::nullopt);
  order.revoked_units("W1", "A", 2, 2);
  // The source has three promised ones left, and hears that three were put
  // back: both say that none is picked.
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{2}, .allocated = quantity{3}}));
}

TEST(taken_back, takes_what_is_there_of_either_kind) {
  auto order = allocated(5);
  EXPECT_EQ(order.pick("W1", {{"1", 4}}), std::nullopt);
  // The source did not know of the picks yet.
  order.revoked_units("W1", "A", 3);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{3}, .picked = quantity{2}}));
}

TEST(taken_back, what_has_shipped_meanwhile_stays_shipped) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  order.revoked_units("W1", "A", 1);
  EXPECT_EQ(order.buckets("1").shipped, quantity{2});
  // The answer to the source is recorded all the same.
  EXPECT_THAT(order.events_of<units_taken_back>(), SizeIs(1));
}

}  // namespace
}  // namespace oms::tests
