/// The stock board: a hint for planning that any thread may read.

#include "actors/stock_board.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace oms {
namespace {

source_ref place(std::size_t n) {
  return {source_kind::location, "W" + std::to_string(n)};
}
sku_id sku(std::size_t n) { return sku_id{"S" + std::to_string(n)}; }

TEST(stock_board, has_nothing_of_what_nobody_ever_had) {
  stock_board board;
  EXPECT_EQ(board.find(sku(1)), nullptr);
  auto& row = board.make(sku(1));
  EXPECT_EQ(board.find(sku(1)), &row);
  EXPECT_EQ(row.available(0), quantity{0});
  EXPECT_EQ(row.receipts(700), 0U);
}

TEST(stock_board, shows_what_a_source_has_published_last) {
  stock_board board;
  auto& row = board.make(sku(1));
  row.publish(17, quantity{5}, 2);
  row.publish(17, quantity{3}, 4);
  EXPECT_EQ(row.available(17), quantity{3});
  EXPECT_EQ(row.receipts(17), 4U);
  // Its neighbour in the same chunk is another's.
  EXPECT_EQ(row.available(18), quantity{0});
  EXPECT_EQ(row.available(stock_board::max_sources - 1), quantity{0});
}

TEST(stock_board, gives_each_source_one_column) {
  stock_board board;
  const auto first = board.add_column(place(1));
  const auto second = board.add_column(place(2));
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(board.add_column(place(1)), first);
  EXPECT_EQ(board.column_of(place(2)), second);
  EXPECT_EQ(board.column_of(place(3)), std::nullopt);
  // A supplier of the same name is another source.
  EXPECT_EQ(board.column_of({source_kind::supplier, "W1"}), std::nullopt);
}

TEST(stock_board, is_full_after_its_limit_of_sources) {
  stock_board board;
  for (std::size_t n = 0; n < stock_board::max_sources; ++n)
    ASSERT_TRUE(board.add_column(place(n)));
  EXPECT_EQ(board.add_column(place(9'999)), std::nullopt);
  EXPECT_TRUE(board.add_column(place(5)));
}

TEST(stock_board, keeps_skus_apart_also_where_they_share_a_bucket) {
  stock_board board;
  // More SKUs than buckets: some must meet in one.
  constexpr std::size_t skus = 70'000;
  for (std::size_t n = 0; n < skus; ++n)
    board.make(sku(n)).publish(0, quantity{static_cast<std::int64_t>(n)}, n);
  for (std::size_t n = 0; n < skus; ++n) {
    const auto* row = board.find(sku(n));
    ASSERT_NE(row, nullptr);
    ASSERT_EQ(row->sku(), sku(n));
    ASSERT_EQ(row->available(0), quantity{static_cast<std::int64_t>(n)});
  }
}

TEST(StockBoardThreads, agree_on_one_row_per_sku) {
  stock_board board;
  constexpr std::size_t threads = 4;
  constexpr std::size_t skus = 2'000;
  std::vector<std::vector<stock_board::row*>> made(threads);
  std::atomic<std::size_t> ready{0};
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t)
    running.emplace_back([&board, &made, &ready, t] {
      ++ready;
      while (ready < threads) std::this_thread::yield();
      for (std::size_t n = 0; n < skus; ++n) {
        auto& row = board.make(sku(n));
        row.publish(static_cast<stock_board::column>(t), quantity{1}, 1);
        made[t].push_back(&row);
      }
    });
  for (auto& each : running) each.join();
  for (std::size_t t = 1; t < threads; ++t) EXPECT_EQ(made[t], made[0]);
  for (const auto* row : made[0])
    for (stock_board::column t = 0; t < threads; ++t)
      ASSERT_EQ(row->available(t), quantity{1});
}

TEST(stock_board, knows_what_somebody_waits_for_before_anybody_has_it) {
  stock_board board;
  auto& row = board.make(sku(1));
  EXPECT_FALSE(row.is_waited_for());
  row.set_waited_for(true);
  EXPECT_TRUE(board.find(sku(1))->is_waited_for());
  EXPECT_THAT(board.sources_of(sku(1)), testing::IsEmpty());
}

// A source that supplies a SKU and a line in which somebody begins to wait for
// it: at least one must see the other, or the units would lie there unoffered.
TEST(StockBoardThreads, a_source_and_a_waiting_line_do_not_miss_each_other) {
  constexpr std::size_t rounds = 5'000;
  stock_board board;
  std::vector<stock_board::row*> rows;
  for (std::size_t n = 0; n < rounds; ++n) rows.push_back(&board.make(sku(n)));
  // Made beforehand, so that the two meet in the same few instructions.
  for (auto* row : rows) row->publish(0, quantity{0}, 0);
  std::vector<char> line_saw(rounds);
  std::vector<char> source_saw(rounds);
  std::atomic<std::size_t> arrived{0};
  const auto meet = [&arrived](std::size_t round) {
    ++arrived;
    while (arrived < 2 * (round + 1)) std::this_thread::yield();
  };
  std::thread source([&] {
    for (std::size_t n = 0; n < rounds; ++n) {
      meet(n);
      rows[n]->publish(0, quantity{1}, 1);
      source_saw[n] = rows[n]->is_waited_for() ? 1 : 0;
    }
  });
  for (std::size_t n = 0; n < rounds; ++n) {
    meet(n);
    rows[n]->set_waited_for(true);
    line_saw[n] = rows[n]->available(0) > quantity{0} ? 1 : 0;
  }
  source.join();
  for (std::size_t n = 0; n < rounds; ++n)
    ASSERT_TRUE(line_saw[n] != 0 || source_saw[n] != 0) << n;
}

TEST(StockBoardThreads, readers_see_values_that_a_writer_has_published) {
  stock_board board;
  constexpr std::int64_t last = 200'000;
  std::atomic<bool> over{false};
  std::thread writer([&board, &over] {
    const auto column = *board.add_column(place(1));
    for (std::int64_t n = 1; n <= last; ++n)
      board.make(sku(1)).publish(column, quantity{n},
                                 static_cast<std::uint64_t>(n));
    over = true;
  });
  std::vector<std::thread> readers;
  std::atomic<bool> good{true};
  for (int r = 0; r < 2; ++r)
    readers.emplace_back([&board, &over, &good] {
      std::int64_t seen = 0;
      while (!over) {
        const auto column = board.column_of(place(1));
        const auto* row = board.find(sku(1));
        if (!column || row == nullptr) continue;
        // Receipts are published after the quantity, and neither goes back.
        const auto receipts = static_cast<std::int64_t>(row->receipts(*column));
        const auto units = row->available(*column).value;
        if (units < receipts || units < seen || units > last) good = false;
        seen = units;
      }
    });
  writer.join();
  for (auto& each : readers) each.join();
  EXPECT_TRUE(good);
  EXPECT_EQ(board.find(sku(1))->available(*board.column_of(place(1))),
            quantity{last});
}

}  // namespace
}  // namespace oms
