/// Suppliers of many products and orders of many lines: what they cost is
/// counted in events and in turns of a simulated engine; and what is saved is
/// owed to nobody.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

std::string sku_named(int i) { return "N" + std::to_string(i); }

command supplier_of(int products, std::int64_t units) {
  supplier_settings settings{.id = "many"};
  for (int i = 0; i < products; ++i)
    settings.products.push_back(
        {.sku = sku_id{sku_named(i)}, .available = quantity{units}});
  return by_test(define_supplier{std::move(settings)});
}

/// One unit each of so many SKUs.
command order_of(const std::string& id, int skus) {
  auto placed =
      placing(id, std::vector<std::int64_t>(static_cast<std::size_t>(skus), 1));
  auto& lines = std::get<place_order>(placed.body).body.lines;
  for (int i = 0; i < skus; ++i)
    lines[static_cast<std::size_t>(i)].sku = sku_id{sku_named(i)};
  return placed;
}

class large_values : public testing::Test {
 protected:
  void restart(std::uint64_t seed) {
    engine_.reset();
    store_ = std::make_unique<persistence::memory_store>();
    engine_ = simulated(*store_, seed);
    (void)engine_->execute(small_network());
    engine_->settle();
  }
  void execute(command given) {
    ASSERT_TRUE(engine_->execute(std::move(given)).ok());
    engine_->settle();
  }
  template <class Event>
  [[nodiscard]] std::size_t count_of() const {
    const auto events = events_of(*store_);
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [](const event& each) {
          return std::holds_alternative<Event>(each.body);
        }));
  }
  [[nodiscard]] line_buckets buckets_of(const std::string& id) {
    return engine_->order(order_named(id))->lines[0].buckets;
  }

  std::unique_ptr<persistence::memory_store> store_;
  std::unique_ptr<engine> engine_;
};

TEST_F(large_values, a_supplier_offers_only_what_somebody_waits_for) {
  restart(1);
  execute(order_of("o1", 2));
  const auto offers = count_of<stock_offered>();
  execute(supplier_of(500, 3));
  EXPECT_EQ(count_of<stock_offered>() - offers, 2U);
  EXPECT_EQ(buckets_of("o1").allocated, quantity{1});
  EXPECT_EQ(text_of(engine_->check_invariants()), "");
}

TEST_F(large_values, a_supplier_takes_as_many_turns_with_few_products_as_many) {
  restart(1);
  const auto turns_of = [this](int products) {
    const auto before = engine_->turns();
    execute(supplier_of(products, 3));
    return engine_->turns() - before;
  };
  const auto few = turns_of(5);
  EXPECT_EQ(turns_of(500), few);
}

// Backorders: "On any supply the queue is served before the units show as
// available."
TEST_F(large_values, who_waits_is_served_before_who_comes_with_the_supply) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    restart(seed);
    execute(order_of("first", 1));
    engine_->submit({supplier_of(3, 1)}, [](const std::vector<answer>&) {});
    engine_->run(seed % 20);
    execute(order_of("late", 1));
    EXPECT_EQ(buckets_of("first").allocated, quantity{1}) << seed;
    EXPECT_EQ(buckets_of("late").backordered, quantity{1}) << seed;
  }
}

TEST_F(large_values, who_begins_to_wait_as_the_supply_comes_is_served) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    restart(seed);
    engine_->submit({order_of("o1", 1)}, [](const std::vector<answer>&) {});
    engine_->run(seed % 30);
    execute(supplier_of(3, 1));
    EXPECT_EQ(buckets_of("o1").allocated, quantity{1}) << seed;
    EXPECT_EQ(text_of(engine_->check_invariants()), "") << seed;
  }
}

TEST_F(large_values, who_waits_is_known_after_a_restart_too) {
  restart(1);
  execute(order_of("first", 1));
  engine_.reset();
  engine_ = simulated(*store_, 2);
  const auto offers = count_of<stock_offered>();
  execute(supplier_of(3, 1));
  EXPECT_EQ(count_of<stock_offered>() - offers, 1U);
  EXPECT_EQ(buckets_of("first").allocated, quantity{1});
}

TEST_F(large_values, an_order_enters_each_waiting_line_actor_once) {
  restart(1);
  execute(order_of("o1", 500));
  EXPECT_LE(count_of<units_backordered>(), engine_options{}.backorder_queues);
  EXPECT_EQ(engine_->order(order_named("o1"))->queue.size(), 500U);
  const auto before = engine_->turns();
  execute(by_test(cancel_order{order_named("o1")}));
  // A few to each of them, and none for each line.
  EXPECT_LT(engine_->turns() - before, 50U);
}

}  // namespace
}  // namespace oms::tests
