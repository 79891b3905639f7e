#pragma once

/// Orders and fulfillments as rows. JSON has them as they are read; CSV has a
/// row per order with the sums over its lines, or a row per line of a
/// fulfillment.
///
/// Money is in minor units, times are RFC 3339. Personal data is in the JSON of
/// orders only.

#include <string_view>
#include <vector>

#include "messages/views.hpp"
#include "tools/json/value.hpp"

namespace oms::omsctl {

[[nodiscard]] std::vector<std::string_view> order_columns();
[[nodiscard]] json::value order_row(const order_view& order);

[[nodiscard]] std::vector<std::string_view> fulfillment_columns();
/// A row for each line; a fulfillment without lines has one row all the same.
[[nodiscard]] std::vector<json::value> fulfillment_rows(
    const order_key& order, const fulfillment_view& fulfillment);

/// As it is read, with the key of its order.
[[nodiscard]] json::value json_of(const order_key& order,
                                  const fulfillment_view& fulfillment);
/// As it is read, without its positions in backorder queues: they are true for
/// a moment only.
[[nodiscard]] json::value json_of(const order_view& order);

}  // namespace oms::omsctl
