#pragma once

/// Refusals, and what is wrong with settings before any state is asked.
///
/// Purpose: every fault of a command of the network, each with its path; the
/// one way to make an error of a fault. Pure functions; threads: any. Limits:
/// messages/limits.hpp.

#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"

namespace oms {

[[nodiscard]] std::vector<fault> faults_of(const command_body& body);

/// The refusal that names them; there is at least one.
[[nodiscard]] error invalid(std::vector<fault> faults);

/// A refusal, with the path of what is refused if one place is to blame.
[[nodiscard]] error refuse(error_code code, std::string message,
                           std::string path = {});

}  // namespace oms
