#include "tools/json/commands.hpp"

#include <string>

namespace oms::json {

namespace {

// The order with what its lines leave out. Only scenarios number lines: an
// order of a real caller is referred to by its own ids, which the engine must
// not invent.
value with_defaults(value order, const order_defaults& defaults) {
  if (!order.is_object()) return order;
  const auto lines = order.find("lines");
  if (lines == order.end() || !lines->is_array()) return order;
  std::size_t number = 0;
  for (auto& line : *lines) {
    ++number;
    if (!line.is_object()) continue;
    const auto fill = [&line](const char* key, value with) {
      if (!line.contains(key) || line[key].is_null())
        line[key] = std::move(with);
    };
    if (defaults.number_lines) fill("line", std::to_string(number));
    fill("unitPrice", defaults.unit_price.value);
  }
  return order;
}

}  // namespace

void read_order(const node& at, place_order& out,
                const order_defaults& defaults) {
  faults found;
  const auto whole = with_defaults(at.json(), defaults);
  read(node(whole, at.path(), found), out);
  for (auto& each : found) at.refuse_at(std::move(each));
}

// One command for seven actions, each with keys of its own. Whatever is not
// read here is refused by the caller as unknown, so a `carrier` in a `pick` is
// a fault.
void read_keys(object_reader& keys, work_fulfillment& out) {
  read_keys(keys, fields_of(out.action), &out);
  if (!out.lines) return;
  const auto lines = keys.find("lines");
  if (!lines || !lines->json().is_array()) return;
  for (std::size_t i = 0; i < out.lines->size(); ++i) {
    const auto& line = (*out.lines)[i];
    if (lines->json()[i].is_object() && line.line.empty() && line.sku.empty())
      lines->item(i).refuse("needs a line or a sku");
  }
}

}  // namespace oms::json
