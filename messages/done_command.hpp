#pragma once

/// Commands that are remembered by their callers' ids.
///
/// Purpose: whoever sends a command again, perhaps after a restart, can be
/// told how it was answered. Only commands whose `command::id` begins with
/// `idempotency_prefix` are remembered, for `limits::command_kept_h` at least;
/// what stands behind the prefix is the caller's business. Owner: values.
/// Threads: no shared state.

#include <string>
#include <string_view>

#include "messages/commands.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace oms {

inline constexpr std::string_view idempotency_prefix = "key:";

[[nodiscard]] inline bool is_remembered(std::string_view id) {
  return id.starts_with(idempotency_prefix) &&
         id.size() <= limits::max_command_id_bytes;
}

/// A command that has caused events.
struct done_command {
  /// The caller's id of it.
  std::string id;
  /// As the caller was answered.
  receipt given;
  /// When it was decided.
  timestamp time;

  friend bool operator==(const done_command& a, const done_command& b) {
    return a.id == b.id && a.given.at == b.given.at && a.time == b.time;
  }
};

}  // namespace oms
