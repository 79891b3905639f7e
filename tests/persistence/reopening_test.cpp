// A commit after which LMDB no longer trusts its files: the store opens them
// anew, finds out whether the commit arrived, and takes no other store for its
// own.

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <utility>

#include "persistence/lmdb_store.hpp"
#include "tests/persistence/files.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::persistence {
namespace {

namespace fs = std::filesystem;

/// What happens to the next page that makes a commit count, which LMDB writes
/// with O_DSYNC. Then that write fails.
std::function<void(const std::function<void()>& write)> instead_of_commit;

}  // namespace
}  // namespace oms::persistence

// In front of the C library's.
extern "C" ssize_t pwrite(int file, const void* bytes, size_t size,
                          off_t offset) {
  using function = ssize_t(int, const void*, size_t, off_t);
  static auto* const next =
      reinterpret_cast<function*>(::dlsym(RTLD_NEXT, "pwrite"));
  auto& happens = oms::persistence::instead_of_commit;
  if (!happens || (::fcntl(file, F_GETFL) & O_DSYNC) == 0)
    return next(file, bytes, size, offset);
  std::exchange(happens, {})([&] { next(file, bytes, size, offset); });
  errno = EIO;
  return -1;
}

namespace oms::persistence {
namespace {

event note(const std::string& text) {
  event one;
  one.entity = entity_of(order_key{brand_id{"b"}, order_id{"1"}});
  one.body = note_added{.text = text};
  return one;
}

class Reopening : public testing::Test {
 protected:
  Reopening() {
    open();
    EXPECT_TRUE(append("1"));
    EXPECT_TRUE(append("2"));
  }
  ~Reopening() override { instead_of_commit = {}; }

  void open() {
    store_.reset();
    auto opened = open_lmdb_store(path());
    if (!opened) throw std::runtime_error(opened.failure().message);
    store_ = std::move(*opened);
  }

  [[nodiscard]] fs::path path() const { return directory_.path() / "store"; }
  [[nodiscard]] fs::path other() const { return directory_.path() / "other"; }

  status append(const std::string& text) {
    const auto one = note(text);
    return store_->append({&one, 1});
  }

  [[nodiscard]] static std::string notes_in(const log_store& store) {
    std::string all;
    EXPECT_TRUE(store.verify());
    EXPECT_TRUE(store.scan(1, [&](const event& one) {
      all += std::get<note_added>(one.body).text + " ";
      return true;
    }));
    return all;
  }

  /// The commit fails while this happens to the store; then it is never
  /// written again.
  void expect_refused_for_good(const std::function<void()>& swap) {
    instead_of_commit = [&](const auto&) { swap(); };
    const auto refused = append("3");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, error_code::storage_unavailable);
    const auto same = store_->check_in_place();
    ASSERT_FALSE(same);
    EXPECT_NE(same.failure().message.find("put the right store in place"),
              std::string::npos)
        << same.failure().message;
    EXPECT_FALSE(append("3"));
    EXPECT_FALSE(append("4"));
  }

  temporary_directory directory_;
  std::unique_ptr<log_store> store_;
};

TEST_F(Reopening, finds_a_commit_that_arrived) {
  instead_of_commit = [](const auto& write) { write(); };
  EXPECT_FALSE(append("3"));
  // LMDB writes the old page over it, so here it is lost after all.
  EXPECT_TRUE(store_->check_in_place());
  EXPECT_TRUE(append("3"));
  EXPECT_EQ(notes_in(*store_), "1 2 3 ");
}

TEST_F(Reopening, writes_a_commit_again_that_was_lost) {
  instead_of_commit = [](const auto&) {};
  EXPECT_FALSE(append("3"));
  EXPECT_TRUE(store_->check_in_place());
  EXPECT_EQ(notes_in(*store_), "1 2 ");
  EXPECT_TRUE(append("3"));
  EXPECT_TRUE(append("4"));
  EXPECT_EQ(notes_in(*store_), "1 2 3 4 ");
  open();
  EXPECT_EQ(notes_in(*store_), "1 2 3 4 ");
}

TEST_F(Reopening, takes_no_copy_for_its_own_folder) {
  expect_refused_for_good([this] {
    fs::rename(path(), other());
    fs::copy(other(), path(), fs::copy_options::recursive);
  });
  store_.reset();
  open();
  EXPECT_EQ(notes_in(*store_), "1 2 ");
}

TEST_F(Reopening, takes_no_older_copy_for_its_own_log) {
  ASSERT_TRUE(store_->back_up(other()));
  ASSERT_TRUE(append("later"));
  expect_refused_for_good(
      [this] { fs::rename(other() / "data.mdb", path() / "data.mdb"); });
  store_.reset();
  open();
  EXPECT_EQ(notes_in(*store_), "1 2 ");
}

TEST_F(Reopening, makes_no_new_store_where_its_own_was_deleted) {
  expect_refused_for_good([this] { fs::remove_all(path()); });
  store_.reset();
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Reopening, knows_a_log_that_was_written_over) {
  ASSERT_TRUE(store_->back_up(other()));
  ASSERT_TRUE(append("later"));
  // The same file with another log in it. The commit does not fail.
  fs::copy_file(other() / "data.mdb", path() / "copy");
  const auto length = fs::file_size(path() / "data.mdb");
  const auto text = text_of(path() / "copy");
  const int file = ::open((path() / "data.mdb").c_str(), O_WRONLY);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::pwrite(file, text.data(), text.size(), 0),
            static_cast<ssize_t>(text.size()));
  ASSERT_EQ(::ftruncate(file, static_cast<off_t>(length)), 0);
  ::close(file);
  EXPECT_FALSE(store_->check_in_place());
  EXPECT_FALSE(append("3"));
  EXPECT_FALSE(append("3"));
  store_.reset();
  open();
  EXPECT_EQ(notes_in(*store_), "1 2 ");
}

TEST_F(Reopening, knows_that_its_lock_or_its_tables_are_gone) {
  EXPECT_TRUE(store_->check_in_place());
  fs::rename(path() / "LOCK", path() / "LOCK.old");
  EXPECT_FALSE(store_->check_in_place());
  fs::rename(path() / "LOCK.old", path() / "LOCK");
  EXPECT_TRUE(store_->check_in_place());
  fs::rename(path() / "checkpoint", other());
  EXPECT_FALSE(store_->check_in_place());
  EXPECT_FALSE(store_->tables().clear()) << "it makes no other folder";
  EXPECT_FALSE(fs::exists(path() / "checkpoint"));
}

TEST_F(Reopening, tables_that_are_begun_anew_are_its_own) {
  EXPECT_TRUE(store_->tables().clear());
  EXPECT_TRUE(store_->check_in_place());
}

}  // namespace
}  // namespace oms::persistence
