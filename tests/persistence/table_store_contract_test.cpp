// What every table store promises, as table_store.hpp says it.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/crc32c.hpp"
#include "tests/persistence/stores.hpp"

namespace oms::persistence {
namespace {

codec::bytes as_bytes(std::string_view text) {
  const auto data = std::as_bytes(std::span(text));
  return {data.begin(), data.end()};
}

std::string as_text(std::span<const std::byte> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

table_change put(table in, std::string_view key, std::string_view value) {
  return {.in = in, .key = as_bytes(key), .value = as_bytes(value)};
}

table_change removal(table in, std::string_view key) {
  return {.in = in, .key = as_bytes(key), .value = {}};
}

using text_rows = std::vector<std::pair<std::string, std::string>>;

template <class Kind>
class table_store_contract : public testing::Test {
 protected:
  table_store& tables() { return kind_.store().tables(); }

  void write(const std::vector<table_change>& changes) {
    const auto outcome = tables().write(changes);
    ASSERT_TRUE(outcome.ok()) << outcome.failure().message;
  }

  std::optional<std::string> get(table in, std::string_view key) {
    const auto found = tables().get(in, as_bytes(key));
    EXPECT_TRUE(found.ok()) << found.failure().message;
    if (!found.ok() || !*found) return {};
    return as_text(**found);
  }

  text_rows scanned(table in, std::string_view from, bool back = false) {
    text_rows rows;
    const auto visit = [&](std::span<const std::byte> key,
                           std::span<const std::byte> value) {
      rows.emplace_back(as_text(key), as_text(value));
      return true;
    };
    const auto outcome = back ? tables().scan_back(in, as_bytes(from), visit)
                              : tables().scan(in, as_bytes(from), visit);
    EXPECT_TRUE(outcome.ok()) << outcome.failure().message;
    return rows;
  }

  Kind kind_;
};

using kinds = testing::Types<in_memory, on_disk>;
TYPED_TEST_SUITE(table_store_contract, kinds);

TYPED_TEST(table_store_contract, begins_empty) {
  for (std::size_t i = 0; i < table_count; ++i) {
    const auto in = static_cast<table>(i);
    EXPECT_EQ(this->get(in, "a"), std::nullopt);
    EXPECT_TRUE(this->scanned(in, "").empty());
    EXPECT_TRUE(this->scanned(in, "z", true).empty());
  }
}

TYPED_TEST(table_store_contract, keeps_tables_apart) {
  this->write({put(table::heads, "a", "1"), put(table::runs, "a", "2")});
  this->kind_.reopen();
  EXPECT_EQ(this->get(table::heads, "a"), "1");
  EXPECT_EQ(this->get(table::runs, "a"), "2");
  EXPECT_EQ(this->get(table::snapshots, "a"), std::nullopt);
}

TYPED_TEST(table_store_contract, replaces_and_removes) {
  this->write({put(table::heads, "a", "1"), put(table::heads, "b", "2")});
  this->write({put(table::heads, "a", "a longer value"),
               removal(table::heads, "b"), removal(table::heads, "nothing")});
  EXPECT_EQ(this->scanned(table::heads, ""),
            (text_rows{{"a", "a longer value"}}));
}

TYPED_TEST(table_store_contract, makes_changes_in_their_order) {
  this->write({put(table::heads, "a", "1"), put(table::heads, "a", "2"),
               removal(table::heads, "a"), put(table::heads, "b", "1"),
               removal(table::heads, "b"), put(table::heads, "b", "2")});
  EXPECT_EQ(this->scanned(table::heads, ""), (text_rows{{"b", "2"}}));
}

TYPED_TEST(table_store_contract, has_empty_values) {
  this->write({put(table::runs, "a", "")});
  EXPECT_EQ(this->get(table::runs, "a"), "");
}

TYPED_TEST(table_store_contract, orders_keys_by_their_bytes) {
  this->write({put(table::heads, "b", "3"), put(table::heads, "\xff", "5"),
               put(table::heads, "a\x01", "2"), put(table::heads, "a", "1"),
               put(table::heads, "\x7f", "4")});
  const text_rows all = {
      {"a", "1"}, {"a\x01", "2"}, {"b", "3"}, {"\x7f", "4"}, {"\xff", "5"}};
  EXPECT_EQ(this->scanned(table::heads, ""), all);
  EXPECT_EQ(this->scanned(table::heads, "a"), all);
  EXPECT_EQ(this->scanned(table::heads, "aa"),
            text_rows(all.begin() + 2, all.end()));
  EXPECT_TRUE(this->scanned(table::heads, "\xff\x01").empty());

  const text_rows back(all.rbegin(), all.rend());
  EXPECT_EQ(this->scanned(table::heads, std::string(600, '\xff'), true), back);
  EXPECT_EQ(this->scanned(table::heads, "\xff", true), back);
  EXPECT_EQ(this->scanned(table::heads, "c", true),
            text_rows(back.begin() + 2, back.end()));
  EXPECT_EQ(this->scanned(table::heads, "a", true), (text_rows{{"a", "1"}}));
  EXPECT_TRUE(this->scanned(table::heads, "A", true).empty());
  EXPECT_TRUE(this->scanned(table::heads, "", true).empty());
}

TYPED_TEST(table_store_contract, stops_when_the_visitor_has_enough) {
  this->write({put(table::heads, "a", "1"), put(table::heads, "b", "2")});
  int seen = 0;
  const auto one = [&seen](auto, auto) { return ++seen < 1; };
  EXPECT_TRUE(this->tables().scan(table::heads, {}, one).ok());
  EXPECT_EQ(seen, 1);
  seen = 0;
  EXPECT_TRUE(this->tables().scan_back(table::heads, as_bytes("z"), one).ok());
  EXPECT_EQ(seen, 1);
}

TYPED_TEST(table_store_contract, gets_many_in_the_order_of_their_keys) {
  this->write({put(table::heads, "a", "1"), put(table::heads, "b", "2")});
  const std::vector<codec::bytes> keys = {as_bytes("b"), as_bytes("nothing"),
                                          as_bytes("a"), as_bytes("b")};
  const auto found = this->tables().get_all(table::heads, keys);
  ASSERT_TRUE(found.ok()) << found.failure().message;
  EXPECT_EQ(*found, (std::vector<std::optional<codec::bytes>>{
                        as_bytes("2"), {}, as_bytes("1"), as_bytes("2")}));
}

TYPED_TEST(table_store_contract, has_keys_up_to_their_limit) {
  const std::string longest(max_table_key_bytes, 'k');
  this->write({put(table::heads, longest, "1"), put(table::heads, "k", "2")});
  EXPECT_EQ(this->get(table::heads, longest), "1");
  EXPECT_EQ(this->get(table::heads, longest + std::string(100, 'k')),
            std::nullopt);
  EXPECT_EQ(this->get(table::heads, ""), std::nullopt);
  for (const auto& bad : {longest + "k", std::string()}) {
    const auto refused = this->tables().write(
        std::vector{put(table::heads, "z", "3"), put(table::heads, bad, "4")});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, error_code::too_large);
  }
  EXPECT_EQ(this->get(table::heads, "z"), std::nullopt);
}

TYPED_TEST(table_store_contract, takes_large_values_and_no_changes) {
  // Longer than the check takes for a mistake.
  // NOLINTNEXTLINE(bugprone-string-constructor)
  const std::string large(10'000'000, 'x');
  this->write({put(table::snapshots, "a", large)});
  this->write({});
  this->kind_.reopen();
  EXPECT_EQ(this->get(table::snapshots, "a"), large);
}

TYPED_TEST(table_store_contract, is_empty_once_cleared) {
  this->write({put(table::heads, "a", "1"), put(table::runs, "b", "2")});
  ASSERT_TRUE(this->tables().clear().ok());
  EXPECT_TRUE(this->scanned(table::heads, "").empty());
  EXPECT_TRUE(this->scanned(table::runs, "").empty());
  this->write({put(table::runs, "c", "3")});
  this->kind_.reopen();
  EXPECT_EQ(this->scanned(table::runs, ""), (text_rows{{"c", "3"}}));
  EXPECT_TRUE(this->scanned(table::heads, "").empty());
}

TYPED_TEST(table_store_contract, is_what_a_map_would_be) {
  std::mt19937_64 random(51);
  std::map<std::string, std::string> expected;
  const auto any_key = [&] {
    std::string key(1 + random() % 3, ' ');
    for (auto& letter : key) letter = static_cast<char>('a' + random() % 6);
    return key;
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<table_change> changes;
    for (auto n = random() % 40; n > 0; --n) {
      const auto key = any_key();
      if (random() % 3 == 0) {
        changes.push_back(removal(table::runs, key));
        expected.erase(key);
      } else {
        const std::string value(random() % 300, static_cast<char>(random()));
        changes.push_back(put(table::runs, key, value));
        expected[key] = value;
      }
    }
    this->write(changes);
    const auto from = any_key();
    EXPECT_EQ(this->scanned(table::runs, from),
              text_rows(expected.lower_bound(from), expected.end()));
    EXPECT_EQ(this->scanned(table::runs, from, true),
              text_rows(std::make_reverse_iterator(expected.upper_bound(from)),
                        expected.rend()));
  }
  this->kind_.reopen();
  EXPECT_EQ(this->scanned(table::runs, ""),
            text_rows(expected.begin(), expected.end()));
}

TYPED_TEST(table_store_contract, readers_see_whole_writes_beside_the_writer) {
  constexpr int rows = 40;
  std::atomic<bool> over = false;
  std::atomic<bool> good = true;
  const auto read = [&] {
    std::string last;
    while (!over) {
      // Every write gives all rows one value, greater than the one before.
      const auto seen = this->scanned(table::runs, "");
      const auto differs = [&](const auto& row) {
        return row.second != seen.front().second;
      };
      if (seen.size() % rows != 0 || std::ranges::any_of(seen, differs))
        good = false;
      if (seen.empty()) continue;
      if (seen.front().second.size() < last.size()) good = false;
      last = seen.front().second;
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (std::size_t round = 1; round <= 100; ++round) {
    std::vector<table_change> changes;
    for (int i = 0; i < rows; ++i)
      changes.push_back(put(table::runs, "row " + std::to_string(i),
                            std::string(round * 10, 'x')));
    this->write(changes);
  }
  over = true;
  first.join();
  second.join();
  EXPECT_TRUE(good);
}

TYPED_TEST(table_store_contract, is_written_while_the_log_is) {
  // A large write and appends from two threads, neither in the other's way.
  std::thread log([&] {
    event one;
    one.entity = entity_of(order_key{brand_id{"b"}, order_id{"1"}});
    one.body = note_added{.text = "n"};
    for (int i = 0; i < 50; ++i)
      EXPECT_TRUE(this->kind_.store().append({&one, 1}).ok());
  });
  for (int round = 0; round < 10; ++round) {
    std::vector<table_change> changes;
    for (int i = 0; i < 2'000; ++i)
      changes.push_back(put(table::runs, std::to_string(i * 7919 % 2'000),
                            std::string(200, 'x')));
    this->write(changes);
  }
  log.join();
  EXPECT_EQ(this->scanned(table::runs, "").size(), 2'000U);
  EXPECT_EQ(this->kind_.store().stats().last, 50U);
}

TEST(memory_table_store, fails_as_often_as_it_is_told_and_changes_nothing) {
  memory_table_store tables;
  const std::vector changes{put(table::heads, "a", "1")};
  tables.fail_next_writes(2);
  for (int i = 0; i < 2; ++i) {
    const auto failed = tables.write(changes);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.failure().code, error_code::storage_unavailable);
    EXPECT_FALSE(tables.get(table::heads, as_bytes("a"))->has_value());
  }
  EXPECT_TRUE(tables.write(changes).ok());
  EXPECT_TRUE(tables.get(table::heads, as_bytes("a"))->has_value());
}

TEST(crc32c, is_castagnolis) {
  // RFC 3720, appendix B.4, and the usual check of nine digits.
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c(codec::bytes(32, std::byte{0})), 0x8a9136aaU);
  EXPECT_EQ(crc32c(codec::bytes(32, std::byte{0xff})), 0x62a8ab43U);
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(crc32c, goes_on_where_it_ended) {
  const auto data = as_bytes("some text that is longer than two steps of it");
  for (std::size_t cut = 0; cut <= data.size(); ++cut)
    EXPECT_EQ(crc32c(std::span(data).subspan(cut),
                     crc32c(std::span(data).first(cut))),
              crc32c(data));
}

}  // namespace
}  // namespace oms::persistence
