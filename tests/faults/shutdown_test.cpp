// A real engine, closed at random moments under load, many times in a row.
//
// OMS_SHUTDOWNS says how often, default 100.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tests/actors/engine_fixture.hpp"
#include "tests/faults/clients.hpp"
#include "tests/faults/watchdog.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::tests {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr int clients = 2;
constexpr unsigned hang_s = 60;
// Then a new log begins, so that opening stays short.
constexpr int lives_per_log = 25;
constexpr std::int64_t longest_life_us = 6'000;

int shutdowns() {
  const char* const wished = std::getenv("OMS_SHUTDOWNS");
  return wished == nullptr ? 100 : std::max(1, std::atoi(wished));
}

// Two clients send without pause until they are told to stop; the engine is
// closed while most of what they sent has no answer yet. Every answer must have
// come by then. Returns how long it took to close.
microseconds live_and_close(persistence::log_store& store, std::uint64_t life) {
  oms::simulation::dice random(1, life);
  answer_book answers;
  engine_options options;
  options.worker_threads = 1 + random.below(3);
  auto opened = engine::open(store, std::move(options));
  if (!opened) throw std::runtime_error(opened.failure().message);
  auto running = std::move(*opened);
  (void)running->execute(small_network());
  std::atomic<bool> enough{false};
  std::thread others([&] {
    run_clients(clients, [&](int n) {
      business day(life * clients + static_cast<std::uint64_t>(n),
                   std::to_string(life) + "-" + std::to_string(n) + "-", 500);
      while (!enough) running->submit({day.next()}, answers.expect());
    });
  });
  std::this_thread::sleep_for(microseconds(random.between(0, longest_life_us)));
  enough = true;
  others.join();
  const auto began = clock::now();
  running.reset();
  const auto took = clock::now() - began;
  EXPECT_EQ(answers.answered(), answers.expected())
      << "life " << life << " has closed without all its answers";
  return std::chrono::duration_cast<microseconds>(took);
}

template <class OpenStore>
void close_again_and_again(OpenStore open_store) {
  const auto count = shutdowns();
  microseconds longest{0};
  std::unique_ptr<persistence::log_store> store;
  for (int life = 0; life < count; ++life) {
    const watchdog dog(hang_s, fmt::format("shutdown {} of {}", life, count));
    if (life % lives_per_log == 0) {
      store.reset();
      store = open_store(life);
    }
    longest = std::max(
        longest, live_and_close(*store, static_cast<std::uint64_t>(life)));
    if (testing::Test::HasFailure()) return;
  }
  const watchdog dog(hang_s, "the last look");
  EXPECT_TRUE(store->verify().ok());
  const auto last = simulated(*store, 1);
  EXPECT_EQ(text_of(last->check_invariants()), "");
  fmt::print("{} shutdowns, the longest took {} ms\n", count,
             longest.count() / 1'000);
}

TEST(ShutdownThreads, UnderLoadInMemory) {
  close_again_and_again(
      [](int) { return std::make_unique<persistence::memory_store>(); });
}

TEST(ShutdownThreads, UnderLoadOnDisk) {
  std::optional<persistence::temporary_directory> directory;
  close_again_and_again([&](int) {
    directory.emplace();
    auto opened = persistence::open_lmdb_store(directory->path());
    if (!opened) throw std::runtime_error(opened.failure().message);
    return std::move(*opened);
  });
}

}  // namespace
}  // namespace oms::tests
