#include "persistence/lmdb_pages.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "persistence/lmdb_environment.hpp"
#include "persistence/lmdb_format.hpp"

namespace oms::persistence::lmdb {

namespace {

using namespace format;
using bytes_view = std::span<const std::byte>;

// How often a snapshot is taken anew because a writer was faster: each time it
// would have to commit twice while two structs are copied.
constexpr int max_renewals = 1'000;

// Copies, since the bytes may be at any address. The caller has checked that
// they are there.
template <class T>
T read_at(bytes_view data, std::size_t offset = 0) {
  T out;
  std::memcpy(&out, data.data() + offset, sizeof out);
  return out;
}

error damaged(const std::string& why) {
  return {.code = error_code::invalid,
          .message = "data.mdb is not a file of LMDB, or damaged: " + why,
          .faults = {}};
}

error refused(const std::string& doing) {
  return {.code = error_code::storage_unavailable,
          .message = doing + ": " + std::strerror(errno),
          .faults = {}};
}

bool is_page_size(std::uint64_t bytes) {
  return std::has_single_bit(bytes) && bytes >= 512 && bytes <= 65'536;
}

status check_meta(const meta& one) {
  if (one.header.flags != meta_page || one.magic != magic ||
      one.version != version || !is_page_size(one.free.pad))
    return damaged("a meta page is none");
  return done{};
}

// --- walking ----------------------------------------------------------------

// Thrown from the depth of a recursion that has nothing more to do, and caught
// in check() below.
struct damage {
  const char* why;
};

// Where the keys of a page must be: from `low` on, below `high`. A page with
// good keys at the wrong place in the tree would hide rows from a search.
struct key_range {
  std::optional<bytes_view> low;
  std::optional<bytes_view> high;
};

// Walks everything that a snapshot can reach. It trusts only the two numbers of
// the meta page that were checked before, the size of a page and the last page;
// every other number is compared with them before it is followed. So it can't
// leave the map, whatever the file says, and since no page is visited twice it
// ends.
class page_walk {
 public:
  page_walk(bytes_view file, const meta& snapshot)
      : file_(file),
        page_bytes_(snapshot.free.pad),
        snapshot_(snapshot),
        seen_(snapshot.last_page + 1) {}

  void walk() {
    walk_tree(snapshot_.main, 0);
    for (const auto& table : named_) walk_tree(table, 0);
    walk_tree(snapshot_.free, number_keys);
    // When all pages in use are known: none of them may be free.
    for (const auto list : free_lists_) claim_free(list);
  }

 private:
  struct counts {
    std::uint64_t branches = 0;
    std::uint64_t leaves = 0;
    std::uint64_t overflows = 0;
    std::uint64_t entries = 0;
  };

  // A page has one use. LMDB would write a page that is in a tree and in the
  // list of free pages, and with it change what a reader sees.
  void claim(page_number page) {
    if (page < first_page || page > snapshot_.last_page)
      throw damage{"a page is out of range"};
    if (seen_[page]) throw damage{"a page is used twice"};
    seen_[page] = true;
  }

  [[nodiscard]] bytes_view bytes_of(page_number page,
                                    std::uint64_t pages = 1) const {
    return file_.subspan(page * page_bytes_, pages * page_bytes_);
  }

  // The store's own trees have no flags (keys as bytes, one value each); the
  // one of free pages has numbers. Any other kind would be read by other rules.
  void walk_tree(const tree& of, std::uint16_t flags) {
    if (of.flags != flags) throw damage{"a tree is of another kind"};
    counts seen;
    if (of.root == no_page) {
      if (of.depth != 0) throw damage{"a tree has no root"};
    } else {
      if (of.depth == 0 || of.depth > max_depth)
        throw damage{"the depth of a tree is wrong"};
      walk_page(of, of.root, 1, {}, seen);
    }
    if (seen.branches != of.branch_pages || seen.leaves != of.leaf_pages ||
        seen.overflows != of.overflow_pages || seen.entries != of.entries)
      throw damage{"the counts of a tree are wrong"};
  }

  // NOLINTNEXTLINE(misc-no-recursion): not deeper than `max_depth`.
  void walk_page(const tree& in, page_number number, unsigned level,
                 const key_range& range, counts& seen) {
    claim(number);
    const auto page = bytes_of(number);
    const auto header = read_at<page_header>(page);
    // All leaves are at one level: LMDB searches down to the depth of the tree.
    const bool is_leaf = level == in.depth;
    if (header.self != number ||
        header.flags != (is_leaf ? leaf_page : branch_page))
      throw damage{"a page is not what it should be"};
    ++(is_leaf ? seen.leaves : seen.branches);
    if (header.lower < sizeof header || header.lower % 2 != 0 ||
        header.upper < header.lower || header.upper > page_bytes_)
      throw damage{"a page has wrong bounds"};
    const auto nodes = (header.lower - sizeof header) / 2;
    // A branch with one child is of no use, and LMDB asserts that there is
    // none. It lets the tree of free pages have one for a while, and so does
    // this.
    const bool is_free_tree = in.flags == number_keys;
    if (nodes < (is_leaf || is_free_tree ? 1U : 2U))
      throw damage{"a page has too few nodes"};

    std::size_t used = 0;
    std::optional<bytes_view> before = range.low;
    page_number child = no_page;
    for (std::size_t i = 0; i < nodes; ++i) {
      const auto place = read_at<std::uint16_t>(page, sizeof header + 2 * i);
      if (place < header.upper || place % 2 != 0 ||
          place + sizeof(node_header) > page_bytes_)
        throw damage{"a node is out of range"};
      const auto node = read_at<node_header>(page, place);
      const auto rest = page.subspan(place + sizeof node);
      if (node.key_bytes > rest.size())
        throw damage{"a key is longer than its page"};
      const auto key = rest.first(node.key_bytes);
      // The first child of a branch has all keys before the second's, so its
      // own key is not used and may be empty.
      const bool has_key = is_leaf || i > 0;
      if (has_key) check_key(in, key, before, i > 0, range.high);

      auto node_bytes = sizeof node + key.size();
      // A child is walked when the key after it is known, which bounds it.
      if (is_leaf) {
        node_bytes += take_leaf(in, node, rest.subspan(key.size()), seen);
      } else {
        if (child != no_page)
          walk_page(in, child, level + 1, {before, key}, seen);
        child = std::uint64_t{node.low} | std::uint64_t{node.high} << 16U |
                std::uint64_t{node.flags} << 32U;
      }
      if (has_key) before = key;
      used += (node_bytes + 1) / 2 * 2;
    }
    if (!is_leaf) walk_page(in, child, level + 1, {before, range.high}, seen);
    // Nodes fill the page from `upper` to its end without a gap. If their sizes
    // don't add up to that, two overlap, and inserting would move one over the
    // other.
    if (used != page_bytes_ - header.upper)
      throw damage{"the nodes of a page overlap"};
  }

  static void check_key(const tree& in, bytes_view key,
                        const std::optional<bytes_view>& before, bool strictly,
                        const std::optional<bytes_view>& high) {
    if (key.empty() || key.size() > max_key_bytes)
      throw damage{"a key has a wrong size"};
    if (in.flags == number_keys && key.size() != sizeof(std::uint64_t))
      throw damage{"a number has a wrong size"};
    const auto order = [&](bytes_view a, bytes_view b) {
      if (in.flags == number_keys) {
        const auto x = read_at<std::uint64_t>(a);
        const auto y = read_at<std::uint64_t>(b);
        return x < y ? -1 : (x > y ? 1 : 0);
      }
      const auto common =
          std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
      if (common != 0) return common;
      return a.size() < b.size() ? -1 : (a.size() > b.size() ? 1 : 0);
    };
    if ((before && order(*before, key) > (strictly ? -1 : 0)) ||
        (high && order(key, *high) >= 0))
      throw damage{"the keys of a page are in the wrong order"};
  }

  // Returns how many bytes of the page the value takes. What values say is left
  // to their checksums and hashes.
  std::size_t take_leaf(const tree& in, const node_header& node,
                        bytes_view rest, counts& seen) {
    ++seen.entries;
    const auto bytes = std::uint64_t{node.low} | std::uint64_t{node.high}
                                                     << 16U;
    // The main tree has the named databases and nothing else. They are walked
    // after it, not inside of it, which keeps the recursion flat.
    const bool is_main = &in == &snapshot_.main;
    if (is_main) {
      if (node.flags != whole_tree || bytes != sizeof(tree) ||
          bytes > rest.size())
        throw damage{"a table is none"};
      named_.push_back(read_at<tree>(rest));
      return bytes;
    }
    if (node.flags == 0) {
      if (bytes > rest.size()) throw damage{"a value is longer than its page"};
      if (in.flags == number_keys) free_lists_.push_back(rest.first(bytes));
      return bytes;
    }
    if (node.flags != large_value || rest.size() < sizeof(page_number))
      throw damage{"a value is of another kind"};
    const auto value = take_large(read_at<page_number>(rest), bytes, seen);
    if (in.flags == number_keys) free_lists_.push_back(value);
    return sizeof(page_number);
  }

  // A value that does not fit a page has pages of its own in a row; the first
  // has a header, which the others lack. Only it is read.
  bytes_view take_large(page_number first, std::uint64_t bytes, counts& seen) {
    const auto pages = (sizeof(page_header) - 1 + bytes) / page_bytes_ + 1;
    if (first < first_page || first > snapshot_.last_page ||
        pages > snapshot_.last_page - first + 1)
      throw damage{"a large value is out of range"};
    for (std::uint64_t i = 0; i < pages; ++i) claim(first + i);
    seen.overflows += pages;
    const auto all = bytes_of(first, pages);
    const auto header = read_at<page_header>(all);
    const auto told = std::uint64_t{header.lower} | std::uint64_t{header.upper}
                                                        << 16U;
    if (header.self != first || header.flags != overflow_page || told != pages)
      throw damage{"a large value is none"};
    return all.subspan(sizeof header, bytes);
  }

  // A count and as many numbers of pages, in falling order, which LMDB relies
  // on when it merges lists.
  void claim_free(bytes_view list) {
    if (list.size() < sizeof(page_number))
      throw damage{"a list of free pages is too short"};
    const auto count = read_at<std::uint64_t>(list);
    if (count > list.size() / sizeof(page_number) - 1)
      throw damage{"a list of free pages is too short"};
    auto before = no_page;
    for (std::uint64_t i = 1; i <= count; ++i) {
      const auto page = read_at<page_number>(list, i * sizeof(page_number));
      if (page >= before) throw damage{"free pages are in the wrong order"};
      claim(page);
      before = page;
    }
  }

  bytes_view file_;
  std::uint64_t page_bytes_;
  const meta& snapshot_;
  std::vector<bool> seen_;
  // All tables but the one of free pages are in the main tree.
  std::vector<tree> named_;
  std::vector<bytes_view> free_lists_;
};

// --- the file ---------------------------------------------------------------

// A map of our own, since LMDB gives no access to the pages of its own.
class file_map {
 public:
  file_map() = default;
  ~file_map() { close(); }
  file_map(const file_map&) = delete;
  file_map& operator=(const file_map&) = delete;

  // As the file is now; a writer may have made it longer.
  status open(MDB_env* env) {
    int file = -1;
    struct stat found {};
    MDB_stat stat;
    if (mdb_env_get_fd(env, &file) != 0 || ::fstat(file, &found) != 0 ||
        mdb_env_stat(env, &stat) != 0)
      return refused("looking at data.mdb");
    close();
    page_bytes_ = stat.ms_psize;
    bytes_ = static_cast<std::size_t>(found.st_size);
    map_ = ::mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file, 0);
    if (map_ == MAP_FAILED) return refused("mapping data.mdb");
    return done{};
  }

  [[nodiscard]] bytes_view data() const {
    return {static_cast<const std::byte*>(map_), bytes_};
  }

  // What the transaction `id` has left; none if its meta page is not there any
  // more. Transactions write the two meta pages in turn.
  [[nodiscard]] std::optional<meta> snapshot(std::uint64_t id) const {
    const auto offset = (id & 1U) * page_bytes_;
    if (offset + sizeof(meta) > bytes_) return {};
    const auto found = read_at<meta>(data(), offset);
    // Twice, since another process may be overwriting it. The fence keeps the
    // compiler from making one read of the two.
    std::atomic_signal_fence(std::memory_order_acquire);
    const auto again = read_at<meta>(data(), offset);
    if (std::memcmp(&found, &again, sizeof found) != 0 ||
        found.transaction != id || found.free.pad != page_bytes_ ||
        !check_meta(found) || found.last_page >= bytes_ / page_bytes_)
      return {};
    return found;
  }

 private:
  void close() {
    if (map_ != MAP_FAILED) ::munmap(map_, bytes_);
    map_ = MAP_FAILED;
  }

  void* map_ = MAP_FAILED;
  std::size_t bytes_ = 0;
  std::uint64_t page_bytes_ = 0;
};

status check(bytes_view file, const meta& snapshot) {
  try {
    page_walk(file, snapshot).walk();
  } catch (const damage& found) {
    return damaged(found.why);
  }
  return done{};
}

}  // namespace

// With pread and not through a map: the file may be shorter than two pages.
status check_meta_pages(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return refused(file.string() + ": opening");
  std::array<std::byte, sizeof(meta)> data{};
  struct stat found {};
  const auto read_page = [&](std::uint64_t offset) {
    return ::pread(opened, data.data(), data.size(),
                   static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(data.size());
  };
  status outcome = done{};
  if (::fstat(opened, &found) != 0)
    outcome = refused(file.string() + ": looking at it");
  // The second page begins where the size of a page, in the first, says.
  std::uint64_t page_bytes = 0;
  for (int i = 0; i < 2 && outcome; ++i) {
    if (!read_page(page_bytes)) {
      outcome = damaged("it is truncated: a meta page is missing");
      break;
    }
    const auto one = read_at<meta>(data);
    outcome = check_meta(one);
    if (!outcome) break;
    const auto pages = static_cast<std::uint64_t>(found.st_size) / one.free.pad;
    if (one.last_page >= pages)
      outcome = damaged("it is truncated: it has " +
                        std::to_string(found.st_size) + " bytes, " +
                        std::to_string(one.last_page + 1) + " pages of " +
                        std::to_string(one.free.pad) + " bytes are in use");
    else if (i == 1 && one.free.pad != page_bytes)
      outcome = damaged("its meta pages differ");
    page_bytes = one.free.pad;
  }
  ::close(opened);
  return outcome;
}

status check_pages(MDB_txn* reading) {
  file_map map;
  if (auto mapped = map.open(mdb_txn_env(reading)); !mapped) return mapped;
  for (int i = 0; i < max_renewals; ++i) {
    const auto snapshot = map.snapshot(mdb_txn_id(reading));
    if (snapshot) return check(map.data(), *snapshot);
    // The meta page of a snapshot lasts until the second commit after it: a
    // writer was faster. Its other pages last as long as the transaction.
    mdb_txn_reset(reading);
    if (const int code = mdb_txn_renew(reading); code != 0)
      return failure_of(code, "checking data.mdb");
    if (auto mapped = map.open(mdb_txn_env(reading)); !mapped) return mapped;
  }
  return damaged("a meta page is of another transaction");
}

// While the transaction is open no one else can commit, so its predecessor's
// meta page stays.
status check_pages_before(MDB_txn* writing) {
  file_map map;
  if (auto mapped = map.open(mdb_txn_env(writing)); !mapped) return mapped;
  const auto snapshot = map.snapshot(mdb_txn_id(writing) - 1);
  if (snapshot) return check(map.data(), *snapshot);
  return damaged("a meta page is of another transaction");
}

}  // namespace oms::persistence::lmdb
