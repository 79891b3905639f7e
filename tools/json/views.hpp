#pragma once

/// Views as JSON, in the shapes "as read" of docs/SCENARIOS.md. What has no
/// value (a date that is not known, stock without a limit) is left out. Units
/// are those of messages/ids.hpp.

#include "messages/decision.hpp"
#include "messages/views.hpp"
#include "tools/json/value.hpp"

namespace oms::json {

[[nodiscard]] value write(const order_view& order);
[[nodiscard]] value write(const order_line& line);
[[nodiscard]] value write(const line_view& line);
[[nodiscard]] value write(const fulfillment_view& fulfillment);
[[nodiscard]] value write(const fulfillment_line_view& line);
[[nodiscard]] value write(const shipment_view& shipment);
[[nodiscard]] value write(const refund_view& refund);
[[nodiscard]] value write(const return_view& requested);
[[nodiscard]] value write(const returned_units& units);
[[nodiscard]] value write(const hold_view& hold);
[[nodiscard]] value write(const queue_view& entry);
[[nodiscard]] value write(const stock_view& stock);
[[nodiscard]] value write(const supplier_stock_view& stock);
[[nodiscard]] value write(const waiting_view& entry);
[[nodiscard]] value write(const routing_decision& decision);
[[nodiscard]] value write(const candidate_view& candidate);
[[nodiscard]] value write(const objective_value& objective);
[[nodiscard]] value write(const source_ref& source);
[[nodiscard]] value write(const line_units& units);
[[nodiscard]] value write(const sku_quantity& units);

/// A list of what `write_one` gives for each element.
template <class T, class Write>
[[nodiscard]] value write_list(const std::vector<T>& list, Write write_one) {
  value out = value::array();
  for (const T& one : list) out.push_back(write_one(one));
  return out;
}

template <class T>
[[nodiscard]] value write_list(const std::vector<T>& list) {
  return write_list(list, [](const T& one) { return write(one); });
}

/// The text of such a list, written element by element: a list of values takes
/// ten times the size of its text.
template <class T>
[[nodiscard]] std::string list_text(const std::vector<T>& list) {
  std::string out = "[";
  for (const T& one : list) {
    if (out.size() > 1) out += ", ";
    out += one_line(write(one));
  }
  return out + "]";
}

/// The order as its caller sent it. Empty texts are left out, and so is
/// personal data, which is kept apart.
[[nodiscard]] value write_body(const order_body& body);

}  // namespace oms::json
