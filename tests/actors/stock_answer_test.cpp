/// What a command that changed stock answers: docs/API.md, "Answers".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const order_key o1 = order_named("o1");

class stock_in_answers : public testing::Test {
 protected:
  stock_in_answers() : running_(simulated(store_, 1)) {
    for (const auto& each : running_->execute(small_network()))
      EXPECT_TRUE(each.ok());
    EXPECT_TRUE(running_->execute(receiving("W1", "A", 10)).ok());
    EXPECT_TRUE(running_->execute(placing("o1", {2})).ok());
    running_->settle();
  }

  /// What the command says that it changed; compared with the stock before and
  /// after, as far as nothing else changes it.
  std::vector<stock_change> changes(command_body body) {
    const auto got = running_->execute(by_test(std::move(body)));
    EXPECT_TRUE(got.ok());
    return got ? got->stock : std::vector<stock_change>{};
  }

  std::vector<stock_change> rejecting(reject_reason reason) {
    return changes(
        work_fulfillment{.order = o1,
                         .action = fulfillment_action::reject,
                         .source = "W1",
                         .lines = {{{line_id{"1"}, {}, quantity{1}}}},
                         .reason = reason,
                         .text = "no courier"});
  }

  static stock_change at_w1(std::int64_t on_hand, std::int64_t available,
                            std::int64_t committed, std::int64_t damaged = 0) {
    return {.source = {source_kind::location, "W1"},
            .sku = sku_id{"A"},
            .on_hand = quantity{on_hand},
            .available = quantity{available},
            .committed = quantity{committed},
            .safety_stock = {},
            .damaged = quantity{damaged}};
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

TEST_F(stock_in_answers, of_receipts_adjustments_and_counts) {
  EXPECT_THAT(changes(receive_stock{"W1", sku_id{"A"}, quantity{5}, "PO-1"}),
              ElementsAre(at_w1(5, 5, 0)));
  EXPECT_THAT(changes(receive_stock{"W1", sku_id{"A"}, quantity{5}, "PO-1"}),
              IsEmpty());
  EXPECT_THAT(changes(adjust_stock{"W1", sku_id{"A"}, quantity{-3}, "lost"}),
              ElementsAre(at_w1(-3, -3, 0)));
  EXPECT_THAT(changes(count_stock{"W1", sku_id{"A"}, quantity{1}}),
              ElementsAre(at_w1(-11, -10, -1)));
  EXPECT_THAT(changes(count_stock{"W1", sku_id{"A"}, quantity{1}}), IsEmpty());
}

TEST_F(stock_in_answers, of_rejections) {
  EXPECT_THAT(rejecting(reject_reason::unable), IsEmpty());
  EXPECT_EQ(running_->stock("W1", sku_id{"A"})->on_hand, quantity{10});
  EXPECT_THAT(rejecting(reject_reason::damaged),
              ElementsAre(at_w1(0, 0, -1, 1)));
}

TEST_F(stock_in_answers, of_what_out_of_stock_writes_off) {
  EXPECT_THAT(rejecting(reject_reason::out_of_stock),
              ElementsAre(at_w1(-9, -8, -1)));
}

TEST_F(stock_in_answers, of_short_picks_and_shipments) {
  EXPECT_THAT(
      changes(work_fulfillment{.order = o1,
                               .action = fulfillment_action::short_pick,
                               .source = "W1",
                               .lines = {{{line_id{"1"}, {}, quantity{1}}}}}),
      ElementsAre(at_w1(-1, 0, -1)));
  const auto shipped = running_->execute(shipping("o1", "W1"));
  ASSERT_TRUE(shipped.ok());
  EXPECT_THAT(shipped->stock, ElementsAre(at_w1(-1, 0, -1)));
  // It names the order's own event, as ever.
  const auto log = events_of(store_);
  EXPECT_EQ(log.at(shipped->at - 1).entity, entity_of(o1));
}

TEST_F(stock_in_answers, of_returns) {
  EXPECT_TRUE(running_->execute(shipping("o1", "W1")).ok());
  EXPECT_THAT(changes(request_return{o1, return_id{"r"}, {}, ""}), IsEmpty());
  EXPECT_THAT(changes(receive_return{
                  o1,
                  return_id{"r"},
                  "W1",
                  {{{line_id{"1"}, quantity{1}, return_condition::sellable},
                    {line_id{"1"}, quantity{1}, return_condition::damaged}}}}),
              ElementsAre(at_w1(2, 1, 0, 1)));
}

TEST_F(stock_in_answers, are_empty_where_only_promises_change) {
  EXPECT_THAT(
      changes(work_fulfillment{
          .order = o1, .action = fulfillment_action::pick, .source = "W1"}),
      IsEmpty());
  EXPECT_THAT(changes(set_safety_stock{"W1", sku_id{"A"}, quantity{3}}),
              IsEmpty());
}

TEST_F(stock_in_answers, say_that_a_supplier_no_longer_offers_a_sku) {
  EXPECT_TRUE(running_
                  ->execute(by_test(define_supplier{
                      {.id = "S2", .products = {{.sku = sku_id{"B"}}}}}))
                  .ok());
  EXPECT_TRUE(running_->execute(placing("o2", {1, 1})).ok());
  running_->settle();
  const auto got =
      changes(work_fulfillment{.order = order_named("o2"),
                               .action = fulfillment_action::reject,
                               .source = "S2",
                               .reason = reject_reason::out_of_stock});
  EXPECT_THAT(got,
              ElementsAre(stock_change{.source = {source_kind::supplier, "S2"},
                                       .sku = sku_id{"B"},
                                       .offer_ended = true}));
}

}  // namespace
}  // namespace oms::tests
