#pragma once

/// What a caller calls its commands, so that they can be told again.
///
/// Purpose: makes of a caller's own key the id under which the engine
/// remembers a command (messages/done_command.hpp). No two callers share one,
/// nor do HTTP and RPC, and the same key with other content is told apart.
/// Owner: values. Threads: any; `answered_before` waits for the engine.

#include <optional>
#include <string>
#include <string_view>

#include "actors/engine.hpp"

namespace oms::omsd {

enum class key_kind : std::uint8_t { http, rpc };

struct command_key {
  /// With what the ids of all its contents begin.
  std::string prefix;
  /// `prefix` and a hash of the content; the command's id.
  std::string id;
};

[[nodiscard]] command_key key_of(key_kind kind, const std::string& caller,
                                 const std::string& named,
                                 std::string_view content);

/// What the caller named a command with this id; other ids as they are.
[[nodiscard]] std::string name_in(const std::string& command_id);

/// What the engine remembers of a key: the receipt, `taken` when it came with
/// other content, or none. `storage_unavailable` when it can't say.
[[nodiscard]] std::optional<answer> answered_before(engine& by,
                                                    const command_key& key,
                                                    const error& taken);

}  // namespace oms::omsd
