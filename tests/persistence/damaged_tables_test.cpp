// Damaged tables never harm the log: they are begun anew, or say that they
// can't be read, but never say what is not true.

#include <gtest/gtest.h>
#include <lmdb.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "persistence/lmdb_store.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/files.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {
namespace {

namespace fs = std::filesystem;

/// All rows of all tables.
using content = std::array<std::map<codec::bytes, codec::bytes>, table_count>;

result<content> rows_of(const table_store& tables) {
  content all;
  for (std::size_t i = 0; i < table_count; ++i) {
    auto& rows = all.at(i);
    const auto in = static_cast<table>(i);
    auto outcome = tables.scan(in, {}, [&](auto key, auto value) {
      rows[{key.begin(), key.end()}] = {value.begin(), value.end()};
      return true;
    });
    if (!outcome) return outcome.failure();
    for (const auto& [key, value] : rows) {
      const auto found = tables.get(in, key);
      if (!found) return found.failure();
      if (*found != value)
        return error{.code = error_code::conflict,
                     .message = "a row is not found by its key",
                     .faults = {}};
    }
  }
  return all;
}

/// Rows as checkpoints have them: many short ones, some large.
std::vector<table_change> any_changes(std::mt19937_64& random, int rows) {
  std::vector<table_change> changes;
  for (int i = 0; i < rows; ++i) {
    table_change change;
    change.in = static_cast<table>(random() % table_count);
    change.key.resize(1 + random() % 40);
    for (auto& byte : change.key) byte = static_cast<std::byte>(random());
    const auto size = i % 50 == 0 ? 20'000 : random() % 200;
    change.value.emplace(size, static_cast<std::byte>(random()));
    changes.push_back(std::move(change));
  }
  return changes;
}

void apply(const std::vector<table_change>& changes, content& to) {
  for (const auto& change : changes)
    to.at(static_cast<std::size_t>(change.in))[change.key] = *change.value;
}

class damaged_tables : public testing::Test {
 protected:
  damaged_tables() {
    auto store = open();
    samples::generator events(71);
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(store->append(events.batch(5)).ok());
    allowed_.emplace_back();
    for (int i = 0; i < 3; ++i) {
      const auto changes = any_changes(random_, 600);
      EXPECT_TRUE(store->tables().write(changes).ok());
      allowed_.push_back(allowed_.back());
      apply(changes, allowed_.back());
    }
    store.reset();
    whole_ = text_of(file());
    // It is longer than what is in use, where nothing can be damaged.
    const auto used = whole_.find_last_not_of('\0');
    whole_.resize((used / 4'096 + 2) * 4'096);
  }

  [[nodiscard]] fs::path directory() const { return directory_.path(); }
  [[nodiscard]] fs::path folder() const { return directory() / "checkpoint"; }
  [[nodiscard]] fs::path file() const { return folder() / "data.mdb"; }

  [[nodiscard]] std::unique_ptr<log_store> open(bool read_only = false) const {
    auto opened = open_lmdb_store(directory(), {.read_only = read_only});
    EXPECT_TRUE(opened.ok()) << opened.failure().message;
    return opened ? std::move(*opened) : nullptr;
  }

  /// What is wrong with a store whose tables are damaged; empty if nothing.
  std::string fault() {
    auto store = open();
    if (!store) return "it does not open";
    if (auto good = store->verify(); !good) return good.failure().message;
    if (store->stats().last < 15) return "the log has lost something";
    const auto note = samples::generator(72).batch(1);
    if (!store->append(note)) return "the log can't be appended to";

    const auto read = rows_of(store->tables());
    if (!read && read.failure().code != error_code::storage_unavailable)
      return read.failure().message;
    if (read && std::ranges::count(allowed_, *read) == 0)
      return "the tables say what was never written";

    // And they can be used again.
    auto expected = read ? *read : content{};
    if (!read)
      if (auto cleared = store->tables().clear(); !cleared)
        return cleared.failure().message;
    for (int i = 0; i < 2; ++i) {
      const auto changes = any_changes(random_, 100);
      if (auto written = store->tables().write(changes); !written)
        return written.failure().message;
      apply(changes, expected);
    }
    store.reset();
    store = open();
    const auto again = rows_of(store->tables());
    if (!again) return again.failure().message;
    return *again == expected ? "" : "the tables have lost something";
  }

  /// The tables were begun anew.
  void expect_begun_anew() {
    auto store = open();
    EXPECT_TRUE(store->verify().ok());
    EXPECT_EQ(*rows_of(store->tables()), content{});
    store.reset();
    EXPECT_EQ(fault(), "");
  }

  /// Behind the store's back.
  void change_number(const char* name, const std::string& value) {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    mdb_env_create(&env);
    mdb_env_set_maxdbs(env, 16);
    ASSERT_EQ(mdb_env_open(env, folder().c_str(), 0, 0644), 0);
    ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
    ASSERT_EQ(mdb_dbi_open(txn, "meta", 0, &dbi), 0);
    MDB_val key{std::string_view(name).size(), const_cast<char*>(name)};
    MDB_val data{value.size(), const_cast<char*>(value.data())};
    ASSERT_EQ(mdb_put(txn, dbi, &key, &data, 0), 0);
    ASSERT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
  }

  temporary_directory directory_;
  std::mt19937_64 random_{73};
  /// After each write. LMDB keeps the last two.
  std::vector<content> allowed_;
  std::string whole_;
};

TEST_F(damaged_tables, are_as_they_were_when_nothing_is_damaged) {
  EXPECT_EQ(*rows_of(open()->tables()), allowed_.back());
  EXPECT_EQ(*rows_of(open(true)->tables()), allowed_.back());
  EXPECT_EQ(fault(), "");
}

TEST_F(damaged_tables, survive_flipped_bits_anywhere) {
  // In children, for a crash would be the fault that is looked for.
  constexpr int flips_per_child = 50;
  for (int child = 0; child < 8; ++child) {
    const auto verdict = in_child([&] {
      std::mt19937_64 random(1'000 + child);
      for (int i = 0; i < flips_per_child; ++i) {
        auto damaged = whole_;
        // Half of them where LMDB keeps its own: the beginnings of pages, and
        // the two meta pages.
        auto place = random() % damaged.size();
        if (i % 4 == 0) place = place / 4'096 * 4'096 + random() % 64;
        if (i % 4 == 1) place = random() % 2 * 4'096 + random() % 160;
        const auto bit = random() % 8;
        damaged.at(place) = static_cast<char>(
            static_cast<unsigned char>(damaged.at(place)) ^ (1U << bit));
        overwrite(file(), damaged);
        if (const auto why = fault(); !why.empty())
          return why + " at byte " + std::to_string(place) + " bit " +
                 std::to_string(bit);
      }
      return std::string();
    });
    EXPECT_EQ(verdict, "") << "seed " << 1'000 + child;
  }
}

TEST_F(damaged_tables, survive_overwritten_pages) {
  for (int child = 0; child < 4; ++child) {
    const auto verdict = in_child([&] {
      std::mt19937_64 random(2'000 + child);
      for (int i = 0; i < 20; ++i) {
        auto damaged = whole_;
        const auto pages = damaged.size() / 4'096;
        const auto to = random() % pages * 4'096;
        if (i % 3 == 0)
          damaged.replace(to, 4'096, 4'096, '\0');
        else if (i % 3 == 1)  // a lost write: another page's content
          damaged.replace(to, 4'096,
                          whole_.substr(random() % pages * 4'096, 4'096));
        else
          for (std::size_t at = to; at < to + 4'096; ++at)
            damaged.at(at) = static_cast<char>(random());
        overwrite(file(), damaged);
        if (const auto why = fault(); !why.empty())
          return why + " in page " + std::to_string(to / 4'096);
      }
      return std::string();
    });
    EXPECT_EQ(verdict, "") << "seed " << 2'000 + child;
  }
}

TEST_F(damaged_tables, are_begun_anew_when_truncated) {
  for (const auto size :
       {whole_.size() / 10, std::size_t{12'288}, std::size_t{8'192},
        std::size_t{5'000}, std::size_t{4'096}, std::size_t{100},
        std::size_t{1}, std::size_t{0}}) {
    overwrite(file(), whole_.substr(0, size));
    expect_begun_anew();
  }
}

TEST_F(damaged_tables, are_begun_anew_when_they_are_something_else) {
  overwrite(file(), std::string(100'000, 'x'));
  expect_begun_anew();
  fs::remove(file());
  expect_begun_anew();
  fs::remove(file());
  fs::create_directories(file() / "folder");
  expect_begun_anew();
  fs::remove_all(folder());
  expect_begun_anew();
  fs::remove_all(folder());
  overwrite(folder(), "a file");
  expect_begun_anew();
  // The log's own file, which is LMDB's, but has other tables.
  fs::copy_file(directory() / "data.mdb", file(),
                fs::copy_options::overwrite_existing);
  expect_begun_anew();
}

TEST_F(damaged_tables, are_begun_anew_when_they_have_another_format) {
  change_number("format", std::string("\0\0\0\0\0\0\0\7", 8));
  expect_begun_anew();
  change_number("format", "?");
  expect_begun_anew();
  // Format 2 kept one order per shipment id, where a log may have several.
  change_number("format", std::string("\0\0\0\0\0\0\0\2", 8));
  expect_begun_anew();
}

TEST_F(damaged_tables, are_empty_for_readers_and_stay_as_they_are) {
  for (const auto& damaged :
       {whole_.substr(0, 20'000), std::string(50'000, 'x'), std::string()}) {
    overwrite(file(), damaged);
    auto store = open(true);
    EXPECT_TRUE(store->verify().ok());
    EXPECT_EQ(*rows_of(store->tables()), content{});
    EXPECT_EQ(store->tables().clear().failure().code,
              error_code::storage_unavailable);
    EXPECT_EQ(store->tables().write({}).failure().code,
              error_code::storage_unavailable);
    store.reset();
    EXPECT_EQ(text_of(file()), damaged);
  }
  fs::remove_all(folder());
  EXPECT_EQ(*rows_of(open(true)->tables()), content{});
  EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(damaged_tables, do_not_need_their_lock_file) {
  for (const auto& lock : {std::string(), std::string(10'000, 'x')}) {
    overwrite(folder() / "lock.mdb", lock);
    EXPECT_EQ(*rows_of(open()->tables()), allowed_.back());
  }
}

TEST_F(damaged_tables, are_empty_where_they_can_not_be) {
  // Not even root may do this.
  fs::remove_all(folder());
  fs::create_symlink("/proc/self/nothing/here", folder());
  auto store = open();
  EXPECT_TRUE(store->append(samples::generator(74).batch(1)).ok());
  EXPECT_EQ(*rows_of(store->tables()), content{});
}

TEST_F(damaged_tables, can_be_cleared_while_another_process_reads) {
  std::array<int, 2> to_child{};
  std::array<int, 2> to_parent{};
  ASSERT_EQ(::pipe(to_child.data()), 0);
  ASSERT_EQ(::pipe(to_parent.data()), 0);
  const auto child = ::fork();
  if (child == 0) {
    char turn = 0;
    auto reader = open_lmdb_store(directory(), {.read_only = true});
    bool good = reader.ok();
    good = good && ::write(to_parent[1], "r", 1) == 1 &&
           ::read(to_child[0], &turn, 1) == 1;
    // The file that it has open is gone, and still as it was.
    const auto seen = rows_of((*reader)->tables());
    ::_exit(good && seen && *seen == allowed_.back() ? 0 : 1);
  }
  char turn = 0;
  ASSERT_EQ(::read(to_parent[0], &turn, 1), 1);
  auto store = open();
  ASSERT_TRUE(store->tables().clear().ok());
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(store->tables().write(any_changes(random_, 300)).ok());
  ASSERT_EQ(::write(to_child[1], "g", 1), 1);
  int outcome = -1;
  ::waitpid(child, &outcome, 0);
  EXPECT_EQ(outcome, 0);
  for (const int end : {to_child[0], to_child[1], to_parent[0], to_parent[1]})
    ::close(end);
}

TEST(marked_tables, are_those_of_a_process_that_wrote_no_checkpoint) {
  const temporary_directory directory;
  const auto mark = directory.path() / "checkpoint" / "OPENED";
  {
    auto store = open_lmdb_store(directory.path());
    ASSERT_TRUE(store.ok());
    EXPECT_TRUE(fs::exists(mark));
    std::mt19937_64 random(1);
    ASSERT_TRUE((*store)->tables().write(any_changes(random, 3)).ok());
    EXPECT_FALSE(fs::exists(mark)) << "it has lived to write";
  }
  {
    auto store = open_lmdb_store(directory.path());
    ASSERT_TRUE(store.ok());
    EXPECT_TRUE(fs::exists(mark));
  }
  EXPECT_FALSE(fs::exists(mark)) << "it was closed in order";
}

}  // namespace
}  // namespace oms::persistence
