/// The facade, simulated: docs/ARCHITECTURE.md, "Durability" and
/// actors/engine.hpp, sentence by sentence.

#include "actors/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class a_simulated_engine : public testing::Test {
 protected:
  a_simulated_engine() : running_(simulated(store_, 1)) {
    for (const auto& each : running_->execute(small_network()))
      EXPECT_TRUE(each.ok());
  }

  static error_code code_of(const answer& given) {
    EXPECT_FALSE(given.ok());
    return given.failure().code;
  }

  persistence::memory_store store_;
  std::unique_ptr<engine> running_;
};

TEST_F(a_simulated_engine, answers_in_the_order_of_the_commands) {
  const auto answers = running_->execute(
      {placing("o1", {1}), placing("o2", {0}), placing("o3", {1}),
       by_test(add_note{order_named("o9"), "?"}), receiving("W1", "A", 1),
       receiving("W9", "A", 1), by_test(define_product{{.sku = sku_id{"A"}}})});
  ASSERT_THAT(answers, SizeIs(7));
  EXPECT_TRUE(answers[0].ok());
  EXPECT_EQ(code_of(answers[1]), error_code::invalid);
  EXPECT_TRUE(answers[2].ok());
  EXPECT_EQ(code_of(answers[3]), error_code::not_found);
  EXPECT_TRUE(answers[4].ok());
  EXPECT_EQ(code_of(answers[5]), error_code::not_found);
  EXPECT_TRUE(answers[6].ok());
}

TEST_F(a_simulated_engine, calls_back_once_when_all_of_a_batch_is_answered) {
  int calls = 0;
  running_->submit({placing("o1", {1}), placing("o2", {1})},
                   [&calls](const std::vector<answer>& all) {
                     ++calls;
                     EXPECT_THAT(all, SizeIs(2));
                   });
  EXPECT_EQ(calls, 0) << "nothing happens outside run";
  running_->settle();
  EXPECT_EQ(calls, 1);
}

TEST_F(a_simulated_engine, calls_back_for_an_empty_batch_at_once) {
  int calls = 0;
  running_->submit({}, [&calls](const std::vector<answer>& all) {
    ++calls;
    EXPECT_THAT(all, IsEmpty());
  });
  EXPECT_EQ(calls, 1);
}

TEST_F(a_simulated_engine, says_at_which_event_a_command_was_done) {
  const auto placed = running_->execute(placing("o1", {1}, false));
  ASSERT_TRUE(placed.ok());
  const auto timeline = running_->order_timeline(order_named("o1"));
  ASSERT_TRUE(timeline.ok());
  EXPECT_EQ(placed->at, timeline->back().at);
  // Placed again it changes nothing.
  const auto again = running_->execute(placing("o1", {1}, false));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->at, 0U);
}

TEST_F(a_simulated_engine, an_answer_is_on_disk_before_it_is_given) {
  bool checked = false;
  running_->submit({placing("o1", {1})},
                   [this, &checked](const std::vector<answer>& all) {
                     checked = true;
                     EXPECT_GE(store_.stats().last, all.at(0)->at);
                     EXPECT_GT(all.at(0)->at, 0U);
                   });
  running_->settle();
  EXPECT_TRUE(checked);
}

TEST_F(a_simulated_engine, lets_callbacks_submit_again) {
  std::vector<std::string> done;
  running_->submit({placing("o1", {1})}, [&](const std::vector<answer>&) {
    done.emplace_back("o1");
    running_->submit({placing("o2", {1})}, [&](const std::vector<answer>&) {
      done.emplace_back("o2");
    });
  });
  running_->settle();
  EXPECT_THAT(done, ElementsAre("o1", "o2"));
}

TEST_F(a_simulated_engine, knows_no_order_location_or_supplier_that_is_not) {
  EXPECT_EQ(running_->order(order_named("o9")).failure().code,
            error_code::not_found);
  EXPECT_EQ(running_->order_timeline(order_named("o9")).failure().code,
            error_code::not_found);
  EXPECT_EQ(running_->stock("W9", sku_id{"A"}).failure().code,
            error_code::not_found);
  EXPECT_EQ(running_->location_stock("W9").failure().code,
            error_code::not_found);
  EXPECT_EQ(running_->supplier_stock("S9", sku_id{"A"}).failure().code,
            error_code::not_found);
  EXPECT_THAT(*running_->backorders(sku_id{"nothing"}), IsEmpty());
  EXPECT_EQ(running_->stock("W1", sku_id{"nothing"})->on_hand, quantity{0});
  for (const command_body& body :
       {command_body{record_payment{.order = order_named("o9")}},
        command_body{cancel_order{.order = order_named("o9")}},
        command_body{plan_order{order_named("o9")}},
        command_body{work_fulfillment{.order = order_named("o9")}}})
    EXPECT_EQ(code_of(running_->execute(by_test(body))), error_code::not_found);
}

TEST_F(a_simulated_engine, a_refused_order_leaves_nothing_behind) {
  EXPECT_EQ(code_of(running_->execute(placing("o1", {0}))),
            error_code::invalid);
  EXPECT_THAT(running_->gather_all_orders(), IsEmpty());
  EXPECT_TRUE(running_->execute(placing("o1", {1})).ok());
}

/// domain.md, "Placing": "The same id with the same body (names and addresses
/// included) gets the same answer as the first time; with another body it is a
/// `conflict`. After a person is erased, personal data is no longer compared."
TEST_F(a_simulated_engine, an_order_of_another_person_is_another_order) {
  const auto of = [](const std::string& name, const std::string& street) {
    auto order = placing("o1", {1});
    auto& personal = std::get<place_order>(order.body).personal;
    personal.customer_name = name;
    personal.line1 = street;
    return order;
  };
  // Also before the first one is on disk.
  const auto at_once = running_->execute(
      {of("Ann", "Elm St"), of("Ann", "Elm St"), of("Bob", "Elm St")});
  EXPECT_TRUE(at_once[0]);
  EXPECT_TRUE(at_once[1]);
  EXPECT_EQ(code_of(at_once[2]), error_code::conflict);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(running_->execute(of("Ann", "Elm St")));
    EXPECT_EQ(code_of(running_->execute(of("Ann", "Oak St"))),
              error_code::conflict);
    EXPECT_EQ(code_of(running_->execute(of("", ""))), error_code::conflict);
    running_.reset();
    running_ = simulated(store_, 1);
  }
  const auto erased = running_->execute(
      {of("Ann", "Elm St"), by_test(erase_personal_data{order_named("o1")}),
       of("Bob", "Oak St")});
  for (const auto& each : erased) EXPECT_TRUE(each);
  running_.reset();
  running_ = simulated(store_, 1);
  EXPECT_TRUE(running_->execute(of("Bob", "Oak St")));
  auto other = of("Ann", "Elm St");
  std::get<place_order>(other.body).body.channel = "phone";
  EXPECT_EQ(code_of(running_->execute(other)), error_code::conflict);
}

// docs/DOMAIN.md, "Ids": programs that embed the engine keep to the same rules.
TEST_F(a_simulated_engine, refuses_ids_that_are_none) {
  for (const std::string bad :
       {" X", "X\xC2\xA0", "X\x1b[2J", "K\xF6ln", "X\x7f"}) {
    auto placed = std::get<place_order>(placing("o1", {1}).body);
    const auto with = [&placed](auto change) {
      auto order = placed;
      change(order);
      return by_test(std::move(order));
    };
    auto named = by_test(define_product{{.sku = sku_id{"A"}}});
    named.by = actor_name{bad};
    auto with_id = by_test(define_product{{.sku = sku_id{"A"}}});
    with_id.id = bad;
    const order_key order = order_named("o1");
    const order_key bad_order = order_named(bad);
    std::vector<command> commands = {
        with([&](place_order& of) { of.order.id.value = bad; }),
        with([&](place_order& of) { of.order.brand.value = bad; }),
        with([&](place_order& of) { of.body.channel = bad; }),
        with([&](place_order& of) { of.body.customer.value = bad; }),
        with([&](place_order& of) { of.body.reservation.value = bad; }),
        with([&](place_order& of) { of.body.ship_to.country = bad; }),
        with([&](place_order& of) { of.body.payment->reference = bad; }),
        with([&](place_order& of) { of.body.lines[0].line.value = bad; }),
        with([&](place_order& of) { of.body.lines[0].sku.value = bad; }),
        by_test(record_payment{.order = order, .reference = bad}),
        by_test(place_hold{order, hold_id{bad}, ""}),
        by_test(release_hold{order, hold_id{bad}}),
        by_test(plan_order{bad_order}),
        by_test(work_fulfillment{.order = order,
                                 .action = fulfillment_action::ship,
                                 .fulfillment = {},
                                 .source = "W1",
                                 .lines = {},
                                 .shipment = shipment_id{bad},
                                 .carrier = {},
                                 .tracking = {}}),
        by_test(track_shipment{
            .order = order, .shipment = shipment_id{bad}, .source = {}}),
        by_test(settle_refund{order, refund_id{bad}}),
        by_test(decide_return{order, return_id{bad}}),
        by_test(define_location{{.id = bad}}),
        by_test(define_location{
            {.id = "W9", .brands = {brand_id{bad}}, .countries = {}}}),
        by_test(define_supplier{{.id = bad}}),
        by_test(define_product{{.sku = sku_id{bad}}}),
        by_test(set_routing{{.brand = brand_id{bad}}}),
        by_test(receive_stock{"W1", sku_id{bad}, quantity{1}, ""}),
        by_test(receive_stock{"W1", sku_id{"A"}, quantity{1}, bad}),
        by_test(adjust_stock{"W1", sku_id{bad}, quantity{1}, ""}),
        by_test(count_stock{"W1", sku_id{bad}, quantity{1}}),
        by_test(set_safety_stock{"W1", sku_id{bad}, quantity{1}}),
        named,
        with_id};
    const auto answers = running_->execute(commands);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      ASSERT_FALSE(answers[i]) << "command " << i << " with " << bad;
      EXPECT_EQ(code_of(answers[i]), error_code::invalid)
          << "command " << i << " with " << bad << ": "
          << answers[i].failure().message;
    }
  }
}

// A cell of a spreadsheet can't tell it from an empty list: everything.
TEST_F(a_simulated_engine, refuses_empty_brands_and_countries) {
  location_settings place;
  place.id = "W9";
  place.brands = {brand_id{"b"}, brand_id{}};
  const auto refused = running_->execute(by_test(define_location{place}));
  ASSERT_EQ(code_of(refused), error_code::invalid);
  EXPECT_EQ(refused.failure().faults[0].path, "brands[1]");
  supplier_settings supplier;
  supplier.id = "S9";
  supplier.countries = {""};
  EXPECT_EQ(code_of(running_->execute(by_test(define_supplier{supplier}))),
            error_code::invalid);
}

TEST_F(a_simulated_engine, lets_nobody_act_as_a_part_of_it) {
  auto forged = receiving("W1", "A", 1);
  forged.by = actor_name{"waiting line"};
  EXPECT_EQ(code_of(running_->execute(forged)), error_code::invalid);
}

// It signs what it decides with its id.
TEST_F(a_simulated_engine, has_no_source_that_is_named_as_a_part_of_it) {
  for (const auto* id : {"router", "Rou\xC2\xADter", "supplier", "api"}) {
    EXPECT_EQ(code_of(running_->execute(by_test(define_location{{.id = id}}))),
              error_code::invalid)
        << id;
    EXPECT_EQ(code_of(running_->execute(by_test(define_supplier{{.id = id}}))),
              error_code::invalid)
        << id;
    EXPECT_FALSE(running_->has_source(id));
  }
  EXPECT_TRUE(running_->has_source("W1"));
}

// actors/engine.hpp and messages/commands.hpp: a change sees what is there.
TEST_F(a_simulated_engine, changes_settings_where_they_are_kept) {
  const auto renaming = [](const std::string& id, const std::string& suffix) {
    define_location command;
    command.settings.id = id;
    command.change = [suffix](const location_settings& now) {
      auto wanted = now;
      wanted.name += suffix;
      return result<location_settings>(std::move(wanted));
    };
    return by_test(std::move(command));
  };
  // All submitted before any of them runs.
  for (const auto& each : running_->execute(
           {renaming("W1", "a"), renaming("W1", "b"), renaming("W1", "c")}))
    EXPECT_TRUE(each.ok());
  const auto all = running_->locations();
  const auto found =
      std::find_if(all.begin(), all.end(),
                   [](const location_settings& of) { return of.id == "W1"; });
  ASSERT_NE(found, all.end());
  EXPECT_EQ(found->name, "abc");
  EXPECT_TRUE(found->active);
  EXPECT_EQ(code_of(running_->execute(renaming("W9", "a"))),
            error_code::not_found);
  EXPECT_EQ(code_of(running_->execute(renaming("W1", std::string(5'000, 'x')))),
            error_code::invalid);
  EXPECT_EQ(running_->locations().size(), all.size());
}

TEST_F(a_simulated_engine, a_change_of_a_supplier_keeps_what_it_has_left) {
  define_supplier whole;
  whole.settings.id = "S9";
  whole.settings.products = {{.sku = sku_id{"E"},
                              .available = quantity{5},
                              .unit_cost = {},
                              .lead_time_days = 4}};
  ASSERT_TRUE(running_->execute(by_test(whole)));
  auto order = std::get<place_order>(placing("o1", {2}).body);
  order.body.lines[0].sku = sku_id{"E"};
  ASSERT_TRUE(running_->execute(by_test(std::move(order))));
  const auto left = [this] {
    return running_->supplier_stock("S9", sku_id{"E"})->available;
  };
  ASSERT_EQ(left(), quantity{3});
  define_supplier change;
  change.settings.id = "S9";
  change.keeps_products = true;
  change.change = [](const supplier_settings& now) {
    EXPECT_TRUE(now.products.empty());
    auto wanted = now;
    wanted.name = "Nine";
    return result<supplier_settings>(std::move(wanted));
  };
  ASSERT_TRUE(running_->execute(by_test(change)));
  EXPECT_EQ(left(), quantity{3});
  const auto before = store_.stats().last;
  ASSERT_TRUE(running_->execute(by_test(change)));
  EXPECT_EQ(store_.stats().last, before) << "nothing was left to change";
}

// docs/DOMAIN.md, "Alerts": stuckAfterS 0 means never, as it was when the
// order entered the status.
TEST_F(a_simulated_engine, an_order_is_never_stuck_where_the_rules_say_so) {
  const auto rules = [](std::int64_t stuck_after_s) {
    return by_test(set_routing{{.stuck_after_s = stuck_after_s}});
  };
  EXPECT_EQ(code_of(running_->execute(rules(-1))), error_code::invalid);
  EXPECT_EQ(code_of(running_->execute(rules(9'000'000'000'000'000'000))),
            error_code::invalid);
  ASSERT_TRUE(running_->execute(rules(0)));
  ASSERT_TRUE(running_->execute(placing("o1", {1'000})));
  ASSERT_TRUE(running_->execute(rules(3'600)));
  // Planned anew, under rules that came later.
  ASSERT_TRUE(running_->execute(by_test(plan_order{order_named("o1")})));
  ASSERT_TRUE(running_->execute(placing("o2", {1'000})));
  running_->advance_to(opening + std::chrono::hours{24 * 30});
  const auto stuck = [this](const std::string& id) {
    const auto timeline = running_->order_timeline(order_named(id));
    return std::any_of(
        timeline->begin(), timeline->end(), [](const event& each) {
          const auto* alert = std::get_if<alert_raised>(&each.body);
          return alert != nullptr && alert->kind == "order.stuck";
        });
  };
  EXPECT_FALSE(stuck("o1"));
  EXPECT_TRUE(stuck("o2"));
}

TEST(StateHash, DoesNotDependOnRefusedAndRepeatedPlacements) {
  const auto hash_after = [](bool with_others) {
    persistence::memory_store store;
    const auto running = simulated(store, 1);
    running->execute(small_network());
    EXPECT_TRUE(running->execute(placing("o1", {1})));
    if (with_others) {
      EXPECT_TRUE(running->execute(placing("o1", {1}))) << "repeated";
      EXPECT_FALSE(running->execute(placing("bad", {0}))) << "refused";
    }
    EXPECT_TRUE(running->execute(placing("o2", {1})));
    return running->state_hash();
  };
  EXPECT_EQ(hash_after(true), hash_after(false));
}

// docs/DOMAIN.md, "Alerts": what was due while no engine ran is one alert.
TEST(StuckAlerts, ComeOnceAfterADowntimeAndThenEvery24Hours) {
  using std::chrono::hours;
  persistence::memory_store store;
  auto running = simulated(store, 1);
  running->execute(small_network());
  ASSERT_TRUE(running->execute(placing("o1", {1'000})));
  const auto alerts = [&] {
    std::vector<hours> at;
    const auto timeline = running->order_timeline(order_named("o1"));
    for (const auto& each : *timeline)
      if (const auto* alert = std::get_if<alert_raised>(&each.body);
          alert != nullptr && alert->kind == "order.stuck")
        at.push_back(std::chrono::duration_cast<hours>(each.time - opening));
    return at;
  };
  const auto reopen = [&](hours at) {
    running.reset();
    running = simulated(store, 2, opening + at);
    running->settle();
  };
  running->advance_to(opening + hours{49});
  EXPECT_THAT(alerts(), ElementsAre(hours{24}, hours{48}));
  const hours late{290 * 24 + 5};
  reopen(late);
  running->advance_to(opening + late + hours{23});
  EXPECT_THAT(alerts(), ElementsAre(hours{24}, hours{48}, late));
  reopen(late + hours{23});
  EXPECT_EQ(alerts().size(), 3U);
  running->advance_to(opening + late + hours{47});
  EXPECT_THAT(alerts(),
              ElementsAre(hours{24}, hours{48}, late, late + hours{24}));
  EXPECT_THAT(running->check_invariants(), IsEmpty());
  const auto hash = running->state_hash();
  reopen(late + hours{47});
  EXPECT_EQ(running->state_hash(), hash);
}

TEST_F(a_simulated_engine, takes_an_order_from_placing_to_delivery) {
  ASSERT_TRUE(running_->execute(receiving("W1", "A", 5)).ok());
  ASSERT_TRUE(running_->execute(placing("o1", {2})).ok());
  auto order = running_->order(order_named("o1"));
  ASSERT_THAT(order->fulfillments, SizeIs(1));
  EXPECT_EQ(order->fulfillments[0].source.id, "W1");
  EXPECT_THAT(*running_->decisions(order_named("o1")), SizeIs(1));
  ASSERT_TRUE(running_->execute(shipping("o1", "W1")).ok());
  ASSERT_TRUE(
      running_
          ->execute(by_test(track_shipment{.order = order_named("o1"),
                                           .news = tracking_status::delivered}))
          .ok());
  EXPECT_EQ(running_->order(order_named("o1"))->status,
            order_status::delivered);
  EXPECT_EQ(running_->stock("W1", sku_id{"A"})->on_hand, quantity{3});
  EXPECT_EQ(text_of(running_->check_invariants()), "");
}

TEST_F(a_simulated_engine, shows_who_waits_and_where_in_the_line) {
  for (const auto* id : {"o1", "o2"})
    ASSERT_TRUE(running_->execute(placing(id, {2})).ok());
  const auto line = *running_->backorders(sku_id{"A"});
  ASSERT_THAT(line, SizeIs(2));
  EXPECT_EQ(line[0].order, order_named("o1"));
  const auto queue = running_->order(order_named("o2"))->queue;
  ASSERT_THAT(queue, SizeIs(1));
  EXPECT_EQ(queue[0].position, 2);
}

TEST_F(a_simulated_engine, counts_what_it_was_asked_and_what_it_refused) {
  const auto before = running_->stats();
  (void)running_->execute({placing("o1", {1}), placing("o2", {0})});
  const auto stats = running_->stats();
  EXPECT_EQ(stats.commands - before.commands, 2U);
  EXPECT_EQ(stats.refused - before.refused, 1U);
  EXPECT_EQ(stats.orders, 1U);
  EXPECT_EQ(stats.last, store_.stats().last);
}

TEST_F(a_simulated_engine, the_observer_sees_every_event_once_in_order) {
  std::vector<event> seen;
  persistence::memory_store store;
  engine_options options;
  options.seed = 5;
  options.start = opening;
  options.observer = [&](const event& e) {
    EXPECT_LE(e.at, store.stats().last) << "before its commit";
    seen.push_back(e);
  };
  auto opened = engine::open(store, std::move(options));
  ASSERT_TRUE(opened.ok());
  (void)(*opened)->execute(small_network());
  (void)(*opened)->execute(business(5).next(60));
  (*opened)->settle();
  ASSERT_EQ(seen.size(), store.stats().last);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].at, i + 1);
}

TEST(opening, refuses_options_that_no_engine_can_have) {
  using count = std::size_t engine_options::*;
  const std::vector<std::pair<count, std::string>> options{
      {&engine_options::worker_threads, "worker_threads"},
      {&engine_options::directory_shards, "directory_shards"},
      {&engine_options::backorder_queues, "backorder_queues"}};
  for (const auto& [option, name] : options) {
    persistence::memory_store store;
    engine_options wished;
    wished.*option = 0;
    const auto refused = engine::open(store, std::move(wished));
    ASSERT_FALSE(refused.ok()) << name;
    EXPECT_EQ(refused.failure().code, error_code::invalid);
    ASSERT_THAT(refused.failure().faults, SizeIs(1));
    EXPECT_EQ(refused.failure().faults[0].path, name);
  }
}

TEST(admission, commands_beyond_the_limit_are_refused_as_overloaded) {
  persistence::memory_store store;
  engine_options options;
  options.seed = 1;
  options.max_commands_in_flight = 3;
  auto opened = engine::open(store, std::move(options));
  ASSERT_TRUE(opened.ok());
  auto& running = **opened;
  std::vector<answer> first;
  std::vector<answer> second;
  running.submit({placing("o1", {1}), placing("o2", {1})},
                 [&](std::vector<answer> all) { first = std::move(all); });
  running.submit({placing("o3", {1}), placing("o4", {1})},
                 [&](std::vector<answer> all) { second = std::move(all); });
  ASSERT_THAT(second, SizeIs(2));
  for (const auto& each : second)
    EXPECT_EQ(each.failure().code, error_code::overloaded);
  EXPECT_THAT(first, IsEmpty());
  running.settle();
  ASSERT_THAT(first, SizeIs(2));
  // With those answered there is room again.
  EXPECT_TRUE(running.execute(placing("o3", {1})).ok());
  EXPECT_THAT(running.gather_all_orders(), SizeIs(3));
}

TEST_F(a_simulated_engine, waits_when_the_store_refuses_and_then_goes_on) {
  store_.fail_next_appends(3);
  const auto written = store_.stats().last;
  std::vector<answer> waiting;
  running_->submit({placing("o1", {1}), placing("o2", {1})},
                   [&](std::vector<answer> all) { waiting = std::move(all); });
  while (running_->run(1'000)) {
  }
  // Nothing was lost and nothing was claimed.
  EXPECT_THAT(waiting, IsEmpty());
  EXPECT_EQ(store_.stats().last, written);
  // New commands are told so at once.
  std::vector<answer> refused;
  running_->submit({placing("o3", {1})},
                   [&](std::vector<answer> all) { refused = std::move(all); });
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(code_of(refused[0]), error_code::storage_unavailable);
  running_->settle();
  ASSERT_THAT(waiting, SizeIs(2));
  EXPECT_TRUE(waiting[0].ok() && waiting[1].ok());
  EXPECT_TRUE(running_->execute(placing("o3", {1})).ok());
  EXPECT_EQ(text_of(running_->check_invariants()), "");
  EXPECT_TRUE(store_.verify().ok());
}

TEST(refused_writes, at_any_moment_lose_nothing) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    persistence::memory_store store;
    const auto running = simulated(store, seed);
    (void)running->execute(small_network());
    business day(seed);
    std::size_t answers = 0;
    for (int round = 0; round < 10; ++round) {
      store.fail_next_appends(seed % 4);
      running->submit(day.next(6), [&](const std::vector<answer>& all) {
        answers += all.size();
      });
      (void)running->run(seed % 7 * 20);
    }
    running->settle();
    ASSERT_EQ(answers, 60U) << "seed " << seed;
    ASSERT_EQ(text_of(running->check_invariants()), "") << "seed " << seed;
  }
}

TEST(determinism, one_seed_is_one_interleaving) {
  const auto log_of = [](std::uint64_t seed) {
    persistence::memory_store store;
    const auto running = simulated(store, seed);
    (void)running->execute(small_network());
    (void)running->execute(business(11).next(150));
    running->settle();
    return events_of(store);
  };
  EXPECT_EQ(log_of(21), log_of(21));
  EXPECT_NE(log_of(21), log_of(22));
}

TEST(interleavings, of_the_same_business_keep_the_invariants) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    persistence::memory_store store;
    const auto running = simulated(store, seed);
    (void)running->execute(small_network());
    business day(seed % 6);
    for (int round = 0; round < 8; ++round) {
      (void)running->execute(day.next(15));
      ASSERT_EQ(text_of(running->check_invariants()), "")
          << "seed " << seed << " round " << round;
    }
    running->advance_to(opening + std::chrono::hours(24 * 3));
    ASSERT_EQ(text_of(running->check_invariants()), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace oms::tests
