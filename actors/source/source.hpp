#pragma once

/// A source: how an event changes it, and how a reader sees it.
///
/// `apply` is the one way in which the state of a location or supplier comes
/// about, in the source actor as in a replay. It never fails and never decides;
/// what may happen is decided in source/decide.hpp. Pure functions. The rules
/// are those of docs/DOMAIN.md, "Stock".

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/events.hpp"
#include "messages/source_state.hpp"
#include "messages/views.hpp"

namespace oms::source {

/// Applies an event of this source that happened at `time`.
void apply(source_state& state, const event_body& body, timestamp time);

[[nodiscard]] stock_view view_of(const source_state& state, const sku_id& sku);

/// Units of a SKU that are on their way, by one announcement or transfer.
struct incoming_supply {
  std::string reference;
  quantity units;
  std::optional<date> expected;
  bool transferred = false;

  friend bool operator==(const incoming_supply&,
                         const incoming_supply&) = default;
};
/// All of them; announcements first, by reference.
[[nodiscard]] std::vector<incoming_supply> incoming_of(
    const source_state& state, const sku_id& sku);
[[nodiscard]] std::map<sku_id, std::vector<incoming_supply>> incoming_of(
    const source_state& state);

}  // namespace oms::source
