// The codec: what goes in comes out, and what is damaged is refused.

#include "messages/codec/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "messages/limits.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::codec {
namespace {

using samples::as_stored;
using samples::generator;

digest some_digest() {
  digest hash{};
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash.at(i) = static_cast<std::byte>(i * 7 + 1);
  return hash;
}

bool contains(const bytes& data, const std::string& text) {
  const auto found = std::search(
      data.begin(), data.end(), text.begin(), text.end(),
      [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
  return found != data.end();
}

// --- round trips ------------------------------------------------------------

class every_event : public testing::TestWithParam<std::size_t> {};

TEST_P(every_event, comes_back_as_it_was) {
  generator random(GetParam());
  for (int round = 0; round < 100; ++round) {
    const std::vector<event> batch = {random.of_kind(GetParam())};
    const auto data = encode_entry(17, some_digest(), batch);
    ASSERT_FALSE(data.empty());
    EXPECT_EQ(data.size() % 8, 0U);
    const auto entry = decode_entry(data);
    ASSERT_TRUE(entry.ok()) << entry.failure().message;
    EXPECT_EQ(entry->first, 17U);
    EXPECT_EQ(entry->previous_hash, some_digest());
    EXPECT_EQ(entry->events, as_stored(batch, 17));
    EXPECT_EQ(encode_entry(17, some_digest(), entry->events), data);
  }
}

INSTANTIATE_TEST_SUITE_P(kinds, every_event,
                         testing::Range(std::size_t{0}, samples::kinds),
                         [](const auto& kind) {
                           auto name = std::string(
                               kind_of(generator(1).of_kind(kind.param).body));
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(codec, has_a_name_of_its_own_for_every_event) {
  std::set<std::string_view> names;
  for (std::size_t kind = 0; kind < samples::kinds; ++kind) {
    const auto one = generator(kind).of_kind(kind);
    ASSERT_EQ(one.body.index(), kind);
    EXPECT_FALSE(kind_of(one.body).empty());
    names.insert(kind_of(one.body));
  }
  EXPECT_EQ(names.size(), samples::kinds);
}

TEST(codec, keeps_batches_of_any_size) {
  generator random(2);
  for (const std::size_t n : {0U, 1U, 2U, 10U, 1'000U, 5'000U, 3U}) {
    const auto batch = random.batch(n);
    const auto data = encode_entry(1'000, {}, batch);
    const auto entry = decode_entry(data);
    ASSERT_TRUE(entry.ok()) << entry.failure().message;
    EXPECT_EQ(entry->events, as_stored(batch, 1'000)) << n;
    // The ground on which it was built was left clean.
    EXPECT_EQ(encode_entry(1'000, {}, batch), data) << n;
  }
}

TEST(codec, reads_the_header_and_single_events_alone) {
  generator random(3);
  const auto batch = random.batch(50);
  const auto data = encode_entry(7, some_digest(), batch);
  const auto header = decode_header(data);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(
      *header,
      (entry_header{.first = 7, .previous_hash = some_digest(), .events = 50}));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto one = decode_event(data, i);
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(*one, as_stored(batch.at(i), 7 + i));
  }
  EXPECT_FALSE(decode_event(data, 50).ok());
}

TEST(codec, keeps_personal_data_out_of_the_log) {
  event one;
  one.body = order_placed{
      .body = {},
      .number = 1,
      .personal = personal_data{.customer_name = "Erika Mustermann",
                                .email = "erika@example.org",
                                .name = "E. Mustermann",
                                .line1 = "Heidestrasse 17",
                                .line2 = "c/o Schmidt",
                                .city = "Koeln"}};
  const auto& personal = *std::get<order_placed>(one.body).personal;
  const auto data = encode_entry(1, {}, {&one, 1});
  for (const auto& text :
       {personal.customer_name, personal.email, personal.name, personal.line1,
        personal.line2, personal.city})
    EXPECT_FALSE(contains(data, text)) << text;

  const auto record = encode_personal(personal);
  EXPECT_TRUE(contains(record, personal.email));
  const auto back = decode_personal(record);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, personal);
}

TEST(codec, keeps_any_personal_data) {
  generator random(4);
  for (int round = 0; round < 200; ++round) {
    const auto person = random.person();
    const auto back = decode_personal(encode_personal(person));
    ASSERT_TRUE(back.ok()) << back.failure().message;
    EXPECT_EQ(*back, person);
  }
  EXPECT_EQ(*decode_personal(encode_personal({})), personal_data{});
}

TEST(codec, does_not_encode_what_is_over_a_limit) {
  event one;
  one.body = note_added{.text = std::string(limits::max_entry_bytes, 'x')};
  EXPECT_TRUE(encode_entry(1, {}, {&one, 1}).empty());
  personal_data person;
  person.name = std::string(limits::max_personal_bytes, 'x');
  EXPECT_TRUE(encode_personal(person).empty());
  // And goes on as before.
  one.body = note_added{.text = "short"};
  EXPECT_TRUE(decode_entry(encode_entry(1, {}, {&one, 1})).ok());
}

TEST(codec, encodes_what_is_just_below_the_limit) {
  event one;
  one.body =
      note_added{.text = std::string(limits::max_entry_bytes - 1'024, 'x')};
  const auto data = encode_entry(1, {}, {&one, 1});
  ASSERT_FALSE(data.empty());
  const auto entry = decode_entry(data);
  ASSERT_TRUE(entry.ok()) << entry.failure().message;
  EXPECT_EQ(entry->events.at(0).body, one.body);
}

// --- damage -----------------------------------------------------------------

/// Any outcome is fine but a crash; an error is `invalid` and says why.
void expect_no_harm(std::span<const std::byte> data) {
  const auto entry = decode_entry(data);
  if (!entry) {
    EXPECT_EQ(entry.failure().code, error_code::invalid);
    EXPECT_FALSE(entry.failure().message.empty());
  }
  static_cast<void>(decode_header(data));
  static_cast<void>(decode_event(data, 0));
  static_cast<void>(decode_personal(data));
}

TEST(codec, refuses_what_is_truncated_anywhere) {
  generator random(5);
  for (std::size_t kind = 0; kind < samples::kinds; ++kind) {
    const std::vector<event> batch = {random.of_kind(kind)};
    const auto data = encode_entry(1, {}, batch);
    const auto step = data.size() > 4'096 ? 8U : 1U;
    for (std::size_t size = 0; size < data.size(); size += step) {
      // Of its own, so that a sanitizer sees a read beyond.
      const bytes part(data.begin(),
                       data.begin() + static_cast<std::ptrdiff_t>(size));
      const auto entry = decode_entry(part);
      ASSERT_FALSE(entry.ok()) << kind << " at " << size;
      EXPECT_EQ(entry.failure().code, error_code::invalid);
      EXPECT_FALSE(entry.failure().message.empty());
    }
  }
}

TEST(codec, reads_from_any_alignment) {
  generator random(6);
  const auto batch = random.batch(20);
  const auto data = encode_entry(1, some_digest(), batch);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    bytes moved(offset + data.size());
    std::ranges::copy(data,
                      moved.begin() + static_cast<std::ptrdiff_t>(offset));
    const auto entry = decode_entry(std::span(moved).subspan(offset));
    ASSERT_TRUE(entry.ok()) << entry.failure().message;
    EXPECT_EQ(entry->events, as_stored(batch, 1));
  }
}

TEST(codec, survives_every_flipped_bit) {
  generator random(7);
  for (std::size_t kind = 0; kind < samples::kinds; ++kind) {
    const std::vector<event> batch = {random.of_kind(kind)};
    auto data = encode_entry(1, some_digest(), batch);
    const auto bits = std::min<std::size_t>(data.size(), 1'024) * 8;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      const auto mask = std::byte{1} << (bit % 8);
      data.at(bit / 8) ^= mask;
      expect_no_harm(data);
      data.at(bit / 8) ^= mask;
    }
  }
}

TEST(codec, survives_random_words) {
  generator random(8);
  const auto batch = random.batch(10);
  const auto good = encode_entry(1, some_digest(), batch);
  for (int round = 0; round < 20'000; ++round) {
    auto data = good;
    for (auto changes = 1 + random.below(8); changes > 0; --changes)
      data.at(random.below(data.size())) =
          static_cast<std::byte>(random.below(256));
    expect_no_harm(data);
  }
  for (int round = 0; round < 20'000; ++round) {
    bytes data(8 * random.below(40));
    for (auto& byte : data)
      byte = static_cast<std::byte>(random.below(4) == 0 ? random.below(256)
                                                         : random.below(3));
    expect_no_harm(data);
  }
}

TEST(codec, refuses_what_is_too_large) {
  const bytes data(limits::max_entry_bytes + 8);
  const auto entry = decode_entry(data);
  ASSERT_FALSE(entry.ok());
  EXPECT_EQ(entry.failure().code, error_code::invalid);
  EXPECT_NE(entry.failure().message.find("limit"), std::string::npos);
  EXPECT_FALSE(decode_personal(bytes(limits::max_personal_bytes + 8)).ok());
}

TEST(codec, refuses_enumerations_out_of_range) {
  event one;
  // NOLINTNEXTLINE: a number that a later version may have written.
  one.body = shipment_tracked{.shipment = shipment_id{"s"},
                              .news = static_cast<tracking_status>(8)};
  const auto entry = decode_entry(encode_entry(1, {}, {&one, 1}));
  ASSERT_FALSE(entry.ok());
  EXPECT_NE(entry.failure().message.find("enumeration"), std::string::npos);
}

TEST(codec, refuses_sequences_out_of_range) {
  const std::vector<event> batch(2);
  const auto last = std::numeric_limits<sequence>::max();
  EXPECT_FALSE(decode_entry(encode_entry(last - 1, {}, batch)).ok());
  EXPECT_TRUE(decode_entry(encode_entry(last - 2, {}, batch)).ok());
}

// --- keys of entities -------------------------------------------------------

TEST(entity, keys_of_orders_lead_back_to_the_order) {
  for (const auto& order : {order_key{brand_id{"acme"}, order_id{"1"}},
                            order_key{brand_id{}, order_id{"1"}},
                            order_key{brand_id{"acme"}, order_id{"with/slash"}},
                            order_key{brand_id{}, order_id{"/"}}})
    EXPECT_EQ(order_of(entity_of(order)), order);
}

TEST(entity, keys_of_sources_lead_back_to_the_source) {
  for (const auto& source : {source_ref{source_kind::location, "w1"},
                             source_ref{source_kind::supplier, "acme/1"}})
    EXPECT_EQ(source_of(entity_of(source)), source);
}

}  // namespace
}  // namespace oms::codec
