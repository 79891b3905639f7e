/// Heads and rows of checkpoints come back as they were, the largest too.

#include "messages/codec/checkpoint.hpp"

#include <gtest/gtest.h>

#include "messages/limits.hpp"

namespace oms::tests {
namespace {

order_row row_with(std::size_t skus) {
  order_row row{.key = {brand_id{"acme"}, order_id{"SO-1"}},
                .number = 7,
                .status = order_status::delivered,
                .placed_at = timestamp{duration{-5}},
                .changed_at = timestamp{duration{99}},
                .head = 1'000,
                .version = 12,
                .stuck_after = std::chrono::hours(24),
                .customer = customer_id{"C-1"}};
  for (std::size_t i = 0; i < skus; ++i)
    row.skus.emplace_back(std::string(limits::max_id_bytes - 6, 's') +
                          std::to_string(i));
  return row;
}

codec::anchored_head head_with(std::size_t messages) {
  codec::anchored_head anchored{.head = {.upto = 500, .last_number = 7}};
  anchored.hash.fill(std::byte{9});
  for (std::size_t i = 0; i < order_status_count; ++i)
    anchored.head.orders[i] = i * 1'000;
  for (std::size_t i = 0; i < messages; ++i)
    anchored.head.in_flight.push_back(
        {.sent = i, .to = {entity_kind::location, "W" + std::to_string(i)}});
  return anchored;
}

class row_of_skus : public testing::TestWithParam<std::size_t> {};

TEST_P(row_of_skus, comes_back) {
  const auto row = row_with(GetParam());
  const auto data = codec::encode_row(row);
  ASSERT_FALSE(data.empty());
  const auto again = codec::decode_row(data);
  ASSERT_TRUE(again.ok()) << again.failure().message;
  EXPECT_EQ(*again, row);
  for (std::size_t cut = 8; cut < std::min<std::size_t>(data.size(), 400);
       cut += 8)
    EXPECT_FALSE(codec::decode_row(std::span(data).first(cut)).ok());
}

INSTANTIATE_TEST_SUITE_P(sizes, row_of_skus,
                         testing::Values(0, 1, 600, limits::max_order_lines));

class head_of_messages : public testing::TestWithParam<std::size_t> {};

TEST_P(head_of_messages, comes_back) {
  const auto head = head_with(GetParam());
  const auto data = codec::encode_head(head);
  ASSERT_FALSE(data.empty());
  const auto again = codec::decode_head(data);
  ASSERT_TRUE(again.ok()) << again.failure().message;
  EXPECT_EQ(*again, head);
}

INSTANTIATE_TEST_SUITE_P(sizes, head_of_messages,
                         testing::Values(0, 1, 100'000));

TEST(checkpoint_codec, refuses_what_it_did_not_write) {
  EXPECT_FALSE(codec::decode_row({}).ok());
  EXPECT_FALSE(codec::decode_head({}).ok());
  const codec::bytes noise(64, std::byte{0x5a});
  EXPECT_FALSE(codec::decode_row(noise).ok());
  EXPECT_FALSE(codec::decode_head(noise).ok());
}

}  // namespace
}  // namespace oms::tests
