/// What an `interruption` takes from the program, and what it gives back.

#include "tools/text/signals.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

namespace oms::text {
namespace {

using namespace std::chrono_literals;

void (*handler_of(int signal))(int) {
  struct sigaction now {};
  sigaction(signal, nullptr, &now);
  return now.sa_handler;
}

TEST(Interruption, ComesWithEachEndSignal) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    const interruption each;
    EXPECT_FALSE(interruption::came());
    std::raise(signal);
    EXPECT_TRUE(interruption::came());
    std::raise(signal);
  }
}

TEST(Interruption, TheSecondCtrlCIsAsBefore) {
  const auto before = handler_of(SIGTERM);
  const interruption once(ended_by::first_ctrl_c);
  EXPECT_EQ(handler_of(SIGTERM), before);
  std::raise(SIGINT);
  EXPECT_TRUE(interruption::flag());
  EXPECT_EQ(handler_of(SIGINT), SIG_DFL);
}

TEST(Interruption, LeavesTheSignalsAsTheyWere) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  { const interruption short_one; }
  EXPECT_EQ(std::signal(SIGHUP, before), SIG_IGN);
}

// Else `omsctl top`, ended while it draws, would say that its output can't be
// written.
TEST(Interruption, DoesNotEndAWriteThatWaitsForRoom) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const auto [reads, writes] = pipe;
  ASSERT_EQ(::fcntl(writes, F_SETFL, O_NONBLOCK), 0);
  std::size_t room = 0;
  while (::write(writes, "x", 1) == 1) ++room;
  ASSERT_EQ(::fcntl(writes, F_SETFL, 0), 0);

  const interruption signal;
  std::atomic<bool> is_done{false};
  ssize_t wrote = 0;
  std::thread writer([&, to = writes] {
    wrote = ::write(to, "y", 1);
    is_done = true;
  });
  // Often, since nothing tells when it waits.
  for (int i = 0; i < 100 && !is_done; ++i) {
    ::pthread_kill(writer.native_handle(), SIGHUP);
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(interruption::came());
  EXPECT_FALSE(is_done) << "the pipe is still full";
  char read = 0;
  for (std::size_t i = 0; i <= room; ++i) ASSERT_EQ(::read(reads, &read, 1), 1);
  writer.join();
  EXPECT_EQ(wrote, 1);
  EXPECT_EQ(read, 'y');
  ::close(reads);
  ::close(writes);
}

}  // namespace
}  // namespace oms::text
