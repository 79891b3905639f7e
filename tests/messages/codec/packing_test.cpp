// What the codec writes by itself is what Cap'n Proto's library writes.

#include "messages/codec/packing.hpp"

#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize-packed.h>
#include <gtest/gtest.h>
#include <kj/io.h>

#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec/decisions.hpp"
#include "messages/limits.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::codec {
namespace {

using words = std::vector<std::uint64_t>;

std::vector<std::byte> packed(std::span<const std::uint64_t> message) {
  std::vector<std::byte> out(message.size() * max_packed_word);
  const auto* end = pack_words(message, out.data());
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out;
}

/// A message of one segment, with the word in front of it that says so.
std::vector<std::byte> packed_by_library(const words& message) {
  kj::VectorOutputStream out;
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(message.data()), message.size());
  capnp::writePackedMessage(out, {&segment, 1});
  const auto all =
      std::as_bytes(std::span(out.getArray().begin(), out.getArray().size()));
  return {all.begin(), all.end()};
}

void expect_packed_alike(const words& message) {
  auto ours = packed(words{std::uint64_t{message.size()} << 32U});
  const auto rest = packed(message);
  ours.insert(ours.end(), rest.begin(), rest.end());
  EXPECT_EQ(ours, packed_by_library(message)) << message.size() << " words";
}

TEST(packing, is_that_of_the_library) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2'000; ++round) {
    words message(1 + random() % 40);
    // Bytes that are zero: of each eight, about so many.
    const auto zeros = random() % 9;
    for (auto& word : message) {
      word = random() | 0x0101'0101'0101'0101ULL;
      for (unsigned byte = 0; byte < 8; ++byte)
        if (random() % 8 < zeros) word &= ~(std::uint64_t{0xff} << 8U * byte);
    }
    expect_packed_alike(message);
  }
}

TEST(packing, counts_runs_of_any_length_like_the_library) {
  constexpr std::uint64_t full = 0x1122'3344'5566'7788ULL;
  constexpr std::uint64_t one_zero = 0x1122'3344'5566'7700ULL;
  constexpr std::uint64_t two_zeros = 0x1122'3344'5566'0000ULL;
  for (const auto word : {std::uint64_t{0}, full, one_zero, two_zeros})
    for (const std::size_t length : {1U, 2U, 255U, 256U, 257U, 511U, 513U}) {
      words message(length, word);
      expect_packed_alike(message);
      message.front() = full;
      expect_packed_alike(message);
      message.push_back(1);
      expect_packed_alike(message);
    }
}

// A builder that is given the whole message makes each struct and list when it
// comes to it: what is written must stand where it would put it.
TEST(message_writer, makes_the_bytes_of_a_builder) {
  samples::generator random(7);
  for (std::size_t kind = 0; kind < samples::kinds; ++kind)
    for (int round = 0; round < 50; ++round) {
      const std::vector<event> batch = {random.of_kind(kind),
                                        random.of_kind(kind)};
      text_numbers texts(limits::max_entry_bytes);
      const auto made = pack(1, decisions_of(batch), texts);
      ASSERT_EQ(made.blocks.size(), 1U);
      kj::ArrayInputStream in(
          {reinterpret_cast<const kj::byte*>(made.packed.data()),
           made.packed.size()});
      capnp::PackedMessageReader reader(in);
      const auto ours = reader.getSegment(0);
      EXPECT_EQ(ours.size() + 1, made.blocks.front().words);
      capnp::MallocMessageBuilder copy(static_cast<unsigned>(ours.size() + 1),
                                       capnp::AllocationStrategy::FIXED_SIZE);
      copy.setRoot(reader.getRoot<capnp::AnyPointer>());
      const auto theirs = copy.getSegmentsForOutput();
      ASSERT_EQ(theirs.size(), 1U);
      EXPECT_TRUE(ours.asBytes() == theirs[0].asBytes()) << "kind " << kind;
    }
}

TEST(text_numbers, have_each_text_once) {
  text_numbers texts(1'000'000);
  EXPECT_EQ(texts.number_of(""), 0U);
  for (int round = 0; round < 2; ++round)
    for (std::uint32_t i = 1; i <= 10'000; ++i)
      ASSERT_EQ(texts.number_of("text " + std::to_string(i)), i);
  ASSERT_EQ(texts.size(), 10'000U);
  const auto moved = std::move(texts);
  std::string all;
  for (std::uint32_t i = 1; i <= 10'000; ++i) {
    EXPECT_EQ(moved.text(i), "text " + std::to_string(i));
    all += moved.text(i);
    EXPECT_EQ(moved.end_of(i), all.size());
  }
  EXPECT_EQ(moved.all(), all);
}

TEST(text_numbers, believe_no_likely_number_that_is_wrong) {
  text_numbers texts(1'000);
  EXPECT_EQ(texts.number_of("a", 0), 1U);
  EXPECT_EQ(texts.number_of("b", 1), 2U);
  EXPECT_EQ(texts.number_of("a", 1), 1U);
  EXPECT_EQ(texts.number_of("", 1), 0U);
}

TEST(text_numbers, have_no_more_bytes_than_they_may) {
  text_numbers texts(10);
  EXPECT_EQ(texts.number_of("12345678"), 1U);
  EXPECT_THROW(static_cast<void>(texts.number_of("123")), std::length_error);
  EXPECT_EQ(texts.number_of("12"), 2U);
}

}  // namespace
}  // namespace oms::codec
