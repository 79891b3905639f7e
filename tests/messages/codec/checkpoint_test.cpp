/// Heads of checkpoints come back as they were, the largest too.

#include "messages/codec/checkpoint.hpp"

#include <gtest/gtest.h>

namespace oms::tests {
namespace {

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
  EXPECT_FALSE(codec::decode_head({}).ok());
  const codec::bytes noise(64, std::byte{0x5a});
  EXPECT_FALSE(codec::decode_head(noise).ok());
}

}  // namespace
}  // namespace oms::tests
