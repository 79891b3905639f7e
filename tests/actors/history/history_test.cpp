/// Time travel: what is read from the nearest snapshot and a timeline is what
/// the whole log up to there gives.

#include "actors/history/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "actors/history/log_position.hpp"
#include "actors/history/sku_history.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "messages/codec/snapshots.hpp"
#include "persistence/checkpoint_store.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::IsEmpty;

/// A day of business with a moving clock, each event a batch of its own.
std::unique_ptr<persistence::memory_store> day_of(std::uint64_t seed,
                                                  int commands) {
  persistence::memory_store first;
  const auto running = simulated(first, seed);
  (void)running->execute(small_network());
  business day(seed);
  for (int i = 0; i < commands; ++i) {
    (void)running->execute(day.next());
    if (i % 4 == 0)
      running->advance_to(running->now() + std::chrono::minutes(7));
  }
  running->settle();
  auto store = std::make_unique<persistence::memory_store>();
  for (const auto& e : events_of(first))
    EXPECT_TRUE(store->append(std::span(&e, 1)).ok());
  return store;
}

/// Everything after an event, folded from the first one.
struct fold {
  std::map<order_key, order_state> orders;
  std::map<source_ref, source_state> sources;
  std::map<entity_ref, sequence> heads;
  std::map<order_key, order_row> rows;

  void add(const event& e) {
    heads[e.entity] = e.at;
    if (e.entity.kind == entity_kind::order) {
      const auto key = order_of(e.entity);
      auto& order = orders[key];
      order.key = key;
      order::apply(order, e.body, e.time);
      add_row(e, order);
    } else if (is_source(e.entity.kind)) {
      auto& source = sources[source_of(e.entity)];
      source.self = source_of(e.entity);
      source::apply(source, e.body, e.time);
    }
  }

  void add_row(const event& e, const order_state& order) {
    auto& row = rows[order.key];
    row.key = order.key;
    row.number = order.number;
    row.status = order.status;
    row.placed_at = order.placed_at;
    row.changed_at = e.time;
    row.head = e.at;
    row.version = e.version;
    row.skus.clear();
    for (const auto& line : order.lines)
      if (std::find(row.skus.begin(), row.skus.end(), line.ordered.sku) ==
          row.skus.end())
        row.skus.push_back(line.ordered.sku);
  }
};

/// Writes a checkpoint that is true after `upto`, or pretends to be of another
/// log.
void write_checkpoint(persistence::log_store& store, const fold& now,
                      sequence upto, bool of_another_log = false) {
  persistence::checkpoint made;
  made.head.head.upto = upto;
  made.head.hash = **store.hash_at(upto);
  if (of_another_log) made.head.hash[0] ^= std::byte{1};
  for (const auto& [key, row] : now.rows) made.orders.push_back(row);
  for (const auto& [entity, head] : now.heads)
    if (entity.kind != entity_kind::order) made.heads.push_back({entity, head});
  for (const auto& [ref, state] : now.sources)
    made.snapshots.push_back(
        {ref, now.heads.at(entity_of(ref)), codec::encode_snapshot(state)});
  ASSERT_TRUE(persistence::checkpoint_store(store.tables()).write(made).ok());
}

/// Every state at a moment is the folded one.
void expect_states(const persistence::log_store& store, const fold& expected,
                   const history::moment& at) {
  for (const auto& [key, order] : expected.orders) {
    const auto read = history::order_at(store, key, at);
    ASSERT_TRUE(read.ok()) << read.failure().message;
    ASSERT_EQ(*read, order);
  }
  for (const auto& [ref, source] : expected.sources) {
    const auto read = history::source_at(store, ref, at);
    ASSERT_TRUE(read.ok()) << read.failure().message;
    ASSERT_EQ(*read, source) << ref.id;
  }
}

/// Compares at every sequence, with checkpoints after each of `at`.
void compare_everywhere(std::uint64_t seed, const std::vector<double>& at) {
  SCOPED_TRACE(seed);
  const auto store = day_of(seed, 60);
  const auto log = events_of(*store);
  fold now;
  std::size_t next = 0;
  for (const auto& e : log) {
    now.add(e);
    if (next < at.size() &&
        e.at >=
            static_cast<sequence>(at[next] * static_cast<double>(log.size()))) {
      write_checkpoint(*store, now, e.at);
      ++next;
    }
  }
  fold then;
  for (const auto& e : log) {
    SCOPED_TRACE(e.at);
    then.add(e);
    expect_states(*store, then, e.at);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(history, is_the_fold_of_the_log_without_a_checkpoint) {
  compare_everywhere(1, {});
}

TEST(history, is_the_fold_of_the_log_with_one_checkpoint) {
  for (std::uint64_t seed = 2; seed < 5; ++seed)
    compare_everywhere(seed, {0.5});
}

TEST(history, is_the_fold_of_the_log_with_several_checkpoints) {
  for (std::uint64_t seed = 5; seed < 8; ++seed)
    compare_everywhere(seed, {0.1, 0.3, 0.35, 0.8, 1.0});
}

TEST(history, at_a_time_holds_all_that_is_not_later) {
  const auto store = day_of(9, 60);
  const auto log = events_of(*store);
  fold all;
  for (const auto& e : log) {
    all.add(e);
    if (e.at % 97 == 0) write_checkpoint(*store, all, e.at);
  }
  fold then;
  for (std::size_t i = 0; i < log.size(); ++i) {
    then.add(log[i]);
    if (i + 1 < log.size() && log[i + 1].time == log[i].time) continue;
    EXPECT_EQ(*history::sequence_at(*store, log[i].time), log[i].at);
    expect_states(*store, then, log[i].time);
    if (HasFatalFailure()) return;
  }
}

TEST(history, does_not_believe_the_checkpoint_of_another_log) {
  const auto store = day_of(10, 40);
  const auto other = day_of(11, 40);
  fold wrong;
  for (const auto& e : events_of(*other)) wrong.add(e);
  const auto upto = std::min(store->stats().last, other->stats().last);
  write_checkpoint(*store, wrong, upto, true);
  EXPECT_EQ(history::checkpoint_of(*store), 0U);
  fold right;
  for (const auto& e : events_of(*store)) right.add(e);
  expect_states(*store, right, history::newest);
}

TEST(history, is_not_found_before_the_first_event) {
  const auto store = day_of(12, 40);
  const auto log = events_of(*store);
  for (const auto& e : log) {
    if (e.version != 1 || e.entity.kind != entity_kind::order) continue;
    const auto before = history::order_at(*store, order_of(e.entity), e.at - 1);
    ASSERT_FALSE(before.ok());
    EXPECT_EQ(before.failure().code, error_code::not_found);
  }
  EXPECT_EQ(history::order_at(*store, order_named("nobody"), history::newest)
                .failure()
                .code,
            error_code::not_found);
  EXPECT_EQ(
      history::source_at(*store, {source_kind::location, "W9"}, history::newest)
          .failure()
          .code,
      error_code::not_found);
}

TEST(history, finds_heads_in_the_checkpoint_and_behind_it) {
  const auto store = day_of(13, 60);
  const auto log = events_of(*store);
  fold all;
  for (const auto& e : log) {
    all.add(e);
    if (e.at == log.size() / 2) write_checkpoint(*store, all, e.at);
  }
  for (const auto& [entity, head] : all.heads) {
    const auto found = history::head_of(*store, entity);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(*found, head) << entity.key;
  }
  EXPECT_EQ(*history::head_of(*store, {entity_kind::location, "W9"}), 0U);
}

TEST(history, of_a_sku_is_the_same_with_and_without_a_checkpoint) {
  const auto plain = day_of(14, 80);
  const auto with_tables = day_of(14, 80);
  const auto log = events_of(*plain);
  fold all;
  for (const auto& e : log) {
    all.add(e);
    if (e.at == log.size() / 3 || e.at == log.size() / 2)
      write_checkpoint(*with_tables, all, e.at);
  }
  bool somebody_waited = false;
  for (sequence at = 0; at <= log.size(); at += 5)
    for (const auto* name : {"A", "B", "C", "D"}) {
      const auto expected = history::sku_at(*plain, sku_id{name}, at);
      const auto found = history::sku_at(*with_tables, sku_id{name}, at);
      EXPECT_EQ(found.upto, at);
      EXPECT_EQ(found.locations, expected.locations);
      EXPECT_EQ(found.suppliers, expected.suppliers);
      EXPECT_EQ(found.waiting, expected.waiting);
      EXPECT_THAT(found.unreadable, IsEmpty());
      somebody_waited = somebody_waited || !found.waiting.empty();
    }
  EXPECT_TRUE(somebody_waited);
}

TEST(history, of_a_sku_knows_what_the_engine_knows) {
  persistence::memory_store store;
  const auto running = simulated(store, 15);
  (void)running->execute(small_network());
  business day(15);
  (void)running->execute(day.next(80));
  running->settle();
  for (const auto* name : {"A", "B", "C", "D"}) {
    const sku_id sku{name};
    const auto found =
        history::sku_at(store, sku, std::get<sequence>(history::newest));
    EXPECT_EQ(found.waiting, *running->backorders(sku));
    for (const auto& stock : found.locations)
      EXPECT_EQ(stock, *running->stock(stock.location, sku));
    for (const auto& stock : found.suppliers)
      EXPECT_EQ(stock, *running->supplier_stock(stock.supplier, sku));
  }
}

}  // namespace
}  // namespace oms::tests
