/// What callers ask by their own ids is found wherever it stands: in the newest
/// checkpoint, behind it, or in a log without one.

#include "actors/checkpoint/checkpoint_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "persistence/lmdb_store.hpp"
#include "tests/actors/engine_fixture.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

command keyed(command given, const std::string& id) {
  given.id = id;
  return given;
}

order_key order_of_brand(const std::string& brand, const std::string& id) {
  return {brand_id{brand}, order_id{id}};
}

class lookup : public testing::Test {
 protected:
  lookup() {
    open();
    (void)running_->execute(small_network());
    EXPECT_TRUE(running_->execute(receiving("W1", "A", 100)));
  }

  /// Goes down, whatever is under way, and comes back.
  void open() {
    running_.reset();
    running_ = simulated(store_, 1);
  }

  /// Places it, and ships it under the id.
  void ship(const order_key& order, const std::string& shipment) {
    auto place = placing("", {1});
    std::get<place_order>(place.body).order = order;
    ASSERT_TRUE(running_->execute(std::move(place)));
    running_->settle();
    ASSERT_TRUE(running_->execute(
        by_test(work_fulfillment{.order = order,
                                 .action = fulfillment_action::ship,
                                 .source = "W1",
                                 .shipment = shipment_id{shipment}})));
  }

  result<order_key> order_with(const std::string& shipment,
                               const std::optional<brand_id>& brand = {}) {
    return running_->order_of_shipment(brand, shipment_id{shipment});
  }

  std::vector<std::string> ids_done(const std::string& prefix) {
    std::vector<std::string> ids;
    const auto found = running_->commands_done(prefix);
    EXPECT_TRUE(found.ok());
    for (const auto& each : *found) ids.push_back(each.id);
    return ids;
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

// --- shipments --------------------------------------------------------------

TEST_F(lookup, finds_the_order_of_a_shipment) {
  const auto order = order_named("o1");
  ship(order, "SH-1");
  EXPECT_EQ(*order_with("SH-1"), order);
  EXPECT_EQ(*order_with("SH-1", order.brand), order);
  EXPECT_EQ(order_with("SH-1", brand_id{"zeta"}).failure().code,
            error_code::not_found);
  EXPECT_EQ(order_with("SH-").failure().code, error_code::not_found);
  ASSERT_TRUE(running_->checkpoint());
  EXPECT_EQ(*order_with("SH-1"), order) << "in the checkpoint";
  EXPECT_EQ(order_with("SH-").failure().code, error_code::not_found);
}

TEST_F(lookup, finds_a_shipment_again_after_a_restart) {
  ship(order_named("o1"), "SH-1");
  open();
  EXPECT_EQ(*order_with("SH-1"), order_named("o1")) << "there is no checkpoint";
  ASSERT_TRUE(running_->checkpoint());
  ship(order_named("o2"), "SH-2");
  open();
  EXPECT_EQ(*order_with("SH-1"), order_named("o1"));
  EXPECT_EQ(*order_with("SH-2"), order_named("o2")) << "behind the checkpoint";
  ASSERT_TRUE(store_.tables().clear());
  open();
  EXPECT_EQ(*order_with("SH-1"), order_named("o1")) << "made from the log";
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_F(lookup, of_two_brands_with_one_shipment_id_asks_which) {
  const auto of_acme = order_of_brand("acme", "o1");
  const auto of_zeta = order_of_brand("zeta", "o1");
  ship(of_acme, "1");
  ASSERT_TRUE(running_->checkpoint());
  ship(of_zeta, "1");
  // One is in the checkpoint and one is not; then both are.
  for (int i = 0; i < 2; ++i) {
    const auto refused = order_with("1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, error_code::conflict);
    EXPECT_EQ(*order_with("1", of_acme.brand), of_acme);
    EXPECT_EQ(*order_with("1", of_zeta.brand), of_zeta);
    ASSERT_TRUE(running_->checkpoint());
  }
}

// --- commands ---------------------------------------------------------------

TEST_F(lookup, gives_a_command_the_receipt_that_its_caller_got) {
  // With all that follows: planning, promises, and what sources do of it.
  const std::vector<command> commands{
      keyed(placing("o1", {1}), "key:place"),
      keyed(shipping("o1", "W1"), "key:ship"),
      keyed(receiving("W2", "B", 5), "key:receive"),
      keyed(by_test(define_product{{.sku = sku_id{"B"}}}), "key:product"),
      keyed(by_test(set_routing{}), "key:routing"),
      keyed(by_test(define_location{{.id = "W3"}}), "key:location")};
  std::vector<sequence> answered;
  for (const auto& each : commands) {
    const auto given = running_->execute(each);
    ASSERT_TRUE(given.ok()) << each.id << given.failure().message;
    answered.push_back(given->at);
    running_->settle();
  }
  const auto expect_all = [&](const char* where) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const auto found = running_->command_done(commands[i].id);
      ASSERT_TRUE(found.ok()) << commands[i].id << where;
      EXPECT_EQ(found->at, answered[i]) << commands[i].id << where;
    }
  };
  expect_all(" in memory");
  open();
  expect_all(" in a log without a checkpoint");
  ASSERT_TRUE(running_->checkpoint());
  expect_all(" in the checkpoint");
  open();
  expect_all(" after a restart");
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_F(lookup, knows_no_command_that_changed_nothing_or_has_no_key) {
  ASSERT_TRUE(running_->execute(keyed(placing("o1", {1}), "key:1")));
  ASSERT_TRUE(running_->execute(keyed(placing("o1", {1}), "key:2")));
  ASSERT_FALSE(running_->execute(keyed(placing("o2", {0}), "key:3")));
  ASSERT_TRUE(running_->execute(keyed(placing("o4", {1}), "note:4")));
  for (const auto* id : {"key:2", "key:3", "note:4", "key:", ""})
    EXPECT_EQ(running_->command_done(id).failure().code, error_code::not_found)
        << id;
  EXPECT_THAT(ids_done(""), ElementsAre("key:1"));
}

TEST_F(lookup, shows_the_commands_whose_ids_begin_alike) {
  ASSERT_TRUE(running_->execute(keyed(placing("o1", {1}), "key:a:1:x")));
  ASSERT_TRUE(running_->execute(keyed(placing("o2", {1}), "key:a:11:x")));
  ASSERT_TRUE(running_->checkpoint());
  ASSERT_TRUE(running_->execute(keyed(placing("o3", {1}), "key:a:1:w")));
  EXPECT_THAT(ids_done("key:a:1:"), ElementsAre("key:a:1:w", "key:a:1:x"));
  EXPECT_THAT(ids_done("key:a:1:y"), IsEmpty());
  // Used again, it has its newest receipt.
  const auto again = running_->execute(keyed(placing("o4", {1}), "key:a:1:x"));
  EXPECT_EQ(running_->command_done("key:a:1:x")->at, again->at);
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(running_->execute(keyed(placing("m" + std::to_string(i), {1}),
                                        "key:many:" + std::to_string(i))));
  EXPECT_THAT(ids_done("key:many:"), SizeIs(limits::max_commands_shown));
}

TEST_F(lookup, forgets_commands_after_a_day_and_not_before) {
  const auto placed = running_->execute(keyed(placing("o1", {1}), "key:1"));
  ASSERT_TRUE(running_->checkpoint());
  const auto note = [this](const char* text) {
    ASSERT_TRUE(running_->execute(by_test(add_note{order_named("o1"), text})));
    ASSERT_TRUE(running_->checkpoint());
  };
  running_->advance_to(opening + std::chrono::hours(limits::command_kept_h));
  note("a day later");
  EXPECT_EQ(running_->command_done("key:1")->at, placed->at);
  running_->advance_to(running_->now() + std::chrono::seconds(1));
  note("and a second");
  EXPECT_EQ(running_->command_done("key:1").failure().code,
            error_code::not_found);
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  // Nor is it remembered anew when the checkpoint is made from the log.
  ASSERT_TRUE(store_.tables().clear());
  open();
  running_->advance_to(opening + std::chrono::hours(25));
  note("written whole");
  EXPECT_EQ(running_->command_done("key:1").failure().code,
            error_code::not_found);
}

TEST_F(lookup, of_an_id_that_is_too_long_is_never_needed) {
  const std::string longest =
      "key:" + std::string(limits::max_command_id_bytes - 4, 'k');
  const auto answers = running_->execute(
      {keyed(placing("o1", {1}), longest),
       keyed(placing("o2", {1}), longest + "k"), placing("o3", {1})});
  EXPECT_TRUE(answers[0].ok());
  ASSERT_FALSE(answers[1].ok());
  EXPECT_EQ(answers[1].failure().code, error_code::invalid);
  EXPECT_EQ(answers[1].failure().faults[0].path, "id");
  EXPECT_TRUE(answers[2].ok());
  ASSERT_TRUE(running_->checkpoint());
  EXPECT_EQ(running_->command_done(longest)->at, answers[0]->at);
}

TEST_F(lookup, is_as_good_after_a_checkpoint_that_was_refused) {
  store_.tables().fail_next_writes(1);
  ship(order_named("o1"), "SH-1");
  ASSERT_TRUE(running_->execute(keyed(placing("o2", {1}), "key:1")));
  ASSERT_FALSE(running_->checkpoint());
  EXPECT_EQ(*order_with("SH-1"), order_named("o1"));
  EXPECT_TRUE(running_->command_done("key:1"));
}

// --- real threads -----------------------------------------------------------

TEST(lookup_beside_clients, finds_what_was_answered_at_once) {
  const persistence::temporary_directory directory;
  auto store = persistence::open_lmdb_store(directory.path());
  ASSERT_TRUE(store.ok());
  engine_options options;
  options.checkpoints.events = 40;
  auto opened = engine::open(**store, std::move(options));
  ASSERT_TRUE(opened.ok());
  auto& running = **opened;
  ASSERT_TRUE(running.execute(by_test(define_location{{.id = "W1"}})));
  for (int i = 0; i < 60; ++i) {
    const auto id = "key:" + std::to_string(i);
    std::promise<answer> answered;
    // Whatever the journal did after the answer would come too late.
    running.submit({keyed(receiving("W1", "A", 1), id)},
                   [&answered](const std::vector<answer>& all) {
                     answered.set_value(all.front());
                     std::this_thread::sleep_for(std::chrono::milliseconds(3));
                   });
    const auto given = answered.get_future().get();
    ASSERT_TRUE(given.ok());
    const auto found = running.command_done(id);
    ASSERT_TRUE(found.ok()) << id;
    EXPECT_EQ(found->at, given->at);
  }
}

}  // namespace
}  // namespace oms::tests
