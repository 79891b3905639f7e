// No reader is served what is damaged: the same for both kinds of stores.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "persistence/hash_chain.hpp"
#include "persistence/personal_records.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/stores.hpp"

namespace oms::persistence {
namespace {

namespace fs = std::filesystem;

const order_key whose{brand_id{"acme"}, order_id{"SO-1"}};
const entity_ref its = entity_of(whose);
const personal_data person{.customer_name = "Erika Mustermann",
                           .email = "erika@example.org",
                           .name = "E. Mustermann",
                           .line1 = "Heidestrasse 17",
                           .city = "Koeln"};

event note(const std::string& text, sequence previous) {
  event one;
  one.entity = its;
  one.previous = previous;
  one.body = note_added{.text = text};
  return one;
}

/// Five entries of two events each, one timeline; the first has a person.
std::vector<std::vector<event>> batches() {
  std::vector<std::vector<event>> all;
  for (sequence first = 1; first < 10; first += 2)
    all.push_back({note("note " + std::to_string(first), first - 1),
                   note("note " + std::to_string(first + 1), first)});
  all.at(0).at(0).body = order_placed{
      .body = {}, .number = 1, .personal = person, .has_personal = true};
  return all;
}

void fill(log_store& store) {
  for (const auto& batch : batches())
    ASSERT_TRUE(store.append({batch.data(), batch.size()}).ok());
}

/// Asks for everything in every way. What is answered must be `expected`, and
/// at least one question must fail; returns what the failures say.
std::vector<std::string> faults_of(const log_store& store,
                                   const std::vector<event>& expected) {
  std::vector<std::string> faults;
  const auto failed = [&faults](const error& why) {
    EXPECT_EQ(why.code, error_code::storage_unavailable) << why.message;
    faults.push_back(why.message);
  };
  for (sequence at = 1; at <= expected.size(); ++at) {
    const auto one = store.read(at);
    if (!one)
      failed(one.failure());
    else if (*one)
      EXPECT_EQ(**one, expected.at(at - 1));
    else
      ADD_FAILURE() << "event " << at << " is said not to be there";
    auto next = at;
    const auto walked = store.walk_back(at, [&](const event& each) {
      EXPECT_EQ(each, expected.at(next - 1));
      return --next > 0;
    });
    if (!walked)
      failed(walked.failure());
    else
      EXPECT_EQ(next, 0U);
    const auto hash = store.hash_at(at);
    if (!hash)
      failed(hash.failure());
    else
      EXPECT_EQ(hash->has_value(), at % 2 == 0) << at;
    auto seen = at;
    const auto scanned = store.scan(at, [&](const event& each) {
      EXPECT_EQ(each, expected.at(seen - 1));
      ++seen;
      return true;
    });
    if (!scanned)
      failed(scanned.failure());
    else
      EXPECT_EQ(seen, expected.size() + 1);
  }
  const auto found = store.personal(whose);
  if (!found) failed(found.failure());
  if (const auto verified = store.verify(); !verified)
    failed(verified.failure());
  return faults;
}

std::vector<event> events() {
  std::vector<event> all;
  for (const auto& batch : batches())
    for (const auto& one : batch)
      all.push_back(samples::as_stored(one, all.size() + 1));
  return all;
}

TEST(damaged_entries, in_memory_are_not_served) {
  const auto expected = events();
  memory_store store;
  fill(store);
  EXPECT_TRUE(faults_of(store, expected).empty());
  for (const sequence first : {1U, 5U, 9U}) {
    std::size_t size = 0;
    store.damage(first, [&](codec::bytes& entry) { size = entry.size(); });
    // Every byte of one of them.
    const std::size_t step = first == 5 ? 1 : 23;
    for (std::size_t at = 0; at < size; at += step) {
      const auto flip = [at](codec::bytes& entry) {
        entry.at(at) ^= static_cast<std::byte>(1U << at % 8);
      };
      store.damage(first, flip);
      const auto named =
          "starts at sequence " + std::to_string(first) + " is bad";
      const auto faults = faults_of(store, expected);
      ASSERT_FALSE(faults.empty()) << at;
      for (const auto& fault : faults)
        EXPECT_NE(fault.find(named), std::string::npos) << fault;
      store.damage(first, flip);
    }
  }
}

TEST(damaged_entries, are_reported_once_each) {
  memory_store store;
  fill(store);
  std::map<std::string, int> reported;
  store.on_damage([&](const error& why) { ++reported[why.message]; });
  const auto flip = [](codec::bytes& data) { data.at(40) ^= std::byte{4}; };
  store.damage(3, flip);
  store.damage(7, flip);
  store.damage(its.key, flip);
  for (int round = 0; round < 3; ++round)
    for (sequence at = 1; at <= 10; ++at) {
      static_cast<void>(store.read(at));
      static_cast<void>(store.personal(whose));
    }
  EXPECT_EQ(reported.size(), 3U);
  for (const auto& [what, times] : reported) EXPECT_EQ(times, 1) << what;
  store.on_damage({});
  store.damage(1, flip);
  EXPECT_FALSE(store.read(1).ok());
  EXPECT_EQ(reported.size(), 3U);
}

/// A store on disk whose file is changed between two openings.
class damaged_file : public testing::Test {
 protected:
  damaged_file() {
    auto store = open(false);
    fill(*store);
    store.reset();
    std::ifstream in(file(), std::ios::binary);
    whole_.assign(std::istreambuf_iterator<char>(in), {});
  }

  [[nodiscard]] fs::path file() const { return directory_.path() / "data.mdb"; }

  [[nodiscard]] std::unique_ptr<log_store> open(
      bool read_only, bool check_pages = false) const {
    auto opened =
        open_lmdb_store(directory_.path(),
                        {.read_only = read_only, .check_pages = check_pages});
    if (!opened) return nullptr;
    return std::move(*opened);
  }

  /// Where these bytes are in the file. Pages that are no longer in use have
  /// them, too: what counts is the copy whose damage is found.
  [[nodiscard]] std::size_t place_of(const codec::bytes& wanted) const {
    const std::string text(reinterpret_cast<const char*>(wanted.data()),
                           wanted.size());
    for (auto at = whole_.find(text); at != std::string::npos;
         at = whole_.find(text, at + 1)) {
      write_flipped(at, 0);
      if (const auto store = open(true); !store || !store->verify()) return at;
    }
    return std::string::npos;
  }

  void write_flipped(std::size_t at, unsigned bit) const {
    auto damaged = whole_;
    damaged.at(at) = static_cast<char>(static_cast<unsigned char>(
        static_cast<unsigned char>(damaged.at(at)) ^ (1U << bit)));
    std::ofstream(file(), std::ios::binary) << damaged;
  }

  temporary_directory directory_;
  std::string whole_;
};

/// The sealed entries, as any store has them.
std::vector<codec::bytes> sealed_entries() {
  std::vector<codec::bytes> all;
  chain_head head;
  for (const auto& batch : batches()) {
    all.push_back(*seal_batch(head, decisions_of(batch)));
    head = head_after(head, batch.size(), all.back());
  }
  return all;
}

TEST_F(damaged_file, serves_no_entry_with_a_flipped_bit) {
  const auto expected = events();
  const auto entry = sealed_entries().at(2);
  const auto begin = place_of(entry);
  ASSERT_NE(begin, std::string::npos);
  for (std::size_t at = begin; at < begin + entry.size(); ++at) {
    write_flipped(at, at % 8);
    const auto store = open(true);
    ASSERT_TRUE(store);
    EXPECT_FALSE(faults_of(*store, expected).empty()) << at - begin;
  }
}

/// LMDB keeps the key, and what it says of a row, ahead of the row.
constexpr std::size_t node_bytes = 8;

TEST_F(damaged_file, serves_no_entry_under_a_flipped_key) {
  const auto expected = events();
  const auto begin = place_of(sealed_entries().at(2));
  ASSERT_NE(begin, std::string::npos);
  for (std::size_t at = begin - node_bytes - 8; at < begin; ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      write_flipped(at, bit);
      // Most of these mislead LMDB itself, and are found when it is opened.
      const auto store = open(false);
      if (!store) continue;
      EXPECT_FALSE(faults_of(*store, expected).empty()) << at - begin;
    }
}

TEST_F(damaged_file, is_refused_to_careful_readers_as_to_writers) {
  const auto begin = place_of(sealed_entries().at(2));
  ASSERT_NE(begin, std::string::npos);
  std::size_t refused = 0;
  for (std::size_t at = begin - node_bytes - 8; at < begin; ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      write_flipped(at, bit);
      const bool opened = open(false) != nullptr;
      EXPECT_EQ(open(true, true) != nullptr, opened)
          << at - begin << " " << bit;
      if (!opened) ++refused;
    }
  EXPECT_GT(refused, 0U);
}

TEST_F(damaged_file, reports_what_is_damaged_behind_its_check) {
  const auto begin = place_of(sealed_entries().at(2));
  ASSERT_NE(begin, std::string::npos);
  std::ofstream(file(), std::ios::binary) << whole_;
  const auto store = open(true);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->read(5).ok());
  std::vector<std::string> reported;
  store->on_damage([&](const error& why) { reported.push_back(why.message); });
  // In place, for the file is mapped.
  std::fstream(file(), std::ios::binary | std::ios::in | std::ios::out)
      .seekp(static_cast<std::streamoff>(begin))
      .write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(store->read(5).ok());
    EXPECT_FALSE(store->walk_back(10, [](const event&) { return true; }).ok());
  }
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_NE(reported.at(0).find("sequence 5 is bad"), std::string::npos);
  EXPECT_FALSE(store->scan(1, [](const event&) { return true; }).ok());
}

TEST_F(damaged_file, serves_no_personal_data_with_a_flipped_bit) {
  auto record = codec::encode_personal(person);
  const auto begin = place_of(record);
  ASSERT_NE(begin, std::string::npos);
  constexpr std::size_t checksum_bytes = 4;
  const auto key = begin - its.key.size();
  for (auto at = key; at < begin + record.size() + checksum_bytes; ++at) {
    write_flipped(at, at % 8);
    const auto store = open(true);
    ASSERT_TRUE(store);
    const auto found = store->personal(whose);
    // Under a flipped key there is no record, which readers know is wrong by
    // the order's state.
    if (at < key + its.key.size()) {
      EXPECT_TRUE(!found || found->empty()) << at - key;
    } else {
      EXPECT_FALSE(found.ok()) << at - key;
    }
    EXPECT_FALSE(store->verify().ok()) << at - key;
  }
}

TEST_F(damaged_file, still_gives_what_is_not_damaged) {
  const auto begin = place_of(sealed_entries().at(2));
  write_flipped(begin + 20, 3);
  const auto store = open(true);
  ASSERT_TRUE(store);
  for (const sequence sound : {1U, 4U, 7U, 10U})
    EXPECT_TRUE(store->read(sound).ok()) << sound;
  EXPECT_FALSE(store->read(5).ok());
  EXPECT_FALSE(store->read(6).ok());
  EXPECT_EQ(*store->personal(whose), person);
}

TEST(personal_records, written_before_they_had_a_checksum_are_read) {
  const auto key = std::as_bytes(std::span(its.key));
  const auto old = codec::encode_personal(person);
  ASSERT_EQ(old.size() % 8, 0U);
  const auto found = personal_in(key, old);
  ASSERT_TRUE(found.ok()) << found.failure().message;
  EXPECT_EQ(*found, person);
}

TEST(personal_records, end_with_a_checksum_of_key_and_record) {
  const auto all = batches();
  const auto changes = personal_changes(decisions_of(all.at(0)));
  ASSERT_TRUE(changes.ok());
  const auto& record = changes->at(0).data.value();
  EXPECT_EQ(record.size(), codec::encode_personal(person).size() + 4);
  EXPECT_EQ(*personal_in(std::as_bytes(std::span(its.key)), record), person);
  const std::string other = "acme/SO-2";
  EXPECT_FALSE(personal_in(std::as_bytes(std::span(other)), record).ok());
}

}  // namespace
}  // namespace oms::persistence
