#include "tests/crash/full_disk.hpp"

#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "persistence/lmdb_store.hpp"
#include "tests/crash/book.hpp"
#include "tests/crash/customers.hpp"
#include "tests/crash/process.hpp"
#include "tests/persistence/temporary_directory.hpp"

namespace oms::crash {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t window = 48;
// Asked when nothing is written any more, to be refused.
constexpr std::size_t more = 20;
constexpr std::uint64_t file_limit_bytes = 6ULL << 20U;
constexpr const char* disk_size = "size=8m";
constexpr std::size_t ballast_bytes = 2ULL << 20U;
constexpr std::chrono::seconds patience{120};
// Longer than several tries of the journal.
constexpr milliseconds quiet{500};
constexpr int skipped = 77;

void write_to(const char* file, const std::string& text) {
  std::ofstream(file) << text;
}

// A small disk of our own; false where that is not allowed. In a user namespace
// a process may mount without being root, and no other process sees it.
bool mount_small_disk(const std::filesystem::path& at) {
  const auto user = getuid();
  const auto group = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  write_to("/proc/self/setgroups", "deny");
  write_to("/proc/self/uid_map", fmt::format("0 {} 1", user));
  write_to("/proc/self/gid_map", fmt::format("0 {} 1", group));
  return mount("tmpfs", at.c_str(), "tmpfs", 0, disk_size) == 0;
}

class filling {
 public:
  filling(full_by how, std::uint64_t seed) : how_(how), client_(seed) {}

  int operator()() {
    if (how_ == full_by::small_disk) {
      if (!mount_small_disk(directory_.path())) {
        fmt::print("skipped: no user and mount namespace with a tmpfs here\n");
        return skipped;
      }
      std::ofstream(ballast()) << std::string(ballast_bytes, 'x');
    }
    const auto waited = fill_and_make_room();
    if (is_well()) die_on_a_full_disk();
    if (how_ == full_by::small_disk)
      umount2(directory_.path().c_str(), MNT_DETACH);
    const auto& sum = book_.so_far();
    for (const auto& each : wrong_) fmt::print("WRONG {}\n", each);
    fmt::print(
        "{} {}: {} answers waited for room and came, {} commands refused "
        "meanwhile, {} acknowledged, lost {}, oversold {}, {} events\n",
        is_well() ? "ok  " : "FAIL",
        how_ == full_by::small_disk ? "small disk" : "file limit", waited,
        sum.refused_by_storage, sum.acknowledged, sum.lost, sum.oversold,
        sum.last);
    return is_well() ? 0 : 1;
  }

 private:
  [[nodiscard]] bool is_well() const { return wrong_.empty(); }
  void wrong(std::string what) { wrong_.push_back(std::move(what)); }
  [[nodiscard]] std::filesystem::path ballast() const {
    return directory_.path() / "ballast";
  }
  [[nodiscard]] std::filesystem::path store() const {
    return directory_.path() / "store";
  }
  [[nodiscard]] std::unique_ptr<server_process> start() const {
    return std::make_unique<server_process>(
        store(), how_ == full_by::file_limit
                     ? std::optional<std::uint64_t>(file_limit_bytes)
                     : std::nullopt);
  }

  void ask(server_process& server, const wish& given) {
    book_.asked(given);
    server.send(text_of(given));
  }

  void listen(server_process& server, milliseconds wait) {
    for (const auto& line : server.receive(wait))
      if (!book_.heard(line)) {
        if (line.starts_with("invariants")) invariants_ = line;
        if (line.starts_with("failed")) wrong(line);
      }
    if (server.ended()) wrong("the server ends by itself");
  }

  template <class Done>
  void listen_until(server_process& server, const char* what, Done done) {
    const auto until = clock::now() + patience;
    while (is_well() && !done()) {
      if (clock::now() > until)
        return wrong(std::string("waits in vain: ") + what);
      listen(server, milliseconds(20));
    }
  }

  void listen_for(server_process& server, milliseconds duration) {
    const auto until = clock::now() + duration;
    while (is_well() && clock::now() < until) listen(server, milliseconds(20));
  }

  // Asks until nothing is answered any more, and then a little more. Either
  // shows a full disk: an answer that does not come within several tries of the
  // journal, or a refusal.
  void fill(server_process& server) {
    const auto answered = [this] {
      return book_.so_far().acknowledged + book_.so_far().refused;
    };
    const auto refused_before = book_.so_far().refused_by_storage;
    auto known = answered();
    auto at = clock::now();
    listen_until(server, "for a full disk", [&] {
      if (book_.so_far().refused_by_storage > refused_before) return true;
      while (book_.open() < window) ask(server, client_.next(book_));
      if (answered() != known) {
        known = answered();
        at = clock::now();
      }
      return clock::now() - at > quiet;
    });
    const auto refused = book_.so_far().refused_by_storage;
    for (std::size_t i = 0; i < more; ++i) ask(server, client_.next(book_));
    listen_until(server, "for refusals", [&] {
      return book_.so_far().refused_by_storage >= refused + more;
    });
  }

  std::size_t fill_and_make_room() {
    const auto server = start();
    for (const auto& each : client_.opening()) ask(*server, each);
    fill(*server);
    // What was refused is answered; what was taken on waits, and says nothing.
    const auto waiting = book_.open();
    const auto known = book_.so_far().acknowledged;
    listen_for(*server, quiet);
    if (waiting == 0) wrong("nothing waits for room");
    if (book_.so_far().acknowledged != known)
      wrong("something was acknowledged on a full disk");
    if (!is_well()) return waiting;

    if (how_ == full_by::file_limit)
      server->lift_file_limit();
    else
      std::filesystem::remove(ballast());
    listen_until(*server, "for the answers that waited",
                 [this] { return book_.open() == 0; });
    if (!is_well()) return waiting;
    if (book_.so_far().acknowledged == known)
      wrong("no answer came when there was room");
    server->send("invariants");
    listen_until(*server, "for the invariants",
                 [this] { return !invariants_.empty(); });
    if (invariants_ != "invariants 0") wrong(invariants_);
    server->send("stop");
    if (is_well() && server->wait() != 0) wrong("it does not stop orderly");
    compare();
    return waiting;
  }

  void die_on_a_full_disk() {
    const auto server = start();
    fill(*server);
    server->kill();
    while (!server->ended())
      for (const auto& line : server->receive(milliseconds(20)))
        book_.heard(line);
    compare();
  }

  void compare() {
    book_.went_down();
    auto log = persistence::open_lmdb_store(store(), {.read_only = true});
    if (!log) return wrong("the store does not open: " + log.failure().message);
    for (auto& each : book_.compare(**log)) wrong(std::move(each));
  }

  full_by how_;
  customers client_;
  book book_;
  persistence::temporary_directory directory_;
  std::vector<std::string> wrong_;
  std::string invariants_;
};

}  // namespace

int fill_the_disk(full_by how, std::uint64_t seed) {
  return filling(how, seed)();
}

}  // namespace oms::crash
