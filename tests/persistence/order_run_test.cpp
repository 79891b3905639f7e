// A run by itself: what is written comes back, in known bytes, and whatever
// else is read does no harm.

#include "persistence/order_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "messages/hex.hpp"
#include "messages/limits.hpp"
#include "persistence/run_filter.hpp"
#include "persistence/run_set.hpp"

namespace oms::persistence {
namespace {

std::vector<const order_row*> pointers(const std::vector<order_row>& rows) {
  std::vector<const order_row*> all;
  for (const auto& row : rows) all.push_back(&row);
  return all;
}

bool is_new(std::uint64_t /*number*/) { return false; }

codec::bytes run_of(const std::vector<order_row>& rows,
                    const is_older& older = is_new) {
  return encode_run(pointers(rows), older);
}

order_place place_of_row(const order_row& row) {
  return {row.placed_at, row.number};
}

std::vector<order_row> rows_of_run(const order_run& run) {
  std::vector<order_row> rows;
  for (std::size_t i = 0; i < run.size(); ++i) rows.push_back(run.row(i));
  return rows;
}

// Rows as no engine would write them all at once: far apart, alike, empty.
class run_sample {
 public:
  explicit run_sample(std::uint64_t seed) : random_(seed) {}

  std::vector<order_row> rows(std::size_t count) {
    std::vector<order_row> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(row());
    return all;
  }

  order_row row() {
    ++number_;
    order_row made{.key = {brand_id{text(3)}, order_id{"o-" + text(8)}},
                   .number = number_,
                   .status = any_status(),
                   .placed_at = any_time(),
                   .changed_at = any_time(),
                   .head = random_() >> random_() % 64,
                   .version = random_() % 300,
                   .stuck_after = duration{random_() % 3 * 86'400'000'000},
                   .customer = customer_id{text(6)},
                   .skus = {}};
    made.key.id.value += std::to_string(number_);
    std::set<std::string> skus;
    for (auto n = random_() % 4; n > 0; --n) skus.insert(text(2));
    for (const auto& sku : skus) made.skus.emplace_back(sku);
    std::ranges::shuffle(made.skus, random_);
    return made;
  }

  order_status any_status() {
    return static_cast<order_status>(random_() % order_status_count);
  }
  timestamp any_time() {
    if (random_() % 50 == 0) return timestamp::min();
    if (random_() % 50 == 0) return timestamp::max();
    return timestamp{duration{static_cast<std::int64_t>(random_() % 90'000)}};
  }
  std::mt19937_64& random() { return random_; }

 private:
  std::string text(std::size_t longest) {
    std::string made(random_() % (longest + 1), ' ');
    for (auto& letter : made) letter = static_cast<char>(random_() % 4 + 'a');
    return made;
  }

  std::mt19937_64 random_;
  std::uint64_t number_ = 0;
};

TEST(order_run, gives_back_its_rows_in_the_order_of_lists) {
  for (const std::size_t count : {1U, 2U, 7U, 700U}) {
    auto rows = run_sample(count).rows(count);
    const auto data = run_of(rows);
    const auto run = order_run::read(data);
    ASSERT_TRUE(run.ok());
    EXPECT_TRUE(run->has_good_front());
    std::ranges::sort(rows, {}, place_of_row);
    EXPECT_EQ(rows_of_run(*run), rows);
  }
}

TEST(order_run, takes_the_largest_orders) {
  std::vector<order_row> rows(3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].number = i + 1;
    rows[i].key.id.value = std::string(limits::max_id_bytes, 'o');
    rows[i].key.brand.value = std::to_string(i);
  }
  for (std::size_t i = 0; i < limits::max_order_lines; ++i)
    rows[1].skus.emplace_back(std::string(limits::max_id_bytes - 6, 's') +
                              std::to_string(i));
  const auto data = run_of(rows);
  EXPECT_EQ(rows_of_run(*order_run::read(data)), rows);
}

TEST(order_run, finds_by_key_number_and_place) {
  const auto rows = run_sample(3).rows(500);
  const auto data = run_of(rows);
  const auto run = *order_run::read(data);
  for (const auto& row : rows) {
    const auto hash = run_hash(row.key);
    EXPECT_TRUE(run.may_have(hash));
    const auto by_key = run.find(row.key, hash);
    ASSERT_TRUE(by_key.has_value());
    EXPECT_EQ(run.row(*by_key), row);
    EXPECT_EQ(run.find(row.number), by_key);
    EXPECT_EQ(run.first_from(place_of_row(row)), *by_key);
    auto other = row.key;
    other.id.value += "x";
    EXPECT_FALSE(run.find(other, run_hash(other)).has_value());
    other = {brand_id{row.key.brand.value + row.key.id.value}, order_id{}};
    EXPECT_FALSE(run.find(other, run_hash(other)).has_value());
  }
  EXPECT_FALSE(run.find(0).has_value());
  EXPECT_FALSE(run.find(501).has_value());
  EXPECT_FALSE(run.spans(501));
}

TEST(order_run, hides_what_older_runs_have) {
  const auto rows = run_sample(4).rows(100);
  const auto data =
      run_of(rows, [](std::uint64_t number) { return number % 7 == 0; });
  const auto run = *order_run::read(data);
  EXPECT_EQ(run.hiding(), 14U);
  for (std::uint64_t number = 0; number < 110; ++number)
    EXPECT_EQ(run.hides(number),
              number % 7 == 0 && number > 0 && number <= 100);
}

TEST(order_run, filter_says_no_to_nearly_all_that_is_not_there) {
  std::vector<order_row> rows(20'000);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = {.key = {brand_id{"acme"}, order_id{std::to_string(i)}},
               .number = i + 1};
  const auto data = run_of(rows);
  const auto run = *order_run::read(data);
  std::size_t passed = 0;
  for (std::size_t i = 20'000; i < 60'000; ++i)
    if (run.may_have(run_hash({brand_id{"acme"}, order_id{std::to_string(i)}})))
      ++passed;
  EXPECT_LT(passed, 400U) << "of 40,000";
}

TEST(order_run, takes_few_bytes_of_a_usual_order) {
  std::vector<order_row> rows(25'000);
  std::mt19937_64 random(5);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = {
        .key = {brand_id{"acme"}, order_id{std::to_string(1'000'000 + i)}},
        .number = i + 1,
        .status = order_status::awaiting_fulfillment,
        .placed_at =
            timestamp{duration{1'700'000'000'000'000 + std::int64_t(i) * 20}},
        .changed_at =
            timestamp{duration{1'700'000'000'300'000 + std::int64_t(i) * 20}},
        .head = 10 * i + random() % 10'000,
        .version = 9,
        .stuck_after = std::chrono::hours(24),
        .customer = {},
        .skus = {sku_id{"S" + std::to_string(random() % 10'000)},
                 sku_id{"T" + std::to_string(random() % 10'000)}}};
  EXPECT_LT(run_of(rows).size(), 50 * rows.size());
}

// --- merging ----------------------------------------------------------------

TEST(run_merge, has_the_newest_row_of_each_order) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    run_sample sample(100 + seed);
    std::map<std::uint64_t, order_row> all;
    std::set<std::uint64_t> before;
    std::vector<codec::bytes> stored;
    // The first is not of the merge, so some rows hide what it has.
    for (int part = 0; part < 6; ++part) {
      std::map<std::uint64_t, order_row> changed;
      for (auto& row : sample.rows(1 + sample.random()() % 80))
        changed[row.number] = row;
      for (auto n = all.empty() ? 0 : sample.random()() % 40; n > 0; --n) {
        auto row = std::next(all.begin(), static_cast<std::ptrdiff_t>(
                                              sample.random()() % all.size()))
                       ->second;
        row.status = sample.any_status();
        row.changed_at = sample.any_time();
        row.version += 1;
        row.head += sample.random()() % 1'000;
        changed[row.number] = row;
      }
      std::vector<order_row> rows;
      for (const auto& [number, row] : changed) rows.push_back(row);
      stored.push_back(run_of(
          rows, [&](std::uint64_t number) { return all.contains(number); }));
      for (const auto& row : rows) all.insert_or_assign(row.number, row);
      if (part == 0)
        for (const auto& [number, row] : all) before.insert(number);
    }
    std::vector<order_run> runs;
    std::set<std::uint64_t> merged_numbers;
    for (std::size_t i = 1; i < stored.size(); ++i) {
      runs.push_back(*order_run::read(stored[i]));
      for (const auto& row : rows_of_run(runs.back()))
        merged_numbers.insert(row.number);
    }
    std::vector<const order_run*> oldest_first;
    for (const auto& run : runs) oldest_first.push_back(&run);
    std::vector<order_row> expected;
    for (const auto number : merged_numbers) expected.push_back(all.at(number));
    const auto merged = merge_runs(oldest_first);
    const auto hides = [&](std::uint64_t number) {
      return before.contains(number);
    };
    const auto run = order_run::read(merged);
    ASSERT_TRUE(run.ok());
    auto sorted = expected;
    std::ranges::sort(sorted, {}, place_of_row);
    EXPECT_EQ(rows_of_run(*run), sorted) << "seed " << seed;
    for (const auto number : merged_numbers)
      EXPECT_EQ(run->hides(number), hides(number));
    for (const auto& row : expected)
      EXPECT_TRUE(run->find(row.key, run_hash(row.key)).has_value());
  }
}

// --- bytes ------------------------------------------------------------------

// Of every column, with and without a list of numbers.
std::vector<order_row> golden_rows() {
  const timestamp noon{std::chrono::hours{12}};
  std::vector<order_row> rows;
  for (std::uint64_t i = 1; i <= 5; ++i)
    rows.push_back({.key = {brand_id{i % 2 == 0 ? "acme" : ""},
                            order_id{"o-" + std::to_string(i * 7)}},
                    .number = i,
                    .status = static_cast<order_status>(i % 3),
                    .placed_at = noon - std::chrono::seconds(i % 4),
                    .changed_at = noon + std::chrono::seconds(i),
                    .head = 1'000 * i,
                    .version = i,
                    .stuck_after = std::chrono::hours(i % 2),
                    .customer = customer_id{i == 3 ? "erika" : ""},
                    .skus = {sku_id{"mug"}, sku_id{"cup"}}});
  rows.back().skus = {sku_id{"bowl"}};
  return rows;
}

// A change of the format needs a new file, a new format of the tables, and a
// reader for both or tables that are made anew:
//   OMS_RECORD_GOLDEN=tests/golden/order-run-2.hex persistence_tests
TEST(order_run, has_golden_bytes) {
  const auto data =
      run_of(golden_rows(), [](std::uint64_t number) { return number == 4; });
  if (const char* file = std::getenv("OMS_RECORD_GOLDEN")) {
    std::ofstream(file) << hex_of(data) << "\n";
    return;
  }
  std::ifstream file(OMS_GOLDEN_RECORDS "/order-run-1.hex");
  std::string golden;
  ASSERT_TRUE(std::getline(file, golden));
  EXPECT_EQ(hex_of(data), golden);
}

TEST(order_run, is_refused_when_it_is_cut_off) {
  const auto data = run_of(run_sample(6).rows(20));
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_FALSE(order_run::read(std::span(data).first(size)).ok());
  auto longer = data;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(order_run::read(longer).ok());
}

// Checksums find damage before this; here nothing must be read that is not of
// the run, which the sanitizers see.
TEST(order_run, reads_nothing_beyond_its_bytes_when_damaged) {
  const auto data = run_of(run_sample(7).rows(60));
  std::mt19937_64 random(8);
  for (int i = 0; i < 3'000; ++i) {
    auto damaged = data;
    for (auto n = 1 + random() % 3; n > 0; --n)
      damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    const auto run = order_run::read(damaged);
    if (!run || run->size() > 1'000) continue;
    for (const auto& row : rows_of_run(*run)) {
      static_cast<void>(run->find(row.key, run_hash(row.key)));
      static_cast<void>(run->find(row.number));
      static_cast<void>(run->hides(row.number));
    }
    const order_run* all[] = {&*run};
    static_cast<void>(merge_runs(all));
  }
}

// --- when to merge ----------------------------------------------------------

TEST(run_merge, keeps_runs_few_and_writes_each_row_seldom) {
  std::mt19937_64 random(9);
  for (const std::size_t usual : {1'000U, 40'000U, 1'000'000U}) {
    std::vector<std::size_t> sizes;
    std::size_t brought = 0;
    std::size_t written = 0;
    std::size_t most_not_final = 0;
    while (brought < (400U << 20U) && sizes.size() < 10'000) {
      sizes.insert(sizes.begin(), usual / 2 + random() % usual);
      brought += sizes.front();
      written += sizes.front();
      while (true) {
        const auto [first, count] = due_merge(sizes);
        if (count == 0) break;
        ASSERT_GE(count, 2U);
        ASSERT_LE(first + count, sizes.size());
        std::size_t merged = 0;
        for (auto i = first; i < first + count; ++i) merged += sizes[i];
        ASSERT_LE(merged, max_run_bytes);
        const auto begin = sizes.begin() + static_cast<std::ptrdiff_t>(first);
        sizes.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(count));
        *begin = merged;
        written += merged;
      }
      const auto small = std::ranges::count_if(
          sizes, [](std::size_t bytes) { return bytes <= max_run_bytes / 2; });
      most_not_final =
          std::max(most_not_final, static_cast<std::size_t>(small));
    }
    EXPECT_LE(most_not_final, 45U);
    EXPECT_LE(written, 7 * brought) << "of " << usual;
    EXPECT_LE(sizes.size(), most_not_final + brought / (max_run_bytes / 2) + 1);
  }
}

TEST(run_merge, leaves_what_is_too_large_or_too_few) {
  const auto large = max_run_bytes / 2 + 1;
  EXPECT_EQ(due_merge({}).second, 0U);
  const std::vector<std::size_t> few(7, 1'000);
  EXPECT_EQ(due_merge(few).second, 0U);
  const std::vector<std::size_t> finals(100, large);
  EXPECT_EQ(due_merge(finals).second, 0U);
  // Behind a final one nothing is merged.
  std::vector<std::size_t> mixed(4, 1'000);
  mixed.push_back(large);
  mixed.insert(mixed.end(), 5, 1'000);
  EXPECT_EQ(due_merge(mixed).second, 0U);
  mixed.insert(mixed.begin(), 4, 1'000);
  EXPECT_EQ(due_merge(mixed), (std::pair<std::size_t, std::size_t>{0, 8}));
}

}  // namespace
}  // namespace oms::persistence
