#pragma once

/// What a caller may do, over HTTP and RPC alike: which role a command needs,
/// which brands a caller may touch and see, and whose name goes into the trail.
/// A refusal is `forbidden`.

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

/// Whether a caller may see statistics, metrics and other numbers that cover
/// all brands.
[[nodiscard]] status may_see_all_brands(const files::access& who);

/// A caller that is bound to brands sees only the events of their orders.
[[nodiscard]] bool may_see(const files::access& who, const event& happened);

/// The author in the trail: the name that the caller gives, or else the
/// caller's own. A given name is checked before, see request_rules.hpp.
[[nodiscard]] actor_name name_in_trail(const files::access& who,
                                       std::string named);

/// Whether the trail may name this author: the ids of locations and suppliers
/// sign the decisions that these make themselves.
[[nodiscard]] status may_sign(const engine& decides, const actor_name& by);

}  // namespace oms::omsd
