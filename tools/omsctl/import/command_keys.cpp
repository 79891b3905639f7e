#include "tools/omsctl/import/command_keys.hpp"

#include <fmt/core.h>

namespace oms::omsctl {

namespace {

/// Of a file's hash, enough to tell files apart.
constexpr std::size_t hash_digits = 32;

}  // namespace

void name_commands(import_plan& plan) {
  for (std::size_t i = 0; i < plan.commands.size(); ++i) {
    auto& one = plan.commands[i];
    const auto& place = plan.places[i];
    // A row of stock may be two commands.
    const bool safety = std::holds_alternative<set_safety_stock>(one.body);
    one.id = fmt::format(
        "import {} {}{}", plan.hashes[place.file].substr(0, hash_digits),
        place.line > 0 ? std::to_string(place.line) : place.path,
        safety ? " safety" : "");
  }
}

}  // namespace oms::omsctl
