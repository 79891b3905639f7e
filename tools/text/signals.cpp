#include "tools/text/signals.hpp"

#include <unistd.h>

#include <thread>

namespace oms::text {

namespace {

std::atomic<bool> interrupted{false};
// A handler may touch it only then.
static_assert(std::atomic<bool>::is_always_lock_free);

void note_interruption(int) { interrupted = true; }

/// How late a signal may be noticed.
constexpr std::chrono::milliseconds glance{50};

std::vector<int> signals_of(ended_by which) {
  if (which == ended_by::first_ctrl_c) return {SIGINT};
  return {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
}

sigset_t blocked_signals() {
  sigset_t all;
  ::sigemptyset(&all);
  ::sigaddset(&all, SIGTERM);
  ::sigaddset(&all, SIGINT);
  return all;
}

}  // namespace

interruption::interruption(ended_by which) {
  interrupted = false;
  struct sigaction action {};
  action.sa_handler = note_interruption;
  // The first Ctrl-C also ends a read that waits for input. The others must not
  // end a write: half a screen would look like an output that can't be written.
  // A poll ends in any case.
  action.sa_flags = which == ended_by::first_ctrl_c
                        ? static_cast<int>(SA_RESETHAND)
                        : SA_RESTART;
  for (const int signal : signals_of(which)) {
    auto& before = previous_.emplace_back();
    before.first = signal;
    ::sigaction(signal, &action, &before.second);
  }
}

interruption::~interruption() {
  for (const auto& [signal, action] : previous_)
    ::sigaction(signal, &action, nullptr);
}

const std::atomic<bool>& interruption::flag() { return interrupted; }

void interruption::wait(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!came() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(glance);
}

void block_end_signals() {
  const auto signals = blocked_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void wait_for_end_signal() {
  const auto signals = blocked_signals();
  int got = 0;
  while (::sigwait(&signals, &got) != 0) continue;
}

bool end_signal_within(std::chrono::milliseconds time) {
  const auto signals = blocked_signals();
  const timespec most{0, std::chrono::nanoseconds(time).count()};
  return ::sigtimedwait(&signals, nullptr, &most) > 0;
}

void send_end_signal() { ::kill(::getpid(), SIGTERM); }

void ignore_file_size_signal() { std::signal(SIGXFSZ, SIG_IGN); }

}  // namespace oms::text
