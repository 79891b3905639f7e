/// Work for very many orders is done in slices. What is true of one slice must
/// be true of all of them together, whatever comes between two and wherever the
/// engine goes down: domain.md, Backorders and Stock.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "actors/source/decide.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

constexpr int many = 2 * static_cast<int>(source::orders_per_slice) + 50;

class slices : public testing::TestWithParam<std::size_t> {
 protected:
  void set_up(std::uint64_t seed, const std::vector<command>& before = {}) {
    running_ = simulated(store_, seed);
    (void)running_->execute(small_network());
    for (const auto& each : before) ASSERT_TRUE(running_->execute(each).ok());
    std::vector<command> batch;
    for (int i = 0; i < many; ++i)
      batch.push_back(placing("o" + std::to_string(i), {1}));
    for (const auto& each : running_->execute(std::move(batch)))
      ASSERT_TRUE(each.ok());
    running_->settle();
  }

  /// Enough for all, on a day of 2099.
  static command announced(const std::string& reference, int day) {
    const date expected =
        std::chrono::sys_days{std::chrono::year{2099} / 1 / day};
    return by_test(announce_incoming{
        "W1", reference, {{sku_id{"A"}, quantity{many}}}, expected});
  }
  /// How often each order was told of a later day.
  std::map<std::string, int> delays() {
    std::map<std::string, int> all;
    const auto read = store_.scan(1, [&](const event& each) {
      const auto* told = std::get_if<notification_recorded>(&each.body);
      if (told != nullptr && told->kind == "backorder.delayed")
        ++all[each.entity.key];
      return true;
    });
    EXPECT_TRUE(read.ok());
    return all;
  }

  static command receipt() {
    return by_test(receive_stock{"W1", sku_id{"A"}, quantity{many}, "r"});
  }

  /// Goes down after so many turns, and up again.
  void crash_after(std::size_t turns) {
    running_->run(turns);
    running_.reset();
    running_ = simulated(store_, turns + 1);
  }

  quantity in_bucket(quantity line_buckets::*bucket, int from, int to) {
    quantity sum;
    for (int i = from; i < to; ++i)
      sum += running_->order(order_named("o" + std::to_string(i)))
                 ->lines[0]
                 .buckets.*
             bucket;
    return sum;
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

TEST_P(slices, of_a_receipt_serve_the_whole_queue_across_a_crash) {
  set_up(1);
  running_->submit({receipt()}, [](const std::vector<answer>&) {});
  crash_after(GetParam());
  // The caller had no answer, so he sends it again; it counts once.
  ASSERT_TRUE(running_->execute(receipt()).ok());
  running_->settle();
  EXPECT_EQ(in_bucket(&line_buckets::allocated, 0, many), quantity{many});
  EXPECT_EQ(running_->stock("W1", sku_id{"A"})->on_offer, quantity{0});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

// "On any supply the queue is served before the units show as available."
TEST_P(slices, of_a_receipt_leave_nothing_for_who_comes_between_them) {
  set_up(2);
  running_->submit({receipt()}, [](const std::vector<answer>&) {});
  running_->run(GetParam());
  ASSERT_TRUE(running_->execute(placing("late", {1})).ok());
  running_->settle();
  EXPECT_EQ(running_->order(order_named("late"))->lines[0].buckets.backordered,
            quantity{1});
  EXPECT_EQ(in_bucket(&line_buckets::allocated, 0, many), quantity{many});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_P(slices, of_a_receipt_skip_who_is_held_or_cancelled_between_them) {
  set_up(3);
  running_->submit({receipt()}, [](const std::vector<answer>&) {});
  running_->run(GetParam());
  const auto last = order_named("o" + std::to_string(many - 1));
  const auto before = order_named("o" + std::to_string(many - 2));
  (void)running_->execute(by_test(place_hold{last, hold_id{"h"}, ""}));
  (void)running_->execute(by_test(cancel_order{.order = before}));
  running_->settle();
  EXPECT_EQ(in_bucket(&line_buckets::allocated, 0, many - 2),
            quantity{many - 2});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  (void)running_->execute(by_test(release_hold{last, hold_id{"h"}}));
  running_->settle();
  EXPECT_EQ(running_->order(last)->lines[0].buckets.allocated, quantity{1});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

// "Allocations are revoked, newest first."
TEST_P(slices, of_a_count_revoke_the_newest_across_a_crash) {
  constexpr int kept = 20;
  set_up(4);
  ASSERT_TRUE(running_->execute(receipt()).ok());
  running_->settle();
  const auto count = by_test(count_stock{"W1", sku_id{"A"}, quantity{kept}});
  running_->submit({count}, [](const std::vector<answer>&) {});
  crash_after(GetParam());
  ASSERT_TRUE(running_->execute(count).ok());
  running_->settle();
  EXPECT_EQ(running_->stock("W1", sku_id{"A"})->on_hand, quantity{kept});
  EXPECT_EQ(in_bucket(&line_buckets::allocated, 0, many), quantity{kept});
  EXPECT_EQ(in_bucket(&line_buckets::backordered, 0, many),
            quantity{many - kept});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

// "A date later than the one the customer was last told notifies again."
TEST_P(slices, of_a_later_date_tell_each_order_once_across_a_crash) {
  set_up(5, {announced("PO", 10)});
  running_->submit({announced("PO", 20)}, [](const std::vector<answer>&) {});
  crash_after(GetParam());
  ASSERT_TRUE(running_->execute(announced("PO", 20)).ok());
  running_->settle();
  const auto told = delays();
  EXPECT_EQ(told.size(), static_cast<std::size_t>(many));
  for (const auto& [order, times] : told) EXPECT_EQ(times, 1) << order;
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_P(slices, of_a_receipt_tell_nobody_of_the_next_one) {
  set_up(6, {announced("r", 10), announced("PO", 20)});
  running_->submit({receipt()}, [](const std::vector<answer>&) {});
  crash_after(GetParam());
  ASSERT_TRUE(running_->execute(receipt()).ok());
  running_->settle();
  EXPECT_EQ(in_bucket(&line_buckets::allocated, 0, many), quantity{many});
  EXPECT_THAT(delays(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(after_turns, slices,
                         testing::Values(3, 12, 40, 150, 500, 1'500));

}  // namespace
}  // namespace oms::tests
