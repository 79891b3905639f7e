/// What a query costs must not depend on how many orders there are. A simulated
/// engine counts its turns, and a turn is one message to one actor.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class running_engine {
 public:
  /// With `orders` of SKU "A" that are routed, and one that waits for "B".
  explicit running_engine(int orders) : engine_(simulated(store_, 1)) {
    (void)engine_->execute(small_network());
    (void)engine_->execute(receiving("W1", "A", 10'000));
    std::vector<command> batch;
    for (int i = 0; i < orders; ++i)
      batch.push_back(placing("o" + std::to_string(i), {1}));
    batch.push_back(placing("waits", {0, 1}));
    std::get<place_order>(batch.back().body)
        .body.lines.erase(
            std::get<place_order>(batch.back().body).body.lines.begin());
    for (const auto& each : engine_->execute(std::move(batch)))
      EXPECT_TRUE(each.ok());
    engine_->settle();
  }

  std::uint64_t turns_of(const std::function<void(engine&)>& query) {
    const auto before = engine_->turns();
    query(*engine_);
    return engine_->turns() - before;
  }

 private:
  persistence::memory_store store_;
  std::unique_ptr<engine> engine_;
};

struct named_query {
  const char* name;
  std::function<void(engine&)> ask;
};

class query : public testing::TestWithParam<named_query> {};

TEST_P(query, takes_as_many_turns_with_few_orders_as_with_many) {
  running_engine few(2);
  running_engine many(200);
  const auto turns = few.turns_of(GetParam().ask);
  EXPECT_GT(turns, 0U);
  EXPECT_EQ(many.turns_of(GetParam().ask), turns);
}

INSTANTIATE_TEST_SUITE_P(
    of_the_network, query,
    testing::Values(
        named_query{"stock",
                    [](engine& of) { (void)of.stock_of(sku_id{"A"}); }},
        named_query{"waiting",
                    [](engine& of) { (void)of.stock_of(sku_id{"B"}); }},
        named_query{"locations", [](engine& of) { (void)of.locations(); }},
        named_query{"suppliers", [](engine& of) { (void)of.suppliers(); }},
        named_query{"location", [](engine& of) { (void)of.location("W1"); }},
        named_query{"supplier", [](engine& of) { (void)of.supplier("S1"); }},
        named_query{"locationStock",
                    [](engine& of) { (void)of.location_stock("W1"); }},
        named_query{"supplierStock",
                    [](engine& of) { (void)of.supplier_stock("S1"); }},
        named_query{"routing", [](engine& of) { (void)of.routing({}); }},
        named_query{"order",
                    [](engine& of) { (void)of.order(order_named("waits")); }}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(stock_of_a_sku, asks_only_the_sources_that_ever_had_it) {
  persistence::memory_store store;
  const auto running = simulated(store, 1);
  (void)running->execute(small_network());
  (void)running->execute(receiving("W1", "A", 3));
  (void)running->execute(receiving("W2", "B", 3));
  const auto stock = running->stock_of(sku_id{"A"});
  ASSERT_TRUE(stock.ok());
  EXPECT_THAT(stock->locations,
              ElementsAre(Field(&stock_view::location, "W1")));
  EXPECT_THAT(stock->suppliers, IsEmpty());
  // The supplier offers it from the beginning.
  EXPECT_THAT(running->stock_of(sku_id{"D"})->suppliers,
              ElementsAre(Field(&supplier_stock_view::supplier, "S1")));
  EXPECT_THAT(running->stock_of(sku_id{"never"})->locations, IsEmpty());
}

TEST(an_order_that_waits, asks_each_queue_once_whatever_its_lines) {
  const auto turns_with = [](std::size_t lines) {
    persistence::memory_store store;
    const auto running = simulated(store, 1);
    (void)running->execute(small_network());
    auto placed = placing("o1", {1}, false);
    auto& order = std::get<place_order>(placed.body);
    const auto line = order.body.lines.front();
    for (std::size_t i = 1; i < lines; ++i) {
      order.body.lines.push_back(line);
      order.body.lines.back().line = line_id{std::to_string(i + 1)};
    }
    EXPECT_TRUE(running->execute(std::move(placed)).ok());
    EXPECT_TRUE(running
                    ->execute(by_test(record_payment{.order = order_named("o1"),
                                                     .reference = "r"}))
                    .ok());
    running->settle();
    const auto before = running->turns();
    const auto seen = running->order(order_named("o1"));
    EXPECT_THAT(seen->queue, SizeIs(lines));
    EXPECT_EQ(seen->queue.back().position, static_cast<std::int64_t>(lines));
    return running->turns() - before;
  };
  EXPECT_EQ(turns_with(1), turns_with(20));
}

TEST(settings, can_be_read_as_soon_as_they_are_answered) {
  persistence::memory_store store;
  const auto running = simulated(store, 1);
  ASSERT_TRUE(running->execute(by_test(define_location{{.id = "W7"}})).ok());
  EXPECT_THAT(running->locations(), SizeIs(1));
  EXPECT_EQ(running->location("W7")->id, "W7");
  EXPECT_EQ(running->location("W8").failure().code, error_code::not_found);
  EXPECT_EQ(running->supplier("W7").failure().code, error_code::not_found);
  (void)running->execute(
      by_test(set_routing{{.brand = brand_id{"b"}, .max_shipments = 3}}));
  EXPECT_EQ(running->routing(brand_id{"b"}).rules.max_shipments, 3);
  EXPECT_EQ(running->routing(brand_id{"b"}).version, 1U);
  EXPECT_EQ(running->routing(brand_id{"c"}).version, 0U);
}

TEST(a_list, shows_what_was_answered_before_whoever_asks) {
  persistence::memory_store store;
  const auto running = simulated(store, 1);
  for (const auto* id : {"o1", "o2"}) {
    ASSERT_TRUE(running->execute(placing(id, {1})).ok());
    const auto page = running->list({}, "", 10);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->rows.front().key, order_named(id));
    EXPECT_EQ(page->upto, store.stats().last);
  }
}

}  // namespace
}  // namespace oms::tests
