#include "tools/json/names.hpp"

#include <gtest/gtest.h>

namespace oms::json {
namespace {

/// Every name leads back to its value, and the last value has the last name.
template <class Enum>
void expect_both_ways(Enum last) {
  const auto all = names<Enum>();
  ASSERT_EQ(all.size(), static_cast<std::size_t>(last) + 1);
  for (const auto name : all) {
    const auto named = named_value<Enum>(name);
    ASSERT_TRUE(named) << name;
    EXPECT_EQ(name_of(*named), name);
  }
  EXPECT_FALSE(named_value<Enum>("nobody"));
}

TEST(Names, GoBothWays) {
  expect_both_ways(source_type::dropship);
  expect_both_ways(objective::soonest);
  expect_both_ways(shipping_policy::ship_complete);
  expect_both_ways(payment_event::voided);
  expect_both_ways(fulfillment_action::move);
  expect_both_ways(reject_reason::unable);
  expect_both_ways(tracking_status::returned);
  expect_both_ways(return_condition::damaged);
  expect_both_ways(order_status::cancelled);
  expect_both_ways(payment_status::authorized);
  expect_both_ways(fulfillment_status::cancelled);
  expect_both_ways(shipment_status::lost);
  expect_both_ways(refund_status::failed);
  expect_both_ways(return_status::cancelled);
  expect_both_ways(error_code::storage_unavailable);
  expect_both_ways(candidate_outcome::over_max_shipments);
  expect_both_ways(entity_kind::reservation);
  expect_both_ways(source_kind::supplier);
}

TEST(Names, AreTheWordsOfTheDomain) {
  EXPECT_EQ(name_of(order_status::awaiting_fulfillment),
            "awaiting_fulfillment");
  EXPECT_EQ(name_of(fulfillment_status::in_progress), "inProgress");
  EXPECT_EQ(name_of(payment_status::partially_refunded), "partiallyRefunded");
  EXPECT_EQ(name_of(error_code::quantity_too_great), "quantityTooGreat");
  EXPECT_EQ(name_of(tracking_status::out_for_delivery), "outForDelivery");
}

}  // namespace
}  // namespace oms::json
