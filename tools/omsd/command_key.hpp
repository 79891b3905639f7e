#pragma once

/// The keys by which callers repeat commands.
///
/// Turns a caller's own key into the id under which the engine remembers a
/// command (messages/done_command.hpp). The id names the caller and whether the
/// key came over HTTP or RPC, so no two of them share one. It ends with a hash
/// of the content, so the same key with other content is recognized.

#include <optional>
#include <string>
#include <string_view>

#include "actors/engine.hpp"

namespace oms::omsd {

enum class key_kind : std::uint8_t { http, rpc };

struct command_key {
  /// What the ids of all contents of this key begin with.
  std::string prefix;
  /// `prefix` and a hash of the content; the command's id.
  std::string id;
};

[[nodiscard]] command_key key_of(key_kind kind, const std::string& caller,
                                 const std::string& named,
                                 std::string_view content);

/// The caller's own name of a command with this id; other ids unchanged.
[[nodiscard]] std::string name_in(const std::string& command_id);

/// What the engine remembers of a key: the receipt, `taken` if it came with
/// other content, or none. `storage_unavailable` if the engine can't say. Waits
/// for the engine, so it belongs on a query thread.
[[nodiscard]] std::optional<answer> answered_before(engine& by,
                                                    const command_key& key,
                                                    const error& taken);

}  // namespace oms::omsd
