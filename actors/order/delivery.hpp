#pragma once

/// When the parcels of an order are expected to leave and to arrive
/// (docs/DOMAIN.md, "Expected delivery").
///
/// A parcel keeps its dates, which are in the events that gave it units. They
/// are computed anew when the last thing that held the parcel back has ended.

#include <optional>
#include <string>
#include <vector>

#include "actors/calendar/calendar.hpp"
#include "actors/network.hpp"
#include "actors/order/outcome.hpp"
#include "messages/events.hpp"
#include "messages/order_state.hpp"

namespace oms::order {

/// Of a parcel with these units, if it is made at `now`.
[[nodiscard]] calendar::parcel_dates dates_of(
    const order_state& state, const source_ref& source,
    const std::vector<allocated_line>& lines, const network& net,
    timestamp now);

/// Every parcel that has not left counts from `now` on.
[[nodiscard]] order_events expected_anew(order_state& state, const network& net,
                                         timestamp now);

/// A date as people read it, in brackets after a blank; nothing if it is not
/// known.
[[nodiscard]] std::string date_in_brackets(const std::optional<date>& expected);

}  // namespace oms::order
