/// A shipment id is unique within its brand: domain.md, "Fulfillment" ("reusing
/// another order's id is a `conflict`, and so is the same id with another
/// fulfillment or other lines").

#include "actors/shipment_registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

work_fulfillment parcel(const order_key& order, const std::string& shipment,
                        std::int64_t units = 0) {
  work_fulfillment ship{.order = order,
                        .action = fulfillment_action::ship,
                        .source = "W1",
                        .shipment = shipment_id{shipment}};
  if (units > 0)
    ship.lines = std::vector<work_line>{{line_id{"1"}, {}, quantity{units}}};
  return ship;
}

class shipments : public testing::Test {
 protected:
  void open(std::uint64_t seed) {
    running_.reset();
    engine_options options;
    options.seed = seed;
    options.start = opening;
    auto opened = engine::open(*store_, std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.failure().message;
    running_ = std::move(*opened);
  }

  /// A new store with a network, and stock for everybody.
  void begin(std::uint64_t seed = 1) {
    running_.reset();
    store_ = std::make_unique<persistence::memory_store>();
    open(seed);
    (void)running_->execute(small_network());
    ASSERT_TRUE(running_->execute(receiving("W1", "A", 1'000)));
  }

  /// Places an order that W1 is to ship.
  order_key place(const std::string& id, std::int64_t units = 2,
                  const std::string& brand = "") {
    auto order = placing(id, {units});
    auto& key = std::get<place_order>(order.body).order;
    key.brand = brand_id{brand};
    const auto placed = key;
    EXPECT_TRUE(running_->execute(std::move(order)));
    running_->settle();
    return placed;
  }

  answer ship(const order_key& order, const std::string& shipment,
              std::int64_t units = 0) {
    return running_->execute(by_test(parcel(order, shipment, units)));
  }

  std::size_t shipments_of(const order_key& order) {
    return running_->order(order)->shipments.size();
  }

  std::size_t ids_in_memory() {
    std::size_t held = 0;
    for (const auto& each : running_->activity().actors)
      if (each.kind == "shipmentRegistry") held += each.holds;
    return held;
  }

  std::unique_ptr<persistence::memory_store> store_;
  std::unique_ptr<engine> running_;
};

TEST_F(shipments, of_two_orders_that_ship_at_once_one_gets_the_id) {
  std::array<int, 2> won{};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    begin(seed);
    const std::array orders{place("o1"), place("o2")};
    const auto answers = running_->execute(
        {by_test(parcel(orders[0], "BOX")), by_test(parcel(orders[1], "BOX"))});
    ASSERT_NE(answers[0].ok(), answers[1].ok()) << "seed " << seed;
    const std::size_t winner = answers[0] ? 0 : 1;
    ++won.at(winner);
    const auto& refusal = answers[1 - winner].failure();
    EXPECT_EQ(refusal.code, error_code::conflict);
    EXPECT_THAT(refusal.message, HasSubstr(orders[winner].id.value));
    EXPECT_EQ(shipments_of(orders[winner]), 1U);
    EXPECT_EQ(shipments_of(orders[1 - winner]), 0U);
    EXPECT_EQ(*running_->order_of_shipment({}, shipment_id{"BOX"}),
              orders[winner]);
    ASSERT_EQ(text_of(running_->check_invariants()), "") << "seed " << seed;
  }
  EXPECT_GT(won[0], 0);
  EXPECT_GT(won[1], 0);
}

TEST_F(shipments, an_id_that_was_claimed_in_vain_is_free_for_who_waits) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    begin(seed);
    const auto greedy = place("o1");
    const auto modest = place("o2");
    const auto answers = running_->execute(
        {by_test(parcel(greedy, "BOX", 3)), by_test(parcel(modest, "BOX", 1))});
    ASSERT_FALSE(answers[0]);
    ASSERT_TRUE(answers[1])
        << "seed " << seed << ": " << answers[1].failure().message;
    EXPECT_EQ(shipments_of(greedy), 0U);
  }
}

TEST_F(shipments, an_id_has_one_order_across_a_crash) {
  std::array<int, 3> shipped_before{};
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    begin(seed);
    const std::array orders{place("o1"), place("o2")};
    const std::vector<command> both{by_test(parcel(orders[0], "BOX")),
                                    by_test(parcel(orders[1], "BOX"))};
    running_->submit(both, [](const std::vector<answer>&) {});
    (void)running_->run(seed % 30);
    open(seed);
    running_->settle();
    const auto before = shipments_of(orders[0]) + shipments_of(orders[1]);
    ASSERT_LE(before, 1U) << "seed " << seed;
    ++shipped_before.at(before);
    const auto answers = running_->execute(both);
    ASSERT_NE(answers[0].ok(), answers[1].ok()) << "seed " << seed;
    ASSERT_EQ(shipments_of(orders[0]) + shipments_of(orders[1]), 1U);
    ASSERT_EQ(text_of(running_->check_invariants()), "") << "seed " << seed;
  }
  EXPECT_GT(shipped_before[0], 0);
  EXPECT_GT(shipped_before[1], 0);
}

TEST_F(shipments, commands_behind_a_shipment_stay_behind_it) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    begin(seed);
    const auto order = place("o1");
    const auto answers = running_->execute(
        {by_test(parcel(order, "BOX", 1)),
         by_test(track_shipment{.order = order,
                                .shipment = shipment_id{"BOX"},
                                .source = {},
                                .news = tracking_status::delivered}),
         by_test(parcel(order, "", 1)), by_test(parcel(order, "BOX", 1))});
    for (const auto& each : answers)
      ASSERT_TRUE(each) << "seed " << seed << ": " << each.failure().message;
    const auto seen = running_->order(order);
    ASSERT_EQ(seen->shipments.size(), 2U);
    EXPECT_EQ(seen->shipments[0].status, shipment_status::delivered);
  }
}

TEST_F(shipments, an_id_stays_taken_when_its_order_is_in_the_checkpoint) {
  begin();
  const auto first = place("o1");
  const auto second = place("o2");
  ASSERT_TRUE(ship(first, "BOX"));
  EXPECT_EQ(ids_in_memory(), 1U);
  ASSERT_TRUE(running_->checkpoint());
  EXPECT_EQ(ids_in_memory(), 0U) << "the index has it";
  EXPECT_EQ(ship(second, "BOX").failure().code, error_code::conflict);
  open(2);
  EXPECT_EQ(ship(second, "BOX").failure().code, error_code::conflict);
  EXPECT_EQ(ids_in_memory(), 0U);
  EXPECT_TRUE(ship(first, "BOX")) << "it is the same shipment again";
}

TEST_F(shipments, another_brand_may_use_the_id) {
  begin();
  ASSERT_TRUE(ship(place("o1", 2, "acme"), "BOX"));
  EXPECT_TRUE(ship(place("o1", 2, "zeta"), "BOX"));
  EXPECT_FALSE(ship(place("o2", 2, "zeta"), "BOX"));
}

TEST_F(shipments, what_is_wrong_with_the_command_comes_before_the_conflict) {
  begin();
  ASSERT_TRUE(ship(place("o1"), "BOX"));
  const auto order = place("o2");
  auto elsewhere = parcel(order, "BOX");
  elsewhere.source = "nowhere";
  EXPECT_EQ(running_->execute(by_test(elsewhere)).failure().code,
            error_code::not_found);
  EXPECT_EQ(ship(order, "BOX", 9).failure().code, error_code::conflict);
}

TEST_F(shipments, an_id_of_the_engines_making_is_one_that_nobody_has) {
  begin();
  const auto order = place("o2");
  ASSERT_TRUE(ship(place("o1", 2), "o2-1"));
  ASSERT_TRUE(ship(order, "", 1));
  ASSERT_TRUE(ship(order, "", 1));
  const auto seen = running_->order(order)->shipments;
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].id, shipment_id{"o2-2"});
  EXPECT_EQ(seen[1].id, shipment_id{"o2-3"});
}

/// The log of an engine that did not know the rule: "o1" and "o2" have both
/// shipped as "BOX".
std::vector<event> with_an_id_twice(std::vector<event> log) {
  for (auto& each : log) {
    if (auto* left = std::get_if<shipment_shipped>(&each.body))
      left->shipment = shipment_id{"BOX"};
    auto* told = std::get_if<notification_recorded>(&each.body);
    if (told != nullptr && told->kind == "shipment.shipped")
      told->subject = "BOX";
  }
  return log;
}

TEST_F(shipments, an_id_that_an_old_log_has_twice_names_its_orders) {
  begin();
  const auto first = place("o1");
  const auto second = place("o2");
  ASSERT_TRUE(ship(first, "BOX-1"));
  ASSERT_TRUE(ship(second, "BOX-2"));
  const auto log = with_an_id_twice(events_of(*store_));
  const auto old = prefix_of(log, log.size());
  running_ = simulated(*old, 1);
  const auto third = place("o3");
  // Beside the checkpoint first, then in it.
  for (int i = 0; i < 2; ++i) {
    const auto found =
        running_->order_of_shipment(first.brand, shipment_id{"BOX"});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.failure().code, error_code::conflict);
    EXPECT_THAT(found.failure().message,
                AllOf(HasSubstr("o1"), HasSubstr("o2"), Not(HasSubstr("o3"))));
    const auto refused = ship(third, "BOX");
    EXPECT_EQ(refused.failure().code, error_code::conflict);
    EXPECT_THAT(refused.failure().message,
                AllOf(HasSubstr("o1"), HasSubstr("o2")));
    EXPECT_TRUE(running_->execute(
        by_test(track_shipment{.order = second,
                               .shipment = shipment_id{"BOX"},
                               .source = {},
                               .news = tracking_status::in_transit})));
    ASSERT_EQ(text_of(running_->check_invariants()), "");
    ASSERT_TRUE(running_->checkpoint());
  }
  running_.reset();
}

}  // namespace
}  // namespace oms::tests
