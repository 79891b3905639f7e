// The orders that changed since a checkpoint.

#include "actors/checkpoint/order_changes.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>
#include <unordered_map>

namespace oms::checkpoint {
namespace {

TEST(order_changes, find_every_order_while_they_grow) {
  order_changes changes;
  EXPECT_EQ(changes.find("shop/1"), changes.end());
  std::unordered_map<std::string, std::uint64_t> expected;
  std::mt19937_64 random(1);
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    const auto key = "shop/" + std::to_string(random() % 5'000);
    changes[key].row.version = i;
    expected[key] = i;
  }
  ASSERT_EQ(changes.size(), expected.size());
  for (const auto& [key, version] : expected) {
    ASSERT_NE(changes.find(key), changes.end());
    EXPECT_EQ(changes.find(key)->first, key);
    EXPECT_EQ(changes.at(key).row.version, version);
  }
  EXPECT_EQ(changes.find("shop/5000"), changes.end());
  EXPECT_THROW(static_cast<void>(changes.at("")), std::out_of_range);
  std::set<std::string> seen;
  for (const auto& [key, change] : changes) seen.insert(key);
  EXPECT_EQ(seen.size(), expected.size());
}

TEST(order_changes, keep_the_order_in_which_they_came) {
  order_changes changes;
  changes.reserve(3);
  for (const char* key : {"c", "a", "b", "a", "c"}) changes[key];
  std::string keys;
  for (const auto& [key, change] : changes) keys += key;
  EXPECT_EQ(keys, "cab");
}

order_row row_with(order_status status, std::uint64_t version) {
  order_row row;
  row.number = 7;
  row.status = status;
  row.version = version;
  row.head = version;
  return row;
}

TEST(row_change, leaves_what_has_not_changed) {
  const auto before = row_with(order_status::paid, 3);
  row_change change;
  change.row.version = change.row.head = 4;
  auto row = change.onto(before);
  EXPECT_EQ(row, row_with(order_status::paid, 4));
  row_change later;
  later.row.version = later.row.head = 5;
  later.row.status = order_status::fulfilled;
  later.has_status = true;
  change.append(later);
  EXPECT_EQ(change.onto(before), row_with(order_status::fulfilled, 5));
}

TEST(row_change, of_an_order_that_was_placed_since_is_all_of_it) {
  row_change change;
  change.is_placed = true;
  change.row = row_with(order_status::pending, 1);
  row_change later;
  later.row.version = later.row.head = 2;
  change.append(later);
  EXPECT_EQ(change.onto({}), row_with(order_status::pending, 2));
  row_change of_another_part;
  of_another_part.append(change);
  EXPECT_EQ(of_another_part.onto({}), change.row);
}

}  // namespace
}  // namespace oms::checkpoint
