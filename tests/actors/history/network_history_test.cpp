/// The whole network and all orders as they were: what is read beside the
/// engine is what a fold of the whole log gives, with a checkpoint and without
/// one.

#include "actors/history/network_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "actors/history/order_history.hpp"
#include "actors/history/recovery.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A day of business of which the first half is in a checkpoint.
class a_day {
 public:
  explicit a_day(std::uint64_t seed, bool with_checkpoint = true) {
    const auto running = simulated(store_, seed);
    (void)running->execute(small_network());
    business day(seed);
    for (int i = 0; i < 120; ++i) {
      (void)running->execute(day.next());
      if (i % 4 == 0)
        running->advance_to(running->now() + std::chrono::minutes(7));
      if (i == 60 && with_checkpoint) {
        running->settle();
        EXPECT_TRUE(running->checkpoint());
        checkpoint_ = store_.stats().last;
      }
    }
    running->settle();
  }

  [[nodiscard]] const persistence::log_store& store() const { return store_; }
  [[nodiscard]] sequence checkpoint() const { return checkpoint_; }

  /// Everything up to there, from the log alone.
  [[nodiscard]] history::recovered_state all(sequence at) const {
    const auto part = prefix_of(events_of(store_), at);
    auto state = history::replay(*part);
    EXPECT_TRUE(state);
    return std::move(*state);
  }

 private:
  persistence::memory_store store_;
  sequence checkpoint_ = 0;
};

void expect_network(const a_day& day, sequence at) {
  const auto network = history::network_at(day.store(), at);
  ASSERT_TRUE(network) << network.failure().message;
  const auto wanted = day.all(at);
  EXPECT_EQ(network->upto, at);
  ASSERT_EQ(network->sources.size(), wanted.sources.size());
  for (const auto& [ref, source] : wanted.sources)
    EXPECT_EQ(network->sources.at(ref), source.state) << ref.id;
  ASSERT_EQ(network->products.size(), wanted.products.size());
  for (const auto& [sku, product] : wanted.products)
    EXPECT_EQ(network->products.at(sku), product.settings);
  ASSERT_EQ(network->rules.size(), wanted.rules.size());
  for (const auto& [brand, rules] : wanted.rules)
    EXPECT_EQ(network->rules.at(brand), rules.rules.rules);
}

std::vector<order_state> orders_at(const a_day& day, sequence at,
                                   const history::order_choice& choice = {}) {
  std::vector<order_state> all;
  const auto read = history::visit_orders(day.store(), at, choice,
                                          [&all](const order_state& order) {
                                            all.push_back(order);
                                            return true;
                                          });
  EXPECT_TRUE(read);
  return all;
}

void expect_orders(const a_day& day, sequence at) {
  std::map<std::uint64_t, order_state> wanted;
  for (auto& [key, order] : day.all(at).orders)
    wanted.emplace(order.state.number, order.state);
  const auto found = orders_at(day, at);
  ASSERT_EQ(found.size(), wanted.size());
  auto next = wanted.begin();
  for (const auto& order : found) EXPECT_EQ(order, (next++)->second);
}

TEST(NetworkHistory, IsWhatTheLogSays) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const a_day day(seed);
    const auto last = day.store().stats().last;
    ASSERT_LT(day.checkpoint(), last);
    expect_network(day, last);
    expect_network(day, day.checkpoint());
    // Before the checkpoint it is of no use.
    expect_network(day, day.checkpoint() / 2);
  }
}

TEST(NetworkHistory, NeedsNoCheckpoint) {
  const a_day day(4, false);
  expect_network(day, day.store().stats().last);
  expect_orders(day, day.store().stats().last);
}

TEST(NetworkHistory, OfAnEmptyStoreIsEmpty) {
  const persistence::memory_store store;
  const auto network = history::network_at(store, 10);
  ASSERT_TRUE(network);
  EXPECT_THAT(network->sources, IsEmpty());
  EXPECT_EQ(network->upto, 0U);
}

TEST(NetworkHistory, ASupplierAsItOffersNow) {
  persistence::memory_store store;
  const auto running = simulated(store, 1);
  (void)running->execute(by_test(define_supplier{
      {.id = "S",
       .products = {{sku_id{"A"}, quantity{5}}, {sku_id{"B"}, {}}}}}));
  (void)running->execute(placing("o1", {3, 2}));
  running->settle();
  const auto network = history::network_at(store, store.stats().last);
  ASSERT_TRUE(network);
  const auto now =
      history::supplier_now(network->sources.at({source_kind::supplier, "S"}));
  ASSERT_THAT(now.products, SizeIs(2));
  EXPECT_EQ(now.products[0].available, quantity{2});
  EXPECT_EQ(now.products[1].available, std::nullopt);
}

TEST(OrderHistory, IsWhatTheLogSays) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const a_day day(seed);
    expect_orders(day, day.store().stats().last);
    expect_orders(day, day.checkpoint());
    expect_orders(day, day.checkpoint() / 2);
  }
}

TEST(OrderHistory, ShowsOnlyWhatIsChosen) {
  const a_day day(5);
  const auto last = day.store().stats().last;
  const auto all = orders_at(day, last);
  std::size_t sum = 0;
  for (int i = 0; i < static_cast<int>(order_status_count); ++i) {
    const auto status = static_cast<order_status>(i);
    const auto some = orders_at(day, last, {.brand = {}, .status = status});
    for (const auto& order : some) EXPECT_EQ(order.status, status);
    sum += some.size();
  }
  EXPECT_EQ(sum, all.size());
  EXPECT_THAT(orders_at(day, last, {.brand = brand_id{"nobody"}}), IsEmpty());
}

TEST(OrderHistory, StopsWhenItIsTold) {
  const a_day day(6);
  int seen = 0;
  EXPECT_TRUE(history::visit_orders(
      day.store(), day.store().stats().last, {},
      [&seen](const order_state&) { return ++seen < 3; }));
  EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace oms::tests
