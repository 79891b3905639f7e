/// Whatever is done to a source, its stock adds up (invariant 1) and its units
/// are conserved (invariant 4); the fixture checks both after each step. Orders
/// speak as they do in the engine: of what they have heard, which may be late.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <string>

#include "tests/actors/source/source_fixture.hpp"

namespace oms::tests {
namespace {

class random_shelf {
 public:
  random_shelf(std::uint64_t seed, source_under_test at)
      : random_(seed),
        at_(std::move(at)),
        is_location_(at_.state().self.kind == source_kind::location) {}

  void step() {
    at_.now += std::chrono::minutes(below(120));
    if (is_location_ && below(2) == 0)
      command();
    else
      conversation();
    send();
    if (below(2) == 0) hear(any_order());
  }

  /// Once everything is heard, the source and the orders agree (invariant 3).
  void come_to_rest() {
    for (auto& [name, order] : orders_) {
      while (!order.unacknowledged.empty()) hear(name);
      EXPECT_EQ(at_.promised(name).committed.value, order.promised) << name;
      EXPECT_EQ(at_.promised(name).picked.value, order.picked) << name;
    }
    EXPECT_TRUE(at_.state().unacknowledged.empty());
  }

 private:
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  std::string any_order() { return "o" + std::to_string(below(6)); }

  void command() {
    switch (below(6)) {
      case 0:
        (void)at_.receive(below(12), "r" + std::to_string(below(40)));
        break;
      case 1:
        (void)at_.adjust(below(9) - 4);
        break;
      case 2:
        (void)at_.count(below(20));
        break;
      case 3:
        (void)at_.safety(below(5));
        break;
      case 4:
        (void)at_.define([this](auto& s) { s.active = below(4) > 0; });
        break;
      default:
        (void)at_.define([this](auto& s) { s.daily_capacity = below(4); });
        break;
    }
  }

  /// What orders and the backorder queue say. An order goes by what it has
  /// heard, so it may speak of units that are gone.
  void conversation() {
    const auto name = any_order();
    auto& order = orders_[name];
    const auto unpicked = order.promised - order.picked;
    switch (below(11)) {
      case 0:
      case 1:
        (void)at_.reserve_lines(name, {1 + below(4), 1 + below(3)},
                                below(2) == 0);
        break;
      case 2:
        at_.let_go();
        break;
      case 3:
        (void)at_.settle(below(8), {{name, 1 + below(4)}, {any_order(), 2}});
        break;
      case 4:
        at_.follow(name, instruction_kind::accept, 0);
        break;
      case 5:
        pick(name, order, std::min(1 + below(4), unpicked));
        break;
      case 6:
        pick(name, order, -std::min(1 + below(4), order.picked));
        break;
      case 7:
        leave(order, [this, &name](auto units, auto picked) {
          at_.follow(name, instruction_kind::ship, units, picked);
        });
        break;
      case 8:
        leave(order, [this, &name](auto units, auto picked) {
          at_.follow(name, instruction_kind::decommit, units, picked);
        });
        break;
      case 9:
        leave(order, [this, &name](auto units, auto picked) {
          at_.reject(name, units, static_cast<reject_reason>(below(3)), picked);
        });
        break;
      default:
        if (!is_location_)
          (void)(below(4) == 0 ? at_.redefine({})
                               : at_.redefine(quantity{below(9)}));
        else
          at_.restock(name, below(3), below(2));
        break;
    }
  }

  /// An order as it knows itself.
  struct order_book {
    std::int64_t promised = 0;
    std::int64_t picked = 0;
    /// Promises and what was taken back of them, on their way to it.
    std::deque<event_body> unacknowledged;
  };

  void pick(const std::string& name, order_book& order, std::int64_t units) {
    if (units == 0) return;
    order.picked += units;
    at_.follow(name,
               units > 0 ? instruction_kind::pick : instruction_kind::unpick,
               std::abs(units), std::abs(units));
  }

  /// Some units leave the order; which of them were picked it says too.
  template <class Tell>
  void leave(order_book& order, Tell tell) {
    if (order.promised == 0) return;
    const auto units = 1 + below(order.promised);
    const auto picked = lose(order, units, below(units + 1));
    tell(units, picked);
  }

  static std::int64_t lose(order_book& order, std::int64_t units,
                           std::int64_t picked) {
    const auto unpicked = order.promised - order.picked;
    picked = std::clamp(picked, std::max<std::int64_t>(0, units - unpicked),
                        std::min(units, order.picked));
    order.promised -= units;
    order.picked -= picked;
    return picked;
  }

  /// Puts what the source has just said on its way.
  void send() {
    for (const auto& said : at_.take_events()) {
      if (const auto* promise = std::get_if<stock_committed>(&said))
        orders_[promise->order.id.value].unacknowledged.push_back(said);
      if (const auto* loss = std::get_if<stock_taken_back>(&said))
        orders_[loss->order.id.value].unacknowledged.push_back(said);
    }
  }

  void hear(const std::string& name) {
    auto& order = orders_[name];
    if (order.unacknowledged.empty()) return;
    const auto said = std::move(order.unacknowledged.front());
    order.unacknowledged.pop_front();
    if (const auto* promise = std::get_if<stock_committed>(&said)) {
      for (const auto& line : promise->lines)
        order.promised += line.units.value;
      return;
    }
    const auto& loss = std::get<stock_taken_back>(said);
    const auto units = std::min(loss.units.value, order.promised);
    const auto picked = lose(order, units, loss.picked.value);
    at_.follow(name, instruction_kind::acknowledge, units, picked);
    send();
  }

  std::mt19937_64 random_;
  source_under_test at_;
  bool is_location_;
  std::map<std::string, order_book> orders_;
};

TEST(random_stock, of_a_location_adds_up_and_is_conserved) {
  for (std::uint64_t seed = 1; seed <= 800; ++seed) {
    random_shelf shelf(seed, source_under_test{});
    for (int step = 0; step < 120; ++step) {
      shelf.step();
      if (testing::Test::HasFailure())
        FAIL() << "seed " << seed << " step " << step;
    }
    shelf.come_to_rest();
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(random_stock, of_a_supplier_adds_up) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    random_shelf shelf(seed, source_under_test::supplier(quantity{5}));
    for (int step = 0; step < 120; ++step) {
      shelf.step();
      if (testing::Test::HasFailure())
        FAIL() << "seed " << seed << " step " << step;
    }
    shelf.come_to_rest();
    if (testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace
}  // namespace oms::tests
