/// Parcels on their way: docs/DOMAIN.md, "Fulfillment".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

/// domain.md, "Fulfillment": "shipped -> delivered, returned, lost; lost ->
/// delivered, returned; delivered -> returned", and "an update older than the
/// state it finds changes nothing and is not an error".
TEST(tracking, an_end_gives_way_to_a_newer_one_alone) {
  using enum tracking_status;
  const std::vector<std::pair<tracking_status, std::vector<tracking_status>>>
      newer{{delivered, {returned}},
            {lost, {delivered, returned}},
            {returned, {}}};
  for (const auto& [first, may_follow] : newer)
    for (const auto second : {delivered, lost, returned}) {
      auto order = two_parcels();
      EXPECT_EQ(order.track(first, "s1"), std::nullopt);
      EXPECT_EQ(order.track(second, "s1"), std::nullopt);
      const bool moved = std::find(may_follow.begin(), may_follow.end(),
                                   second) != may_follow.end();
      EXPECT_EQ(order.events().empty(), !moved);
      const auto end = *end_of(moved ? second : first);
      EXPECT_EQ(order.view().shipments[0].status, end);
      EXPECT_EQ(
          order.buckets("1"),
          (line_buckets{
              .shipped = quantity{1},
              .delivered = quantity{end == shipment_status::delivered ? 2 : 0},
              .returned = quantity{end == shipment_status::returned ? 2 : 0},
              .lost = quantity{end == shipment_status::lost ? 2 : 0}}));
      EXPECT_EQ(order.told("shipment.delivered"),
                first == delivered || (moved && second == delivered) ? 1U : 0U);
    }
}

TEST(tracking, news_on_the_way_is_older_than_a_delivery_or_a_return) {
  for (const auto end :
       {tracking_status::delivered, tracking_status::returned}) {
    auto order = two_parcels();
    EXPECT_EQ(order.track(end, "s1"), std::nullopt);
    EXPECT_EQ(order.track(tracking_status::in_transit, "s1"), std::nullopt);
    EXPECT_THAT(order.events(), IsEmpty());
  }
}

TEST(tracking, news_of_a_lost_parcel_is_recorded_and_finds_nothing) {
  auto order = two_parcels();
  EXPECT_EQ(order.track(tracking_status::lost, "s1"), std::nullopt);
  EXPECT_EQ(order.track(tracking_status::in_transit, "s1"), std::nullopt);
  EXPECT_EQ(order.view().shipments[0].news, tracking_status::in_transit);
  EXPECT_EQ(order.view().shipments[0].status, shipment_status::lost);
  EXPECT_EQ(order.buckets("1").lost, quantity{2});
}

/// domain.md, "Fulfillment": "move those units of the shipment that are still
/// in the bucket that the move starts from".
TEST(tracking, a_parcel_sent_back_leaves_the_units_of_others_delivered) {
  auto order = two_parcels();
  EXPECT_EQ(order.deliver(), std::nullopt);
  // One of the two units of "s1" has come back by a return.
  EXPECT_EQ(order.ask_return("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.track(tracking_status::returned, "s1"), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.delivered = quantity{1}, .returned = quantity{2}}));
  EXPECT_EQ(order.track(tracking_status::returned, "s2"), std::nullopt);
  EXPECT_EQ(order.buckets("1"), line_buckets{.returned = quantity{3}});
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
