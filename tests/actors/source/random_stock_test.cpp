/// Whatever is done to a source, its stock adds up (law 1) and its units are
/// conserved (law 4); the fixture checks both after each step.

#include <gtest/gtest.h>

#include <random>

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
    is_location_&& below(2) == 0 ? command() : conversation();
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

  /// What orders and the waiting line say, also too late or twice.
  void conversation() {
    const auto order = any_order();
    const auto units = 1 + below(4);
    const auto picked = below(units + 1);
    switch (below(10)) {
      case 0:
      case 1:
        (void)at_.reserve_lines(order, {units, 1 + below(3)}, below(2) == 0);
        break;
      case 2:
        at_.let_go();
        break;
      case 3:
        (void)at_.settle(below(8), {{order, units}, {any_order(), 2}});
        break;
      case 4:
        at_.follow(order, instruction_kind::accept, 0);
        break;
      case 5:
        at_.follow(
            order,
            below(3) > 0 ? instruction_kind::pick : instruction_kind::unpick,
            units);
        break;
      case 6:
        at_.follow(order, instruction_kind::ship, units, picked);
        break;
      case 7:
        at_.follow(order, instruction_kind::decommit, units);
        break;
      case 8:
        at_.reject(order, units, static_cast<reject_reason>(below(3)), picked);
        break;
      default:
        if (!is_location_)
          (void)(below(4) == 0 ? at_.redefine({})
                               : at_.redefine(quantity{below(9)}));
        else
          at_.restock(order, below(3), below(2));
        break;
    }
  }

  std::mt19937_64 random_;
  source_under_test at_;
  bool is_location_;
};

TEST(random_stock, of_a_location_adds_up_and_is_conserved) {
  for (std::uint64_t seed = 1; seed <= 800; ++seed) {
    random_shelf shelf(seed, source_under_test{});
    for (int step = 0; step < 120; ++step) {
      shelf.step();
      if (testing::Test::HasFailure())
        FAIL() << "seed " << seed << " step " << step;
    }
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
  }
}

}  // namespace
}  // namespace oms::tests
