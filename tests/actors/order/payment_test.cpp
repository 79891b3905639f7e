/// The rules of docs/DOMAIN.md, "Payment" and "Refunds", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "messages/limits.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum order_status;

TEST(payment, a_start_makes_the_order_payment_processing) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.payment_starts(), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(payment_processing));
  EXPECT_EQ(order.payment_starts(), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

TEST(payment, captures_add_up_and_paid_is_the_total_reached) {
  order_under_test order(one_line(3));
  EXPECT_EQ(order.pay(1'000), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(payment_processing));
  EXPECT_EQ(order.pay(1'999), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.pay(1), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(paid, awaiting_fulfillment));
  EXPECT_EQ(order.state().captured, money{3'000});
}

TEST(payment, a_capture_without_an_amount_is_all_that_is_open) {
  order_under_test order(one_line(3).shipping(250));
  EXPECT_EQ(order.pay(250), std::nullopt);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.state().captured, money{3'250});
  EXPECT_EQ(order.pay(), error_code::invalid);
}

TEST(payment, the_same_reference_twice_counts_once) {
  order_under_test order(one_line(3));
  EXPECT_EQ(order.pay(1'000, "r1"), std::nullopt);
  EXPECT_EQ(order.pay(1'000, "r1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.pay(1'000, "r2"), std::nullopt);
  EXPECT_EQ(order.state().captured, money{2'000});
}

TEST(payment, the_reference_of_the_prepayment_counts_as_well) {
  order_under_test order(one_line(3).prepaid(1'000, "r1"));
  EXPECT_EQ(order.pay(1'000, "r1"), std::nullopt);
  EXPECT_EQ(order.state().captured, money{1'000});
}

TEST(payment, nothing_or_less_is_no_capture) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.pay(0), error_code::invalid);
  EXPECT_EQ(order.pay(-5), error_code::invalid);
}

TEST(payment, a_capture_beyond_the_limit_is_refused) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.pay(limits::max_money_minor_units + 1), error_code::invalid);
  EXPECT_EQ(order.pay(std::numeric_limits<std::int64_t>::max()),
            error_code::invalid);
  EXPECT_EQ(order.pay(limits::max_money_minor_units), std::nullopt);
}

TEST(payment, a_failure_leaves_it_in_processing_for_another_try) {
  order_under_test order(one_line(1));
  EXPECT_EQ(order.payment_fails(false), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

TEST(payment, a_final_failure_cancels_the_order) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.payment_starts(), std::nullopt);
  EXPECT_EQ(order.payment_fails(true), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(cancelled));
  EXPECT_EQ(order.view().payment, payment_status::failed);
  EXPECT_EQ(order.buckets("1"), line_buckets{.cancelled = quantity{2}});
  EXPECT_EQ(order.payment_fails(true), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

TEST(payment, a_final_failure_gives_a_captured_part_back) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.pay(700), std::nullopt);
  EXPECT_EQ(order.payment_fails(true), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.owed(), 700);
}

/// domain.md, "Payment": "`failed` on an order that is paid in full refers to
/// an older attempt: it is refused".
TEST(payment, a_failure_after_it_is_paid_in_full_is_refused) {
  for (const bool final : {false, true}) {
    auto waiting = paid_order(one_line(2));
    EXPECT_EQ(waiting.payment_fails(final), error_code::invalid_transition);
    auto shipped = allocated(2);
    EXPECT_EQ(shipped.ship("W1", {{"1", 1}}), std::nullopt);
    EXPECT_EQ(shipped.payment_fails(final), error_code::invalid_transition);
    order_under_test free(order_builder{}.line(1, 0));
    EXPECT_EQ(free.payment_fails(final), error_code::invalid_transition);
  }
}

/// domain.md, "Payment": "A repeated reference counts once per event."
TEST(payment, a_failure_counts_once_unless_it_turns_final) {
  order_under_test order(one_line(2));
  const auto fails = [&order](bool final) {
    return order.does(record_payment{.order = order.state().key,
                                     .event = payment_event::failed,
                                     .reference = "try-1",
                                     .final = final});
  };
  EXPECT_EQ(fails(false), std::nullopt);
  EXPECT_EQ(fails(false), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.pay(500, "try-1"), std::nullopt);
  EXPECT_EQ(order.state().captured, money{500}) << "another event";
  EXPECT_EQ(fails(true), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.owed(), 500);
}

std::vector<std::string> alerts_of(const order_under_test& order) {
  std::vector<std::string> kinds;
  for (const auto& alert : order.events_of<alert_raised>())
    kinds.push_back(alert.kind);
  return kinds;
}

/// domain.md, "Payment": "Money beyond the total is recorded, shown as
/// `overpaid`, and raises the alert `payment.overpaid`, once per capture."
TEST(payment, money_beyond_the_total_is_shown_and_raises_an_alert) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.pay(1'500), std::nullopt);
  EXPECT_THAT(alerts_of(order), IsEmpty());
  EXPECT_EQ(order.view().due, money{500});
  EXPECT_EQ(order.pay(800, "r2"), std::nullopt);
  EXPECT_THAT(alerts_of(order), ElementsAre("payment.overpaid"));
  EXPECT_EQ(order.view().due, money{0});
  EXPECT_EQ(order.view().overpaid, money{300});
  EXPECT_EQ(order.pay(800, "r2"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.pay(1, "r3"), std::nullopt);
  EXPECT_THAT(alerts_of(order), ElementsAre("payment.overpaid"));
  EXPECT_EQ(order.view().overpaid, money{301});
}

TEST(payment, an_overpaid_prepayment_raises_the_alert_too) {
  order_under_test order(one_line(2).prepaid(2'001));
  EXPECT_THAT(alerts_of(order), ElementsAre("payment.overpaid"));
  EXPECT_EQ(order.view().overpaid, money{1});
}

TEST(payment, overpayment_stays_until_the_last_unit_goes) {
  auto order = order_under_test(one_line(2).shipping(300));
  EXPECT_EQ(order.pay(2'500), std::nullopt);
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 1'000) << "the value of the unit";
  EXPECT_EQ(order.view().overpaid, money{200});
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.owed(), 2'500) << "shipping and overpayment too";
  EXPECT_EQ(order.view().overpaid, money{0});
}

/// domain.md, "Payment": "Money on a cancelled order does not raise
/// `payment.overpaid`: it is refunded at once."
TEST(payment, money_on_a_cancelled_order_raises_no_alert) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.pay(5'000), std::nullopt);
  EXPECT_THAT(alerts_of(order), IsEmpty());
  EXPECT_EQ(order.owed(), 5'000);
  EXPECT_EQ(order.view().overpaid, money{0});
}

/// domain.md, "Payment": "a refund of a stated amount counts against
/// overpayment first; the rest is goodwill".
TEST(payment, a_stated_amount_gives_back_overpayment_before_goodwill) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.pay(2'500), std::nullopt);
  EXPECT_EQ(order.refund_amount(700), std::nullopt);
  EXPECT_EQ(order.state().refunds[0].excess, money{500});
  EXPECT_EQ(order.view().due, money{0});
  EXPECT_EQ(order.view().overpaid, money{0});
  EXPECT_EQ(order.settle("1", false), std::nullopt);
  EXPECT_EQ(order.view().overpaid, money{500}) << "it is still there";
  EXPECT_EQ(order.view().due, money{0});
  // Goodwill alone: the order is paid all the same.
  auto paid = paid_order(one_line(2));
  EXPECT_EQ(paid.refund_amount(2'000), std::nullopt);
  EXPECT_EQ(paid.settle("1"), std::nullopt);
  EXPECT_EQ(paid.view().due, money{0});
  EXPECT_EQ(paid.status(), awaiting_fulfillment);
}

TEST(payment, money_captured_on_a_cancelled_order_is_recorded_and_refunded) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  EXPECT_EQ(order.pay(1'500, "late"), std::nullopt);
  EXPECT_EQ(order.status(), cancelled);
  EXPECT_EQ(order.state().captured, money{1'500});
  EXPECT_EQ(order.owed(), 1'500);
  EXPECT_EQ(order.pay(1'500, "late"), std::nullopt);
  EXPECT_EQ(order.owed(), 1'500);
}

TEST(payment, an_order_whose_total_shrinks_to_what_is_captured_is_paid) {
  order_under_test order(two_lines(2, 1));
  EXPECT_EQ(order.pay(2'000), std::nullopt);
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.cancel({{"2", 1}}), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(paid, awaiting_fulfillment));
  EXPECT_EQ(order.owed(), 0);
}

TEST(payment_status_shown, follows_the_money) {
  order_under_test order(one_line(2));
  EXPECT_EQ(order.view().payment, payment_status::none);
  EXPECT_EQ(order.payment_starts(), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::processing);
  EXPECT_EQ(order.pay(1'999), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::processing);
  EXPECT_EQ(order.pay(1), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::captured);
  EXPECT_EQ(order.refund_amount(500), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::captured);
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::partially_refunded);
  EXPECT_EQ(order.refund_amount(1'500), std::nullopt);
  EXPECT_EQ(order.settle("2"), std::nullopt);
  EXPECT_EQ(order.view().payment, payment_status::refunded);
}

TEST(refund, ids_count_from_1_per_order) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(1), std::nullopt);
  EXPECT_EQ(order.refund_amount(2), std::nullopt);
  EXPECT_EQ(order.state().refunds[0].id, refund_id{"1"});
  EXPECT_EQ(order.state().refunds[1].id, refund_id{"2"});
}

TEST(refund, a_requested_one_reserves_headroom) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(2'001), error_code::refund_too_great);
  EXPECT_EQ(order.refund_amount(1'500), std::nullopt);
  EXPECT_EQ(order.refund_amount(501), error_code::refund_too_great);
  EXPECT_EQ(order.refund_amount(500), std::nullopt);
  EXPECT_EQ(order.refund_amount(1), error_code::refund_too_great);
  EXPECT_EQ(order.refund_amount(limits::max_money_minor_units),
            error_code::refund_too_great);
}

TEST(refund, only_a_succeeded_one_counts_as_refunded) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(1'500), std::nullopt);
  EXPECT_EQ(order.state().refunded, money{0});
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_EQ(order.state().refunded, money{1'500});
  EXPECT_EQ(order.refund_amount(501), error_code::refund_too_great);
}

TEST(refund, a_failed_one_frees_it_and_a_new_try_is_a_new_refund) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(2'000), std::nullopt);
  EXPECT_EQ(order.settle("1", false), std::nullopt);
  EXPECT_EQ(order.owed(), 0);
  EXPECT_EQ(order.refund_amount(2'000), std::nullopt);
  EXPECT_EQ(order.state().refunds[1].id, refund_id{"2"});
  EXPECT_EQ(order.settle("1", true), error_code::invalid_transition);
}

TEST(refund, settled_twice_the_same_way_is_settled_once) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.refund_amount(800), std::nullopt);
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.settle("1", false), error_code::invalid_transition);
  EXPECT_EQ(order.settle("9"), error_code::not_found);
}

TEST(refund, names_lines_or_shipping_or_an_amount_and_one_of_them) {
  auto order = paid_order(one_line(2).shipping(400));
  EXPECT_EQ(order.does(request_refund{.order = order.state().key}),
            error_code::invalid);
  EXPECT_EQ(
      order.does(request_refund{
          .order = order.state().key, .shipping = true, .amount = money{1}}),
      error_code::invalid);
  EXPECT_EQ(order.refund_shipping(), std::nullopt);
  EXPECT_EQ(order.owed(), 400);
}

TEST(refund, odd_cents_go_to_the_first_units) {
  auto order = paid_order(order_builder{}.line(3, 33, 0, 1));
  std::vector<std::int64_t> values;
  for (int unit = 0; unit < 3; ++unit) {
    const auto before = order.owed();
    EXPECT_EQ(order.refund_lines({{"1", 1}}), std::nullopt);
    values.push_back(order.owed() - before);
  }
  EXPECT_THAT(values, ElementsAre(34, 33, 33));
  EXPECT_EQ(order.refund_lines({{"1", 1}}), error_code::quantity_too_great);
}

TEST(refund, of_a_line_is_its_net_after_all_discounts_with_tax) {
  auto order = paid_order(
      order_builder{}.line(2, 1'000, 200, 150).line(1, 200).discount(100));
  // 2000 - 200 - 90 (its share of the order discount) + 150.
  EXPECT_EQ(order.refund_lines({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.owed(), 1'860);
  EXPECT_EQ(order.refund_lines({{"2", 1}}), std::nullopt);
  EXPECT_EQ(order.owed(), 1'860 + 190);
}

TEST(refund, a_failed_one_gives_its_units_back_to_be_refunded) {
  auto order = paid_order(one_line(1));
  EXPECT_EQ(order.refund_lines({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.settle("1", false), std::nullopt);
  EXPECT_EQ(order.refund_lines({{"1", 1}}), std::nullopt);
}

TEST(refund, of_everything_delivered_makes_the_order_refunded) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.deliver(), std::nullopt);
  EXPECT_EQ(order.refund_lines({{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.status(), delivered);
  EXPECT_EQ(order.settle(""), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(refunded));
  EXPECT_EQ(order.told("order.refunded"), 1U);
}

TEST(refund, of_everything_before_shipping_leaves_the_status) {
  auto order = allocated(2);
  EXPECT_EQ(order.refund_amount(2'000), std::nullopt);
  EXPECT_EQ(order.settle("1"), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_THAT(order.walked(), ElementsAre(fulfilled, refunded));
}

}  // namespace
}  // namespace oms::tests
