/// Labels: docs/DOMAIN.md, "Fulfillment".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/limits.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

work_fulfillment label_at(const order_under_test& order, const std::string& id,
                          const std::string& tracking = "T1") {
  return {.order = order.state().key,
          .action = fulfillment_action::label,
          .source = "W1",
          .carrier = "DHL",
          .tracking = tracking,
          .label = label_id{id},
          .service = "paket",
          .cost = money{540},
          .currency = "EUR",
          .document = "https://labels.example/1"};
}

work_fulfillment voiding(const order_under_test& order, const std::string& id) {
  return {.order = order.state().key,
          .action = fulfillment_action::void_label,
          .source = "W1",
          .label = label_id{id}};
}

TEST(label, is_recorded_and_moves_and_accepts_nothing) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_THAT(order.events(), SizeIs(1));
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
  EXPECT_EQ(order.work_status("1"), fulfillment_status::open);
  const auto work = order.view().fulfillments.at(0);
  ASSERT_THAT(work.labels, SizeIs(1));
  EXPECT_EQ(work.labels[0].bought,
            (shipping_label{label_id{"L1"}, "DHL", "paket", "T1", money{540},
                            "EUR", "https://labels.example/1"}));
  EXPECT_FALSE(work.labels[0].voided);
}

TEST(label, the_same_twice_is_one_and_another_is_a_conflict) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.does(label_at(order, "L1", "T2")), error_code::conflict);
  // Also when the fulfillment is closed.
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L1", "T2")), error_code::conflict);
  EXPECT_EQ(order.does(label_at(order, "L2")), error_code::invalid_transition);
}

TEST(label, is_unique_in_its_fulfillment_alone) {
  auto order = paid_order(one_line(2));
  order.allocate("W1", {{"1", 1}});
  order.allocate("W2", {{"1", 1}});
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  auto other = label_at(order, "L1", "T2");
  other.source = "W2";
  EXPECT_EQ(order.does(other), std::nullopt);
}

TEST(label, needs_work_that_is_not_on_hold) {
  auto order = allocated(2);
  EXPECT_EQ(order.hold("h"), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L1")), error_code::invalid_transition);
  EXPECT_EQ(order.release("h"), std::nullopt);
  EXPECT_EQ(order.accept("W1"), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  auto elsewhere = label_at(order, "L2");
  elsewhere.source = "W9";
  EXPECT_EQ(order.does(elsewhere), error_code::not_found);
}

TEST(label, is_voided_in_any_status_until_something_ships_under_it) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L2", "T2")), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L3", "")), std::nullopt);
  // Ships under T1.
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.work_status("1"), fulfillment_status::closed);
  EXPECT_EQ(order.does(voiding(order, "L1")), error_code::invalid_transition);
  EXPECT_EQ(order.does(voiding(order, "L2")), std::nullopt);
  EXPECT_EQ(order.does(voiding(order, "L3")), std::nullopt);
  EXPECT_TRUE(order.view().fulfillments.at(0).labels.at(1).voided);
  EXPECT_EQ(order.does(voiding(order, "L4")), error_code::not_found);
}

TEST(label, voided_twice_is_voided_and_stays_so_when_it_is_told_again) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_EQ(order.does(voiding(order, "L1")), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.does(voiding(order, "L1")), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.does(label_at(order, "L1")), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_TRUE(order.view().fulfillments.at(0).labels.at(0).voided);
}

TEST(label, needs_an_id_and_a_currency_of_three_letters) {
  auto order = allocated(2);
  EXPECT_EQ(order.does(label_at(order, "")), error_code::invalid);
  EXPECT_EQ(order.does(voiding(order, "")), error_code::invalid);
  auto other = label_at(order, "L1");
  other.currency = "E1";
  EXPECT_EQ(order.does(other), error_code::invalid);
  other.currency = "";
  EXPECT_EQ(order.does(other), std::nullopt);
}

TEST(label, may_not_be_one_of_too_many) {
  auto order = allocated(2);
  for (std::size_t i = 0; i < limits::max_labels; ++i)
    EXPECT_EQ(order.does(label_at(order, std::to_string(i))), std::nullopt);
  EXPECT_EQ(order.does(label_at(order, "L")), error_code::too_large);
}

}  // namespace
}  // namespace oms::tests
