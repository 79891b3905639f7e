#pragma once

/// What is wrong with a command before any state is asked, and how refusals are
/// made.
///
/// Every fault comes with the path of its field, and all faults of a command
/// come together. Pure functions. Limits are those of messages/limits.hpp.

#include <vector>

#include "messages/commands.hpp"
#include "messages/errors.hpp"
#include "messages/whatif.hpp"

namespace oms {

[[nodiscard]] std::vector<fault> faults_of(const command_body& body);
[[nodiscard]] std::vector<fault> faults_of(const whatif_question& asked);

/// What the `change` of a definition makes of the settings that are there:
/// checked like new settings, and still of the same entity.
[[nodiscard]] result<location_settings> changed(const define_location& command,
                                                const location_settings& now);
[[nodiscard]] result<supplier_settings> changed(const define_supplier& command,
                                                const supplier_settings& now);
[[nodiscard]] result<product_settings> changed(const define_product& command,
                                               const product_settings& now);
[[nodiscard]] result<routing_rules> changed(const set_routing& command,
                                            const routing_rules& now);

/// The refusal that names them; there is at least one.
[[nodiscard]] error invalid(std::vector<fault> faults);

/// A refusal, with the path of the field if one is to blame.
[[nodiscard]] error refuse(error_code code, std::string message,
                           std::string path = {});

}  // namespace oms
