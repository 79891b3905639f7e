#include "tools/omsd/query_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>

namespace oms::tools {

namespace {

/// Queries that last until they are let go.
class held_queries {
 public:
  ~held_queries() { let_go(); }

  std::function<void()> one() {
    return [this] {
      begun_.fetch_add(1);
      begun_.notify_all();
      go_.wait();
    };
  }
  void wait_for(int begun) {
    for (auto now = begun_.load(); now < begun; now = begun_.load())
      begun_.wait(now);
  }
  void let_go() {
    if (!gone_) go_.count_down();
    gone_ = true;
  }
  [[nodiscard]] int begun() const { return begun_.load(); }

 private:
  std::atomic<int> begun_{0};
  std::latch go_{1};
  bool gone_ = false;
};

bool runs(omsd::query_pool& pool, const std::string& caller) {
  const auto ran = std::make_shared<std::promise<void>>();
  return pool.add(caller, [ran] { ran->set_value(); }) &&
         ran->get_future().wait_for(std::chrono::seconds(20)) ==
             std::future_status::ready;
}

constexpr omsd::query_limits small{.threads = 3,
                                   .max_running_per_caller = 2,
                                   .max_waiting = 10,
                                   .max_waiting_per_caller = 5};

TEST(QueryPoolThreads, one_caller_leaves_a_thread_to_the_others) {
  held_queries held;
  omsd::query_pool pool(small);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pool.add("much", held.one()));
  held.wait_for(2);
  EXPECT_TRUE(runs(pool, "little"));
  EXPECT_EQ(held.begun(), 2);
  EXPECT_EQ(pool.stats().waiting, 3);
  held.let_go();
  held.wait_for(5);
}

TEST(QueryPoolThreads, who_comes_later_has_his_turn_before_a_long_queue) {
  held_queries first;
  held_queries second;
  omsd::query_pool pool(small);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.add("one", first.one()));
  first.wait_for(2);
  ASSERT_TRUE(pool.add("two", second.one()));
  second.wait_for(1);
  // Every thread is taken, by two callers who have more to ask.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(pool.add("two", second.one()));
  auto third = std::async([&pool] { return runs(pool, "three"); });
  first.let_go();
  EXPECT_TRUE(third.get());
  EXPECT_LE(second.begun(), 2);
  second.let_go();
}

TEST(QueryPoolThreads, what_is_beyond_a_callers_share_is_refused) {
  held_queries held;
  omsd::query_pool pool(small);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.add("much", held.one()));
  held.wait_for(2);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pool.add("much", held.one()));
  EXPECT_FALSE(pool.add("much", held.one()));
  EXPECT_EQ(pool.stats().refused, 1);
  EXPECT_TRUE(runs(pool, "little"));
  held.let_go();
}

}  // namespace

}  // namespace oms::tools
