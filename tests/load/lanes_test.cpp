/// The threads of the load generator that wait for answers.

#include "bench/load/lanes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace oms::load {
namespace {

TEST(LanesThreads, KeepTheOrderOfALane) {
  constexpr std::size_t count = 3;
  std::vector<std::vector<std::size_t>> done(count);
  {
    lanes all(count);
    for (std::size_t i = 0; i < 3'000; ++i)
      all.add(i, [&done, i](std::size_t lane) { done[lane].push_back(i); });
    // The end waits for all of it.
  }
  for (std::size_t lane = 0; lane < count; ++lane) {
    ASSERT_EQ(done[lane].size(), 1'000U);
    for (std::size_t i = 0; i < done[lane].size(); ++i)
      ASSERT_EQ(done[lane][i], i * count + lane);
  }
}

}  // namespace
}  // namespace oms::load
