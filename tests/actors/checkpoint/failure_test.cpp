/// A checkpoint that can't be written is told, and tried again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/limits.hpp"
#include "persistence/checkpoint_store.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckpointFailure : public testing::Test {
 protected:
  CheckpointFailure() { open(); }

  void open() {
    running_.reset();
    running_ = simulated(store_, 1);
  }

  std::vector<std::string> alerts() {
    running_->settle();
    std::vector<std::string> reasons;
    for (const auto& e : events_of(store_))
      if (const auto* alert = std::get_if<alert_raised>(&e.body)) {
        EXPECT_EQ(alert->kind, "storage.refused");
        reasons.push_back(alert->reason);
      }
    return reasons;
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

TEST_F(CheckpointFailure, RaisesOneAlertAndIsCountedUntilItIsOver) {
  (void)running_->execute(small_network());
  EXPECT_TRUE(running_->stats().checkpoint_ok);
  store_.tables().fail_next_writes(3);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    EXPECT_FALSE(running_->checkpoint().ok());
    EXPECT_FALSE(running_->stats().checkpoint_ok);
    EXPECT_EQ(running_->stats().checkpoint_failures, i);
  }
  EXPECT_THAT(alerts(), ElementsAre(HasSubstr("a checkpoint could not be")));
  EXPECT_TRUE(running_->checkpoint().ok());
  EXPECT_TRUE(running_->stats().checkpoint_ok);
  EXPECT_EQ(running_->stats().checkpoints, 1U);
  // The next one is another matter.
  ASSERT_TRUE(running_->execute(receiving("W1", "A", 1)));
  store_.tables().fail_next_writes(1);
  EXPECT_FALSE(running_->checkpoint().ok());
  EXPECT_THAT(alerts(), testing::SizeIs(2));
}

TEST_F(CheckpointFailure, IsAlsoToldOfACheckpointThatNobodyWaitsFor) {
  running_.reset();
  engine_options options;
  options.seed = 1;
  options.checkpoints.events = 1;
  running_ = std::move(*engine::open(store_, std::move(options)));
  store_.tables().fail_next_writes(1);
  (void)running_->execute(small_network());
  EXPECT_THAT(alerts(), ElementsAre(HasSubstr("a checkpoint could not be")));
  EXPECT_EQ(running_->stats().checkpoint_failures, 1U);
}

// domain.md, Placing: "Ids are text [...] at most 128 bytes".
TEST_F(CheckpointFailure, IsNotCausedByALongCustomer) {
  (void)running_->execute(small_network());
  auto one = placing("o1", {1});
  auto& body = std::get<place_order>(one.body).body;
  body.customer.value.assign(limits::max_id_bytes + 1, 'c');
  const auto refused = running_->execute(one);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().code, error_code::invalid);
  EXPECT_EQ(refused.failure().faults.at(0).path, "customer.id");
  body.customer.value.pop_back();
  EXPECT_TRUE(running_->execute(one));
  EXPECT_TRUE(running_->checkpoint().ok());
}

TEST_F(CheckpointFailure, IsNotCausedByAStoreThatHasOne) {
  // As engines wrote it that took customers of 4,096 bytes.
  const customer_id customer{std::string(4'096, 'c')};
  event placed;
  placed.entity = entity_of(order_named("o1"));
  placed.version = 1;
  order_body body;
  body.customer = customer;
  body.lines.push_back({.line = line_id{"1"}, .sku = sku_id{"A"}});
  placed.body = order_placed{.body = std::move(body), .number = 1};
  running_.reset();
  ASSERT_TRUE(store_.append({&placed, 1}));
  open();
  ASSERT_TRUE(running_->checkpoint().ok());
  EXPECT_THAT(alerts(), IsEmpty());
  const auto found = running_->list({.customer = customer}, "", 5);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->rows.size(), 1U);
  EXPECT_EQ(found->rows.at(0).key, order_named("o1"));
  const customer_id other{std::string(4'095, 'c') + "d"};
  EXPECT_THAT(running_->list({.customer = other}, "", 5)->rows, IsEmpty());
}

}  // namespace
}  // namespace oms::tests
