#pragma once

/// What a caller may do, whichever way it comes.
///
/// Purpose: the rules that HTTP and RPC share: which role a command needs,
/// which brands a caller may touch and see, whose name goes into the trail.
/// Owner: pure functions. Threads: any. Errors: `forbidden`.

#include <optional>
#include <string>

#include "actors/engine.hpp"
#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "tools/files/access.hpp"

namespace oms::omsd {

[[nodiscard]] files::role role_needed(const command_body& body);

/// The role and the brand of a command.
[[nodiscard]] status permitted(const files::access& who,
                               const command_body& body);

/// The brand that a call is about: the one it names, or the caller's.
[[nodiscard]] result<brand_id> brand_for(const files::access& who,
                                         const std::optional<brand_id>& named);

/// Statistics, metrics and the like count over all brands.
[[nodiscard]] status may_see_all_brands(const files::access& who);

/// Who is bound to brands sees the events of their orders alone.
[[nodiscard]] bool may_see(const files::access& who, const event& happened);

/// Who stands in the trail: whom the caller names, or the caller. What callers
/// name is checked before, see request_rules.hpp.
[[nodiscard]] actor_name name_in_trail(const files::access& who,
                                       std::string named);

/// Whether commands may stand in the trail under this name: locations and
/// suppliers sign with their ids what they decide themselves.
[[nodiscard]] status may_sign(const engine& decides, const actor_name& by);

}  // namespace oms::omsd
