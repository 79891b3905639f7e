#include "tools/omsd/answer_budget.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace oms::tools {

namespace {

TEST(AnswerBudget, one_answer_has_room_however_large_it_is) {
  omsd::answer_budget budget(100);
  auto first = budget.take("shop", 1'000);
  ASSERT_TRUE(first);
  EXPECT_FALSE(budget.take("shop", 1));
  first = nullptr;
  EXPECT_TRUE(budget.take("shop", 1));
}

TEST(AnswerBudget, callers_have_their_own) {
  omsd::answer_budget budget(100);
  const auto first = budget.take("shop", 100);
  EXPECT_TRUE(budget.take("other", 100));
  EXPECT_EQ(budget.open_bytes("shop"), 100U);
  EXPECT_EQ(budget.open_bytes("other"), 0U);
}

TEST(AnswerBudget, who_waits_has_his_turn_when_there_is_room) {
  omsd::answer_budget budget(100);
  auto first = budget.take("shop", 60);
  std::vector<std::pair<std::string, omsd::answer_budget::room>> served;
  for (const auto* name : {"a", "b", "c"})
    budget.wait("shop", 50, [&served, name](omsd::answer_budget::room room) {
      served.emplace_back(name, std::move(room));
    });
  EXPECT_TRUE(served.empty());
  // Nor does a small one overtake them.
  EXPECT_FALSE(budget.take("shop", 1));
  first = nullptr;
  ASSERT_EQ(served.size(), 2U);
  EXPECT_EQ(served[0].first, "a");
  EXPECT_EQ(served[1].first, "b");
  EXPECT_EQ(budget.open_bytes("shop"), 100U);
  served[0].second = nullptr;
  ASSERT_EQ(served.size(), 3U);
  EXPECT_EQ(served[2].first, "c");
}

TEST(AnswerBudget, who_need_not_wait_is_served_at_once) {
  omsd::answer_budget budget(100);
  bool served = false;
  budget.wait("shop", 200,
              [&served](const omsd::answer_budget::room&) { served = true; });
  EXPECT_TRUE(served);
  EXPECT_EQ(budget.open_bytes("shop"), 0U);
}

TEST(AnswerBudget, only_large_answers_are_remembered) {
  omsd::answer_budget budget(100);
  EXPECT_FALSE(budget.expected("/v1/suppliers/S"));
  budget.remember("/v1/suppliers/S", omsd::answer_budget::min_counted_bytes);
  EXPECT_EQ(budget.expected("/v1/suppliers/S"),
            omsd::answer_budget::min_counted_bytes);
  budget.remember("/v1/suppliers/S", 10);
  EXPECT_FALSE(budget.expected("/v1/suppliers/S"));
}

TEST(AnswerBudgetThreads, nothing_is_lost) {
  omsd::answer_budget budget(100);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&budget] {
      for (int j = 0; j < 1'000; ++j)
        budget.wait("shop", 60, [](const omsd::answer_budget::room&) {});
    });
  for (auto& each : threads) each.join();
  EXPECT_EQ(budget.open_bytes("shop"), 0U);
  EXPECT_TRUE(budget.take("shop", 100));
}

}  // namespace

}  // namespace oms::tools
