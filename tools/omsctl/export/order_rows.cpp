#include "tools/omsctl/export/order_rows.hpp"

#include <array>

#include "messages/time_text.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"

namespace oms::omsctl {

namespace {

// One table for the columns and the sums, so that they can't get out of step.
struct bucket_column {
  const char* name;
  quantity line_buckets::*bucket;
};
constexpr std::array<bucket_column, 9> buckets = {{
    {"unrouted", &line_buckets::unrouted},
    {"backordered", &line_buckets::backordered},
    {"allocated", &line_buckets::allocated},
    {"picked", &line_buckets::picked},
    {"shipped", &line_buckets::shipped},
    {"delivered", &line_buckets::delivered},
    {"returned", &line_buckets::returned},
    {"lost", &line_buckets::lost},
    {"cancelled", &line_buckets::cancelled},
}};

}  // namespace

std::vector<std::string_view> order_columns() {
  std::vector<std::string_view> names = {
      "id",       "brand",    "channel",  "status",   "paymentStatus",
      "placedAt", "currency", "customer", "country",  "total",
      "due",      "captured", "overpaid", "refunded", "refundRequested",
      "lines",    "units"};
  for (const auto& each : buckets) names.emplace_back(each.name);
  names.insert(names.end(), {"fulfillments", "holds", "version"});
  return names;
}

// Sums over the lines: with a row per line, the amounts of the order would be
// in every row, and be added up more than once.
json::value order_row(const order_view& order) {
  quantity units;
  for (const auto& line : order.lines) units += line.line.units;
  json::value row{{"id", order.key.id.value},
                  {"brand", order.key.brand.value},
                  {"channel", order.body.channel},
                  {"status", json::name_of(order.status)},
                  {"paymentStatus", json::name_of(order.payment)},
                  {"placedAt", time_text(order.placed_at)},
                  {"currency", order.body.currency},
                  {"customer", order.body.customer.value},
                  {"country", order.body.ship_to.country},
                  {"total", order.total.value},
                  {"due", order.due.value},
                  {"captured", order.captured.value},
                  {"overpaid", order.overpaid.value},
                  {"refunded", order.refunded.value},
                  {"refundRequested", order.refund_requested.value},
                  {"lines", order.lines.size()},
                  {"units", units.value}};
  for (const auto& each : buckets) {
    quantity sum;
    for (const auto& line : order.lines) sum += line.buckets.*each.bucket;
    row[each.name] = sum.value;
  }
  row["fulfillments"] = order.fulfillments.size();
  row["holds"] = order.holds.size();
  row["version"] = order.version;
  return row;
}

std::vector<std::string_view> fulfillment_columns() {
  return {"order",           "brand",  "fulfillment", "sourceKind",
          "source",          "status", "line",        "sku",
          "quantity",        "picked", "shipped",     "cancelRequested",
          "expectedDelivery"};
}

std::vector<json::value> fulfillment_rows(const order_key& order,
                                          const fulfillment_view& fulfillment) {
  json::value row{{"order", order.id.value},
                  {"brand", order.brand.value},
                  {"fulfillment", fulfillment.id.value},
                  {"sourceKind", json::name_of(fulfillment.source.kind)},
                  {"source", fulfillment.source.id},
                  {"status", json::name_of(fulfillment.status)}};
  if (fulfillment.expected_delivery)
    row["expectedDelivery"] = time_text(*fulfillment.expected_delivery);
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
