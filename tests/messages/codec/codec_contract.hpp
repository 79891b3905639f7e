#pragma once

/// What holds for every value that has bytes of its own: a snapshot.
///
/// Purpose: one typed suite. `TypeParam` has the `value`, its `encode` and
/// `decode`, and `max_bytes`. Owner: the test that instantiates it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "messages/codec/codec.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::codec {

template <class Kind>
class codec_contract : public testing::Test {
 protected:
  using value = typename Kind::value;

  value sample() { return random_.any<value>(); }

  /// Any outcome is fine but a crash; an error is `invalid` and says why, and
  /// what could be read can be written and read again.
  static void expect_no_harm(std::span<const std::byte> data) {
    const auto got = Kind::decode(data);
    if (!got) {
      EXPECT_EQ(got.failure().code, error_code::invalid);
      EXPECT_FALSE(got.failure().message.empty());
      return;
    }
    const auto again = Kind::encode(*got);
    const auto back = Kind::decode(again);
    ASSERT_TRUE(back.ok()) << back.failure().message;
    // Compared as bytes, because a coordinate may be no number.
    EXPECT_EQ(Kind::encode(*back), again);
  }

  samples::generator random_{11};
};

TYPED_TEST_SUITE_P(codec_contract);

TYPED_TEST_P(codec_contract, comes_back_as_it_was) {
  for (int round = 0; round < 300; ++round) {
    const auto one = this->sample();
    const auto data = TypeParam::encode(one);
    ASSERT_FALSE(data.empty());
    EXPECT_EQ(data.size() % 8, 0U);
    const auto back = TypeParam::decode(data);
    ASSERT_TRUE(back.ok()) << back.failure().message;
    EXPECT_EQ(*back, one);
    EXPECT_EQ(TypeParam::encode(*back), data);
  }
  const typename TypeParam::value nothing{};
  const auto back = TypeParam::decode(TypeParam::encode(nothing));
  ASSERT_TRUE(back.ok()) << back.failure().message;
  EXPECT_EQ(*back, nothing);
}

TYPED_TEST_P(codec_contract, reads_from_any_alignment) {
  const auto one = this->sample();
  const auto data = TypeParam::encode(one);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    bytes moved(offset + data.size());
    std::ranges::copy(data,
                      moved.begin() + static_cast<std::ptrdiff_t>(offset));
    const auto back = TypeParam::decode(std::span(moved).subspan(offset));
    ASSERT_TRUE(back.ok()) << back.failure().message;
    EXPECT_EQ(*back, one);
  }
}

TYPED_TEST_P(codec_contract, refuses_what_is_truncated_anywhere) {
  for (int round = 0; round < 20; ++round) {
    const auto data = TypeParam::encode(this->sample());
    const auto step = data.size() > 4'096 ? 8U : 1U;
    for (std::size_t size = 0; size < data.size(); size += step) {
      // Of its own, so that a sanitizer sees a read beyond.
      const bytes part(data.begin(),
                       data.begin() + static_cast<std::ptrdiff_t>(size));
      const auto back = TypeParam::decode(part);
      ASSERT_FALSE(back.ok()) << size << " of " << data.size();
      EXPECT_EQ(back.failure().code, error_code::invalid);
      EXPECT_FALSE(back.failure().message.empty());
    }
  }
}

TYPED_TEST_P(codec_contract, survives_every_flipped_bit) {
  for (int round = 0; round < 3; ++round) {
    auto data = TypeParam::encode(this->sample());
    const auto bits = std::min<std::size_t>(data.size(), 1'024) * 8;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      const auto mask = std::byte{1} << (bit % 8);
      data.at(bit / 8) ^= mask;
      this->expect_no_harm(data);
      data.at(bit / 8) ^= mask;
    }
  }
}

TYPED_TEST_P(codec_contract, survives_random_words) {
  auto& random = this->random_;
  const auto good = TypeParam::encode(this->sample());
  for (int round = 0; round < 3'000; ++round) {
    auto data = good;
    for (auto changes = 1 + random.below(8); changes > 0; --changes)
      data.at(random.below(data.size())) =
          static_cast<std::byte>(random.below(256));
    this->expect_no_harm(data);
  }
  for (int round = 0; round < 3'000; ++round) {
    bytes data(8 * random.below(40));
    for (auto& byte : data)
      byte = static_cast<std::byte>(random.below(4) == 0 ? random.below(256)
                                                         : random.below(3));
    this->expect_no_harm(data);
  }
}

TYPED_TEST_P(codec_contract, refuses_what_is_too_large) {
  const auto back = TypeParam::decode(bytes(TypeParam::max_bytes + 8));
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.failure().code, error_code::invalid);
  EXPECT_NE(back.failure().message.find("limit"), std::string::npos);
}

TYPED_TEST_P(codec_contract, refuses_what_says_nothing) {
  EXPECT_FALSE(TypeParam::decode(bytes{}).ok());
  for (std::size_t words = 1; words < 8; ++words)
    EXPECT_FALSE(TypeParam::decode(bytes(8 * words)).ok()) << words;
}

REGISTER_TYPED_TEST_SUITE_P(codec_contract, comes_back_as_it_was,
                            reads_from_any_alignment,
                            refuses_what_is_truncated_anywhere,
                            survives_every_flipped_bit, survives_random_words,
                            refuses_what_is_too_large,
                            refuses_what_says_nothing);

/// The name of a kind in the name of its tests.
struct kind_name {
  template <class Kind>
  static std::string GetName(int) {  // NOLINT: GoogleTest's name
    return Kind::name;
  }
};

}  // namespace oms::codec
