#include "tools/omsctl/export/order_rows.hpp"

#include <array>
#include <cstdint>

#include "messages/fields/object.hpp"
#include "messages/time_text.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/json/order_keys.hpp"

namespace oms::omsctl {

namespace {

// A column, and where the JSON of an order has its value.
struct order_column {
  const char* name;
  const char* place;
};
constexpr std::array<order_column, 15> values_of_order = {{
    {"id", "/id"},
    {"brand", "/brand"},
    {"channel", "/channel"},
    {"status", "/status"},
    {"paymentStatus", "/payment/status"},
    {"placedAt", "/placedAt"},
    {"currency", "/currency"},
    {"customer", "/customer/id"},
    {"country", "/shipTo/country"},
    {"total", "/total"},
    {"due", "/due"},
    {"captured", "/payment/captured"},
    {"overpaid", "/overpaid"},
    {"refunded", "/payment/refunded"},
    {"refundRequested", "/payment/refundRequested"},
}};

const std::vector<fields::key>& bucket_keys() {
  return fields::object_of(type_of(static_cast<const line_buckets*>(nullptr)))
      .keys;
}

std::int64_t sum_over_lines(const json::value& order, const std::string& key) {
  std::int64_t sum = 0;
  for (const auto& line : order.at("lines"))
    sum += line.at(key).get<std::int64_t>();
  return sum;
}

}  // namespace

// What came later is at the end, where it moves no column.
std::vector<std::string_view> order_columns() {
  std::vector<std::string_view> names;
  for (const auto& each : values_of_order) names.emplace_back(each.name);
  names.insert(names.end(), {"lines", "units"});
  for (const auto& each : bucket_keys()) names.emplace_back(each.name);
  names.insert(names.end(), {"fulfillments", "holds", "version"});
  for (const auto* each : json::further_order_keys())
    names.emplace_back(each->name);
  return names;
}

// Sums over the lines: with a row per line, the amounts of the order would be
// in every row, and be added up more than once.
json::value order_row(const order_view& order) {
  const auto shown = json::write(order);
  auto row = json::value::object();
  for (const auto& [name, place] : values_of_order)
    if (const json::value::json_pointer at(place); shown.contains(at))
      row[name] = shown[at];
  row["lines"] = order.lines.size();
  row["units"] = sum_over_lines(shown, "quantity");
  for (const auto& each : bucket_keys())
    row[each.name] = sum_over_lines(shown, each.name);
  row["fulfillments"] = order.fulfillments.size();
  row["holds"] = order.holds.size();
  row["version"] = order.version;
  for (const auto* each : json::further_order_keys())
    if (shown.contains(each->name)) row[each->name] = shown[each->name];
  return row;
}

std::vector<std::string_view> fulfillment_columns() {
  return {"order",        "brand",           "fulfillment", "sourceKind",
          "source",       "status",          "line",        "sku",
          "quantity",     "picked",          "shipped",     "cancelRequested",
          "expectedShip", "expectedDelivery"};
}

std::vector<json::value> fulfillment_rows(const order_key& order,
                                          const fulfillment_view& fulfillment) {
  json::value row{{"order", order.id.value},
                  {"brand", order.brand.value},
                  {"fulfillment", fulfillment.id.value},
                  {"sourceKind", json::name_of(fulfillment.source.kind)},
                  {"source", fulfillment.source.id},
                  {"status", json::name_of(fulfillment.status)}};
  if (fulfillment.expected_ship)
    row["expectedShip"] = date_text(*fulfillment.expected_ship);
  if (fulfillment.expected_delivery)
    row["expectedDelivery"] = date_text(*fulfillment.expected_delivery);
  std::vector<json::value> rows;
  for (const auto& line : fulfillment.lines)
    // The keys of a line are the names of the columns.
    rows.emplace_back(row).update(json::write(line));
  // All its units may have been moved away. Without a row it would not appear
  // at all, although the JSON has it.
  if (rows.empty()) rows.push_back(std::move(row));
  return rows;
}

json::value json_of(const order_key& order,
                    const fulfillment_view& fulfillment) {
  json::value out{{"order", order.id.value}, {"brand", order.brand.value}};
  out.update(json::write(fulfillment));
  return out;
}

json::value json_of(const order_view& order) {
  auto out = json::write(order);
  // Folding an order from its own events leaves the queue empty, which would
  // look as if it waited for nothing.
  out.erase("queue");
  return out;
}

}  // namespace oms::omsctl
