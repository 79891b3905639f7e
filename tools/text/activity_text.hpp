#pragma once

/// The engine's actors as people like to read them, and as JSON.
///
/// Purpose: how many there are of each kind, what they keep, and how long a
/// message waits for them. Owner: pure functions. Threads: any.

#include <cstdint>
#include <string>

#include "actors/engine/activity.hpp"
#include "tools/json/value.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

struct actors_shown {
  engine_activity activity;
  std::uint64_t orders_awake = 0;
  std::uint64_t orders_asleep = 0;
  /// Only this kind, one by one; empty: all kinds, summed up.
  std::string kind;
};

/// "order", and the kinds of actors/engine/activity.hpp.
[[nodiscard]] bool is_actor_kind(const std::string& word);

[[nodiscard]] std::string actors_text(const actors_shown& shown,
                                      const palette& colours);
[[nodiscard]] json::value actors_json(const actors_shown& shown);

/// "950 us", "2.5 ms" or "1.2 s".
[[nodiscard]] std::string short_time_text(double seconds);

}  // namespace oms::text
