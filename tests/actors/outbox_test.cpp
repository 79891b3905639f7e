/// Which event tells whom what.

#include "actors/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const order_key order{brand_id{"acme"}, order_id{"o1"}};
const entity_ref order_entity = entity_of(order);
const source_ref w1{source_kind::location, "W1"};
const source_ref s1{source_kind::supplier, "S1"};
const sku_id a{"A"};
const sku_id b{"B"};

/// The one instruction that the event gives.
std::pair<entity_ref, instruction> instructed_by(const event_body& body) {
  const auto all = deliveries_of(order_entity, body);
  EXPECT_THAT(all, SizeIs(1));
  if (all.size() != 1) return {};
  const auto* told = std::get_if<instruction>(&all[0].content);
  EXPECT_NE(told, nullptr);
  return {all[0].to, told == nullptr ? instruction{} : *told};
}

TEST(order_event, tells_its_source_by_kind) {
  const fulfillment_id one{"1"};
  struct row {
    event_body body;
    instruction_kind kind;
  };
  for (const auto& [body, kind] : {
           row{fulfillment_accepted{one, w1}, instruction_kind::accept},
           row{units_picked{one, w1, {}}, instruction_kind::pick},
           row{units_unpicked{one, w1, {}}, instruction_kind::unpick},
           row{units_rejected{.fulfillment = one, .source = w1},
               instruction_kind::reject},
           row{shipment_shipped{.fulfillment = one, .source = w1},
               instruction_kind::ship},
           row{grant_declined{w1, {}}, instruction_kind::decommit},
           row{return_received{return_id{"r"}, w1, {}},
               instruction_kind::restock},
       }) {
    const auto [to, told] = instructed_by(body);
    EXPECT_EQ(to, (entity_ref{entity_kind::location, "W1"}));
    EXPECT_EQ(told.order, order);
    EXPECT_EQ(told.kind, kind);
  }
}

TEST(order_event, adds_lines_of_the_same_sku_up) {
  const auto [to, told] = instructed_by(
      shipment_shipped{.fulfillment = fulfillment_id{"1"},
                       .source = w1,
                       .lines = {{line_id{"1"}, a, quantity{1}, quantity{2}},
                                 {line_id{"2"}, b, quantity{4}, quantity{0}},
                                 {line_id{"3"}, a, quantity{0}, quantity{5}}}});
  EXPECT_THAT(told.lines,
              ElementsAre(instructed_line{a, quantity{8}, quantity{7}},
                          instructed_line{b, quantity{4}, quantity{0}}));
}

TEST(order_event, hands_the_reason_of_a_rejection_on) {
  for (const auto reason : {reject_reason::out_of_stock,
                            reject_reason::mismatch, reject_reason::damaged}) {
    const auto [to, told] = instructed_by(units_rejected{
        .fulfillment = fulfillment_id{"1"}, .source = s1, .reason = reason});
    EXPECT_EQ(to, (entity_ref{entity_kind::supplier, "S1"}));
    EXPECT_EQ(told.reason, reason);
  }
}

TEST(order_event, names_a_receiver_once_however_many_fulfillments_it_has) {
  const fulfillment_units first{
      fulfillment_id{"1"}, w1, {{line_id{"1"}, a, quantity{1}, quantity{0}}}};
  const fulfillment_units other{
      fulfillment_id{"2"}, s1, {{line_id{"1"}, a, quantity{2}, quantity{0}}}};
  const fulfillment_units again{
      fulfillment_id{"3"}, w1, {{line_id{"1"}, a, quantity{4}, quantity{0}}}};
  for (const auto& body :
       {event_body{units_cancelled{.promised = {first, other, again}}},
        event_body{units_released{{first, other, again}}}}) {
    const auto all = deliveries_of(order_entity, body);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0].to.key, "W1");
    EXPECT_THAT(std::get<instruction>(all[0].content).lines,
                ElementsAre(instructed_line{a, quantity{5}, quantity{0}}));
    EXPECT_EQ(all[1].to.key, "S1");
  }
}

TEST(source_event, promises_and_losses_go_to_the_order) {
  const stock_committed promised{
      order, {{line_id{"1"}, a, quantity{3}}}, true, 4};
  const auto grants = deliveries_of(entity_of(w1), promised);
  ASSERT_THAT(grants, SizeIs(1));
  EXPECT_EQ(grants[0].to, order_entity);
  const auto& given = std::get<reservation>(grants[0].content);
  EXPECT_EQ(given.source, w1);
  EXPECT_EQ(given.lines, promised.lines);
  EXPECT_EQ(given.round, 4U);

  const auto losses = deliveries_of(
      entity_of(w1), stock_taken_back{order, a, quantity{2}, quantity{1}});
  ASSERT_THAT(losses, SizeIs(1));
  EXPECT_EQ(losses[0].to, order_entity);
  EXPECT_EQ(std::get<revoked_units>(losses[0].content).units, quantity{2});
}

TEST(a_transfer, tells_the_location_that_will_get_the_units) {
  const stock_transferred sent{transfer_id{"T"}, "W2", {{a, quantity{3}}}, {}};
  const auto told = deliveries_of(entity_of(w1), sent);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].to, (entity_ref{entity_kind::location, "W2"}));
  const auto& units = std::get<transferred_units>(told[0].content);
  EXPECT_EQ(units.transfer, transfer_id{"T"});
  EXPECT_EQ(units.lines, sent.lines);
}

TEST(source_event, about_incoming_units_names_their_skus) {
  stock_received drawn{.sku = a, .units = quantity{2}};
  EXPECT_THAT(consequences_of(entity_of(w1), drawn).incoming_changes,
              IsEmpty());
  drawn.drawn = quantity{1};
  for (const event_body& body :
       {event_body{drawn},
        event_body{incoming_announced{"PO", {{a, quantity{0}}}, {}, {}}},
        event_body{transfer_closed{transfer_id{"T"}, {{a, quantity{1}}}}}}) {
    const auto follows = consequences_of(entity_of(w1), body);
    ASSERT_THAT(follows.incoming_changes, SizeIs(1)) << kind_of(body);
    EXPECT_EQ(*follows.incoming_changes[0], a);
  }
}

TEST(other_events, tell_nobody) {
  for (const event_body& body :
       {event_body{order_placed{}}, event_body{status_changed{}},
        event_body{payment_captured{}}, event_body{order_planned{}},
        event_body{units_allocated{}}, event_body{units_backordered{}},
        event_body{units_taken_back{}}, event_body{cancel_requested{}},
        event_body{note_added{}}, event_body{return_requested{}}})
    EXPECT_THAT(deliveries_of(order_entity, body), IsEmpty());
  for (const event_body& body :
       {event_body{stock_received{}}, event_body{stock_offered{}},
        event_body{offer_settled{}}, event_body{stock_shipped{}},
        event_body{stock_decommitted{}}, event_body{location_defined{}}})
    EXPECT_THAT(deliveries_of(entity_of(w1), body), IsEmpty());
}

TEST(order_event, that_leaves_units_without_a_source_wants_a_plan) {
  status_changed paid;
  paid.to = order_status::awaiting_fulfillment;
  for (const event_body& body :
       {event_body{paid}, event_body{units_rejected{}},
        event_body{units_taken_back{}}, event_body{units_released{}},
        event_body{hold_released{}}, event_body{order_edited{}}})
    EXPECT_TRUE(consequences_of(order_entity, body).wants_plan)
        << kind_of(body);
  status_changed shipped;
  shipped.to = order_status::fulfilled;
  for (const event_body& body :
       {event_body{shipped}, event_body{units_cancelled{}},
        event_body{hold_placed{}}, event_body{units_allocated{}}})
    EXPECT_FALSE(consequences_of(order_entity, body).wants_plan)
        << kind_of(body);
}

TEST(order_event, that_takes_units_out_of_a_queue_says_how_many) {
  units_cancelled gone;
  gone.lines = {{.line = line_id{"1"}, .sku = a}};
  gone.lines[0].from_backordered = quantity{2};
  units_allocated given;
  given.lines = {{.line = line_id{"1"}, .sku = a},
                 {.line = line_id{"2"}, .sku = a}};
  given.lines[1].from_backordered = quantity{3};
  const auto left = consequences_of(order_entity, gone).queue_changes;
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].line, line_id{"1"});
  EXPECT_EQ(left[0].units, quantity{-2});
  const auto taken = consequences_of(order_entity, given).queue_changes;
  ASSERT_THAT(taken, SizeIs(1)) << "line 1 was not in a queue";
  EXPECT_EQ(taken[0].line, line_id{"2"});
  EXPECT_EQ(taken[0].units, quantity{-3});
}

TEST(source_event, shows_its_skus_on_the_stock_board) {
  const event_body received{stock_received{.sku = a}};
  const auto of_receipt = consequences_of(entity_of(w1), received);
  ASSERT_THAT(of_receipt.board_changes, SizeIs(1));
  EXPECT_EQ(*of_receipt.board_changes[0], a);
  EXPECT_EQ(of_receipt.offers, nullptr);
  const event_body offered{stock_offered{.sku = a, .units = quantity{1}}};
  const auto of_offer = consequences_of(entity_of(w1), offered);
  ASSERT_NE(of_offer.offers, nullptr);
  EXPECT_EQ(*of_offer.offers, a);
  EXPECT_TRUE(
      consequences_of(entity_of(w1), location_defined{}).changes_settings);
}

}  // namespace
}  // namespace oms
