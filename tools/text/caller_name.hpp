#pragma once

/// Whom a caller may claim to be in the audit trail: one rule for X-Actor, `by`
/// over RPC, `--by` of omsctl and the names of tokens.

#include <optional>
#include <string>
#include <string_view>

#include "messages/reserved_names.hpp"
#include "messages/text_rules.hpp"

namespace oms::text {

/// What is wrong with the name, as a sentence without its subject. An empty
/// name claims nothing, so nothing is wrong with it.
[[nodiscard]] inline std::optional<std::string> fault_of_caller_name(
    std::string_view name) {
  if (is_reserved_name(name)) return "is the name of a part of the engine";
  return fault_of_id(name);
}

}  // namespace oms::text
