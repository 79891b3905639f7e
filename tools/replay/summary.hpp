#pragma once

/// The end of a replay in words and numbers, for people. The counts are those
/// of the replay; the timelines are asked of the engine.

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
  /// Empty: the store was not opened again.
  std::string hash_when_reopened;
  double reopening_seconds = 0;
  /// The folder of the store; empty: in memory.
  std::string directory;
};

/// The lines of the files, orders, parcels, backorders, cancellations, sources
/// and work.
[[nodiscard]] std::string summary_text(const feed& played,
                                       const rejects& rejected,
                                       const replay& run,
                                       const replay_outcome& outcome);
/// Each invariant with its result.
[[nodiscard]] std::string invariants_text(
    const std::vector<violation>& violations);
/// The timelines of a plain order and of one that was split or had to wait;
/// fewer if there are none.
[[nodiscard]] std::string sample_timelines(const feed& played, replay& run);

/// The time within which `share` of all units were served.
[[nodiscard]] duration quantile(const std::vector<wait>& sorted, double share);

}  // namespace oms::replay
