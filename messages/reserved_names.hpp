#pragma once

/// Names in the audit trail that no caller may take.
///
/// Purpose: the engine's parts and omsd itself record events under names of
/// their own; a caller that could use them would forge the trail. What records
/// under such a name takes it from here, and what lets callers choose a name
/// asks `is_reserved_name`. Owner: constants. Threads: any.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "messages/text_rules.hpp"

namespace oms::reserved {

inline constexpr const char* router = "router";
inline constexpr const char* backorder_queue = "waiting line";
inline constexpr const char* deadlines = "deadlines";
inline constexpr const char* journal = "journal";
/// omsd's own: callers while there are no tokens, and the setup at startup.
inline constexpr const char* api = "api";
inline constexpr const char* network_file = "network file";

inline constexpr std::array of_omsd = {api, network_file};
/// Some record nothing today. They are reserved because a reader would take an
/// entry by them for one of the engine's own.
inline constexpr std::array of_the_engine = {
    router,         backorder_queue, deadlines, journal,   "backorder queue",
    "checkpointer", "directory",     "engine",  "network", "omsd",
    "outbox",       "system"};

/// Kinds of what orders are made of: "fulfillment.allocated by location" would
/// seem to be said by one.
inline constexpr std::array kinds = {"order",   "location", "supplier",
                                     "product", "routing",  "shipmentRegistry"};

/// Without the differences that people overlook or can't see: "Waiting_Line"
/// is the queue's name.
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

template <class Names>
[[nodiscard]] bool contains(const Names& names, std::string_view name) {
  return std::any_of(
      names.begin(), names.end(),
      [name = plain(name)](const char* each) { return plain(each) == name; });
}

}  // namespace oms::reserved

namespace oms {

/// What programs that embed the engine, omsd among them, may not call
/// themselves.
[[nodiscard]] inline bool is_engine_part(std::string_view name) {
  return reserved::contains(reserved::of_the_engine, name);
}

/// What callers of omsd and users of omsctl may not call themselves. No
/// location or supplier has such an id either: it signs what it decides.
[[nodiscard]] inline bool is_reserved_name(std::string_view name) {
  return is_engine_part(name) || reserved::contains(reserved::of_omsd, name) ||
         reserved::contains(reserved::kinds, name);
}

}  // namespace oms
