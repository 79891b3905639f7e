/// Orders that are over leave memory, and come back when they are spoken to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/history/recovery.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class sleep : public testing::Test {
 protected:
  sleep() { open(); }

  void open() {
    running_.reset();
    engine_options options;
    options.seed = 1;
    options.start = opening;
    options.checkpoints.sleep_after = std::chrono::seconds(60);
    auto opened = engine::open(store_, std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.failure().message;
    running_ = std::move(*opened);
  }

  /// Placed, paid, shipped by W1 and so over.
  void finish(const std::string& id) {
    ASSERT_TRUE(running_->execute(placing(id, {1})));
    running_->settle();
    ASSERT_TRUE(running_->execute(shipping(id, "W1")));
    running_->settle();
  }

  void passivate_quiet() {
    ASSERT_TRUE(running_->checkpoint());
    running_->advance_to(running_->now() + std::chrono::minutes(2));
    // The next checkpoint looks who has been quiet for long.
    ASSERT_TRUE(running_->execute(receiving("W1", "Z", 1)));
    ASSERT_TRUE(running_->checkpoint());
    running_->settle();
  }

  void set_up() {
    (void)running_->execute(small_network());
    ASSERT_TRUE(running_->execute(receiving("W1", "A", 100)));
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

TEST_F(sleep, takes_orders_that_are_over_and_quiet_out_of_memory) {
  set_up();
  finish("o1");
  ASSERT_TRUE(running_->execute(placing("open", {1})));
  EXPECT_EQ(running_->stats().orders_awake, 2U);
  ASSERT_TRUE(running_->checkpoint());
  running_->settle();
  EXPECT_EQ(running_->stats().orders_awake, 2U) << "it is not quiet yet";
  passivate_quiet();
  EXPECT_EQ(running_->stats().orders_awake, 1U);
  EXPECT_EQ(running_->stats().orders, 2U);
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_F(sleep, ends_with_a_command_or_a_read) {
  set_up();
  finish("o1");
  const auto before = running_->order(order_named("o1"));
  const auto hash = running_->state_hash();
  passivate_quiet();
  ASSERT_EQ(running_->stats().orders_awake, 0U);
  const auto after = running_->order(order_named("o1"));
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(*after, *before);
  EXPECT_EQ(running_->stats().orders_awake, 1U);
  EXPECT_TRUE(
      running_->execute(by_test(add_note{order_named("o1"), "where is it?"})));
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  EXPECT_NE(running_->state_hash(), hash);
}

TEST_F(sleep, does_not_let_an_id_be_used_again) {
  set_up();
  finish("o1");
  const auto same = placing("o1", {1});
  const auto other = placing("o1", {2});
  passivate_quiet();
  EXPECT_TRUE(running_->execute(same)) << "the same body answers the same";
  passivate_quiet();
  const auto refused = running_->execute(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().code, error_code::conflict);
}

TEST_F(sleep, is_where_recovery_leaves_them) {
  set_up();
  finish("o1");
  ASSERT_TRUE(running_->execute(placing("open", {1})));
  running_->settle();
  const auto hash = running_->state_hash();
  ASSERT_TRUE(running_->checkpoint());
  open();
  EXPECT_EQ(running_->stats().orders_awake, 1U) << "o1 was never loaded";
  EXPECT_EQ(running_->stats().orders, 2U);
  EXPECT_EQ(running_->state_hash(), hash);
  EXPECT_THAT(running_->gather_all_orders(), SizeIs(2));
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  // Delivered while it sleeps: the news wakes it.
  EXPECT_TRUE(running_->execute(by_test(track_shipment{
      .order = order_named("o1"), .news = tracking_status::delivered})));
  EXPECT_EQ(running_->order(order_named("o1"))->status,
            order_status::delivered);
}

TEST_F(sleep, of_another_log_is_forgotten) {
  set_up();
  finish("o1");
  ASSERT_TRUE(running_->checkpoint());
  running_.reset();
  // A log of its own with the tables of the other one beside it.
  persistence::memory_store other;
  {
    std::vector<persistence::table_change> rows;
    for (std::size_t i = 0; i < persistence::table_count; ++i) {
      const auto in = static_cast<persistence::table>(i);
      ASSERT_TRUE(store_.tables().scan(
          in, {},
          [&](std::span<const std::byte> key,
              std::span<const std::byte> value) {
            rows.push_back({in,
                            {key.begin(), key.end()},
                            codec::bytes{value.begin(), value.end()}});
            return true;
          }));
    }
    ASSERT_TRUE(other.tables().write(rows));
  }
  const auto state = history::recover(other);
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->without_checkpoint);
  EXPECT_TRUE(state->orders.empty());
  const auto opened = simulated(other, 1);
  EXPECT_THAT(opened->gather_all_orders(), IsEmpty());
}

TEST_F(sleep, does_not_hide_orders_from_lists) {
  set_up();
  finish("o1");
  ASSERT_TRUE(running_->execute(placing("open", {1})));
  EXPECT_THAT(running_->list({}, "", 10)->rows, SizeIs(2));
  passivate_quiet();
  const auto all = running_->list({}, "", 10);
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(all->rows, SizeIs(2));
  EXPECT_GT(all->upto, 0U);
  const auto over = running_->list({.status = order_status::fulfilled}, "", 10);
  ASSERT_THAT(over->rows, SizeIs(1));
  EXPECT_EQ(over->rows[0].key, order_named("o1"));
}

TEST_F(sleep, does_not_keep_the_name_of_an_erased_customer) {
  set_up();
  for (const auto* id : {"o1", "o2"}) {
    auto place = placing(id, {1});
    auto& body = std::get<place_order>(place.body);
    body.body.customer = customer_id{"C-1"};
    body.personal.email = "ada@example.org";
    ASSERT_TRUE(running_->execute(std::move(place)));
  }
  ASSERT_TRUE(running_->execute(shipping("o1", "W1")));
  passivate_quiet();
  ASSERT_EQ(running_->order(order_named("o1"))->personal.email,
            "ada@example.org");
  const auto erased =
      running_->erase_customer(customer_id{"C-1"}, {}, actor_name{"privacy"});
  ASSERT_TRUE(erased.ok());
  EXPECT_EQ(*erased, 2U);
  for (const auto* id : {"o1", "o2"}) {
    EXPECT_TRUE(running_->order(order_named(id))->personal.empty());
    const auto trail = running_->order_timeline(order_named(id));
    EXPECT_TRUE(
        std::holds_alternative<personal_data_erased>(trail->back().body));
    EXPECT_EQ(trail->back().by, actor_name{"privacy"});
  }
  EXPECT_TRUE(store_.verify().ok());
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  EXPECT_EQ(
      *running_->erase_customer(customer_id{"C-1"}, {}, actor_name{"privacy"}),
      0U);
}

}  // namespace
}  // namespace oms::tests
