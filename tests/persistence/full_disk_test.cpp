// A disk that is full: what was acknowledged stays, what is refused is not
// there, and work goes on as soon as there is room.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "persistence/lmdb_store.hpp"
#include "tests/persistence/child_process.hpp"
#include "tests/persistence/files.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t note_bytes = 100'000;

/// An event that is like no other.
event note(std::size_t number) {
  event one;
  one.entity = entity_of(order_key{brand_id{"b"}, order_id{"1"}});
  const auto text = std::to_string(number) + " ";
  one.body = note_added{.text = text + std::string(note_bytes, 'x')};
  return one;
}

table_change row(std::size_t number) {
  const auto text = std::to_string(number);
  const auto key = std::as_bytes(std::span(text));
  codec::bytes value(note_bytes, std::byte{'x'});
  std::ranges::copy(key, value.begin());
  return {.in = table::snapshots,
          .key = {key.begin(), key.end()},
          .value = std::move(value)};
}

/// What a test writes until the disk is full, and looks at afterwards.
class work {
 public:
  explicit work(const fs::path& directory) : directory_(directory) { open(); }

  void open() {
    store_.reset();
    auto opened = open_lmdb_store(directory_);
    if (!opened) throw std::runtime_error(opened.failure().message);
    store_ = std::move(*opened);
  }

  status append() {
    const auto one = note(events_ + 1);
    auto outcome = store_->append({&one, 1});
    if (outcome) ++events_;
    return outcome;
  }
  status write() {
    auto outcome = store_->tables().write(std::vector{row(rows_ + 1)});
    if (outcome) ++rows_;
    return outcome;
  }

  /// What is not as it should be; empty if nothing.
  [[nodiscard]] std::string fault() const {
    if (auto good = store_->verify(); !good) return good.failure().message;
    std::size_t seen = 0;
    const auto scanned = store_->scan(1, [&](const event& one) {
      return std::get<note_added>(one.body) ==
             std::get<note_added>(note(++seen).body);
    });
    if (!scanned) return scanned.failure().message;
    if (seen != events_ || store_->stats().last != events_)
      return "the log has " + std::to_string(seen) + " good events, not " +
             std::to_string(events_);
    for (std::size_t number = 1; number <= rows_; ++number) {
      const auto expected = row(number);
      const auto found = store_->tables().get(expected.in, expected.key);
      if (!found) return found.failure().message;
      if (*found != expected.value) return "a row of a table is lost";
    }
    if (store_->tables().get(table::snapshots, row(rows_ + 1).key)->has_value())
      return "a refused row is there";
    return "";
  }

  [[nodiscard]] std::size_t events() const { return events_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  fs::path directory_;
  std::unique_ptr<log_store> store_;
  std::size_t events_ = 0;
  std::size_t rows_ = 0;
};

using operation = status (work::*)();

/// Does it until it is refused; says what is wrong with how that goes.
std::string until_full(work& some, operation doing) {
  status outcome = done{};
  for (int i = 0; outcome && i < 1'000; ++i) outcome = (some.*doing)();
  for (int again = 0; again < 3; ++again) {
    if (outcome) return "it was never refused";
    if (outcome.failure().code != error_code::storage_unavailable)
      return "refused with another error: " + outcome.failure().message;
    if (const auto why = some.fault(); !why.empty()) return "full: " + why;
    outcome = (some.*doing)();
  }
  return "";
}

std::string goes_on(work& some) {
  for (const operation doing : {&work::append, &work::write})
    if (auto outcome = (some.*doing)(); !outcome)
      return "there is room again: " + outcome.failure().message;
  if (const auto why = some.fault(); !why.empty()) return "room: " + why;
  some.open();
  if (const auto why = some.fault(); !why.empty()) return "reopened: " + why;
  return "";
}

// --- a limit on the length of files -----------------------------------------

void limit_files(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

class full_disk : public testing::TestWithParam<operation> {
 protected:
  temporary_directory directory_;
};

class full_file_system : public testing::Test {
 protected:
  temporary_directory directory_;
};

TEST_P(full_disk, refuses_beyond_the_longest_file_and_goes_on_after) {
  const auto verdict = in_child([&]() -> std::string {
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    work some(directory_.path());
    limit_files(8'000'000);
    if (auto why = until_full(some, GetParam()); !why.empty()) return why;
    if (some.events() + some.rows() < 10) return "refused too early";
    limit_files(before.rlim_max);
    return goes_on(some);
  });
  EXPECT_EQ(verdict, "");
}

TEST_F(full_file_system, has_no_room_for_a_store_at_all) {
  const auto verdict = in_child([&]() -> std::string {
    limit_files(1'000);
    const auto opened = open_lmdb_store(directory_.path());
    if (opened) return "it was opened";
    if (opened.failure().code != error_code::storage_unavailable)
      return opened.failure().message;
    limit_files(RLIM_INFINITY);
    return "";
  });
  EXPECT_EQ(verdict, "");
}

// --- a small file system ----------------------------------------------------

constexpr auto small_bytes = 12'000'000;
constexpr std::string_view skipped = "skip: ";

bool write_text(const char* file, const std::string& text) {
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

/// Mounts one in a name space of this process's own, so that it is gone with
/// the process. Returns why it can't.
std::string mount_small(const fs::path& directory) {
  const auto user = std::to_string(::getuid());
  const auto group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return std::string("unshare: ") + std::strerror(errno);
  if (!write_text("/proc/self/setgroups", "deny") ||
      !write_text("/proc/self/uid_map", "0 " + user + " 1") ||
      !write_text("/proc/self/gid_map", "0 " + group + " 1"))
    return "no user name space";
  const auto size = "size=" + std::to_string(small_bytes);
  if (::mount("none", directory.c_str(), "tmpfs", 0, size.c_str()) != 0)
    return std::string("mount: ") + std::strerror(errno);
  return "";
}

TEST_P(full_disk, refuses_on_a_full_file_system_and_goes_on_after) {
  const auto verdict = in_child([&]() -> std::string {
    if (auto why = mount_small(directory_.path()); !why.empty())
      return std::string(skipped) + why;
    const auto filler = directory_.path() / "filler";
    overwrite(filler, std::string(3'000'000, 'f'));
    if (fs::file_size(filler) != 3'000'000) return "the filler is not there";
    work some(directory_.path() / "store");
    if (auto why = until_full(some, GetParam()); !why.empty()) return why;
    if (some.events() + some.rows() < 10) return "refused too early";
    // No page is left: also for the other file.
    overwrite(directory_.path() / "rest", std::string(3'000'000, 'f'));
    const operation other =
        GetParam() == operation{&work::append} ? &work::write : &work::append;
    if (auto why = until_full(some, other); !why.empty()) return why;
    fs::remove(filler);
    fs::remove(directory_.path() / "rest");
    return goes_on(some);
  });
  if (verdict.starts_with(skipped)) GTEST_SKIP() << verdict;
  EXPECT_EQ(verdict, "");
}

TEST_P(full_disk, opens_a_store_on_a_full_file_system) {
  const auto verdict = in_child([&]() -> std::string {
    if (auto why = mount_small(directory_.path()); !why.empty())
      return std::string(skipped) + why;
    work some(directory_.path() / "store");
    for (int i = 0; i < 5; ++i)
      if (!some.append() || !some.write()) return "there is no room yet";
    overwrite(directory_.path() / "filler", std::string(small_bytes, 'f'));
    some.open();
    if (auto why = some.fault(); !why.empty()) return why;
    if (auto why = until_full(some, GetParam()); !why.empty()) return why;
    fs::remove(directory_.path() / "filler");
    return goes_on(some);
  });
  if (verdict.starts_with(skipped)) GTEST_SKIP() << verdict;
  EXPECT_EQ(verdict, "");
}

TEST_F(full_file_system, with_little_room_refuses_a_new_store_or_makes_it) {
  const auto verdict = in_child([&]() -> std::string {
    if (auto why = mount_small(directory_.path()); !why.empty())
      return std::string(skipped) + why;
    const auto filler = directory_.path() / "filler";
    overwrite(filler, std::string(small_bytes, 'f'));
    const auto full_bytes = fs::file_size(filler);
    constexpr std::uintmax_t page = 4096;
    std::size_t refused = 0;
    for (std::uintmax_t pages = 0; pages <= 40; ++pages) {
      const auto room = std::to_string(pages) + " pages: ";
      const auto store = directory_.path() / std::to_string(pages);
      overwrite(filler, std::string(small_bytes, 'f'));
      fs::resize_file(filler, full_bytes - pages * page);
      if (const auto opened = open_lmdb_store(store); !opened) {
        ++refused;
        if (opened.failure().code != error_code::storage_unavailable)
          return room + opened.failure().message;
      }
      fs::resize_file(filler, 0);
      if (auto opened = open_lmdb_store(store); !opened)
        return room + "later: " + opened.failure().message;
      fs::remove_all(store);
    }
    if (refused < 8 || refused > 40)
      return std::to_string(refused) + " were refused";
    return "";
  });
  if (verdict.starts_with(skipped)) GTEST_SKIP() << verdict;
  EXPECT_EQ(verdict, "");
}

TEST_F(full_file_system, begins_damaged_tables_anew_once_there_is_room) {
  const auto verdict = in_child([&]() -> std::string {
    if (auto why = mount_small(directory_.path()); !why.empty())
      return std::string(skipped) + why;
    const auto store = directory_.path() / "store";
    {
      work some(store);
      if (!some.append() || !some.write()) return "there is no room yet";
    }
    overwrite(store / "checkpoint" / "data.mdb", "x");
    overwrite(directory_.path() / "filler", std::string(small_bytes, 'f'));
    auto opened = open_lmdb_store(store);
    if (!opened) return opened.failure().message;
    auto& tables = (*opened)->tables();
    // Nothing can be made here, so there is nothing to read.
    const auto found = tables.get(table::snapshots, row(1).key);
    if (!found || found->has_value()) return "the tables are not empty";
    const auto refused = tables.write(std::vector{row(2)});
    if (refused) return "it was written";
    if (refused.failure().code != error_code::storage_unavailable)
      return refused.failure().message;
    if (!(*opened)->verify()) return "the log is damaged";
    fs::remove(directory_.path() / "filler");
    if (auto written = tables.write(std::vector{row(2)}); !written)
      return written.failure().message;
    return tables.get(table::snapshots, row(2).key)->has_value() ? ""
                                                                 : "it is lost";
  });
  if (verdict.starts_with(skipped)) GTEST_SKIP() << verdict;
  EXPECT_EQ(verdict, "");
}

INSTANTIATE_TEST_SUITE_P(log_and_tables, full_disk,
                         testing::Values(&work::append, &work::write),
                         [](const auto& doing) {
                           return doing.index == 0 ? "log" : "tables";
                         });

}  // namespace
}  // namespace oms::persistence
