#pragma once

/// What an import would change: compares each command of a plan with what is
/// there already. Importing the same files again therefore changes nothing: a
/// count that equals the stock, or a supplier that offers what it offers
/// already, is not sent.

#include <cstdint>

#include "actors/history/network_history.hpp"
#include "messages/commands.hpp"
#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {

enum class import_effect : std::uint8_t { defined, changed, unchanged };

[[nodiscard]] import_effect effect_of(const command_body& body,
                                      const history::network_state& there);

/// What the files may refer to without defining it themselves.
[[nodiscard]] known_network known_in(const history::network_state& there);

}  // namespace oms::omsctl
