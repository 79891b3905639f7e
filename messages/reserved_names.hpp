#pragma once

/// Names in the audit trail that no caller may take.
///
/// The engine's parts and omsd itself record events under names of their own; a
/// caller that could use them would forge the trail. Code that records under
/// such a name takes it from here, and code that lets callers choose a name
/// asks `is_reserved_name`.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "messages/text_rules.hpp"

namespace oms::reserved {

// These are in every log that was ever written, so they can't be renamed.
inline constexpr const char* router = "router";
inline constexpr const char* backorder_queue = "waiting line";
inline constexpr const char* deadlines = "deadlines";
inline constexpr const char* journal = "journal";
inline constexpr const char* consolidator = "consolidator";
/// omsd's own: of callers while there are no tokens, and of the setup at
/// startup.
inline constexpr const char* api = "api";
inline constexpr const char* network_file = "network file";

inline constexpr std::array of_omsd = {api, network_file};
/// Some of them record nothing. They are reserved because a reader would take
/// an event by "system" for one of the engine's own.
inline constexpr std::array of_the_engine = {
    router,       backorder_queue,   deadlines,      journal,
    consolidator, "backorder queue", "checkpointer", "directory",
    "engine",     "network",         "omsd",         "outbox",
    "system"};

/// Kinds of actors: "fulfillment.allocated by location" would look as if the
/// location itself had recorded it.
inline constexpr std::array kinds = {
    "order",   "location",         "supplier",         "product",
    "routing", "shipmentRegistry", "reservationKeeper"};

/// A name without the differences that people overlook or can't see, such as
/// case, hyphens and zero-width characters: "Waiting_Line" is the queue's name.
[[nodiscard]] inline std::string plain(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto next = first_character(name);
    if (next.code >= 'A' && next.code <= 'Z')
      out += static_cast<char>(next.code - 'A' + 'a');
    else if (next.code != ' ' && next.code != '_' && next.code != '-' &&
             !is_format(next.code))
      out += name.substr(0, next.bytes);
    name.remove_prefix(next.bytes);
  }
  return out;
}

/// Names, as `plain` makes them.
using plain_names = std::vector<std::string>;

template <class Names>
[[nodiscard]] plain_names all_plain(const Names& names) {
  plain_names all;
  for (const auto* each : names) all.push_back(plain(each));
  return all;
}

[[nodiscard]] inline bool contains(const plain_names& names,
                                   std::string_view name) {
  return std::find(names.begin(), names.end(), plain(name)) != names.end();
}

}  // namespace oms::reserved

namespace oms {

/// Names that programs which embed the engine, omsd among them, may not use as
/// `command::by`: the engine refuses them.
[[nodiscard]] inline bool is_engine_part(std::string_view name) {
  // Asked for every command.
  static const auto names = reserved::all_plain(reserved::of_the_engine);
  return reserved::contains(names, name);
}

/// Names that callers of omsd and users of omsctl may not use. No location or
/// supplier has such an id either, because its decisions are recorded under it.
[[nodiscard]] inline bool is_reserved_name(std::string_view name) {
  static const auto of_omsd = reserved::all_plain(reserved::of_omsd);
  static const auto kinds = reserved::all_plain(reserved::kinds);
  return is_engine_part(name) || reserved::contains(of_omsd, name) ||
         reserved::contains(kinds, name);
}

}  // namespace oms
