/// Parcels on their way: docs/DOMAIN.md, "Fulfillment".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;

/// Two parcels: "s1" with two units and "s2" with one.
order_under_test two_parcels() {
  auto order = allocated(3);
  EXPECT_EQ(order.ship("W1", {{"1", 2}}, "s1"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s2"), std::nullopt);
  return order;
}

TEST(tracking, news_on_the_way_is_recorded_and_gates_nothing) {
  for (const auto news :
       {tracking_status::in_transit, tracking_status::out_for_delivery,
        tracking_status::attempted, tracking_status::delayed,
        tracking_status::exception}) {
    auto order = two_parcels();
    EXPECT_EQ(order.track(news, "s1"), std::nullopt);
    EXPECT_EQ(order.view().shipments[0].news, news);
    EXPECT_EQ(order.view().shipments[0].status, shipment_status::shipped);
    EXPECT_EQ(order.buckets("1").shipped, quantity{3});
    EXPECT_EQ(order.deliver("s1"), std::nullopt);
    EXPECT_EQ(order.buckets("1").delivered, quantity{2});
  }
}

struct ending {
  tracking_status news;
  shipment_status status;
  quantity line_buckets::*bucket;
};

TEST(tracking, the_end_of_a_parcel_moves_its_units_and_no_other) {
  for (const auto& [news, status, bucket] : {
           ending{tracking_status::delivered, shipment_status::delivered,
                  &line_buckets::delivered},
           ending{tracking_status::lost, shipment_status::lost,
                  &line_buckets::lost},
           ending{tracking_status::returned, shipment_status::returned,
                  &line_buckets::returned},
       }) {
    auto order = two_parcels();
    EXPECT_EQ(order.track(news, "s1"), std::nullopt);
    EXPECT_EQ(order.view().shipments[0].status, status);
    EXPECT_EQ(order.view().shipments[1].status, shipment_status::shipped);
    EXPECT_EQ(order.buckets("1").*bucket, quantity{2});
    EXPECT_EQ(order.buckets("1").shipped, quantity{1});
  }
}

TEST(tracking, the_same_end_twice_is_one_end_and_another_is_refused) {
  auto order = two_parcels();
  EXPECT_EQ(order.deliver("s1"), std::nullopt);
  EXPECT_EQ(order.deliver("s1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.track(tracking_status::lost, "s1"),
            error_code::invalid_transition);
  EXPECT_EQ(order.told("shipment.delivered"), 1U);
}

TEST(tracking, late_news_of_a_delivered_parcel_changes_nothing) {
  auto order = two_parcels();
  EXPECT_EQ(order.deliver("s1"), std::nullopt);
  EXPECT_EQ(order.track(tracking_status::in_transit, "s1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

TEST(tracking, without_a_name_speaks_of_every_parcel) {
  auto order = two_parcels();
  EXPECT_EQ(order.deliver(), std::nullopt);
  EXPECT_EQ(order.status(), order_status::delivered);
}

TEST(tracking, a_parcel_that_is_not_there_is_not_found) {
  auto order = two_parcels();
  EXPECT_EQ(order.deliver("s9"), error_code::not_found);
  auto none = allocated(1);
  EXPECT_EQ(none.deliver(), error_code::not_found);
}

TEST(tracking, a_parcel_never_moves_units_of_another) {
  auto order = two_parcels();
  // Two of the three units come back by a return before any news.
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.deliver("s1"), std::nullopt);
  EXPECT_EQ(order.deliver("s2"), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.delivered = quantity{1}, .returned = quantity{2}}));
}

}  // namespace
}  // namespace oms::tests
