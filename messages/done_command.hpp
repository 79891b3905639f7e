#pragma once

/// Commands that are remembered by their callers' ids.
///
/// A caller that sends a command again, perhaps after a restart, can be told
/// how it was answered the first time. Only commands whose `command::id` begins
/// with `idempotency_prefix` are remembered, for `limits::command_kept_h` at
/// least; what follows the prefix is up to the caller.

#include <string>
#include <string_view>

#include "messages/commands.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace oms {

inline constexpr std::string_view idempotency_prefix = "key:";

/// An id beyond the limit would not fit a key of the tables, and one such row
/// would make every checkpoint fail.
[[nodiscard]] inline bool is_remembered(std::string_view id) {
  return id.starts_with(idempotency_prefix) &&
         id.size() <= limits::max_command_id_bytes;
}

/// A command that has caused events.
struct done_command {
  /// The caller's id of it, with the prefix.
  std::string id;
  /// What the caller was answered; of one that is read from a checkpoint, its
  /// sequence alone.
  receipt given;
  /// When it was decided.
  timestamp time;

  friend bool operator==(const done_command& a, const done_command& b) {
    return a.id == b.id && a.given.at == b.given.at && a.time == b.time;
  }
};

}  // namespace oms
