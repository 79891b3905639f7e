// An engine on a store that refuses, or is slow: nothing that was
// acknowledged is lost, answers wait for room, and work goes on by itself.
// tests/crash has disks that are really full.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "persistence/memory_store.hpp"
#include "tests/actors/engine_fixture.hpp"
#include "tests/faults/clients.hpp"
#include "tests/faults/watchdog.hpp"
#include "tests/persistence/store_in_front.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::tests {
namespace {

using std::chrono::milliseconds;

constexpr unsigned hang_s = 60;
constexpr milliseconds patience{30'000};
// Longer than several tries of the journal.
constexpr milliseconds quiet{350};

// A store that refuses or is slow when it is told to.
class ailing_store : public persistence::store_in_front {
 public:
  using store_in_front::store_in_front;

  status append(std::span<const decision> batch) override {
    std::this_thread::sleep_for(pause.load());
    while (holds) std::this_thread::sleep_for(milliseconds(1));
    const bool by_chance =
        refused_percent > 0 && random_.chance(refused_percent);
    if (!refuses && !by_chance) return store_in_front::append(batch);
    ++refusals;
    return error{error_code::storage_unavailable, "no room", {}};
  }
  [[nodiscard]] status check_in_place() const override {
    if (is_lost)
      return error{error_code::storage_unavailable, "it was swapped", {}};
    return done{};
  }

  std::atomic<bool> refuses{false};
  // An append does not return.
  std::atomic<bool> holds{false};
  std::atomic<std::uint64_t> refused_percent{0};
  std::atomic<milliseconds> pause{milliseconds{0}};
  std::atomic<int> refusals{0};
  std::atomic<bool> is_lost{false};

 private:
  oms::simulation::dice random_{1, 1};
};

class StorageThreads : public testing::Test {
 protected:
  StorageThreads() {
    open();
    (void)running_->execute(small_network());
    EXPECT_TRUE(running_->execute(receiving("W1", "A", 1'000)).ok());
  }
  ~StorageThreads() override { store_.refuses = store_.holds = false; }

  void open() {
    auto opened = engine::open(store_, {});
    if (!opened) throw std::runtime_error(opened.failure().message);
    running_ = std::move(*opened);
  }

  void place() {
    running_->submit({placing("o" + std::to_string(placed_++), {1})},
                     answers_.expect());
  }

  // Places orders until the engine refuses one; tells how many wait.
  std::size_t fill_up() {
    store_.refuses = true;
    do {
      place();
      std::this_thread::sleep_for(milliseconds(1));
    } while (!answers_.last().is(error_code::storage_unavailable));
    return answers_.expected() - answers_.answered();
  }

  // At rest, also on a loaded machine.
  std::string broken_invariants() {
    auto broken = running_->check_invariants();
    for (int i = 0; i < 50 && !broken.empty(); ++i)
      broken = running_->check_invariants();
    return text_of(broken);
  }

  persistence::memory_store disk_;
  ailing_store store_{disk_};
  std::unique_ptr<engine> running_;
  answer_book answers_;
  int placed_ = 0;
  const watchdog dog_{hang_s, "an engine on an ailing store"};
};

// If it does not try again, the watchdog ends the test.
TEST_F(StorageThreads, AnswersWaitUntilThereIsRoom) {
  const auto waiting = fill_up();
  ASSERT_GT(waiting, 0U);
  const auto written = disk_.stats().last;
  std::this_thread::sleep_for(quiet);
  while (store_.refusals < 3) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(answers_.expected() - answers_.answered(), waiting);
  EXPECT_EQ(disk_.stats().last, written);
  place();
  EXPECT_TRUE(answers_.last().is(error_code::storage_unavailable));

  store_.refuses = false;
  ASSERT_TRUE(answers_.wait_for_all(patience)) << "it goes on by itself";
  std::size_t accepted = 0;
  for (const auto& each : answers_.all()) {
    EXPECT_EQ(each.times, 1);
    if (each.got) ++accepted;
  }
  EXPECT_EQ(accepted, waiting);
  place();
  ASSERT_TRUE(answers_.wait_for_all(patience));
  EXPECT_TRUE(answers_.last().got.ok());
  EXPECT_EQ(broken_invariants(), "");
  EXPECT_EQ(running_->gather_all_orders().size(), waiting + 1);
}

// What is not on disk is not shown, and a read that would have to wait for the
// disk is refused at once. If one waits, the watchdog ends the test.
TEST_F(StorageThreads, WhatWaitsForTheDiskSaysSoAndAllElseIsShown) {
  ASSERT_TRUE(running_->execute(placing("there", {1})).ok());
  running_->settle();
  (void)fill_up();
  const auto is_refused = [](const auto& read) {
    return !read && read.failure().code == error_code::storage_unavailable &&
           read.failure().message.ends_with(
               "is waiting for the disk; try again");
  };
  while (running_->stats().storage_ok)
    std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(is_refused(running_->order(order_named("o0"))));
  EXPECT_TRUE(is_refused(running_->order_timeline(order_named("o0"))));
  EXPECT_TRUE(running_->order(order_named("there")).ok());
  EXPECT_TRUE(running_->order_timeline(order_named("there")).ok());
  EXPECT_FALSE(running_->order(order_named("nobody")).ok());
  EXPECT_TRUE(running_->list({}, "", 10).ok());
  EXPECT_TRUE(running_->backorders(sku_id{"A"}).ok());
  EXPECT_EQ(running_->stats().storage_problem, "no room");
  EXPECT_FALSE(running_->stats().storage_lost);
  for (const auto& each : running_->activity().actors)
    EXPECT_TRUE(each.answered || each.kind == "journal") << each.kind;
  store_.refuses = false;
  ASSERT_TRUE(answers_.wait_for_all(patience));
  EXPECT_TRUE(running_->order(order_named("o0")).ok());
  EXPECT_EQ(running_->stats().storage_problem, "");
}

// A read that is under way when the store begins to refuse is refused too.
TEST_F(StorageThreads, AReadThatWaitsIsRefusedWithTheCommit) {
  store_.holds = true;
  place();
  auto shown = std::async(std::launch::async, [this] {
    return running_->order(order_named("o0"));
  });
  EXPECT_EQ(shown.wait_for(quiet), std::future_status::timeout);
  store_.refuses = true;
  store_.holds = false;
  ASSERT_EQ(shown.wait_for(patience), std::future_status::ready);
  EXPECT_FALSE(shown.get().ok());
  store_.refuses = false;
  EXPECT_TRUE(answers_.wait_for_all(patience));
}

// A store that was swapped is never written again; callers that wait are told.
TEST_F(StorageThreads, AStoreThatIsLostTakesNothingMore) {
  ASSERT_TRUE(running_->execute(placing("there", {1})).ok());
  running_->settle();
  store_.refuses = true;
  place();
  while (running_->stats().storage_ok)
    std::this_thread::sleep_for(milliseconds(1));
  const auto written = disk_.stats().last;
  store_.is_lost = true;
  ASSERT_TRUE(answers_.wait_for_all(patience));
  EXPECT_TRUE(answers_.last().is(error_code::storage_unavailable));
  EXPECT_TRUE(running_->stats().storage_lost);
  EXPECT_EQ(running_->stats().storage_problem, "it was swapped");
  // Also when it comes back.
  store_.refuses = false;
  store_.is_lost = false;
  place();
  ASSERT_TRUE(answers_.wait_for_all(patience));
  EXPECT_TRUE(answers_.last().is(error_code::storage_unavailable));
  EXPECT_FALSE(running_->order(order_named("o0")).ok());
  EXPECT_TRUE(running_->order(order_named("there")).ok());
  EXPECT_FALSE(running_->checkpoint().ok());
  // The alert about the loss may be there, if the store wrote again by then.
  for (const auto& each : tests::events_of(disk_))
    EXPECT_TRUE(each.at <= written ||
                std::holds_alternative<alert_raised>(each.body))
        << each.at;
}

// It notices without being asked for anything.
TEST_F(StorageThreads, AnIdleEngineNoticesThatItsStoreIsLost) {
  running_->settle();
  store_.is_lost = true;
  while (!running_->stats().storage_lost)
    std::this_thread::sleep_for(milliseconds(1));
  const auto events = tests::events_of(disk_);
  const auto* alert = std::get_if<alert_raised>(&events.back().body);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->kind, "storage.refused");
  EXPECT_EQ(alert->reason, "it was swapped");
}

TEST_F(StorageThreads, ClosingWaitsUntilThereIsRoom) {
  const auto waiting = fill_up();
  auto closed = std::async(std::launch::async, [this] { running_.reset(); });
  EXPECT_EQ(closed.wait_for(quiet), std::future_status::timeout);
  store_.refuses = false;
  ASSERT_EQ(closed.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(answers_.answered(), answers_.expected());
  open();
  EXPECT_EQ(broken_invariants(), "");
  EXPECT_EQ(running_->gather_all_orders().size(), waiting);
}

TEST_F(StorageThreads, RefusalsAtRandomLoseNothing) {
  constexpr int clients = 3;
  constexpr int commands_each = 120;
  store_.refused_percent = 40;
  // Refusals come back at once, so a client that is refused takes a rest.
  std::array<answer_book, clients> books;
  const auto id_of = [](int client, std::size_t number) {
    return std::to_string(client) + "-" + std::to_string(number);
  };
  run_clients(clients, [&](int n) {
    auto& book = books.at(static_cast<std::size_t>(n));
    business day(static_cast<std::uint64_t>(n) + 1,
                 "c" + std::to_string(n) + "-", 60);
    day.with_capacity = false;
    for (int i = 0; i < commands_each; ++i) {
      auto next = day.next();
      next.id = id_of(n, book.expected());
      std::vector<command> batch;
      batch.push_back(std::move(next));
      running_->submit(std::move(batch), book.expect());
      // And now and then the store gets the time to refuse.
      if (i % 10 == 0 || book.last().is(error_code::storage_unavailable))
        std::this_thread::sleep_for(milliseconds(10));
    }
  });
  for (auto& book : books) ASSERT_TRUE(book.wait_for_all(patience));
  store_.refused_percent = 0;
  EXPECT_GT(store_.refusals, 0);
  EXPECT_EQ(broken_invariants(), "");
  EXPECT_TRUE(disk_.verify().ok());

  std::map<std::string, std::set<sequence>> events_of;
  for (const auto& each : tests::events_of(disk_))
    events_of[each.command].insert(each.at);
  std::size_t refused = 0;
  for (int n = 0; n < clients; ++n) {
    const auto all = books.at(static_cast<std::size_t>(n)).all();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& [times, got] = all[i];
      const auto id = id_of(n, i);
      EXPECT_EQ(times, 1) << id;
      if (!got) {
        EXPECT_FALSE(events_of.contains(id)) << id << " was refused";
        refused += all[i].is(error_code::storage_unavailable) ? 1 : 0;
      } else if (got->at != 0) {
        EXPECT_TRUE(events_of[id].contains(got->at)) << id << " is lost";
      }
    }
  }
  EXPECT_GT(refused, 0U);

  const auto hash = running_->state_hash();
  running_.reset();
  open();
  EXPECT_EQ(running_->state_hash(), hash);
}

TEST_F(StorageThreads, ASlowStoreGroupsWhatComesMeanwhile) {
  constexpr int clients = 3;
  constexpr int orders_each = 100;
  const auto entries = disk_.stats().entries;
  store_.pause = milliseconds(20);
  std::atomic<bool> early{false};
  run_clients(clients, [&](int n) {
    for (int i = 0; i < orders_each; ++i) {
      const auto id = std::to_string(n) + "-" + std::to_string(i);
      running_->submit({placing(id, {1})}, [&, keep = answers_.expect()](
                                               std::vector<answer> all) {
        if (!all.front() || disk_.stats().last < all.front()->at) early = true;
        keep(std::move(all));
      });
    }
  });
  ASSERT_TRUE(answers_.wait_for_all(patience));
  store_.pause = milliseconds(0);
  EXPECT_FALSE(early) << "refused, or answered before it was on disk";
  EXPECT_LT(disk_.stats().entries - entries, clients * orders_each / 2);
  EXPECT_EQ(broken_invariants(), "");
}

}  // namespace
}  // namespace oms::tests
