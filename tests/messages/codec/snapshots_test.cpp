// Snapshots: what holds for all bytes, and what holds for states alone.

#include "messages/codec/snapshots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "messages/limits.hpp"
#include "tests/messages/codec/codec_contract.hpp"

namespace oms::codec {
namespace {

struct of_source {
  using value = source_state;
  static constexpr const char* name = "source";
  static constexpr auto max_bytes = limits::max_snapshot_bytes;
  static bytes encode(const value& state) { return encode_snapshot(state); }
  static result<value> decode(std::span<const std::byte> data) {
    return decode_source_snapshot(data);
  }
};

using states = testing::Types<of_source>;
INSTANTIATE_TYPED_TEST_SUITE_P(snapshot, codec_contract, states, kind_name);

/// Replaces every `from` by the equally long `to`.
bytes replaced(bytes data, const std::string& from, const std::string& to) {
  for (auto at = data.begin();;) {
    at = std::search(
        at, data.end(), from.begin(), from.end(),
        [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
    if (at == data.end()) return data;
    at = std::transform(to.begin(), to.end(), at,
                        [](char c) { return static_cast<std::byte>(c); });
  }
}

source_state with_skus(const std::vector<std::string>& skus) {
  source_state state;
  for (const auto& sku : skus) {
    state.stock[sku_id{sku}].on_hand =
        quantity{static_cast<std::int64_t>(sku.size())};
    state.promises[order_key{brand_id{"b"}, order_id{sku}}].joinable = false;
    state.unacknowledged[order_key{brand_id{"b"}, order_id{sku}}] = 1;
    state.references.emplace(sku, sku_id{sku});
    state.adjustments.emplace(sku, sku_id{sku});
    state.counts.emplace(sku, sku_id{sku});
    state.announced[sku].units[sku_id{"A"}] = quantity{1};
    state.in_transit[sku].units[sku_id{"A"}] = quantity{1};
    state.transfers[sku].units[sku_id{"A"}] = quantity{1};
  }
  return state;
}

TEST(snapshot, of_equal_sources_is_equal_bytes) {
  std::vector<std::string> skus;
  for (int i = 0; i < 200; ++i) skus.push_back("sku-" + std::to_string(i));
  const auto state = with_skus(skus);
  std::ranges::reverse(skus);
  auto other = with_skus(skus);
  other.stock.rehash(10'000);
  other.promises.rehash(10'000);
  other.unacknowledged.rehash(10'000);
  ASSERT_EQ(other, state);
  EXPECT_EQ(encode_snapshot(other), encode_snapshot(state));
}

TEST(snapshot, of_a_source_names_nothing_twice) {
  const auto both = with_skus({"sku-a", "sku-b"});
  // Each of these is keyed, and the only thing there.
  source_state stock;
  stock.stock = both.stock;
  source_state promises;
  promises.promises = both.promises;
  source_state unacknowledged;
  unacknowledged.unacknowledged = both.unacknowledged;
  source_state references;
  references.references = both.references;
  source_state adjustments;
  adjustments.adjustments = both.adjustments;
  source_state counts;
  counts.counts = both.counts;
  source_state announced;
  announced.announced = both.announced;
  source_state in_transit;
  in_transit.in_transit = both.in_transit;
  source_state transfers;
  transfers.transfers = both.transfers;
  for (const auto& state :
       {stock, promises, unacknowledged, references, adjustments, counts,
        announced, in_transit, transfers}) {
    const auto data = encode_snapshot(state);
    EXPECT_TRUE(decode_source_snapshot(data).ok());
    EXPECT_FALSE(decode_source_snapshot(replaced(data, "sku-a", "sku-b")).ok());
  }
}

TEST(snapshot, refuses_enumerations_out_of_range) {
  source_state state;
  // NOLINTNEXTLINE: a number that a later version may have written.
  state.settings.kind = static_cast<source_type>(9);
  const auto back = decode_source_snapshot(encode_snapshot(state));
  ASSERT_FALSE(back.ok());
  EXPECT_NE(back.failure().message.find("enumeration"), std::string::npos);
}

TEST(snapshot, is_not_encoded_over_its_limit) {
  source_state state;
  state.settings.name = std::string(limits::max_snapshot_bytes, 'x');
  EXPECT_TRUE(encode_snapshot(state).empty());
  // And goes on as before.
  state.settings.name = "short";
  EXPECT_TRUE(decode_source_snapshot(encode_snapshot(state)).ok());
}

TEST(snapshot, of_a_large_location_is_small_enough) {
  source_state state;
  for (int i = 0; i < 100'000; ++i)
    state.stock[sku_id{"sku-" + std::to_string(i)}].version = 1;
  const auto data = encode_snapshot(state);
  ASSERT_FALSE(data.empty());
  EXPECT_LT(data.size() * 10, limits::max_snapshot_bytes);
  const auto back = decode_source_snapshot(data);
  ASSERT_TRUE(back.ok()) << back.failure().message;
  EXPECT_EQ(*back, state);
}

}  // namespace
}  // namespace oms::codec
