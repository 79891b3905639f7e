/// What an `interruption` takes from the program, and what it gives back.

#include "tools/text/signals.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace oms::text {
namespace {

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

}  // namespace
}  // namespace oms::text
