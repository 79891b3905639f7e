#include "tools/omsctl/import/command_keys.hpp"

#include <fmt/core.h>

namespace oms::omsctl {

namespace {

// 128 bits of the SHA-256 tell files apart, and leave room for the rest in a
// key of `limits::max_command_id_bytes`.
constexpr std::size_t hash_digits = 32;

}  // namespace

// By content and row, not by SKU or time: the same file again must get the same
// keys, and a later count of the same SKU, in another file, must get others.
void name_commands(import_plan& plan) {
  for (std::size_t i = 0; i < plan.commands.size(); ++i) {
    auto& one = plan.commands[i];
    const auto& place = plan.places[i];
    // A row of stock may be two commands, the count and the safety stock.
    const bool safety = std::holds_alternative<set_safety_stock>(one.body);
    one.id = fmt::format(
        "import {} {}{}", plan.hashes[place.file].substr(0, hash_digits),
        place.line > 0 ? std::to_string(place.line) : place.path,
        safety ? " safety" : "");
  }
}

}  // namespace oms::omsctl
