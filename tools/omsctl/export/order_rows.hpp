#pragma once

/// Orders and fulfillments as rows.
///
/// Purpose: JSON has them as they are read, CSV has a row per order with its
/// sums, or a row per line of a fulfillment. Owner: pure functions. Threads:
/// any. Units: money in minor units, times RFC 3339. Personal data is in the
/// JSON of orders alone.

#include <string_view>
#include <vector>

#include "messages/views.hpp"
#include "tools/json/value.hpp"

namespace oms::omsctl {

[[nodiscard]] std::vector<std::string_view> order_columns();
[[nodiscard]] json::value order_row(const order_view& order);

[[nodiscard]] std::vector<std::string_view> fulfillment_columns();
/// One for each of its lines.
[[nodiscard]] std::vector<json::value> fulfillment_rows(
    const order_key& order, const fulfillment_view& fulfillment);

/// As it is read, with the order that it belongs to.
[[nodiscard]] json::value json_of(const order_key& order,
                                  const fulfillment_view& fulfillment);
/// As it is read, without its places in backorder queues: those are true for a
/// moment only.
[[nodiscard]] json::value json_of(const order_view& order);

}  // namespace oms::omsctl
