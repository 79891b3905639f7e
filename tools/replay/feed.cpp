#include "tools/replay/feed.hpp"

#include <algorithm>

#include "actors/order/price.hpp"
#include "messages/limits.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

// Empty, or why the engine would refuse the order. Checked here, because the
// limits depend on the whole order, which is known only at the end of the file.
std::string_view fault_of(const fed_order& order) {
  const auto& body = order.placing.body;
  if (body.lines.size() > limits::max_order_lines)
    return "the order has too many lines";
  if (total_of(body).value > limits::max_money_minor_units)
    return "the order's total is too large";
  return {};
}

}  // namespace

void finish(feed& read, rejects& out) {
  // Stable, so that orders with the same time are placed in the order of the
  // files, and the same files give the same log.
  std::stable_sort(read.orders.begin(), read.orders.end(),
                   [](const fed_order& a, const fed_order& b) {
                     return *a.placing.body.placed_at <
                            *b.placing.body.placed_at;
                   });
  std::stable_sort(read.cancellations.begin(), read.cancellations.end(),
                   [](const fed_cancellation& a, const fed_cancellation& b) {
                     return a.at < b.at;
                   });
  std::erase_if(read.orders, [&](const fed_order& order) {
    const auto fault = fault_of(order);
    if (fault.empty()) return false;
    for (const auto& line : order.lines) reject(read, out, line, fault);
    return true;
  });
  // An order whose times the file does not give is paid with its placing.
  for (auto& order : read.orders) {
    auto& body = order.placing.body;
    if (order.told) continue;
    body.payment = prepayment{total_of(body), "file"};
  }
}

// Every line is counted as it is read, before it is known what becomes of it:
// the counts at the end must account for all.
source_line count_line(feed& read, const std::string& file,
                       const files::csv_row& row) {
  ++read.counts.read;
  return {&file, row.line, row.raw};
}

void reject(feed& read, rejects& out, const source_line& line,
            std::string_view reason) {
  ++read.counts.rejected;
  out.add(line, reason);
}

// In a deque, so that the lines that point to a name stay valid.
const std::string& name_of_file(feed& read, const std::string& path) {
  return read.files.emplace_back(path);
}

// Never guessed: "1.000" is one in some countries and a thousand in others, and
// either guess would be wrong for someone.
std::string_view fault_of_whole(std::string_view number) {
  return text::has_thousands_separator(number)
             ? "the quantity is ambiguous: 1.000 may be 1 or 1000; write it "
               "without separators"
             : "the quantity is not a whole number";
}

std::string_view add_line(order_body& body, std::string sku, std::int64_t units,
                          money price, std::string line) {
  if (sku.empty()) return "the SKU is missing";
  if (sku.size() > limits::max_id_bytes) return "the SKU is too long";
  // The engine refuses such an id as well, but then the whole order.
  if (!text::is_plain_text(sku)) return "the SKU is not plain text";
  if (units <= 0) return "the quantity is 0 or below";
  if (units > limits::max_quantity_units) return "the quantity is too large";
  if (price < money{0}) return "the price is below 0";
  // Divides, because the product could overflow.
  if (price.value > limits::max_money_minor_units / units)
    return "the price is too large";
  if (line.empty()) line = std::to_string(body.lines.size() + 1);
  body.lines.push_back({.line = line_id{std::move(line)},
                        .sku = sku_id{std::move(sku)},
                        .units = quantity{units},
                        .unit_price = price,
                        .discount = {},
                        .tax = {}});
  return {};
}

money total_of(const order_body& body) {
  // No overflow: a line costs at most 10^12, and the number of lines is checked
  // before their total.
  money total = body.shipping.price - body.discount;
  for (const auto& line : body.lines) total += order::net_of(line) + line.tax;
  return total;
}

}  // namespace oms::replay
