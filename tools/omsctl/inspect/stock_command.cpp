#include <fmt/core.h>

#include <algorithm>

#include "actors/history/sku_history.hpp"
#include "tools/json/fields.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"
#include "tools/omsctl/inspect/store_command.hpp"
#include "tools/text/stock_text.hpp"

namespace oms::omsctl {

namespace {

json::value json_of(const history::sku_history& found, const sku_id& sku) {
  json::value out{{"sku", sku.value},
                  {"asOf", found.upto},
                  {"locations", json::write_list(found.locations)},
                  {"suppliers", json::write_list(found.suppliers)},
                  {"waiting", json::write_list(found.waiting)}};
  if (found.unreadable.empty()) return out;
  auto& parts = out["unreadable"] = json::value::array();
  for (const auto& part : found.unreadable)
    parts.push_back({{"of", part.of}, {"why", part.why.message}});
  return out;
}

// A part is a source or an order, or else everything after an event, if the log
// breaks off there.
void say_unreadable(const store_command& from,
                    const history::sku_history& found) {
  for (const auto& part : found.unreadable) {
    if (!part.of.empty())
      from.say(fmt::format("{} is left out: {}", part.of, part.why.message));
    else
      from.say(
          fmt::format("the stock is shown as of event {}; the log after it "
                      "can't be read: {}",
                      found.upto, part.why.message));
  }
}

}  // namespace

int stock_command(const stock_options& options, const text::console& to) {
  store_command from("omsctl stock", to);
  if (!from.open(options.store, options.at)) return text::exit_usage;
  const sku_id sku{options.sku};
  // Whole, also with --location: the orders that wait for the SKU wait for any
  // source.
  auto found = history::sku_at(from.store(), sku, from.view().at);
  if (!options.location.empty()) {
    // A location and a supplier may have the same id; then both are shown.
    std::erase_if(found.locations, [&](const stock_view& each) {
      return each.location != options.location;
    });
    std::erase_if(found.suppliers, [&](const supplier_stock_view& each) {
      return each.supplier != options.location;
    });
  }
  say_unreadable(from, found);
  if (found.locations.empty() && found.suppliers.empty() &&
      // If something is unreadable, "not found" would be a guess.
      found.waiting.empty() && found.unreadable.empty())
    return from.not_found(options.location.empty()
                              ? "stock of " + options.sku
                              : "stock of " + options.sku + " at " +
                                    options.location);
  if (options.json)
    fmt::print(to.out, "{}\n", json::one_line(json_of(found, sku)));
  else
    fmt::print(
        to.out, "{}",
        text::sku_text(sku, found.locations, found.suppliers, found.waiting,
                       from.when(), text::palette(to.out)));
  return from.ended(found.unreadable.empty());
}

}  // namespace oms::omsctl
