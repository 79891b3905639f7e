#include "tests/crash/killing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "persistence/lmdb_store.hpp"
#include "tests/crash/book.hpp"
#include "tests/crash/customers.hpp"
#include "tests/crash/process.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::crash {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Wishes that wait for their answers at a time.
constexpr std::size_t window = 48;
constexpr milliseconds longest_load{250};
constexpr std::uint64_t percent_killed_while_opening = 25;
// After which it counts as hanging.
constexpr std::chrono::seconds patience{120};

class killing {
 public:
  explicit killing(const killing_options& options)
      : options_(options), random_(options.seed, 2), client_(options.seed) {}

  int operator()() {
    while (kills_ < options_.kills && is_well()) live_and_die();
    if (is_well()) live_to_the_end();
    const auto& sum = book_.so_far();
    for (const auto& each : wrong_) fmt::print("WRONG {}\n", each);
    fmt::print(
        "{} {} kills ({} while opening), {} commands acknowledged, lost {}, "
        "oversold {}, invariants checked {} times, {} events, seed {}, {:.1f} "
        "s\n",
        is_well() ? "ok  " : "FAIL", kills_, kills_while_opening_,
        sum.acknowledged, sum.lost, sum.oversold, invariants_checked_, sum.last,
        options_.seed,
        std::chrono::duration<double>(clock::now() - began_).count());
    return is_well() ? 0 : 1;
  }

 private:
  [[nodiscard]] bool is_well() const { return wrong_.empty(); }

  void live_and_die() {
    const auto began = clock::now();
    server_process server(directory_.path());
    if (random_.chance(percent_killed_while_opening)) {
      std::this_thread::sleep_for(some_of(opening_ * 5 / 4));
      ++kills_while_opening_;
    } else {
      if (!see_it_open(server)) return;
      opening_ = std::chrono::duration_cast<milliseconds>(clock::now() - began);
      if (!check_invariants_of(server)) return;
      load(server, some_of(longest_load));
    }
    server.kill();
    ++kills_;
    // What it has said before it died counts: a caller could have read it.
    while (!server.ended()) listen(server, milliseconds(100));
    other_.clear();
    compare();
  }

  void live_to_the_end() {
    server_process server(directory_.path());
    if (!see_it_open(server) || !check_invariants_of(server)) return;
    load(server, longest_load);
    const auto until = clock::now() + patience;
    while (book_.open() > 0 && clock::now() < until && !server.ended())
      listen(server, milliseconds(100));
    if (book_.open() > 0) return wrong("commands are never answered");
    if (!check_invariants_of(server)) return;
    server.send("stop");
    if (server.wait() != 0) wrong("it does not stop orderly");
    compare();
  }

  milliseconds some_of(milliseconds most) {
    return milliseconds(
        random_.between(1, std::max<std::int64_t>(1, most.count())));
  }

  void wrong(std::string what) { wrong_.push_back(std::move(what)); }

  void listen(server_process& server, milliseconds wait) {
    for (const auto& line : server.receive(wait))
      if (!book_.heard(line)) other_.push_back(line);
  }

  // Waits for a line that is not an answer to a wish.
  std::string hear_of(server_process& server, const std::string& what) {
    const auto until = clock::now() + patience;
    while (clock::now() < until) {
      if (!other_.empty()) {
        auto line = std::move(other_.front());
        other_.erase(other_.begin());
        if (line.starts_with(what)) return line;
        wrong("instead of '" + what + "' it says: " + line);
        return {};
      }
      if (server.ended()) {
        wrong("it ends by itself instead of saying '" + what + "'");
        return {};
      }
      listen(server, milliseconds(100));
    }
    wrong("it hangs instead of saying '" + what + "'");
    return {};
  }

  bool see_it_open(server_process& server) {
    return !hear_of(server, "open").empty();
  }

  bool check_invariants_of(server_process& server) {
    server.send("invariants");
    const auto found = hear_of(server, "invariants");
    if (found.empty()) return false;
    ++invariants_checked_;
    if (found != "invariants 0") wrong(found);
    return is_well();
  }

  void ask(server_process& server, const wish& given) {
    book_.asked(given);
    server.send(text_of(given));
  }

  void load(server_process& server, milliseconds duration) {
    for (const auto& each : book_.to_repeat()) ask(server, each);
    if (!is_set_up_) {
      for (const auto& each : client_.opening()) ask(server, each);
      while (book_.open() > 0 && !server.ended())
        listen(server, milliseconds(100));
      is_set_up_ = true;
    }
    const auto until = clock::now() + duration;
    while (clock::now() < until && !server.ended()) {
      while (book_.open() < window) ask(server, client_.next(book_));
      listen(server, milliseconds(1));
    }
    if (server.ended()) wrong("it ends by itself under load");
  }

  void compare() {
    book_.went_down();
    auto log =
        persistence::open_lmdb_store(directory_.path(), {.read_only = true});
    if (!log) {
      // It was killed before it had made a store at all.
      if (book_.so_far().acknowledged > 0)
        wrong("the store does not open: " + log.failure().message);
      return;
    }
    for (auto& each : book_.compare(**log)) wrong(std::move(each));
    if (options_.verbose)
      fmt::print("kill {}: {} acknowledged, {} events, opens in {} ms\n",
                 kills_, book_.so_far().acknowledged, book_.so_far().last,
                 opening_.count());
  }

  const killing_options& options_;
  oms::simulation::dice random_;
  customers client_;
  book book_;
  persistence::temporary_directory directory_;
  std::vector<std::string> wrong_;
  std::vector<std::string> other_;
  clock::time_point began_ = clock::now();
  // How long the last opening took.
  milliseconds opening_{50};
  int kills_ = 0;
  int kills_while_opening_ = 0;
  int invariants_checked_ = 0;
  bool is_set_up_ = false;
};

}  // namespace

int kill_again_and_again(const killing_options& options) {
  return killing(options)();
}

}  // namespace oms::crash
