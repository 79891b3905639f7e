#pragma once

/// What an import would change.
///
/// Purpose: tells each command of a plan from what is there already, so that
/// the same files a second time change nothing: a count that finds what is
/// booked, or a supplier who offers what is offered, is not sent. Owner: pure
/// functions. Threads: any.

#include <cstdint>

#include "actors/history/network_history.hpp"
#include "messages/commands.hpp"
#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {

enum class import_effect : std::uint8_t { defined, changed, unchanged };

[[nodiscard]] import_effect effect_of(const command_body& body,
                                      const history::network_state& there);

/// What the files may refer to.
[[nodiscard]] known_network known_in(const history::network_state& there);

}  // namespace oms::omsctl
