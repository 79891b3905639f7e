#include "tools/text/stock_text.hpp"

#include <fmt/core.h>

#include "messages/time_text.hpp"
#include "tools/text/number_text.hpp"
#include "tools/text/table.hpp"

namespace oms::text {

namespace {

std::string text_of(quantity units) { return grouped(units.value); }

}  // namespace

std::string stock_table(const std::vector<stock_view>& stock, stock_by rows,
                        const palette& colours) {
  table_text table({rows == stock_by::sku ? "sku" : "location", ">on hand",
                    ">available", ">reserved", ">committed", ">safety",
                    ">damaged"});
  // The same columns as the rows, so that the sum is one more row.
  stock_view sum;
  const auto add = [&table](const std::string& name, const stock_view& of) {
    table.add({name, text_of(of.on_hand), text_of(of.available),
               text_of(of.reserved), text_of(of.committed),
               text_of(of.safety_stock), text_of(of.damaged)});
  };
  for (const auto& each : stock) {
    add(rows == stock_by::sku ? each.sku.value : each.location, each);
    sum.on_hand += each.on_hand;
    sum.available += each.available;
    sum.reserved += each.reserved;
    sum.committed += each.committed;
    sum.safety_stock += each.safety_stock;
    sum.damaged += each.damaged;
  }
  // Units of different SKUs add up to nothing that means anything.
  if (stock.size() > 1 && rows == stock_by::location) add("total", sum);
  return table.text(colours);
}

std::string offer_table(const std::vector<supplier_stock_view>& stock,
                        stock_by rows, const palette& colours) {
  table_text table(
      {rows == stock_by::sku ? "sku" : "supplier", ">available", ">committed"});
  for (const auto& each : stock)
    table.add({rows == stock_by::sku ? each.sku.value : each.supplier,
               // None is not 0.
               each.available ? text_of(*each.available) : "no limit",
               text_of(each.committed)});
  return table.text(colours);
}

std::string waiting_text(const std::vector<waiting_view>& line,
                         const palette& colours) {
  quantity sum;
  table_text table(
      {">position", "order", "brand", "line", ">units", ">priority", "placed"});
  for (const auto& each : line) {
    sum += each.units;
    // The list is in the order in which it is served, so a row's number is the
    // position. Orders of brands that the caller may not see have an empty id.
    table.add({std::to_string(table.rows() + 1), each.order.id.value,
               each.order.brand.value, each.line.value, text_of(each.units),
               std::to_string(each.priority), time_text(each.placed_at)});
  }
  return fmt::format("{} units backordered, for {} order {}\n{}", text_of(sum),
                     line.size(), line.size() == 1 ? "line" : "lines",
                     table.text(colours));
}

std::string sku_text(const sku_id& sku,
                     const std::vector<stock_view>& locations,
                     const std::vector<supplier_stock_view>& suppliers,
                     const std::vector<waiting_view>& waiting,
                     const std::string& when, const palette& colours) {
  auto out = fmt::format("Stock of {}", colours.paint(colour::bold, sku.value));
  if (!when.empty()) out += ", " + when;
  out += '\n';
  // A SKU that only suppliers have shows no empty table.
  if (!locations.empty())
    out += stock_table(locations, stock_by::location, colours);
  if (!suppliers.empty())
    out += offer_table(suppliers, stock_by::location, colours);
  return out + (waiting.empty() ? "No order waits for it.\n"
                                : waiting_text(waiting, colours));
}

}  // namespace oms::text
