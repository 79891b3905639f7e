/// How an order takes what planning and the backorder queue give it:
/// docs/DOMAIN.md, "Routing" and "Backorders". Last, random commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const sku_id A{"A"};

TEST(granted_units, leave_unrouted_for_allocated) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 2}});
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{1}, .allocated = quantity{2}}));
}

TEST(granted_units, beyond_what_the_order_needs_are_declined) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 2}});
  order.allocate("W2", {{"1", 2}});
  EXPECT_EQ(order.buckets("1").allocated, quantity{3});
  const auto declined = order.events_of<grant_declined>();
  ASSERT_THAT(declined, SizeIs(1));
  EXPECT_THAT(declined[0].lines, ElementsAre(sku_quantity{A, quantity{1}}));
}

TEST(granted_units, of_a_cancelled_order_are_declined) {
  auto order = paid_order(one_line(2));
  EXPECT_EQ(order.cancel(), std::nullopt);
  order.allocate("W1", {{"1", 2}});
  EXPECT_THAT(order.events_of<grant_declined>(), SizeIs(1));
  EXPECT_THAT(order.state().fulfillments, IsEmpty());
}

TEST(granted_units, of_a_plan_serve_unrouted_units_before_waiting_ones) {
  auto order = paid_order(one_line(4));
  order.backorder({{"1", 2}});
  order.allocate("W1", {{"1", 3}});
  EXPECT_EQ(order.buckets("1"), (line_buckets{.backordered = quantity{1},
                                              .allocated = quantity{3}}));
}

TEST(granted_units, of_the_waiting_line_serve_waiting_units_first) {
  auto order = paid_order(one_line(4));
  order.backorder({{"1", 2}});
  order.fill("W1", {{"1", 3}});
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.unrouted = quantity{1}, .allocated = quantity{3}}));
}

TEST(granted_units, of_one_source_too_many_are_declined) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 1}});
  order.backorder({{"1", 2}});
  order.fill("W2", {{"1", 1}}, 1);
  EXPECT_EQ(order.buckets("1").backordered, quantity{2});
  EXPECT_THAT(order.events_of<grant_declined>(), SizeIs(1));
  order.fill("W1", {{"1", 1}}, 1);
  EXPECT_EQ(order.buckets("1").allocated, quantity{2});
}

TEST(backorder, is_never_silent) {
  auto order = paid_order(two_lines(2, 1));
  order.backorder({{"1", 2}, {"2", 1}});
  EXPECT_EQ(order.told("backorder.created"), 2U);
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.told("backorder.filled"), 0U);
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.told("backorder.filled"), 1U);
}

TEST(backorder, tells_again_when_the_line_waits_again) {
  auto order = paid_order(one_line(1));
  order.backorder({{"1", 1}});
  order.fill("W1", {{"1", 1}});
  EXPECT_EQ(order.reject("W1"), std::nullopt);
  order.backorder({{"1", 1}});
  EXPECT_EQ(order.told("backorder.created"), 2U);
}

TEST(unfillable_units, stay_unrouted_are_flagged_and_raise_an_alert) {
  auto order = paid_order(one_line(3));
  order.allocate("W1", {{"1", 1}});
  order.unfillable({{"1", 2}});
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{2});
  EXPECT_EQ(order.buckets("1").unrouted, quantity{2});
  const auto alerts = order.events_of<alert_raised>();
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].kind, "order.unfillable");
  // Not planned by themselves, but when somebody asks for it.
  EXPECT_THAT(order::units_to_plan(order.state()), IsEmpty());
  EXPECT_THAT(order::units_to_plan(order.state(), true),
              ElementsAre(line_units{line_id{"1"}, A, quantity{2}}));
}

TEST(unfillable_units, are_so_no_more_when_they_are_granted_or_cancelled) {
  auto order = paid_order(one_line(3));
  order.unfillable({{"1", 3}});
  order.allocate("W1", {{"1", 1}});
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{2});
  EXPECT_EQ(order.cancel({{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.view().lines[0].unfillable, quantity{1});
}

TEST(planned, keeps_the_decision_and_gives_back_what_is_still_unpicked) {
  auto order = allocated(3);
  EXPECT_EQ(order.pick("W1", {{"1", 2}}), std::nullopt);
  const fulfillment_units back{fulfillment_id{"1"},
                               source_named("W1", source_type::warehouse),
                               {{line_id{"1"}, A, quantity{3}, quantity{0}}}};
  routing_decision decision;
  decision.rules_version = 7;
  const auto outcome =
      order::planned(order.state(), decision, {back}, false, order.now);
  ASSERT_THAT(outcome.events, SizeIs(2));
  EXPECT_EQ(std::get<order_planned>(outcome.events[0]).decision, decision);
  EXPECT_EQ(outcome.next.lines[0].buckets,
            (line_buckets{.unrouted = quantity{1}, .picked = quantity{2}}));
}

TEST(split, is_told_once_when_a_plan_has_two_fulfillments) {
  auto order = paid_order(one_line(3));
  const auto first = source_named("W1", source_type::warehouse);
  const auto second = source_named("W2", source_type::warehouse);
  order.allocate("W1", {{"1", 1}});
  EXPECT_THAT(order::plan_completed(order.state(), {first}, order.now).events,
              IsEmpty());
  order.allocate("W2", {{"1", 1}});
  const auto told =
      order::plan_completed(order.state(), {first, second}, order.now);
  ASSERT_THAT(told.events, SizeIs(1));
  EXPECT_EQ(std::get<notification_recorded>(told.events[0]).kind,
            "order.split");
  EXPECT_THAT(
      order::plan_completed(told.next, {first, second}, order.now).events,
      IsEmpty());
}

std::string stuck_reason(const order_under_test& order) {
  const auto outcome = order::stuck(order.state(), order.now);
  return std::get<alert_raised>(outcome.events.at(0)).reason;
}

TEST(stuck_alert, says_why) {
  auto waiting = paid_order(one_line(2));
  waiting.backorder({{"1", 2}});
  EXPECT_EQ(stuck_reason(waiting), "backordered");
  auto without_hope = paid_order(one_line(2));
  without_hope.unfillable({{"1", 2}});
  EXPECT_EQ(stuck_reason(without_hope), "unfillable");
  auto held = allocated(2);
  EXPECT_EQ(held.hold("h"), std::nullopt);
  EXPECT_EQ(stuck_reason(held), "onHold");
  auto lazy = allocated(2);
  EXPECT_EQ(stuck_reason(lazy), "notAccepted");
  EXPECT_EQ(lazy.accept("W1"), std::nullopt);
  EXPECT_EQ(stuck_reason(lazy), "notShipped");
}

// --- whatever is done -------------------------------------------------------

/// Random commands and answers, sensible and not; the fixture checks after
/// each that the outcome is the fold of its events, that the buckets add up
/// and that the status is the computed one.
class random_life {
 public:
  explicit random_life(std::uint64_t seed) : random_(seed) {
    order_builder builder;
    const auto lines = 1 + below(3);
    for (int i = 0; i < lines; ++i)
      builder.line(1 + below(6), below(300), 0, below(20));
    if (below(3) == 0) builder.ship_complete();
    builder.shipping(below(100));
    order_ = std::make_unique<order_under_test>(builder);
    lines_ = lines;
  }

  void step() {
    auto& order = *order_;
    const auto before = order.state();
    order.now += std::chrono::minutes(below(60));
    const auto said = act(order);
    if (said) {
      ASSERT_TRUE(order.state() == before)
          << "a refused command has changed something";
    }
  }

  [[nodiscard]] const order_under_test& order() const { return *order_; }

 private:
  int below(int n) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(n));
  }
  std::string any_line() { return std::to_string(1 + below(lines_)); }
  std::string any_source() { return "W" + std::to_string(1 + below(3)); }
  std::string any_name() { return "n" + std::to_string(below(4)); }
  units_by_line any_units() {
    if (below(3) == 0) return {};
    units_by_line units{{any_line(), below(5)}};
    if (below(3) == 0) units.emplace_back(any_line(), 1 + below(3));
    return units;
  }
  /// At most what the bucket holds, as planning makes sure.
  units_by_line some_unrouted() {
    units_by_line units;
    for (const auto& line : order_->state().lines) {
      const auto most = static_cast<int>(line.buckets.unrouted.value);
      if (most > 0)
        units.emplace_back(line.ordered.line.value, 1 + below(most));
    }
    return units;
  }

  /// Often all that is left to refund.
  std::int64_t any_refund() {
    const auto& state = order_->state();
    const auto left = state.captured - state.refunded - state.refund_requested;
    return below(2) == 0 ? below(400) : left.value;
  }

  refusal act(order_under_test& order) {
    const auto kind =
        below(3) == 0 ? source_type::three_pl : source_type::warehouse;
    switch (below(24)) {
      case 0:
        return order.pay(below(1'500), any_name());
      case 1:
        return order.pay();
      case 2:
        return order.payment_starts();
      case 3:
        return order.payment_fails(below(10) == 0);
      case 4:
        return order.cancel(any_units());
      case 5:
        return order.hold(any_name());
      case 6:
      case 7:
        return order.release(any_name());
      case 8:
        return order.accept(any_source());
      case 9:
        return order.reject(any_source(), any_units());
      case 10:
        return order.pick(any_source(), any_units());
      case 11:
        return order.unpick(any_source(), any_units());
      case 12:
        return order.short_pick(any_source(), any_units());
      case 13:
        return order.ship(any_source(), any_units(), any_name());
      case 14:
        return order.answer_cancel(any_source(), below(2) == 0);
      case 15:
        return order.track(static_cast<tracking_status>(below(8)), any_name());
      case 16:
        return order.refund_lines(any_units());
      case 17:
        return order.refund_amount(any_refund());
      case 18:
        return order.settle("", below(3) > 0);
      case 19:
        return order.ask_return(any_name(), any_units());
      case 20:
        return order.receive_back(any_name(), any_units());
      case 21:
        if (auto units = some_unrouted(); !units.empty()) {
          order.backorder(units);
          return {};
        }
        order.revoked_units(any_source(), "A", 1 + below(3));
        return {};
      case 22:
        order.fill(any_source(), {{any_line(), 1 + below(4)}});
        return {};
      default:
        order.allocate(any_source(), {{any_line(), 1 + below(6)}}, kind);
        return {};
    }
  }

  std::mt19937_64 random_;
  std::unique_ptr<order_under_test> order_;
  int lines_ = 1;
};

TEST(random_commands, leave_every_order_consistent) {
  std::array<int, 9> seen{};
  for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
    random_life life(seed);
    for (int step = 0; step < 60; ++step) {
      ++seen.at(static_cast<std::size_t>(life.order().status()));
      life.step();
      if (HasFailure()) FAIL() << "seed " << seed << " step " << step;
    }
  }
  // The walk must reach every status to say anything; `paid` needs a hold.
  for (std::size_t status = 0; status < seen.size(); ++status)
    EXPECT_GT(seen.at(status), 0) << "status " << status << " is never seen";
}

}  // namespace
}  // namespace oms::tests
