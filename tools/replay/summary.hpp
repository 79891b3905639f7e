#pragma once

/// The end of a replay, in words and numbers.
///
/// Purpose: what a person likes to read. Owner: pure over what the replay has
/// counted; the timelines are asked of the engine. Threads: one.

#include <cstdint>
#include <string>
#include <vector>

#include "messages/views.hpp"
#include "persistence/log_store.hpp"
#include "tools/replay/replay.hpp"

namespace oms::replay {

struct replay_outcome {
  double seconds = 0;
  persistence::store_stats store;
  std::vector<violation> violations;
  std::string state_hash;
  /// Empty: not tried.
  std::string hash_when_reopened;
  double reopening_seconds = 0;
  /// Where the store is; empty: in memory.
  std::string directory;
};

/// The lines of the files, orders, parcels, waiting, places, work and money.
[[nodiscard]] std::string summary_text(const feed& played,
                                       const rejects& rejected,
                                       const replay& run,
                                       const replay_outcome& outcome);
/// Each invariant with its result.
[[nodiscard]] std::string invariants_text(
    const std::vector<violation>& violations);
/// A plain order's timeline, and one of an order that was split and waited;
/// fewer when there are none.
[[nodiscard]] std::string sample_timelines(const feed& played, replay& run);

/// By units: the time below which `share` of them had waited.
[[nodiscard]] duration quantile(const std::vector<wait>& sorted, double share);

}  // namespace oms::replay
