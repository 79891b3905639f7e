/// Whatever is done to an order, it stays consistent: random commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

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
