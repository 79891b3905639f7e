#include "tools/text/interruption.hpp"

#include <atomic>
#include <thread>

namespace oms::text {

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_interruption(int) { interrupted = true; }

/// How late a signal may be noticed.
constexpr std::chrono::milliseconds glance{50};

}  // namespace

interruption::interruption() {
  interrupted = false;
  struct sigaction action {};
  action.sa_handler = note_interruption;
  for (std::size_t i = 0; i < signals.size(); ++i)
    sigaction(signals[i], &action, &previous_[i]);
}

interruption::~interruption() {
  for (std::size_t i = 0; i < signals.size(); ++i)
    sigaction(signals[i], &previous_[i], nullptr);
}

bool interruption::came() { return interrupted; }

void interruption::wait(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!came() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(glance);
}

}  // namespace oms::text
