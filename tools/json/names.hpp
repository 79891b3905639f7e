#pragma once

/// The names of enumerations in JSON and on screens, both ways. They are the
/// words of docs/DOMAIN.md in camelCase; those of order statuses have
/// underscores. A word that names nothing gives none.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "messages/fields/fields.hpp"
#include "messages/fields/limits.hpp"
#include "messages/views.hpp"

namespace oms::json {

/// The names of an enumeration, in the order of its values: those of its
/// OMS_WORDS.
template <class Enum>
[[nodiscard]] std::span<const char* const> names() {
  const auto& type = type_of(static_cast<const Enum*>(nullptr));
  return {type.words, type.count};
}

template <class Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] std::string_view name_of(Enum named) {
  return names<Enum>()[static_cast<std::size_t>(named)];
}

template <class Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] std::optional<Enum> named_value(std::string_view name) {
  const auto found =
      fields::word_named(type_of(static_cast<const Enum*>(nullptr)), name);
  if (!found) return std::nullopt;
  return static_cast<Enum>(*found);
}

/// "warehouse, store, threePl", for messages that say what is allowed.
[[nodiscard]] std::string list_of(std::span<const char* const> names);

}  // namespace oms::json
