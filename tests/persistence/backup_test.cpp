// Backups of stores that are written meanwhile, and files without old pages.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/checkpoint_store.hpp"
#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/files.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {
namespace {

namespace fs = std::filesystem;

event placing(const order_key& order, const std::string& customer) {
  event one;
  one.entity = entity_of(order);
  one.body = order_placed{.body = {},
                          .number = 1,
                          .personal = personal_data{.customer_name = customer}};
  return one;
}

event erasing(const order_key& order) {
  event one;
  one.entity = entity_of(order);
  one.body = personal_data_erased{};
  return one;
}

order_key order_of_number(int number) {
  return {brand_id{"b"}, order_id{std::to_string(number)}};
}

/// Of a store that another process writes, or that no process does.
status back_up_store(const std::filesystem::path& directory,
                     const std::filesystem::path& to) {
  const auto store = open_lmdb_store(directory, {.read_only = true});
  if (!store) return store.failure();
  return (*store)->back_up(to);
}

/// Appends an event, then a checkpoint that says where the log ends.
bool work(log_store& store, int round) {
  event one;
  one.entity = entity_of(order_of_number(1));
  one.body = note_added{.text = std::string(1'000, 'x')};
  if (!store.append({&one, 1})) return false;
  checkpoint made;
  made.head.head.upto = store.stats().last;
  made.orders.push_back({.key = order_of_number(round),
                         .number = static_cast<std::uint64_t>(round),
                         .status = order_status::pending,
                         .skus = {}});
  return checkpoint_store(store.tables()).write(made).ok();
}

class backup : public testing::Test {
 protected:
  [[nodiscard]] fs::path directory() const {
    return directory_.path() / "store";
  }
  [[nodiscard]] fs::path copy(int n = 0) const {
    return directory_.path() / "copies" / std::to_string(n);
  }

  [[nodiscard]] std::unique_ptr<log_store> open(const fs::path& where) const {
    auto opened = open_lmdb_store(where);
    EXPECT_TRUE(opened.ok()) << opened.failure().message;
    return opened ? std::move(*opened) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<log_store> open() const {
    return open(directory());
  }

  /// What is wrong with a copy; empty if nothing. Sets `last`.
  std::string fault(const fs::path& where, sequence& last) const {
    const auto store = open(where);
    if (!store) return "it does not open";
    if (auto good = store->verify(); !good) return good.failure().message;
    last = store->stats().last;
    const checkpoint_store rows(store->tables());
    const auto head = rows.head();
    if (!head) return head.failure().message;
    const auto upto = *head ? (*head)->head.upto : 0;
    if (upto > last) return "the checkpoint is ahead of the log";
    if (upto == 0) return "there are no tables";
    return "";
  }

  temporary_directory directory_;
};

TEST_F(backup, is_the_same_store) {
  auto store = open();
  samples::generator random(81);
  ASSERT_TRUE(store->append(random.batch(20)).ok());
  ASSERT_TRUE(
      store->append(std::vector{placing(order_of_number(7), "Erika")}).ok());
  for (int round = 1; round <= 20; ++round) ASSERT_TRUE(work(*store, round));
  const auto made = store->back_up(copy());
  ASSERT_TRUE(made.ok()) << made.failure().message;

  auto other = open(copy());
  EXPECT_EQ(other->stats().head, store->stats().head);
  EXPECT_EQ(other->personal(order_of_number(7))->customer_name, "Erika");
  EXPECT_TRUE(other->verify().ok());
  const checkpoint_store rows(other->tables());
  EXPECT_EQ((*rows.head())->head.upto, store->stats().last);
  EXPECT_EQ(rows.orders({}, "", 100)->rows.size(), 20U);
  // And can be gone on with.
  EXPECT_TRUE(work(*other, 21));
  EXPECT_TRUE(other->verify().ok());
}

TEST_F(backup, is_made_while_this_process_writes) {
  auto store = open();
  ASSERT_TRUE(work(*store, 1));
  std::atomic<bool> over = false;
  std::atomic<bool> good = true;
  std::thread writer([&] {
    for (int round = 2; !over; ++round)
      if (!work(*store, round)) good = false;
  });
  sequence before = 0;
  for (int n = 0; n < 10; ++n) {
    const auto made = store->back_up(copy(n));
    EXPECT_TRUE(made.ok()) << made.failure().message;
    sequence last = 0;
    EXPECT_EQ(fault(copy(n), last), "");
    EXPECT_GE(last, before);
    before = last;
  }
  over = true;
  writer.join();
  EXPECT_TRUE(good);
  EXPECT_TRUE(store->verify().ok());
}

TEST_F(backup, is_made_while_another_process_writes) {
  open().reset();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto child = ::fork();
  if (child == 0) {
    // A small map, so that it grows while it is copied.
    auto opened = open_lmdb_store(directory(), {.first_map_bytes = 1 << 16});
    int round = 0;
    while (opened && work(**opened, ++round))
      if (round == 1) static_cast<void>(::write(ends[1], "r", 1) == 1);
    ::_exit(1);
  }
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  for (int n = 0; n < 10; ++n) {
    const auto made = back_up_store(directory(), copy(n));
    EXPECT_TRUE(made.ok()) << made.failure().message;
    sequence last = 0;
    EXPECT_EQ(fault(copy(n), last), "");
    EXPECT_GT(last, 0U);
  }
  ::kill(child, SIGKILL);
  int outcome = 0;
  ::waitpid(child, &outcome, 0);
  EXPECT_TRUE(WIFSIGNALED(outcome));
  ::close(ends[0]);
  ::close(ends[1]);
  sequence last = 0;
  EXPECT_EQ(fault(directory(), last), "");
}

TEST_F(backup, of_what_this_process_has_open_is_asked_of_the_store) {
  auto store = open();
  const auto refused = back_up_store(directory(), copy());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::conflict);
  EXPECT_FALSE(fs::exists(copy()));
  store.reset();
  EXPECT_TRUE(back_up_store(directory(), copy()).ok());
}

TEST_F(backup, overwrites_nothing) {
  auto store = open();
  fs::create_directories(copy(1));
  EXPECT_TRUE(store->back_up(copy(1)).ok());
  fs::create_directories(copy(2));
  overwrite(copy(2) / "something", "x");
  overwrite(copy(3), "a file");
  for (const int taken : {1, 2, 3}) {
    const auto refused = store->back_up(copy(taken));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, error_code::conflict);
  }
  EXPECT_EQ(text_of(copy(2) / "something"), "x");
  EXPECT_EQ(text_of(copy(3)), "a file");
}

TEST_F(backup, finds_nothing_to_copy) {
  const auto refused = back_up_store(directory(), copy());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::not_found);
  EXPECT_FALSE(fs::exists(copy()));
  EXPECT_EQ(memory_store().back_up(copy()).failure().code, error_code::invalid);
}

TEST_F(backup, leaves_nothing_half_made) {
  {
    auto store = open();
    event one;
    one.entity = entity_of(order_of_number(1));
    one.body = note_added{.text = std::string(3'000'000, 'x')};
    ASSERT_TRUE(store->append({&one, 1}).ok());
    ASSERT_TRUE(work(*store, 2));
  }
  fs::create_directories(copy(1));
  for (const auto& to : {copy(0), copy(1)}) {
    const auto verdict = in_child([&]() -> std::string {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{1'000'000, 1'000'000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      const auto refused = back_up_store(directory(), to);
      if (refused) return "was made";
      if (refused.failure().code != error_code::storage_unavailable)
        return refused.failure().message;
      return "";
    });
    EXPECT_EQ(verdict, "");
  }
  EXPECT_FALSE(fs::exists(copy(0)));
  EXPECT_TRUE(fs::is_empty(copy(1)));
  // Where no directory can be made.
  overwrite(directory_.path() / "file", "x");
  const auto refused =
      back_up_store(directory(), directory_.path() / "file" / "copy");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::storage_unavailable);
}

TEST_F(backup, does_not_copy_damaged_pages) {
  { ASSERT_TRUE(work(*open(), 1)); }
  auto damaged = text_of(directory() / "data.mdb");
  for (std::size_t page = 2; page < 12; ++page)
    damaged.at(page * 4'096 + 10) = 0x7f;
  overwrite(directory() / "data.mdb", damaged);
  const auto verdict = in_child([&]() -> std::string {
    const auto refused = back_up_store(directory(), copy());
    if (refused) return "was made";
    return refused.failure().code == error_code::invalid
               ? ""
               : refused.failure().message;
  });
  EXPECT_EQ(verdict, "");
  EXPECT_FALSE(fs::exists(copy()));
}

// --- compacting -------------------------------------------------------------

class compacting : public backup {
 protected:
  [[nodiscard]] bool is_in_a_file(const std::string& text) const {
    for (const auto& file : fs::recursive_directory_iterator(directory()))
      if (file.is_regular_file() &&
          text_of(file.path()).find(text) != std::string::npos)
        return true;
    return false;
  }
};

const std::string erika = "Erika Mustermann, Heidestrasse 17, Koeln";

TEST_F(compacting, removes_erased_personal_data_from_the_file) {
  {
    auto store = open();
    ASSERT_TRUE(
        store->append(std::vector{placing(order_of_number(1), erika)}).ok());
    ASSERT_TRUE(
        store->append(std::vector{placing(order_of_number(2), "Max")}).ok());
    EXPECT_TRUE(is_in_a_file(erika));
    ASSERT_TRUE(store->append(std::vector{erasing(order_of_number(1))}).ok());
    EXPECT_TRUE(store->personal(order_of_number(1))->empty());
    ASSERT_TRUE(work(*store, 3));
  }
  // LMDB has left it in a page that is free.
  EXPECT_TRUE(is_in_a_file(erika));
  const auto outcome = compact_store(directory());
  ASSERT_TRUE(outcome.ok()) << outcome.failure().message;
  EXPECT_FALSE(is_in_a_file(erika));

  auto store = open();
  EXPECT_TRUE(store->verify().ok());
  EXPECT_EQ(store->stats().last, 4U);
  EXPECT_TRUE(store->personal(order_of_number(1))->empty());
  EXPECT_EQ(store->personal(order_of_number(2))->customer_name, "Max");
  EXPECT_EQ((*checkpoint_store(store->tables()).head())->head.upto, 4U);
  EXPECT_TRUE(work(*store, 5));
}

TEST_F(compacting, keeps_it_out_of_backups) {
  auto store = open();
  ASSERT_TRUE(
      store->append(std::vector{placing(order_of_number(1), erika)}).ok());
  ASSERT_TRUE(store->append(std::vector{erasing(order_of_number(1))}).ok());
  ASSERT_TRUE(store->back_up(copy()).ok());
  EXPECT_NE(text_of(directory() / "data.mdb").find(erika), std::string::npos);
  EXPECT_EQ(text_of(copy() / "data.mdb").find(erika), std::string::npos);
}

TEST_F(compacting, is_not_for_a_store_that_is_open) {
  auto store = open();
  const auto refused = compact_store(directory());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::conflict);
  store.reset();
  EXPECT_TRUE(compact_store(directory()).ok());
  EXPECT_TRUE(compact_store(directory()).ok());
  EXPECT_EQ(compact_store(copy()).failure().code, error_code::not_found);
}

TEST_F(compacting, leaves_the_store_as_it_was_when_it_fails) {
  std::vector<std::string> before;
  {
    auto store = open();
    for (int round = 1; round < 50; ++round) ASSERT_TRUE(work(*store, round));
  }
  const auto whole = text_of(directory() / "data.mdb");
  const auto verdict = in_child([&]() -> std::string {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{50'000, 50'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto refused = compact_store(directory());
    if (refused) return "was done";
    return refused.failure().code == error_code::storage_unavailable
               ? ""
               : refused.failure().message;
  });
  EXPECT_EQ(verdict, "");
  EXPECT_EQ(text_of(directory() / "data.mdb"), whole);
  EXPECT_FALSE(fs::exists(directory() / "data.mdb.compact"));
  EXPECT_TRUE(compact_store(directory()).ok());
  EXPECT_TRUE(open()->verify().ok());
}

TEST_F(compacting, makes_a_small_file_of_a_large_one) {
  {
    auto store = open();
    std::vector<table_change> changes;
    changes.push_back({.in = table::snapshots,
                       .key = codec::bytes(1, std::byte{1}),
                       .value = codec::bytes(30'000'000, std::byte{2})});
    ASSERT_TRUE(store->tables().write(changes).ok());
    changes.front().value.reset();
    ASSERT_TRUE(store->tables().write(changes).ok());
  }
  EXPECT_GT(fs::file_size(directory() / "checkpoint" / "data.mdb"),
            30'000'000U);
  ASSERT_TRUE(compact_store(directory()).ok());
  EXPECT_LT(fs::file_size(directory() / "checkpoint" / "data.mdb"), 100'000U);
  EXPECT_TRUE(work(*open(), 1));
}

TEST_F(compacting, takes_damaged_tables_for_none) {
  { ASSERT_TRUE(work(*open(), 1)); }
  overwrite(directory() / "checkpoint" / "data.mdb", std::string(50'000, 'x'));
  EXPECT_TRUE(compact_store(directory()).ok());
  auto store = open();
  EXPECT_TRUE(store->verify().ok());
  EXPECT_FALSE(checkpoint_store(store->tables()).head()->has_value());
}

}  // namespace
}  // namespace oms::persistence
