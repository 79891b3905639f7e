/// An engine on a damaged store: it serves nothing that is not what was
/// written, says so, and goes on with everything else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/history/history.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class Damage : public testing::Test {
 protected:
  Damage() {
    open();
    (void)running_->execute(small_network());
    EXPECT_TRUE(running_->execute(receiving("W1", "A", 100)));
  }

  void open() {
    running_.reset();
    auto opened = try_to_open();
    ASSERT_TRUE(opened.ok()) << opened.failure().message;
    running_ = std::move(*opened);
  }
  result<std::unique_ptr<engine>> try_to_open() {
    engine_options options;
    // With it, no entry has events of the orders and of a source together.
    options.seed = 3;
    options.start = opening;
    options.checkpoints.sleep_after = std::chrono::seconds(60);
    return engine::open(store_, std::move(options));
  }

  void place(const std::string& id) {
    auto one = placing(id, {1});
    std::get<place_order>(one.body).personal.line1 = "12 St James's Square";
    ASSERT_TRUE(running_->execute(one));
    running_->settle();
  }
  void finish(const std::string& id) {
    place(id);
    ASSERT_TRUE(running_->execute(shipping(id, "W1")));
    running_->settle();
  }

  void passivate_quiet() {
    ASSERT_TRUE(running_->checkpoint());
    running_->advance_to(running_->now() + std::chrono::minutes(2));
    ASSERT_TRUE(running_->execute(receiving("W1", "Z", 1)));
    ASSERT_TRUE(running_->checkpoint());
    running_->settle();
  }

  /// Flips a bit of the entry that has the last event of an order.
  void damage_entry_of(const std::string& id) {
    const auto head = history::head_of(store_, entity_of(order_named(id)));
    ASSERT_TRUE(head.ok());
    damaged_ = *head;
    while (!store_.damage(damaged_, flip)) --damaged_;
  }
  /// Flips it back.
  void repair() { ASSERT_TRUE(store_.damage(damaged_, flip)); }

  static void flip(codec::bytes& data) { data.at(60) ^= std::byte{2}; }

  std::vector<std::string> alerts() {
    running_->settle();
    std::vector<std::string> reasons;
    for (const auto& e : events_of(store_))
      if (const auto* alert = std::get_if<alert_raised>(&e.body))
        if (alert->kind == "storage.refused") reasons.push_back(alert->reason);
    return reasons;
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
  sequence damaged_ = 0;
};

TEST_F(Damage, OfAnOpenOrderKeepsTheEngineFromStarting) {
  place("o1");
  place("o2");
  for (const bool with_checkpoint : {false, true}) {
    if (with_checkpoint) {
      open();
      ASSERT_TRUE(running_->checkpoint());
    }
    running_.reset();
    damage_entry_of("o1");
    const auto refused = try_to_open();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, error_code::storage_unavailable);
    EXPECT_THAT(refused.failure().message, HasSubstr("starts at sequence "));
    repair();
  }
}

TEST_F(Damage, OfTheHeadsEntryKeepsTheEngineFromStarting) {
  ASSERT_TRUE(running_->checkpoint());
  running_.reset();
  const auto flip = [](codec::bytes& data) { data.back() ^= std::byte{2}; };
  auto last = store_.stats().last;
  while (!store_.damage(last, flip)) --last;
  EXPECT_FALSE(try_to_open().ok());
}

TEST_F(Damage, FoundLaterRefusesThatReadOnlyAndIsToldOnce) {
  finish("o1");
  place("o2");
  passivate_quiet();
  running_.reset();
  damage_entry_of("o1");
  open();
  const auto broken = order_named("o1");
  for (int i = 0; i < 3; ++i) {
    const auto seen = running_->order(broken);
    const auto trail = running_->order_timeline(broken);
    // Neither is `not_found`, nor may the id be used again.
    const auto again = running_->execute(placing("o1", {1}));
    for (const auto* code :
         {&seen.failure().code, &trail.failure().code, &again.failure().code})
      EXPECT_EQ(*code, error_code::storage_unavailable);
  }
  EXPECT_TRUE(running_->order(order_named("o2")).ok());
  EXPECT_TRUE(running_->order_timeline(order_named("o2")).ok());
  EXPECT_TRUE(running_->stock("W1", sku_id{"A"}).ok());
  place("o3");
  EXPECT_TRUE(running_->order(order_named("o3")).ok());
  EXPECT_EQ(running_->stats().damaged_parts, 1U);
  running_.reset();
  repair();
  open();
  EXPECT_THAT(alerts(), SizeIs(1));
}

TEST_F(Damage, OfPersonalDataIsNotServed) {
  place("o1");
  place("o2");
  const auto key = entity_of(order_named("o1")).key;
  ASSERT_TRUE(store_.damage(
      key, [](codec::bytes& data) { data.back() ^= std::byte{1}; }));
  const auto seen = running_->order(order_named("o1"));
  ASSERT_FALSE(seen.ok());
  EXPECT_EQ(seen.failure().code, error_code::storage_unavailable);
  EXPECT_TRUE(running_->order(order_named("o2")).ok());
  EXPECT_THAT(alerts(), testing::ElementsAre(AllOf(HasSubstr("personal data"),
                                                   HasSubstr("o1"))));
}

TEST_F(Damage, OfAPersonalRecordsKeyIsNotTakenForNoData) {
  place("o1");
  const auto key = order_named("o1");
  const auto state = history::order_at(store_, key, history::newest);
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->has_personal);
  // Under another key there is no such record.
  persistence::memory_store other;
  for (const auto& e : events_of(store_)) ASSERT_TRUE(other.append({&e, 1}));
  const auto missing = history::personal_of(other, key, state->has_personal, 0);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.failure().code, error_code::storage_unavailable);
  // Once it is erased there is none, then and in the past.
  ASSERT_TRUE(running_->execute(by_test(erase_personal_data{key})));
  running_->settle();
  EXPECT_TRUE(running_->order(key).ok());
  const auto erased = history::personal_of(store_, key, state->has_personal, 0);
  ASSERT_TRUE(erased.ok());
  EXPECT_TRUE(erased->empty());
}

}  // namespace
}  // namespace oms::tests
