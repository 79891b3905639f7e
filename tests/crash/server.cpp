#include "tests/crash/server.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/lmdb_store.hpp"
#include "tests/crash/wish.hpp"

namespace oms::crash {

namespace {

constexpr int invariant_checks = 50;

// One call of write() per line, from any thread: short writes to a socket are
// not torn apart, so no lock is needed that a kill could leave taken.
void say(const std::string& line) {
  const auto text = line + "\n";
  // If it fails, the client is gone, and there is nothing to do.
  [[maybe_unused]] const auto written =
      ::write(STDOUT_FILENO, text.data(), text.size());
}

void submit(engine& running, const wish& given) {
  const auto id = std::to_string(given.id);
  std::vector<command> batch;
  batch.push_back(command_of(given));
  running.submit(std::move(batch), [id](const std::vector<answer>& answers) {
    const auto& one = answers.front();
    if (one)
      say("yes " + id + " " + std::to_string(one->at));
    else
      say("no " + id + " " +
          std::to_string(static_cast<int>(one.failure().code)));
  });
}

// Invariants hold at rest. On a loaded machine an actor may wait for its turn
// for longer than the check waits, so what seems broken must stay so.
void check_invariants_of(engine& running) {
  auto broken = running.check_invariants();
  for (int i = 0; i < invariant_checks && !broken.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    broken = running.check_invariants();
  }
  std::string text;
  for (const auto& each : broken)
    text += " [invariant " + std::to_string(each.invariant) + " " + each.where +
            ": " + each.what + "]";
  say("invariants " + std::to_string(broken.size()) + text);
}

int fail(const std::string& why) {
  say("failed " + why);
  return 1;
}

}  // namespace

int serve(const std::filesystem::path& directory) {
  std::signal(SIGPIPE, SIG_IGN);
  auto store = persistence::open_lmdb_store(directory);
  if (!store) return fail(store.failure().message);
  auto running = engine::open(**store, {});
  if (!running) return fail(running.failure().message);
  say("open");
  for (std::string line; std::getline(std::cin, line) && line != "stop";) {
    if (line == "invariants")
      check_invariants_of(**running);
    else if (const auto given = wish_in(line))
      submit(**running, *given);
    else
      say("failed no wish: " + line);
  }
  return 0;
}

}  // namespace oms::crash
