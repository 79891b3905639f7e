#include "tools/text/source_text.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "actors/history/sku_history.hpp"
#include "actors/source/source.hpp"
#include "messages/time_text.hpp"
#include "tools/json/names.hpp"
#include "tools/text/number_text.hpp"
#include "tools/text/stock_text.hpp"

namespace oms::text {

namespace {

std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names)
    if (!name.empty()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// When it ships what is planned now.
std::string shipping_text(const location_settings& of) {
  auto out = fmt::format("after {} working {}", of.handling_days,
                         of.handling_days == 1 ? "day" : "days");
  if (of.working_days) {
    std::vector<std::string> names;
    for (const auto day : *of.working_days)
      names.emplace_back(json::name_of(day));
    out += " (" + names_text(names) + ")";
  }
  if (!of.holidays.empty())
    out += ", but for " + counted(static_cast<std::int64_t>(of.holidays.size()),
                                  "holiday", "holidays");
  if (!of.cutoff.empty()) out += ", cutoff " + of.cutoff;
  return out + ", " + (of.time_zone.empty() ? "UTC" : of.time_zone);
}

std::string settings_text(const source_state& state) {
  // A supplier's settings are translated into those of a location
  // (messages/source_state.hpp), so one function shows both.
  const auto& of = state.settings;
  std::string out;
  const auto row = [&out](const char* name, const std::string& text) {
    if (!text.empty())
      out += fmt::format("  {:<9}  {}\n", name, harmless_line(text));
  };
  row("name", of.name);
  row("country", of.country);
  row("address",
      names_text({of.address.company, of.address.line1, of.address.line2,
                  of.address.city, of.address.region, of.address.postal_code}));
  row("contact", names_text({of.address.phone, of.address.email}));
  // The most frequent answer to "why does it offer nothing?".
  row("active", of.active ? "yes" : "no: it offers nothing");
  row("priority", std::to_string(of.priority));
  // A location has no currency of its own, so these are bare numbers.
  row("costs",
      fmt::format("{} per shipment, {} per km, {} per unit (minor units)",
                  of.shipment_cost.value, of.cost_per_km.value,
                  of.unit_cost.value));
  if (state.self.kind == source_kind::location) row("ships", shipping_text(of));
  // 0: no limit.
  if (of.daily_capacity > 0)
    row("capacity",
        fmt::format("{} new fulfillments per day, {} on {}", of.daily_capacity,
                    state.opened,
                    time_text(timestamp{state.capacity_day}).substr(0, 10)));
  std::vector<std::string> brands;
  for (const auto& brand : of.brands) brands.push_back(brand.value);
  row("brands", names_text(brands));
  row("countries", names_text(of.countries));
  row("committed",
      "to " + counted(static_cast<std::int64_t>(state.promises.size()), "order",
                      "orders"));
  return out;
}

}  // namespace

std::vector<sku_id> skus_of(const source_state& state) {
  std::vector<sku_id> skus;
  // `stock` is a hash map.
  for (const auto& [sku, of] : state.stock) skus.push_back(sku);
  std::sort(skus.begin(), skus.end());
  return skus;
}

std::string source_text(const source_state& state, const std::string& when,
                        const palette& colours) {
  const bool is_supplier = state.self.kind == source_kind::supplier;
  const auto kind = is_supplier
                        ? std::string("supplier")
                        : std::string(json::name_of(state.settings.kind));
  auto out =
      fmt::format("{}: {}", colours.paint(colour::bold, state.self.id), kind);
  if (!when.empty()) out += ", " + when;
  out += '\n' + settings_text(state);
  if (state.stock.empty()) return out + "It has never had any stock.\n";
  std::vector<stock_view> stock;
  std::vector<supplier_stock_view> offers;
  for (const auto& sku : skus_of(state)) {
    stock.push_back(source::view_of(state, sku));
    // One of the two lists is shown, depending on the kind of source.
    offers.push_back(history::supplier_view_of(state, sku));
  }
  return out + (is_supplier ? offer_table(offers, stock_by::sku, colours)
                            : stock_table(stock, stock_by::sku, colours));
}

}  // namespace oms::text
