// The hash of all state: what it depends on, and what not.

#include "actors/state_hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include "tests/messages/sample_events.hpp"

namespace oms::tests {
namespace {

auto fields_of(order_state& state) {
  auto& [key, body, placed_at, number, status, status_since, payment_started,
         payment_failed_finally, split_told, personal_data_erased, has_personal,
         takes_over, stuck_alert_at, captured, refunded, refund_requested,
         version, payment_references, failed_references, lines, places,
         fulfillments, shipments, refunds, returns, holds, rejections, unable,
         plan_on, authorizations, capture_requested, cancel_references,
         refund_references, deliveries, acknowledged, open_alerts, edit_due,
         replan_since, personal_version, edited, original] = state;
  return std::tie(
      key, body, placed_at, number, status, status_since, payment_started,
      payment_failed_finally, split_told, personal_data_erased, has_personal,
      takes_over, stuck_alert_at, captured, refunded, refund_requested, version,
      payment_references, failed_references, lines, places, fulfillments,
      shipments, refunds, returns, holds, rejections, unable, plan_on,
      authorizations, capture_requested, cancel_references, refund_references,
      deliveries, acknowledged, open_alerts, edit_due, replan_since,
      personal_version, edited, original);
}

auto fields_of(source_state& state) {
  auto& [self, defined, settings, supplier, version, stock, promises,
         unacknowledged, holds, references, capacity_day, opened, acknowledged,
         announced, in_transit, transfers, adjustments, counts, overdue_before,
         open_alerts] = state;
  return std::tie(self, defined, settings, supplier, version, stock, promises,
                  unacknowledged, holds, references, capacity_day, opened,
                  acknowledged, announced, in_transit, transfers, adjustments,
                  counts, overdue_before, open_alerts);
}

/// As many lines in both, so that each may have the fulfillments of the other.
void prepare(order_state& a, order_state& b) {
  const auto lines = std::max(a.lines.size(), b.lines.size());
  for (auto* each : {&a, &b}) {
    each->lines.resize(lines);
    // An order without events is none.
    each->version = std::max<std::uint64_t>(each->version, 1);
    // Counts only beside other orders, below.
    each->number = 1;
  }
}
void prepare(source_state&, source_state&) {}

std::string hash_of(const order_state& order) {
  collection all;
  all.add(order);
  return state_hash_of(all);
}
std::string hash_of(const source_state& source) {
  collection all;
  all.add(source);
  return state_hash_of(all);
}

template <std::size_t Field, class State>
bool counts(const State& one, State other) {
  auto changed = one;
  std::get<Field>(fields_of(changed)) = std::get<Field>(fields_of(other));
  return changed == one || hash_of(changed) != hash_of(one);
}

template <class State, std::size_t... Fields>
void expect_that_all_count(const State& one, const State& other,
                           std::index_sequence<Fields...>) {
  (static_cast<void>([&] {
     EXPECT_TRUE((counts<Fields>(one, other))) << "field " << Fields;
   }()),
   ...);
}

template <class State>
void expect_that_every_field_counts() {
  constexpr auto count =
      std::tuple_size_v<decltype(fields_of(std::declval<State&>()))>;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    samples::generator make(seed);
    auto one = make.any<State>();
    auto other = make.any<State>();
    prepare(one, other);
    expect_that_all_count(one, other, std::make_index_sequence<count>{});
  }
}

TEST(state_hash, depends_on_every_field_of_an_order) {
  expect_that_every_field_counts<order_state>();
}

TEST(state_hash, depends_on_every_field_of_a_source) {
  expect_that_every_field_counts<source_state>();
}

TEST(state_hash, depends_on_the_order_of_numbers_and_not_on_gaps) {
  const auto hash_with = [](std::uint64_t first, std::uint64_t second) {
    collection all;
    order_state order;
    order.key = {brand_id{"b"}, order_id{"z"}};
    order.number = first;
    all.add(order);
    order.key = {brand_id{"b"}, order_id{"a"}};
    order.number = second;
    all.add(order);
    return state_hash_of(all);
  };
  EXPECT_EQ(hash_with(4, 9), hash_with(1, 2));
  EXPECT_NE(hash_with(4, 9), hash_with(9, 4));
}

TEST(state_hash, does_not_depend_on_how_a_table_was_filled) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    samples::generator make(seed);
    const auto one = make.any<source_state>();
    auto other = one;
    other.stock.rehash(1'000);
    other.promises.rehash(1'000);
    other.unacknowledged.rehash(1'000);
    ASSERT_EQ(other, one);
    EXPECT_EQ(hash_of(other), hash_of(one)) << "seed " << seed;
  }
}

TEST(state_hash, does_not_depend_on_the_numbers_that_a_source_gives_promises) {
  const order_key first{brand_id{"b"}, order_id{"z"}};
  const order_key second{brand_id{"b"}, order_id{"a"}};
  const auto source_with = [&](std::uint64_t before, std::uint64_t after) {
    source_state state;
    state.promises[first].units = {
        {.sku = sku_id{"MUG"}, .committed = quantity{1}, .since = before}};
    state.promises[second].units = {
        {.sku = sku_id{"MUG"}, .committed = quantity{1}, .since = after}};
    return hash_of(state);
  };
  EXPECT_EQ(source_with(4, 9), source_with(1, 2));
  EXPECT_NE(source_with(4, 9), source_with(9, 4))
      << "the newest is revoked first";
}

TEST(state_hash, does_not_confuse_where_one_text_ends_and_the_next_begins) {
  const auto order_with = [](const char* brand, const char* id) {
    order_state order;
    order.key = {brand_id{brand}, order_id{id}};
    return hash_of(order);
  };
  EXPECT_NE(order_with("ab", "c"), order_with("a", "bc"));
}

TEST(state_hash, does_not_confuse_where_one_number_ends_and_the_next_begins) {
  // Numbers whose bits read 1 and 23, and 12 and 3.
  const auto source_at = [](std::uint64_t latitude, std::uint64_t longitude) {
    source_state state;
    state.settings.position = coordinates{std::bit_cast<double>(latitude),
                                          std::bit_cast<double>(longitude)};
    return hash_of(state);
  };
  EXPECT_NE(source_at(1, 23), source_at(12, 3));
}

TEST(state_hash, is_the_same_for_equal_positions) {
  const auto source_at = [](double latitude) {
    source_state state;
    state.settings.position = coordinates{latitude, 1};
    return state;
  };
  ASSERT_EQ(source_at(0.0), source_at(-0.0));
  EXPECT_EQ(hash_of(source_at(0.0)), hash_of(source_at(-0.0)));
  EXPECT_NE(hash_of(source_at(0.0)), hash_of(source_at(0.5)));
}

TEST(state_hash, is_sha_256_in_hexadecimal) {
  EXPECT_EQ(state_hash_of({}),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace oms::tests
