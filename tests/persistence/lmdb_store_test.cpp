// The log on disk: damage, growth, refusals and second openers.

#include "persistence/lmdb_store.hpp"

#include <gtest/gtest.h>
#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "persistence/hash_chain.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {
namespace {

using samples::as_stored;
using samples::generator;

namespace fs = std::filesystem;

event note(std::string text) {
  event one;
  one.entity = entity_of(order_key{brand_id{"b"}, order_id{"1"}});
  one.body = note_added{.text = std::move(text)};
  return one;
}

class lmdb_store : public testing::Test {
 protected:
  [[nodiscard]] fs::path directory() const { return directory_.path(); }
  [[nodiscard]] fs::path file() const { return directory() / "data.mdb"; }

  [[nodiscard]] std::unique_ptr<log_store> open(lmdb_options options = {}) {
    auto opened = open_lmdb_store(directory(), options);
    EXPECT_TRUE(opened.ok()) << opened.failure().message;
    return opened ? std::move(*opened) : nullptr;
  }

  /// That opening fails, and how.
  error refusal(lmdb_options options = {}) {
    auto opened = open_lmdb_store(directory(), options);
    EXPECT_FALSE(opened.ok());
    return opened ? error{} : opened.failure();
  }

  /// A closed log of `n` batches of one event, each with an event of 5 KB.
  void fill(int n) {
    auto store = open();
    for (int i = 0; i < n; ++i) {
      const auto one =
          note("note " + std::to_string(i) + " " + std::string(5'000, 'x'));
      ASSERT_TRUE(store->append({&one, 1}).ok());
    }
  }

  /// Changes the value under `key` of a table behind the store's back.
  void tamper(const char* table, const codec::bytes& key,
              const std::function<void(codec::bytes&)>& change) {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    ASSERT_EQ(mdb_env_create(&env), 0);
    mdb_env_set_maxdbs(env, 8);
    ASSERT_EQ(mdb_env_open(env, directory().c_str(), 0, 0644), 0);
    ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
    ASSERT_EQ(mdb_dbi_open(txn, table, 0, &dbi), 0);
    MDB_val name{key.size(), const_cast<std::byte*>(key.data())};
    MDB_val found{};
    ASSERT_EQ(mdb_get(txn, dbi, &name, &found), 0);
    const auto* begin = static_cast<const std::byte*>(found.mv_data);
    codec::bytes value(begin, begin + found.mv_size);
    change(value);
    MDB_val changed{value.size(), value.data()};
    ASSERT_EQ(mdb_put(txn, dbi, &name, &changed, 0), 0);
    ASSERT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
  }

  static codec::bytes key_of(sequence first) {
    codec::bytes key(8);
    for (auto byte = key.rbegin(); byte != key.rend(); ++byte, first >>= 8U)
      *byte = static_cast<std::byte>(first & 0xffU);
    return key;
  }
  static codec::bytes key_of(const std::string& text) {
    const auto data = std::as_bytes(std::span(text));
    return {data.begin(), data.end()};
  }

  static status scan_all(const log_store& store) {
    return store.scan(1, [](const event&) { return true; });
  }

  temporary_directory directory_;
};

// --- opening ----------------------------------------------------------------

TEST_F(lmdb_store, creates_its_directory) {
  const auto deep = directory() / "a" / "b";
  auto opened = open_lmdb_store(deep);
  ASSERT_TRUE(opened.ok()) << opened.failure().message;
  EXPECT_TRUE(fs::exists(deep / "data.mdb"));
}

TEST_F(lmdb_store, says_when_the_directory_cannot_be_made) {
  std::ofstream(directory() / "file") << "x";
  const auto opened = open_lmdb_store(directory() / "file" / "log");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().code, error_code::storage_unavailable);
}

TEST_F(lmdb_store, finds_nothing_to_read_where_there_is_no_log) {
  EXPECT_EQ(refusal({.read_only = true}).code, error_code::not_found);
  const auto opened =
      open_lmdb_store(directory() / "missing", {.read_only = true});
  EXPECT_EQ(opened.failure().code, error_code::not_found);
  EXPECT_FALSE(fs::exists(directory() / "missing"));
}

TEST_F(lmdb_store, lets_one_writer_in) {
  auto first = open();
  const auto second = refusal();
  EXPECT_EQ(second.code, error_code::conflict);
  EXPECT_NE(second.message.find("is open in another process"),
            std::string::npos);
  first.reset();
  EXPECT_NE(open(), nullptr);
}

TEST_F(lmdb_store, refuses_a_second_process) {
  auto store = open();
  const auto child = ::fork();
  if (child == 0) {
    const auto opened = open_lmdb_store(directory());
    ::_exit(!opened && opened.failure().code == error_code::conflict ? 0 : 1);
  }
  int outcome = -1;
  ::waitpid(child, &outcome, 0);
  EXPECT_EQ(outcome, 0);
}

TEST_F(lmdb_store, refuses_what_is_not_lmdb) {
  std::ofstream(file()) << std::string(100'000, 'x');
  const auto why = refusal();
  EXPECT_EQ(why.code, error_code::invalid);
  EXPECT_NE(why.message.find("not a file of LMDB"), std::string::npos);
}

TEST_F(lmdb_store, refuses_a_database_of_something_else) {
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  mdb_env_create(&env);
  mdb_env_set_maxdbs(env, 8);
  ASSERT_EQ(mdb_env_open(env, directory().c_str(), 0, 0644), 0);
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
  ASSERT_EQ(mdb_dbi_open(txn, "other", MDB_CREATE, &dbi), 0);
  ASSERT_EQ(mdb_txn_commit(txn), 0);
  mdb_env_close(env);
  const auto why = refusal();
  EXPECT_EQ(why.code, error_code::invalid);
  EXPECT_NE(why.message.find("not the log of an engine"), std::string::npos);
}

TEST_F(lmdb_store, refuses_another_format) {
  fill(1);
  tamper("meta", key_of("format"),
         [](codec::bytes& value) { value.back() = std::byte{7}; });
  for (const bool read_only : {false, true}) {
    const auto why = refusal({.read_only = read_only});
    EXPECT_EQ(why.code, error_code::invalid);
    EXPECT_NE(why.message.find("format 7"), std::string::npos);
  }
}

TEST_F(lmdb_store, refuses_a_truncated_file) {
  fill(2'000);
  const auto size = fs::file_size(file());
  // The file is kept a little longer than what is in use.
  for (const auto part :
       {size / 2, size / 10, std::uintmax_t{12'288}, std::uintmax_t{8'192},
        std::uintmax_t{5'000}, std::uintmax_t{4'096}, std::uintmax_t{100},
        std::uintmax_t{1}, std::uintmax_t{0}}) {
    fs::resize_file(file(), part);
    for (const bool read_only : {true, false}) {
      const auto why = refusal({.read_only = read_only});
      EXPECT_EQ(why.code, error_code::invalid) << part << " " << why.message;
      EXPECT_EQ(fs::file_size(file()), part) << "was changed";
    }
  }
}

// --- damage -----------------------------------------------------------------

TEST_F(lmdb_store, names_the_batch_of_a_flipped_byte) {
  fill(20);
  std::string before;
  {
    std::ifstream in(file(), std::ios::binary);
    before.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto place = before.find("note 11 xxx");
  ASSERT_NE(place, std::string::npos);
  for (const std::size_t offset : {0U, 5U, 100U, 5'007U}) {
    auto damaged = before;
    damaged.at(place + offset) ^= 0x01;
    std::ofstream(file(), std::ios::binary) << damaged;
    auto store = open();
    for (const auto& outcome : {store->verify(), scan_all(*store)}) {
      ASSERT_FALSE(outcome.ok());
      EXPECT_EQ(outcome.failure().code, error_code::storage_unavailable);
      EXPECT_NE(outcome.failure().message.find("starts at sequence 12 "),
                std::string::npos)
          << outcome.failure().message;
    }
    // What stands before it can still be read, one by one and in a scan.
    for (sequence at = 1; at <= 11; ++at)
      EXPECT_TRUE((*store->read(at)).has_value());
    sequence seen = 0;
    EXPECT_FALSE(
        store->scan(1, [&](const event& one) { return (seen = one.at) > 0; })
            .ok());
    EXPECT_EQ(seen, 11U);
  }
}

TEST_F(lmdb_store, survives_any_flipped_byte_of_an_entry) {
  {
    generator random(31);
    auto store = open();
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(store->append(random.batch(3)).ok());
  }
  for (std::size_t place = 0; place < 200; ++place) {
    const auto flip = [&](codec::bytes& value) {
      value.at((place * 13) % value.size()) ^= std::byte{0x41};
    };
    tamper("log", key_of(4), flip);
    auto store = open();
    const auto outcome = store->verify();
    ASSERT_FALSE(outcome.ok());
    EXPECT_NE(outcome.failure().message.find("starts at sequence 4 "),
              std::string::npos);
    EXPECT_FALSE(scan_all(*store).ok());
    for (sequence at = 1; at <= 9; ++at) static_cast<void>(store->read(at));
    store.reset();
    tamper("log", key_of(4), flip);
  }
  EXPECT_TRUE(open()->verify().ok());
}

TEST_F(lmdb_store, detects_rewritten_history) {
  fill(5);
  // Somebody who knows the format puts another, well-formed batch there.
  tamper("log", key_of(3), [](codec::bytes& value) {
    const auto entry = codec::decode_entry(entry_in(value));
    ASSERT_TRUE(entry.ok());
    const auto other = note("it was not me");
    const chain_head before{
        .last = 2, .entries = 2, .hash = entry->previous_hash};
    value = *seal_batch(before, decisions_of({&other, 1}));
  });
  auto store = open();
  // Its own hash is right, but not what the next batch has for it.
  const auto read = store->read(3);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.failure().message.find("starts at sequence 3 "),
            std::string::npos);
  EXPECT_TRUE(store->read(2).ok());
  EXPECT_TRUE(store->read(4).ok());
  const auto outcome = store->verify();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.failure().message.find("starts at sequence 4 "),
            std::string::npos);
  EXPECT_FALSE(scan_all(*store).ok());
}

TEST_F(lmdb_store, detects_a_rewritten_last_batch) {
  fill(3);
  tamper("log", key_of(3), [](codec::bytes& value) {
    const auto entry = codec::decode_entry(entry_in(value));
    const auto other = note("it was not me");
    const chain_head before{
        .last = 2, .entries = 2, .hash = entry->previous_hash};
    value = *seal_batch(before, decisions_of({&other, 1}));
  });
  EXPECT_FALSE(open()->verify().ok());
}

// --- growth and refusals ----------------------------------------------------

TEST_F(lmdb_store, grows_from_a_tiny_map) {
  auto store = open({.first_map_bytes = 64 * 1024});
  generator random(41);
  std::vector<event> expected;
  for (int round = 0; round < 40; ++round) {
    auto batch = random.batch(20);
    batch.push_back(note(std::string(100'000U * (round % 7), 'x')));
    const auto outcome = store->append(batch);
    ASSERT_TRUE(outcome.ok()) << outcome.failure().message;
    for (auto& one : as_stored(batch, expected.size() + 1))
      expected.push_back(std::move(one));
  }
  EXPECT_GT(store->stats().bytes, 10'000'000U);
  store.reset();
  store = open({.first_map_bytes = 64 * 1024});
  std::size_t seen = 0;
  ASSERT_TRUE(
      store
          ->scan(1,
                 [&](const event& one) { return one == expected.at(seen++); })
          .ok());
  EXPECT_EQ(seen, expected.size());
  EXPECT_TRUE(store->append({expected.data(), 1}).ok());
}

TEST_F(lmdb_store, refuses_when_the_largest_map_is_full_and_loses_nothing) {
  auto store = open({.first_map_bytes = 1 << 20, .max_map_bytes = 1 << 20});
  const auto large = note(std::string(100'000, 'x'));
  std::size_t appended = 0;
  status outcome = done{};
  while ((outcome = store->append({&large, 1})).ok()) ++appended;
  EXPECT_EQ(outcome.failure().code, error_code::storage_unavailable);
  EXPECT_GT(appended, 3U);
  EXPECT_EQ(store->stats().last, appended);
  EXPECT_TRUE(store->verify().ok());
  // A larger limit, and work goes on.
  store.reset();
  store = open({.first_map_bytes = 1 << 20, .max_map_bytes = 1 << 26});
  EXPECT_TRUE(store->append({&large, 1}).ok());
  EXPECT_EQ(store->stats().last, appended + 1);
  EXPECT_TRUE(store->verify().ok());
}

// --- beside a writer --------------------------------------------------------

TEST_F(lmdb_store, can_be_read_but_not_written_when_open_for_reading) {
  fill(3);
  auto store = open({.read_only = true});
  EXPECT_EQ(store->stats().last, 3U);
  EXPECT_TRUE(store->verify().ok());
  const auto one = note("n");
  const auto refused = store->append({&one, 1});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::storage_unavailable);
}

TEST_F(lmdb_store, is_read_by_another_process_while_it_grows) {
  // The reader is asked after every batch; both take turns over two pipes.
  int to_reader[2];
  int to_writer[2];
  ASSERT_EQ(::pipe(to_reader), 0);
  ASSERT_EQ(::pipe(to_writer), 0);
  fill(0);
  const auto child = ::fork();
  if (child == 0) {
    auto opened = open_lmdb_store(
        directory(), {.first_map_bytes = 64 * 1024, .read_only = true});
    if (!opened) ::_exit(1);
    char turn = 0;
    while (::read(to_reader[0], &turn, 1) == 1 && turn == 'r') {
      std::uint64_t seen = 0;
      const auto outcome = (*opened)->scan(
          1, [&](const event& one) { return one.at == ++seen; });
      if (!outcome || !(*opened)->verify()) seen = ~0ULL;
      if (::write(to_writer[1], &seen, sizeof seen) != sizeof seen) break;
    }
    ::_exit(turn == 'q' ? 0 : 2);
  }
  {
    auto store = open({.first_map_bytes = 64 * 1024});
    const auto large = note(std::string(70'000, 'x'));
    for (std::uint64_t last = 1; last <= 60; ++last) {
      ASSERT_TRUE(store->append({&large, 1}).ok());
      std::uint64_t seen = 0;
      ASSERT_EQ(::write(to_reader[1], "r", 1), 1);
      ASSERT_EQ(::read(to_writer[0], &seen, sizeof seen),
                static_cast<ssize_t>(sizeof seen));
      ASSERT_EQ(seen, last);
    }
    ASSERT_EQ(::write(to_reader[1], "q", 1), 1);
  }
  int outcome = -1;
  ::waitpid(child, &outcome, 0);
  EXPECT_EQ(outcome, 0);
  for (const int end : {to_reader[0], to_reader[1], to_writer[0], to_writer[1]})
    ::close(end);
}

TEST_F(lmdb_store, keeps_what_was_appended_when_the_process_is_killed) {
  const auto child = ::fork();
  if (child == 0) {
    auto opened = open_lmdb_store(directory());
    const auto one = note("kept");
    if (opened && (*opened)->append({&one, 1})) ::raise(SIGKILL);
    ::_exit(1);
  }
  int outcome = 0;
  ::waitpid(child, &outcome, 0);
  ASSERT_TRUE(WIFSIGNALED(outcome));
  auto store = open();
  EXPECT_EQ(std::get<note_added>((*store->read(1))->body).text, "kept");
  EXPECT_TRUE(store->verify().ok());
}

}  // namespace
}  // namespace oms::persistence
