#pragma once

/// What is wrong with commands of the network, before any state is asked.
///
/// Purpose: every fault of settings, each with its path. Pure functions;
/// threads: any. Limits: messages/limits.hpp.

#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"

namespace oms {

[[nodiscard]] std::vector<fault> faults_of(const command_body& body);

/// The refusal that names them; there is at least one.
[[nodiscard]] error invalid(std::vector<fault> faults);

}  // namespace oms
