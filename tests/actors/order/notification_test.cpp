/// Outcomes of notifications, and acknowledged alerts:
/// docs/DOMAIN.md, "Notifications and alerts".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum delivery_outcome;

deliver_notification delivery(const order_under_test& order,
                              delivery_outcome outcome,
                              std::int64_t attempt = 1,
                              const std::string& channel = "email") {
  return {.order = order.state().key,
          .notification = 7,
          .channel = channel,
          .outcome = outcome,
          .attempt = attempt,
          .reason = "550"};
}

TEST(delivery, is_recorded_once_per_channel_attempt_and_outcome) {
  auto order = allocated(1);
  EXPECT_EQ(order.does(delivery(order, failed)), std::nullopt);
  EXPECT_THAT(
      order.events_of<notification_attempted>(),
      ElementsAre(notification_attempted{7, "email", 1, failed, "550"}));
  EXPECT_EQ(order.does(delivery(order, failed)), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  for (const auto& other : {delivery(order, sent), delivery(order, failed, 2),
                            delivery(order, failed, 1, "sms")}) {
    EXPECT_EQ(order.does(other), std::nullopt);
    EXPECT_THAT(order.events(), SizeIs(1));
  }
}

TEST(delivery, that_is_dead_raises_one_alert_per_notification) {
  auto order = allocated(1);
  EXPECT_EQ(order.does(delivery(order, failed)), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(), IsEmpty());
  EXPECT_EQ(order.does(delivery(order, dead, 2)), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(),
              ElementsAre(alert_raised{"delivery.dead", "7", "550"}));
  EXPECT_EQ(order.does(delivery(order, dead, 3, "sms")), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(), IsEmpty());
  auto other = delivery(order, dead);
  other.notification = 8;
  EXPECT_EQ(order.does(other), std::nullopt);
  EXPECT_THAT(order.events_of<alert_raised>(), SizeIs(1));
}

TEST(delivery, that_is_sent_later_ends_the_alert) {
  auto order = allocated(1);
  EXPECT_EQ(order.does(delivery(order, sent)), std::nullopt);
  EXPECT_EQ(order.does(delivery(order, dead, 2)), std::nullopt);
  EXPECT_THAT(order.state().open_alerts,
              ElementsAre(open_alert{"delivery.dead", "7"}));
  auto other = delivery(order, sent);
  other.notification = 8;
  EXPECT_EQ(order.does(other), std::nullopt);
  EXPECT_THAT(order.state().open_alerts, SizeIs(1));
  EXPECT_EQ(order.does(delivery(order, sent, 3)), std::nullopt);
  EXPECT_THAT(order.events_of<alert_resolved>(),
              ElementsAre(alert_resolved{"delivery.dead", "7"}));
  EXPECT_THAT(order.state().open_alerts, IsEmpty());
}

TEST(delivery, of_a_message_about_a_dead_delivery_raises_no_further_alert) {
  auto order = allocated(1);
  auto command = delivery(order, dead);
  command.is_about_delivery = true;
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_THAT(order.events(), SizeIs(1));
}

TEST(delivery, names_a_channel_and_counts_attempts_from_one) {
  auto order = allocated(1);
  EXPECT_EQ(order.does(delivery(order, sent, 1, "")), error_code::invalid);
  EXPECT_EQ(order.does(delivery(order, sent, 0)), error_code::invalid);
}

TEST(acknowledgement, is_recorded_with_its_note_and_the_first_one_counts) {
  auto order = allocated(1);
  acknowledge_alert command{.order = order.state().key,
                            .source = "",
                            .alert = 9,
                            .note = "phoned",
                            .source_is = {},
                            .kind = "order.stuck",
                            .subject = "3"};
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_THAT(order.events_of<alert_acknowledged>(),
              ElementsAre(alert_acknowledged{9, "order.stuck", "3", "phoned"}));
  command.note = "again";
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  command.alert = 10;
  EXPECT_EQ(order.does(command), std::nullopt);
  EXPECT_THAT(order.events(), SizeIs(1));
}

}  // namespace
}  // namespace oms::tests
