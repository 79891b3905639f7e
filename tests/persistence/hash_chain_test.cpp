// The hash chain: history can't be rewritten unnoticed.

#include "persistence/hash_chain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/messages/sample_events.hpp"

namespace oms::persistence {
namespace {

struct stored_batch {
  sequence first = 0;
  codec::bytes sealed;
};

result<codec::bytes> seal(const chain_head& head,
                          std::span<const event> batch) {
  return seal_batch(head, decisions_of(batch));
}

class hash_chain : public testing::Test {
 protected:
  hash_chain() {
    for (int i = 0; i < 5; ++i) add(random_.batch(3));
  }

  void add(const std::vector<event>& batch) {
    auto sealed = seal(head_, batch);
    ASSERT_TRUE(sealed.ok());
    const auto first = head_.last + 1;
    head_ = head_after(head_, batch.size(), *sealed);
    log_.push_back({first, std::move(*sealed)});
  }

  /// What the walk says: empty if all is well.
  std::string fault() const {
    chain_walk walk;
    for (const auto& [first, sealed] : log_)
      if (const auto good = walk.follow(first, sealed); !good)
        return good.failure().message;
    const auto end = walk.finish(head_);
    return end.ok() ? "" : end.failure().message;
  }

  samples::generator random_{21};
  chain_head head_;
  std::vector<stored_batch> log_;
};

TEST(hash_of, is_sha_256) {
  // FIPS 180-2, appendix B.1.
  const std::string text = "abc";
  const auto hash = hash_of(std::as_bytes(std::span(text)));
  EXPECT_EQ(hash.at(0), std::byte{0xba});
  EXPECT_EQ(hash.at(1), std::byte{0x78});
  EXPECT_EQ(hash.at(31), std::byte{0xad});
}

TEST_F(hash_chain, is_whole_as_it_was_written) {
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(head_.last, 15U);
  EXPECT_EQ(head_.entries, 5U);
}

TEST_F(hash_chain, names_the_batch_of_any_flipped_byte) {
  auto& sealed = log_.at(2).sealed;
  for (auto& byte : sealed) {
    byte ^= std::byte{0x10};
    EXPECT_NE(fault().find("starts at sequence 7 "), std::string::npos);
    byte ^= std::byte{0x10};
  }
  EXPECT_EQ(fault(), "");
}

TEST_F(hash_chain, betrays_a_rewritten_batch_by_the_next) {
  chain_head before{
      .last = 6, .entries = 2, .hash = hash_of(entry_in(log_.at(1).sealed))};
  log_.at(2).sealed = *seal(before, random_.batch(3));
  EXPECT_NE(fault().find("starts at sequence 10 "), std::string::npos);
}

TEST_F(hash_chain, betrays_a_rewritten_last_batch_by_the_head) {
  chain_head before{
      .last = 12, .entries = 4, .hash = hash_of(entry_in(log_.at(3).sealed))};
  log_.at(4).sealed = *seal(before, random_.batch(3));
  EXPECT_NE(fault(), "");
}

TEST_F(hash_chain, betrays_missing_swapped_and_short_batches) {
  const auto whole = log_;
  log_.erase(log_.begin());
  EXPECT_NE(fault(), "");
  log_ = whole;
  log_.erase(log_.begin() + 2);
  EXPECT_NE(fault(), "");
  log_ = whole;
  log_.pop_back();
  EXPECT_NE(fault(), "");
  log_ = whole;
  std::swap(log_.at(1).sealed, log_.at(2).sealed);
  EXPECT_NE(fault(), "");
  log_ = whole;
  for (const std::size_t size : {0U, 1U, 31U, 32U, 33U, 40U}) {
    log_.at(3).sealed.resize(size);
    EXPECT_NE(fault().find("starts at sequence 10 "), std::string::npos);
  }
  log_.clear();
  EXPECT_NE(fault(), "");
}

TEST_F(hash_chain, can_be_walked_from_the_middle) {
  auto walk = chain_walk::from_the_middle();
  for (std::size_t i = 2; i < log_.size(); ++i)
    EXPECT_TRUE(walk.follow(log_.at(i).first, log_.at(i).sealed).ok());
  EXPECT_TRUE(walk.finish(head_).ok());
  EXPECT_TRUE(chain_walk::from_the_middle().finish(head_).ok());
}

}  // namespace
}  // namespace oms::persistence
