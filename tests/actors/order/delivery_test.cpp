#include "actors/order/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

date march(unsigned day) {
  return std::chrono::sys_days{std::chrono::year{2026} / 3 /
                               static_cast<int>(day)};
}

// A parcel from it is three days on the way.
network_source location_with(const std::string& id,
                             std::int32_t handling_days) {
  network_source from;
  from.ref = source_named(id, source_type::warehouse);
  from.settings.handling_days = handling_days;
  from.calendar =
      std::make_shared<const calendar::work_calendar>(from.settings);
  return from;
}

order_under_test order_with(const order_builder& builder) {
  auto order = paid_order(builder);
  order.net.sources = {location_with("W1", 1), location_with("W2", 5)};
  return order;
}

order::order_events expected_anew(const order_under_test& order) {
  auto state = order.state();
  return order::expected_anew(state, order.net, order.now);
}

TEST(expected_dates_of_an_order, are_in_the_event_that_gives_it_units) {
  auto order = order_with(one_line(2));
  order.allocate("W1", {{"1", 2}});
  ASSERT_THAT(order.events_of<units_allocated>(), SizeIs(1));
  const auto given = order.events_of<units_allocated>()[0];
  EXPECT_EQ(given.expected_ship, march(3));
  EXPECT_EQ(given.expected_delivery, march(6));
  const auto shown = order.view().fulfillments[0];
  EXPECT_EQ(shown.expected_ship, march(3));
  EXPECT_EQ(shown.expected_delivery, march(6));
}

TEST(expected_dates_of_an_order, of_a_source_that_is_not_known_are_unknown) {
  auto order = paid_order(one_line(2));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.view().fulfillments[0].expected_ship, std::nullopt);
  EXPECT_EQ(order.view().fulfillments[0].expected_delivery, std::nullopt);
}

TEST(expected_dates_of_an_order, of_units_that_join_a_parcel_are_the_later) {
  auto order = order_with(one_line(3));
  order.allocate("W1", {{"1", 1}});
  order.now += std::chrono::days(2);
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.view().fulfillments[0].expected_ship, march(5));
  // By now the place is quicker; the parcel is not.
  order.net.sources[0] = location_with("W1", 0);
  order.allocate("W1", {{"1", 1}});
  ASSERT_THAT(order.view().fulfillments, SizeIs(1));
  EXPECT_EQ(order.view().fulfillments[0].expected_ship, march(5));
  EXPECT_EQ(order.view().fulfillments[0].expected_delivery, march(8));
}

TEST(expected_dates_of_an_order, count_anew_only_for_parcels_yet_to_leave) {
  auto order = order_with(two_lines(2, 2));
  order.allocate("W1", {{"1", 2}});
  order.allocate("W2", {{"2", 2}});
  EXPECT_THAT(expected_anew(order), IsEmpty());
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  order.now += std::chrono::days(3);
  EXPECT_THAT(expected_anew(order),
              ElementsAre(event_body{delivery_expected{fulfillment_id{"2"},
                                                       march(10), march(13)}}));
}

TEST(expected_dates_of_an_order, become_unknown_with_what_they_follow_from) {
  auto order = order_with(one_line(1));
  order.allocate("W1", {{"1", 1}});
  order.net.sources.clear();
  EXPECT_THAT(expected_anew(order),
              ElementsAre(event_body{delivery_expected{
                  fulfillment_id{"1"}, std::nullopt, std::nullopt}}));
}

}  // namespace
}  // namespace oms::tests
