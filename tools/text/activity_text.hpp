#pragma once

/// The engine's actors as text and as JSON: how many there are of each kind,
/// what they hold, and how long a message waits for them.

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
  /// List the actors of this kind one by one; empty: sum up all kinds.
  std::string kind;
};

/// Whether it is "order" or a kind of actors/engine/activity.hpp.
[[nodiscard]] bool is_actor_kind(const std::string& word);

[[nodiscard]] std::string actors_text(const actors_shown& shown,
                                      const palette& colours);
[[nodiscard]] json::value actors_json(const actors_shown& shown);

/// "950 us", "2.5 ms" or "1.2 s".
[[nodiscard]] std::string short_time_text(double seconds);

}  // namespace oms::text
