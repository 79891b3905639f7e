#pragma once

/// The commands as RPC has them: one list of their names and numbers.
///
/// A command is a member of the union of `Command` in api.capnp, which is made
/// of this list. Its shape is its own list of fields; of a definition, that of
/// the settings. Constants; may be read on any thread.

#include <cstddef>
#include <cstdint>
#include <span>

#include "messages/commands.hpp"
#include "messages/fields/fields.hpp"

namespace oms::api {

/// `Command` has `id` and `by` before the union.
inline constexpr std::uint16_t first_command_ordinal = 2;

struct command_kind {
  const char* name;
  std::uint16_t ordinal;
  /// Of the alternative in `command_variant`.
  std::size_t index;
  const fields::type_info& (*type)();
  /// What the list describes of a command.
  void* (*record)(void* command);
};

/// By ordinal.
[[nodiscard]] std::span<const command_kind> command_kinds();
/// Null for an ordinal that this version does not know.
[[nodiscard]] const command_kind* command_with(unsigned ordinal);
[[nodiscard]] const command_kind& kind_of(const command_body& body);

}  // namespace oms::api
