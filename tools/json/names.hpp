#pragma once

/// The names of enumerations in JSON and on screens, both ways. They are the
/// words of docs/DOMAIN.md in camelCase; those of order statuses have
/// underscores. A word that names nothing gives none.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "messages/views.hpp"

namespace oms::json {

/// The names of an enumeration, in the order of its values.
template <class Enum>
[[nodiscard]] std::span<const std::string_view> names();

template <>
std::span<const std::string_view> names<source_type>();
template <>
std::span<const std::string_view> names<objective>();
template <>
std::span<const std::string_view> names<shipping_policy>();
template <>
std::span<const std::string_view> names<payment_event>();
template <>
std::span<const std::string_view> names<fulfillment_action>();
template <>
std::span<const std::string_view> names<reject_reason>();
template <>
std::span<const std::string_view> names<tracking_status>();
template <>
std::span<const std::string_view> names<return_condition>();
template <>
std::span<const std::string_view> names<order_status>();
template <>
std::span<const std::string_view> names<payment_status>();
template <>
std::span<const std::string_view> names<fulfillment_status>();
template <>
std::span<const std::string_view> names<shipment_status>();
template <>
std::span<const std::string_view> names<refund_status>();
template <>
std::span<const std::string_view> names<return_status>();
template <>
std::span<const std::string_view> names<error_code>();
template <>
std::span<const std::string_view> names<candidate_outcome>();
template <>
std::span<const std::string_view> names<entity_kind>();
template <>
std::span<const std::string_view> names<source_kind>();

template <class Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] std::string_view name_of(Enum named) {
  return names<Enum>()[static_cast<std::size_t>(named)];
}

template <class Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] std::optional<Enum> named_value(std::string_view name) {
  const auto all = names<Enum>();
  const auto found = std::find(all.begin(), all.end(), name);
  if (found == all.end()) return std::nullopt;
  return static_cast<Enum>(found - all.begin());
}

/// "warehouse, store, threePl", for messages that say what is allowed.
[[nodiscard]] std::string list_of(std::span<const std::string_view> names);

}  // namespace oms::json
