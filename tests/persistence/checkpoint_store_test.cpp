// Checkpoints and lists of orders, over both kinds of tables.

#include "persistence/checkpoint_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec/snapshots.hpp"
#include "messages/limits.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/stores.hpp"

namespace oms::persistence {
namespace {

using std::chrono::hours;

constexpr timestamp noon{hours{12}};

order_row order_of_number(std::uint64_t number) {
  return {.key = {brand_id{"acme"}, order_id{std::to_string(number)}},
          .number = number,
          .status = order_status::pending,
          .placed_at = noon + hours{number},
          .changed_at = noon + hours{number},
          .head = number,
          .version = 1,
          .stuck_after = duration{0},
          .customer = customer_id{"erika"},
          .skus = {sku_id{"mug"}, sku_id{"cup"}}};
}

bool agrees(const order_filter& filter, const order_row& row) {
  if (filter.brand && *filter.brand != row.key.brand) return false;
  if (filter.status && *filter.status != row.status) return false;
  if (filter.customer && *filter.customer != row.customer) return false;
  if (filter.sku && std::ranges::count(row.skus, *filter.sku) == 0)
    return false;
  if (filter.placed_from && row.placed_at < *filter.placed_from) return false;
  return !filter.placed_before || row.placed_at < *filter.placed_before;
}

template <class Kind>
class checkpoints : public testing::Test {
 protected:
  checkpoint_store store() { return checkpoint_store(kind_.store().tables()); }

  void write(checkpoint made) {
    const auto outcome = store().write(made);
    ASSERT_TRUE(outcome.ok()) << outcome.failure().message;
  }
  void write_orders(std::vector<order_row> rows) {
    checkpoint made;
    made.orders = std::move(rows);
    write(std::move(made));
  }

  /// All pages, one after the other.
  std::vector<order_row> listed(const order_filter& filter, std::size_t limit) {
    std::vector<order_row> rows;
    std::string cursor;
    do {
      auto page = store().orders(filter, cursor, limit);
      EXPECT_TRUE(page.ok()) << page.failure().message;
      if (!page.ok()) break;
      EXPECT_LE(page->rows.size(), limit);
      // Only the last page may be short.
      EXPECT_TRUE(page->rows.size() == limit || page->cursor.empty());
      rows.insert(rows.end(), page->rows.begin(), page->rows.end());
      cursor = page->cursor;
    } while (!cursor.empty());
    return rows;
  }

  std::vector<std::uint64_t> numbers(const order_filter& filter,
                                     std::size_t limit = 100) {
    std::vector<std::uint64_t> found;
    for (const auto& row : listed(filter, limit)) found.push_back(row.number);
    return found;
  }

  Kind kind_;
};

using kinds = testing::Types<in_memory, on_disk>;
TYPED_TEST_SUITE(checkpoints, kinds);

using numbers = std::vector<std::uint64_t>;

TYPED_TEST(checkpoints, begin_with_nothing) {
  const auto store = this->store();
  EXPECT_FALSE(store.head()->has_value());
  EXPECT_FALSE(store.order(1)->has_value());
  EXPECT_FALSE(store.order(order_key{})->has_value());
  EXPECT_TRUE(store.heads()->empty());
  EXPECT_EQ(*store.head_of({entity_kind::product, "mug"}), 0U);
  EXPECT_TRUE(this->listed({}, 10).empty());
  EXPECT_FALSE(store.snapshot({source_kind::location, "w"}, 9)->has_value());
}

TYPED_TEST(checkpoints, give_back_what_was_written) {
  checkpoint made;
  made.head.head = {.upto = 900,
                    .last_number = 7,
                    .orders = {1, 2, 3, 4, 5, 6, 7, 8, 9},
                    .in_flight = {{890, {entity_kind::location, "w1"}}}};
  made.head.hash.fill(std::byte{5});
  made.orders = {order_of_number(7)};
  made.heads = {{{entity_kind::location, "w1"}, 899},
                {{entity_kind::routing, ""}, 12},
                {{entity_kind::engine, "storage"}, 4}};
  this->write(made);
  this->kind_.reopen();
  const auto store = this->store();
  EXPECT_EQ(**store.head(), made.head);
  EXPECT_EQ(**store.order(7), made.orders.front());
  EXPECT_EQ(**store.order(made.orders.front().key), made.orders.front());
  auto heads = *store.heads();
  EXPECT_TRUE(std::ranges::is_permutation(heads, made.heads));
  for (const auto& one : made.heads)
    EXPECT_EQ(*store.head_of(one.entity), one.head);
  EXPECT_EQ(*store.head_of(entity_of(made.orders.front().key)), 7U);
  EXPECT_EQ(*store.head_of({entity_kind::supplier, "w1"}), 0U);
}

TYPED_TEST(checkpoints, find_several_orders_at_one_moment) {
  const std::vector<order_key> keys = {
      order_of_number(2).key, order_of_number(9).key, order_of_number(1).key};
  using found_rows = std::vector<std::optional<order_row>>;
  const auto found = [&] {
    found_rows rows;
    const auto outcome = this->store().orders(
        keys, [&rows](std::size_t place, std::optional<order_row> row) {
          EXPECT_EQ(place, rows.size());
          rows.push_back(std::move(row));
          return status(done{});
        });
    EXPECT_TRUE(outcome.ok());
    return rows;
  };
  EXPECT_EQ(found(), (found_rows{{}, {}, {}}));
  this->write_orders({order_of_number(1)});
  this->write_orders({order_of_number(2)});
  EXPECT_EQ(found(), (found_rows{order_of_number(2), {}, order_of_number(1)}));
  std::size_t asked = 0;
  const auto refused = this->store().orders(
      keys, [&asked](std::size_t, const std::optional<order_row>&) {
        ++asked;
        return status(error{error_code::invalid, "enough", {}});
      });
  EXPECT_EQ(refused.failure().message, "enough");
  EXPECT_EQ(asked, 1U);
}

TYPED_TEST(checkpoints, replace_what_changed_and_keep_the_rest) {
  checkpoint made;
  made.head.head.upto = 10;
  made.orders = {order_of_number(1), order_of_number(2)};
  made.heads = {{{entity_kind::location, "w1"}, 5},
                {{entity_kind::location, "w2"}, 6}};
  this->write(made);
  made.head.head.upto = 20;
  made.orders = {order_of_number(2)};
  made.orders.front().head = 15;
  made.orders.front().version = 3;
  made.heads = {{{entity_kind::location, "w1"}, 16}};
  this->write(made);
  const auto store = this->store();
  EXPECT_EQ((*store.head())->head.upto, 20U);
  EXPECT_EQ(**store.order(1), order_of_number(1));
  EXPECT_EQ((**store.order(2)).head, 15U);
  EXPECT_EQ(*store.head_of({entity_kind::location, "w1"}), 16U);
  EXPECT_EQ(*store.head_of({entity_kind::location, "w2"}), 6U);
  EXPECT_EQ(this->numbers({}), (numbers{2, 1}));
}

TYPED_TEST(checkpoints, are_nothing_once_cleared) {
  checkpoint made;
  made.orders = {order_of_number(1)};
  made.heads = {{{entity_kind::location, "w1"}, 5}};
  this->write(made);
  ASSERT_TRUE(this->store().clear().ok());
  EXPECT_FALSE(this->store().head()->has_value());
  EXPECT_TRUE(this->store().heads()->empty());
  EXPECT_TRUE(this->listed({}, 10).empty());
  this->write(made);
  EXPECT_EQ(this->numbers({}), (numbers{1}));
}

TYPED_TEST(checkpoints, take_the_last_of_several_rows_of_an_order) {
  auto before = order_of_number(1);
  auto after = before;
  after.status = order_status::paid;
  this->write_orders({before, after});
  EXPECT_EQ(**this->store().order(1), after);
  EXPECT_EQ(this->numbers({.status = order_status::paid}), (numbers{1}));
  EXPECT_TRUE(this->numbers({.status = order_status::pending}).empty());
}

// --- lists ------------------------------------------------------------------

TYPED_TEST(checkpoints, list_the_newest_placement_first) {
  auto late_number = order_of_number(3);
  late_number.placed_at = noon - hours{24 * 365 * 60};  // before 1970
  this->write_orders({order_of_number(1), order_of_number(2), late_number,
                      order_of_number(4)});
  EXPECT_EQ(this->numbers({}), (numbers{4, 2, 1, 3}));
  EXPECT_EQ(this->numbers({}, 1), (numbers{4, 2, 1, 3}));
}

TYPED_TEST(checkpoints, list_orders_of_one_time_by_number) {
  std::vector<order_row> rows;
  for (std::uint64_t number = 1; number <= 300; ++number) {
    rows.push_back(order_of_number(number));
    rows.back().placed_at = noon;
  }
  this->write_orders(rows);
  const auto found = this->numbers({}, 7);
  ASSERT_EQ(found.size(), 300U);
  EXPECT_TRUE(std::ranges::is_sorted(found, std::ranges::greater{}));
}

TYPED_TEST(checkpoints, list_by_every_part_of_a_filter) {
  auto other = order_of_number(2);
  other.key.brand = brand_id{"zeta"};
  auto paid = order_of_number(3);
  paid.status = order_status::paid;
  auto stranger = order_of_number(4);
  stranger.customer = customer_id{"max"};
  auto bowl = order_of_number(5);
  bowl.skus = {sku_id{"bowl"}};
  auto nobody = order_of_number(6);
  nobody.customer = {};
  nobody.key.brand = {};
  nobody.skus = {};
  this->write_orders({order_of_number(1), other, paid, stranger, bowl, nobody});

  EXPECT_EQ(this->numbers({.brand = brand_id{"zeta"}}), (numbers{2}));
  EXPECT_EQ(this->numbers({.brand = brand_id{"acme"}}), (numbers{5, 4, 3, 1}));
  EXPECT_EQ(this->numbers({.brand = brand_id{}}), (numbers{6}));
  EXPECT_EQ(this->numbers({.status = order_status::paid}), (numbers{3}));
  EXPECT_EQ(this->numbers({.customer = customer_id{"max"}}), (numbers{4}));
  EXPECT_EQ(this->numbers({.customer = customer_id{}}), (numbers{6}));
  EXPECT_EQ(this->numbers({.sku = sku_id{"bowl"}}), (numbers{5}));
  EXPECT_EQ(this->numbers({.sku = sku_id{"cup"}}), (numbers{4, 3, 2, 1}));
  EXPECT_EQ(this->numbers({.placed_from = noon + hours{3}}),
            (numbers{6, 5, 4, 3}));
  EXPECT_EQ(this->numbers({.placed_before = noon + hours{3}}), (numbers{2, 1}));
  EXPECT_EQ(this->numbers({.brand = brand_id{"acme"},
                           .status = order_status::pending,
                           .customer = customer_id{"erika"},
                           .sku = sku_id{"mug"},
                           .placed_from = noon,
                           .placed_before = noon + hours{100}}),
            (numbers{1}));
  EXPECT_TRUE(this->numbers({.brand = brand_id{"acm"}}).empty());
  EXPECT_TRUE(this->numbers({.brand = brand_id{"acmee"}}).empty());
}

TYPED_TEST(checkpoints, tell_ids_apart_that_begin_alike) {
  const std::string zero(1, '\0');
  std::vector<order_row> rows;
  std::uint64_t number = 0;
  const std::vector<std::string> ids = {
      "a",  "a" + zero, "a" + zero + zero + std::string(15, 'x'),
      zero, "ab",       "a" + zero + std::string(16, '\xff')};
  for (int round = 0; round < 3; ++round)
    for (const auto& id : ids) {
      rows.push_back(order_of_number(++number));
      rows.back().customer = customer_id{id};
      rows.back().skus = {sku_id{id}};
      rows.back().key.brand = brand_id{id};
    }
  this->write_orders(rows);
  for (const auto& id : ids) {
    EXPECT_EQ(this->numbers({.customer = customer_id{id}}, 1).size(), 3U);
    EXPECT_EQ(this->numbers({.sku = sku_id{id}}, 1).size(), 3U);
    EXPECT_EQ(this->numbers({.brand = brand_id{id}}, 1).size(), 3U);
  }
}

TYPED_TEST(checkpoints, move_an_order_with_its_status) {
  this->write_orders({order_of_number(1), order_of_number(2)});
  auto moved = order_of_number(1);
  for (const auto next :
       {order_status::paid, order_status::paid, order_status::cancelled}) {
    const auto before = moved.status;
    moved.status = next;
    this->write_orders({moved});
    EXPECT_EQ(this->numbers({.status = next}), (numbers{1}));
    if (before != next && before != order_status::pending) {
      EXPECT_TRUE(this->numbers({.status = before}).empty());
    }
    EXPECT_EQ(this->numbers({.status = order_status::pending}), (numbers{2}));
  }
}

TYPED_TEST(checkpoints, refuse_cursors_that_no_page_has_given) {
  this->write_orders({order_of_number(1), order_of_number(2)});
  const auto store = this->store();
  const auto good = store.orders({}, "", 1)->cursor;
  ASSERT_FALSE(good.empty());
  EXPECT_EQ(store.orders({}, good, 1)->rows.size(), 1U);
  auto shouted = good;
  shouted.front() = 'A';
  for (const auto& bad :
       {std::string("x"), std::string("zz"), good + "0", good + "00",
        good.substr(1), good.substr(2), "+" + good.substr(1), shouted,
        std::string(32, ' '), std::string(1'000'000, '0')}) {
    const auto refused = store.orders({}, bad, 1);
    ASSERT_FALSE(refused.ok()) << bad.substr(0, 50);
    EXPECT_EQ(refused.failure().code, error_code::invalid);
  }
}

TYPED_TEST(checkpoints, give_each_row_once_over_all_pages) {
  std::mt19937_64 random(61);
  std::map<std::uint64_t, order_row> all;
  const auto any = [&](int n) { return std::to_string(random() % n); };
  const auto any_status = [&] {
    return static_cast<order_status>(random() % order_status_count);
  };
  for (int round = 0; round < 6; ++round) {
    std::vector<order_row> changed;
    for (int i = 0; i < 150; ++i) {
      auto row = order_of_number(all.size() + 1);
      row.key.brand = brand_id{any(3)};
      row.status = any_status();
      row.customer = customer_id{any(20)};
      row.placed_at = noon + hours{random() % 200};
      row.skus.clear();
      std::set<std::string> skus;
      for (auto n = random() % 4; n > 0; --n) skus.insert(any(10));
      for (const auto& sku : skus) row.skus.emplace_back(sku);
      all[row.number] = row;
      changed.push_back(row);
    }
    for (int i = 0; i < 100; ++i) {
      auto& row = all.at(1 + random() % all.size());
      row.status = any_status();
      row.version += 1;
      changed.push_back(row);
    }
    std::ranges::shuffle(changed, random);
    // An order changes once per checkpoint.
    for (auto& row : changed) row = all.at(row.number);
    this->write_orders(changed);

    for (int list = 0; list < 30; ++list) {
      order_filter filter;
      const auto choice = random();
      if (choice & 1U) filter.brand = brand_id{any(4)};
      if (choice & 2U) filter.status = any_status();
      if (choice & 4U) filter.customer = customer_id{any(20)};
      if (choice & 8U) filter.sku = sku_id{any(11)};
      if (choice & 16U) filter.placed_from = noon + hours{random() % 200};
      if (choice & 32U) filter.placed_before = noon + hours{random() % 200};
      std::vector<order_row> expected;
      for (const auto& [number, row] : all)
        if (agrees(filter, row)) expected.push_back(row);
      std::ranges::sort(expected, std::ranges::greater{},
                        [](const order_row& row) {
                          return std::pair(row.placed_at, row.number);
                        });
      EXPECT_EQ(this->listed(filter, 1 + random() % 40), expected);
    }
    std::vector<std::uint64_t> open;
    ASSERT_TRUE(this->store()
                    .open_orders([&](const order_row& row) {
                      EXPECT_EQ(row, all.at(row.number));
                      open.push_back(row.number);
                      return true;
                    })
                    .ok());
    std::ranges::sort(open);
    std::vector<std::uint64_t> expected;
    for (const auto& [number, row] : all)
      if (!is_over(row.status)) expected.push_back(number);
    EXPECT_EQ(open, expected);
  }
}

TYPED_TEST(checkpoints, bound_what_a_page_looks_at) {
  // The one that is looked for is behind all that one page looks at.
  std::vector<order_row> rows;
  for (std::uint64_t number = 1; number <= 60'000; ++number)
    rows.push_back(order_of_number(number));
  rows.front().key.brand = brand_id{"zeta"};
  this->write_orders(rows);
  const order_filter filter{.brand = brand_id{"zeta"},
                            .status = order_status::pending};
  const auto first = this->store().orders(filter, "", 10);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->rows.empty());
  ASSERT_FALSE(first->cursor.empty());
  const auto second = this->store().orders(filter, first->cursor, 10);
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->rows.size(), 1U);
  EXPECT_EQ(second->rows.front(), rows.front());
  EXPECT_TRUE(second->cursor.empty());
}

TYPED_TEST(checkpoints, visit_open_orders_by_status_and_age) {
  auto paid = order_of_number(1);
  paid.status = order_status::paid;
  auto over = order_of_number(2);
  over.status = order_status::delivered;
  this->write_orders({paid, over, order_of_number(4), order_of_number(3)});
  numbers seen;
  const auto remember = [&](const order_row& row) {
    seen.push_back(row.number);
    // A visitor may use the store.
    return this->store().order(row.number)->has_value() && seen.size() < 3;
  };
  ASSERT_TRUE(this->store().open_orders(remember).ok());
  EXPECT_EQ(seen, (numbers{3, 4, 1}));
}

// --- shipments and commands -------------------------------------------------

order_key order_named(const std::string& brand, const std::string& id) {
  return {brand_id{brand}, order_id{id}};
}

TYPED_TEST(checkpoints, know_every_order_that_has_a_shipment_id) {
  checkpoint made;
  made.shipments = {{shipment_id{"1"}, order_named("acme", "o1")},
                    {shipment_id{"1"}, order_named("zeta", "o1")},
                    {shipment_id{"1"}, order_named("", "o3")},
                    {shipment_id{"11"}, order_named("acme", "o4")}};
  this->write(made);
  // The same id again, in another order, as in logs of earlier versions.
  made.shipments = {{shipment_id{"1"}, order_named("acme", "o2")}};
  this->write(made);
  this->kind_.reopen();
  const auto store = this->store();
  EXPECT_EQ(
      *store.orders_with(shipment_id{"1"}, brand_id{"acme"}, 9),
      (std::vector{order_named("acme", "o1"), order_named("acme", "o2")}));
  EXPECT_EQ(*store.orders_with(shipment_id{"1"}, brand_id{}, 9),
            std::vector{order_named("", "o3")});
  EXPECT_TRUE(
      store.orders_with(shipment_id{"11"}, brand_id{"zeta"}, 9)->empty());
  EXPECT_EQ(
      *store.orders_with(shipment_id{"1"}, {}, 9),
      (std::vector{order_named("", "o3"), order_named("acme", "o1"),
                   order_named("acme", "o2"), order_named("zeta", "o1")}));
  EXPECT_EQ(store.orders_with(shipment_id{"1"}, {}, 2)->size(), 2U);
  EXPECT_TRUE(store.orders_with(shipment_id{""}, {}, 9)->empty());
}

TYPED_TEST(checkpoints, tell_shipments_apart_that_begin_alike) {
  const std::string zero(1, '\0');
  const std::string longest(limits::max_id_bytes, '\xff');
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"a", "bc"},  {"ab", "c"},        {"abc", ""},
      {"", "abc"},  {"a", zero + "b"},  {"a" + zero, "b"},
      {zero, "ab"}, {longest, longest}, {longest, "\xff"}};
  const auto order_with = [](const std::string& shipment,
                             const std::string& brand) {
    return order_named(
        brand, (shipment + brand + "!").substr(0, limits::max_id_bytes));
  };
  checkpoint made;
  for (const auto& [shipment, brand] : pairs)
    made.shipments.push_back(
        {shipment_id{shipment}, order_with(shipment, brand)});
  this->write(made);
  const auto store = this->store();
  for (const auto& [shipment, brand] : pairs)
    EXPECT_EQ(*store.orders_with(shipment_id{shipment}, brand_id{brand}, 9),
              std::vector{order_with(shipment, brand)});
  EXPECT_EQ(store.orders_with(shipment_id{"a"}, {}, 9)->size(), 2U);
}

done_command done_at(const std::string& id, timestamp time, sequence at) {
  return {.id = id, .given = {at}, .time = time};
}

TYPED_TEST(checkpoints, remember_commands_by_the_beginning_of_their_ids) {
  const std::string longest(limits::max_command_id_bytes, 'k');
  checkpoint made;
  made.commands = {done_at("key:a:1:x", noon, 5),
                   done_at("key:a:1:y", noon + hours{1}, 6),
                   done_at("key:a:11", noon, 7), done_at(longest, noon, 8)};
  this->write(made);
  this->kind_.reopen();
  const auto store = this->store();
  EXPECT_EQ(*store.commands("key:a:1:", 9),
            (std::vector{made.commands[0], made.commands[1]}));
  EXPECT_EQ(*store.commands("key:a:1", 2),
            (std::vector{made.commands[2], made.commands[0]}));
  EXPECT_EQ(*store.commands(longest, 9), std::vector{made.commands[3]});
  EXPECT_TRUE(store.commands("key:a:1:z", 9)->empty());
  EXPECT_TRUE(store.commands(std::string(10'000, 'k'), 9)->empty());
}

TYPED_TEST(checkpoints, forget_commands_that_are_too_old) {
  checkpoint made;
  made.commands = {done_at("key:old", noon, 5), done_at("key:again", noon, 6),
                   done_at("key:young", noon + hours{1}, 7)};
  this->write(made);
  made.commands = {done_at("key:again", noon + hours{2}, 9)};
  this->write(made);
  EXPECT_EQ(this->store().commands("key:", 9)->size(), 3U);
  made.commands.clear();
  made.commands_kept_from = noon + hours{1};
  this->write(made);
  EXPECT_EQ(*this->store().commands("key:", 9),
            (std::vector{done_at("key:again", noon + hours{2}, 9),
                         done_at("key:young", noon + hours{1}, 7)}));
  // An id that is forgotten and comes again at once.
  made.commands = {done_at("key:young", noon + hours{9}, 11)};
  made.commands_kept_from = noon + hours{9};
  this->write(made);
  EXPECT_EQ(*this->store().commands("key:", 9), made.commands);
}

TYPED_TEST(checkpoints, forget_a_bounded_number_of_commands_at_once) {
  checkpoint made;
  for (sequence at = 1; at <= 12'000; ++at)
    made.commands.push_back(done_at("key:" + std::to_string(at), noon, at));
  this->write(made);
  made.commands.clear();
  made.commands_kept_from = noon + hours{1};
  this->write(made);
  EXPECT_EQ(this->store().commands("key:", 20'000)->size(), 2'000U);
  this->write(made);
  EXPECT_TRUE(this->store().commands("key:", 20'000)->empty());
}

// --- snapshots --------------------------------------------------------------

encoded_snapshot snapshot_of(const source_ref& source, sequence at) {
  source_state state;
  state.self = source;
  state.version = at * 10;
  return {.source = source, .at = at, .data = codec::encode_snapshot(state)};
}

TYPED_TEST(checkpoints, find_snapshots_around_a_sequence) {
  const source_ref w1{source_kind::location, "w1"};
  const source_ref same_id{source_kind::supplier, "w1"};
  const source_ref longer{source_kind::location, "w11"};
  const source_ref with_zero{source_kind::location,
                             std::string("w1\0zzzzzzzzzzzzz", 16)};
  checkpoint made;
  for (const sequence at : {10U, 300U, 70'000U})
    made.snapshots.push_back(snapshot_of(w1, at));
  for (const auto& other : {same_id, longer, with_zero})
    made.snapshots.push_back(snapshot_of(other, 50));
  this->write(made);
  this->kind_.reopen();

  const auto store = this->store();
  const auto at_or_before = [&](sequence upto) -> sequence {
    const auto found = store.snapshot(w1, upto);
    EXPECT_TRUE(found.ok()) << found.failure().message;
    if (!*found) return 0;
    EXPECT_EQ((*found)->state.self, w1);
    EXPECT_EQ((*found)->state.version, (*found)->at * 10);
    return (*found)->at;
  };
  const auto behind = [&](sequence after) -> sequence {
    const auto found = store.snapshot_after(w1, after);
    EXPECT_TRUE(found.ok()) << found.failure().message;
    return *found ? (*found)->at : 0;
  };
  EXPECT_EQ(at_or_before(0), 0U);
  EXPECT_EQ(at_or_before(9), 0U);
  EXPECT_EQ(at_or_before(10), 10U);
  EXPECT_EQ(at_or_before(299), 10U);
  EXPECT_EQ(at_or_before(69'999), 300U);
  EXPECT_EQ(at_or_before(~sequence{0}), 70'000U);
  EXPECT_EQ(behind(0), 10U);
  EXPECT_EQ(behind(10), 300U);
  EXPECT_EQ(behind(300), 70'000U);
  EXPECT_EQ(behind(70'000), 0U);
  EXPECT_EQ(behind(~sequence{0}), 0U);
  EXPECT_EQ((*store.snapshot(same_id, 100))->state.self, same_id);
}

TEST(checkpoint, writes_nothing_when_the_tables_refuse) {
  memory_table_store tables;
  checkpoint_store store(tables);
  checkpoint made;
  made.orders = {order_of_number(1)};
  tables.fail_next_writes(1);
  const auto refused = store.write(made);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::storage_unavailable);
  EXPECT_FALSE(store.head()->has_value());
  EXPECT_FALSE(store.order(1)->has_value());
}

TEST(checkpoint, says_what_is_not_readable) {
  memory_table_store tables;
  checkpoint_store store(tables);
  checkpoint made;
  made.orders = {order_of_number(1)};
  made.snapshots = {snapshot_of({source_kind::location, "w1"}, 5)};
  ASSERT_TRUE(store.write(made).ok());
  // Every row's value becomes what no codec has written.
  std::vector<table_change> changes;
  for (const auto in : {table::checkpoint, table::snapshots, table::runs})
    static_cast<void>(tables.scan(in, {}, [&](auto key, auto) {
      changes.push_back({.in = in,
                         .key = {key.begin(), key.end()},
                         .value = codec::bytes(9, std::byte{1})});
      return true;
    }));
  ASSERT_EQ(changes.size(), 3U);
  ASSERT_TRUE(tables.write(changes).ok());
  EXPECT_EQ(store.head().failure().code, error_code::storage_unavailable);
  EXPECT_EQ(store.order(1).failure().code, error_code::storage_unavailable);
  EXPECT_EQ(store.orders({}, "", 5).failure().code,
            error_code::storage_unavailable);
  EXPECT_EQ(store.write(made).failure().code, error_code::storage_unavailable);
  EXPECT_EQ(store.snapshot({source_kind::location, "w1"}, 9).failure().code,
            error_code::storage_unavailable);
  EXPECT_TRUE(store.clear().ok());
  EXPECT_TRUE(store.write(made).ok());
}

}  // namespace
}  // namespace oms::persistence
