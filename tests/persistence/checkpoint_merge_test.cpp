// Checkpoints whose runs are merged at any time, compared with a map.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/checkpoint_store.hpp"
#include "persistence/run_set.hpp"
#include "tests/persistence/files.hpp"
#include "tests/persistence/stores.hpp"

namespace oms::persistence {
namespace {

using model = std::map<std::uint64_t, order_row>;

// Merges the runs that begin at any place, due or not: so a test meets every
// kind of neighbors with few orders.
void merge_any(table_store& tables, std::mt19937_64& random) {
  std::vector<table_change> changes;
  auto merged = tables.view([&](const table_view& view) -> status {
    auto known = tables.known_runs().of(view);
    if (!known) return known.failure();
    const held_runs runs(view, *known);
    if (runs.size() < 2) return done{};
    const auto first = random() % (runs.size() - 1);
    const auto count = 2 + random() % (runs.size() - first - 1);
    std::vector<const order_run*> oldest_first;
    for (auto i = first + count; i > first; --i) {
      if (auto good = runs.check(i - 1); !good) return good;
      oldest_first.push_back(&runs.at(i - 1).run);
      changes.push_back(
          {.in = table::runs, .key = key_of(runs.at(i - 1).name), .value = {}});
    }
    changes.push_back({.in = table::runs,
                       .key = key_of({runs.at(first).name.newest,
                                      runs.at(first + count - 1).name.oldest}),
                       .value = merge_runs(oldest_first)});
    return done{};
  });
  ASSERT_TRUE(merged.ok()) << merged.failure().message;
  ASSERT_TRUE(tables.write(changes).ok());
}

std::size_t count_of_runs(const table_store& tables) {
  std::size_t runs = 0;
  EXPECT_TRUE(tables
                  .scan(table::runs, {},
                        [&runs](auto, auto) {
                          ++runs;
                          return true;
                        })
                  .ok());
  return runs;
}

bool is_shown(const order_filter& filter, const order_row& row) {
  return (!filter.brand || *filter.brand == row.key.brand) &&
         (!filter.status || *filter.status == row.status) &&
         (!filter.customer || *filter.customer == row.customer) &&
         (!filter.sku || std::ranges::count(row.skus, *filter.sku) > 0) &&
         (!filter.placed_from || row.placed_at >= *filter.placed_from) &&
         (!filter.placed_before || row.placed_at < *filter.placed_before);
}

order_place place_in_list(const order_row& row) {
  return {row.placed_at, row.number};
}

// All that a list shows from a place on, newest first.
std::vector<order_row> shown(const model& all, const order_filter& filter,
                             const std::optional<order_place>& before) {
  std::vector<order_row> rows;
  for (const auto& [number, row] : all)
    if (is_shown(filter, row) && (!before || place_in_list(row) < *before))
      rows.push_back(row);
  std::ranges::sort(rows, std::ranges::greater{}, place_in_list);
  return rows;
}

// A cursor is a place: the time with its sign flipped, and the number.
std::optional<order_place> place_in_cursor(const std::string& cursor) {
  if (cursor.empty()) return {};
  const auto time = std::stoull(cursor.substr(0, 16), nullptr, 16);
  return order_place{
      timestamp{duration{static_cast<std::int64_t>(time ^ 1ULL << 63U)}},
      std::stoull(cursor.substr(16), nullptr, 16)};
}

template <class Kind>
class merged_checkpoints : public testing::Test {
 protected:
  table_store& tables() { return kind_.store().tables(); }
  checkpoint_store store() { return checkpoint_store(tables()); }

  std::string any(std::uint64_t n) { return std::to_string(random_() % n); }

  order_filter any_filter() {
    order_filter filter;
    const auto choice = random_();
    if ((choice & 1U) != 0) filter.brand = brand_id{any(4)};
    if ((choice & 2U) != 0)
      filter.status = static_cast<order_status>(random_() % order_status_count);
    if ((choice & 4U) != 0) filter.customer = customer_id{any(20)};
    if ((choice & 8U) != 0) filter.sku = sku_id{any(11)};
    if ((choice & 16U) != 0)
      filter.placed_from = timestamp{std::chrono::hours(random_() % 200)};
    if ((choice & 32U) != 0)
      filter.placed_before = timestamp{std::chrono::hours(random_() % 200)};
    return filter;
  }

  // New orders and changes of older ones.
  void write_any() {
    checkpoint made;
    for (auto n = random_() % 40; n > 0; --n) {
      const auto number = all_.size() + 1;
      order_row row{
          .key = {brand_id{any(3)}, order_id{"o" + std::to_string(number)}},
          .number = number,
          .status = static_cast<order_status>(random_() % order_status_count),
          .placed_at = timestamp{std::chrono::hours(random_() % 200)},
          .changed_at = timestamp{std::chrono::hours(300)},
          .head = random_() % 1'000,
          .version = 1,
          .customer = customer_id{random_() % 5 == 0 ? "" : any(20)}};
      std::set<std::string> skus;
      for (auto k = random_() % 4; k > 0; --k) skus.insert(any(10));
      for (const auto& sku : skus) row.skus.emplace_back(sku);
      all_[number] = row;
      made.orders.push_back(row);
    }
    for (auto n = all_.empty() ? 0 : random_() % 30; n > 0; --n) {
      auto& row = all_.at(1 + random_() % all_.size());
      row.status = static_cast<order_status>(random_() % order_status_count);
      row.version += 1;
      row.head += random_() % 1'000;
      row.stuck_after = std::chrono::hours(random_() % 3);
      made.orders.push_back(row);
    }
    made.head.head.upto = ++writes_;
    ASSERT_TRUE(store().write(made).ok());
  }

  void compare() {
    const auto checkpoints = store();
    for (int i = 0; i < 8; ++i) {
      const auto filter = any_filter();
      const auto limit = 1 + random_() % 30;
      const auto page = checkpoints.orders(filter, "", limit);
      ASSERT_TRUE(page.ok()) << page.failure().message;
      auto expected = shown(all_, filter, {});
      EXPECT_EQ(page->cursor.empty(), expected.size() <= limit);
      expected.resize(std::min(expected.size(), limit));
      EXPECT_EQ(page->rows, expected);
      if (!page->cursor.empty()) pages_.emplace_back(filter, page->cursor);
    }
    // Pages that were begun any number of writes and merges ago.
    for (int i = 0; i < 8 && !pages_.empty(); ++i) {
      auto& [filter, cursor] = pages_[random_() % pages_.size()];
      const auto limit = 1 + random_() % 30;
      const auto page = checkpoints.orders(filter, cursor, limit);
      ASSERT_TRUE(page.ok()) << page.failure().message;
      auto expected = shown(all_, filter, place_in_cursor(cursor));
      EXPECT_EQ(page->cursor.empty(), expected.size() <= limit);
      expected.resize(std::min(expected.size(), limit));
      EXPECT_EQ(page->rows, expected);
      if (!page->cursor.empty()) cursor = page->cursor;
    }
    for (int i = 0; i < 20 && !all_.empty(); ++i) {
      const auto& row = all_.at(1 + random_() % all_.size());
      EXPECT_EQ(**checkpoints.order(row.key), row);
      EXPECT_EQ(**checkpoints.order(row.number), row);
      const order_key other{row.key.brand, order_id{row.key.id.value + "0x"}};
      EXPECT_FALSE(checkpoints.order(other)->has_value());
    }
    compare_open_orders();
  }

  void compare_open_orders() {
    std::vector<order_row> expected;
    for (const auto& [number, row] : all_)
      if (!is_over(row.status)) expected.push_back(row);
    std::ranges::sort(expected, {}, [](const order_row& row) {
      return std::pair(row.status, place_in_list(row));
    });
    std::vector<order_row> open;
    ASSERT_TRUE(store()
                    .open_orders([&open](order_row row) {
                      open.push_back(std::move(row));
                      return true;
                    })
                    .ok());
    EXPECT_EQ(open, expected);
  }

  Kind kind_;
  std::mt19937_64 random_{67};
  model all_;
  sequence writes_ = 0;
  std::vector<std::pair<order_filter, std::string>> pages_;
};

using store_kinds = testing::Types<in_memory, on_disk>;
TYPED_TEST_SUITE(merged_checkpoints, store_kinds);

TYPED_TEST(merged_checkpoints, are_what_a_map_would_be) {
  for (int step = 0; step < 120; ++step) {
    switch (this->random_() % 4) {
      case 0:
        merge_any(this->tables(), this->random_);
        break;
      case 1: {
        const auto merged = this->store().merge();
        ASSERT_TRUE(merged.ok()) << merged.failure().message;
        break;
      }
      default:
        this->write_any();
    }
    // What a crash leaves is what was written last.
    if (step % 17 == 0) this->kind_.reopen();
    this->compare();
    if (testing::Test::HasFailure()) {
      FAIL() << "in step " << step;
    }
  }
}

TYPED_TEST(merged_checkpoints, become_few_runs) {
  for (int i = 0; i < 200; ++i) {
    this->write_any();
    while (true) {
      const auto merged = this->store().merge();
      ASSERT_TRUE(merged.ok()) << merged.failure().message;
      if (!*merged) break;
    }
  }
  EXPECT_LE(count_of_runs(this->tables()), 30U);
  this->kind_.reopen();
  this->compare();
}

TYPED_TEST(merged_checkpoints, are_split_where_there_are_many_orders) {
  checkpoint made;
  for (std::uint64_t number = 1; number <= 450'000; ++number)
    made.orders.push_back(
        {.key = {brand_id{"acme"}, order_id{std::to_string(number)}},
         .number = number,
         .placed_at = timestamp{duration{static_cast<std::int64_t>(number)}}});
  ASSERT_TRUE(this->store().write(made).ok());
  EXPECT_EQ(count_of_runs(this->tables()), 2U);
  EXPECT_EQ(**this->store().order(450'000), made.orders.back());
  EXPECT_EQ(**this->store().order(made.orders.front().key),
            made.orders.front());
  EXPECT_EQ(this->store().orders({}, "", 1)->rows.front(), made.orders.back());
}

TEST(merge, that_the_tables_refuse_changes_nothing) {
  memory_table_store tables;
  checkpoint_store store(tables);
  for (std::uint64_t number = 1; number <= runs_per_merge; ++number) {
    checkpoint made;
    made.orders = {
        {.key = {{}, order_id{std::to_string(number)}}, .number = number}};
    ASSERT_TRUE(store.write(made).ok());
  }
  tables.fail_next_writes(1);
  EXPECT_EQ(store.merge().failure().code, error_code::storage_unavailable);
  EXPECT_EQ(count_of_runs(tables), runs_per_merge);
  EXPECT_TRUE(*store.merge());
  EXPECT_EQ(count_of_runs(tables), 1U);
  EXPECT_EQ(store.orders({}, "", 100)->rows.size(), runs_per_merge);
  EXPECT_FALSE(*store.merge());
}

// --- damage -----------------------------------------------------------------

// The file is changed while it is open, as a bad disk would do it.
class damaged_run : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_lmdb_store(directory_.path());
    ASSERT_TRUE(opened.ok());
    store_ = std::move(*opened);
    checkpoint made;
    for (std::uint64_t number = 1; number <= 5'000; ++number)
      made.orders.push_back(
          {.key = {brand_id{"acme"}, order_id{std::to_string(number)}},
           .number = number,
           .customer = customer_id{"customer " + std::to_string(number)}});
    ASSERT_TRUE(checkpoint_store(store_->tables()).write(made).ok());
  }

  void damage(const std::string& text) {
    const auto file = directory_.path() / "checkpoint" / "data.mdb";
    const auto place = text_of(file).find(text);
    ASSERT_NE(place, std::string::npos);
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(static_cast<std::streamoff>(place))
        .put('X');
  }

  temporary_directory directory_;
  std::unique_ptr<log_store> store_;
};

TEST_F(damaged_run, is_not_read) {
  damage("customer 4711");
  checkpoint_store checkpoints(store_->tables());
  const auto expect_refused = [](const auto& read) {
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.failure().code, error_code::storage_unavailable);
    EXPECT_NE(read.failure().message.find("the table runs is damaged"),
              std::string::npos)
        << read.failure().message;
  };
  expect_refused(checkpoints.order(1));
  expect_refused(checkpoints.order({brand_id{"acme"}, order_id{"1"}}));
  expect_refused(checkpoints.orders({}, "", 5));
  expect_refused(checkpoints.open_orders([](const auto&) { return true; }));
  // What asks the front alone does not notice.
  EXPECT_FALSE(
      checkpoints.order({brand_id{"acme"}, order_id{"other"}})->has_value());
  ASSERT_TRUE(checkpoints.clear().ok());
  EXPECT_TRUE(checkpoints.orders({}, "", 5)->rows.empty());
}

TEST_F(damaged_run, is_begun_anew_when_it_is_opened) {
  damage("customer 4711");
  store_.reset();
  auto opened = open_lmdb_store(directory_.path());
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(
      checkpoint_store((*opened)->tables()).orders({}, "", 5)->rows.empty());
}

}  // namespace
}  // namespace oms::persistence
