#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "actors/history.hpp"
#include "actors/sku_history.hpp"
#include "actors/source/source.hpp"
#include "tools/inspect/command.hpp"
#include "tools/inspect/looking.hpp"
#include "tools/inspect/stock_text.hpp"
#include "tools/json/names.hpp"
#include "tools/json/network.hpp"
#include "tools/json/time_text.hpp"
#include "tools/json/views.hpp"

namespace oms::tools {

namespace {

struct looked_up {
  source_state state;
  sequence upto = 0;
  std::vector<damaged_range> damaged;
};

/// From the nearest snapshot; where the log is damaged, up to there.
std::optional<looked_up> look_up(const looking& from,
                                 const source_ref& source) {
  looked_up found;
  found.upto = from.view().at;
  auto state = source_at(from.store(), source, found.upto);
  if (state) {
    found.state = std::move(*state);
    return found;
  }
  if (state.failure().code == error_code::not_found) return std::nullopt;
  const auto trail = read_timeline(from.store(), entity_of(source), found.upto);
  found.state.self = source;
  found.damaged = trail.damaged;
  const auto known = trail.before_gap();
  for (std::size_t i = 0; i < known; ++i)
    apply(found.state, trail.events[i].body, trail.events[i].time);
  found.upto = known == 0 ? 0 : trail.events[known - 1].at;
  if (found.damaged.empty())
    found.damaged.push_back({0, 0, state.failure().message});
  return found;
}

/// What a supplier says of its products stands in its last definition.
std::vector<supplier_product> products_of(const looking& from,
                                          const source_ref& supplier,
                                          sequence upto) {
  std::vector<supplier_product> products;
  const auto events = timeline_of(from.store(), entity_of(supplier), upto);
  if (!events) return products;
  for (const auto& e : *events)
    if (const auto* defined = std::get_if<supplier_defined>(&e.body))
      products = defined->settings.products;
  return products;
}

std::vector<sku_id> skus_of(const source_state& state) {
  std::vector<sku_id> skus;
  for (const auto& [sku, of] : state.stock) skus.push_back(sku);
  std::sort(skus.begin(), skus.end());
  return skus;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string settings_text(const source_state& state) {
  const auto& of = state.settings;
  std::string out;
  const auto row = [&out](const char* name, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {:<9}  {}\n", name, text);
  };
  row("name", of.name);
  row("country", of.country);
  row("active", of.active ? "yes" : "no: it offers nothing");
  row("priority", std::to_string(of.priority));
  row("costs", fmt::format("{} a shipment, {} a km, {} a unit (minor units)",
                           of.shipment_cost.value, of.cost_per_km.value,
                           of.unit_cost.value));
  if (of.daily_capacity > 0)
    row("capacity",
        fmt::format(
            "{} new fulfillments a day, {} on {}", of.daily_capacity,
            state.opened,
            json::time_text(timestamp{state.capacity_day}).substr(0, 10)));
  std::vector<std::string> brands;
  for (const auto& brand : of.brands) brands.push_back(brand.value);
  row("brands", names_text(brands));
  row("countries", names_text(of.countries));
  row("promises", fmt::format("to {} orders", state.promises.size()));
  return out;
}

class showing {
 public:
  showing(const looking& from, const looked_up& found)
      : from_(from), found_(found) {
    for (const auto& sku : skus_of(found.state)) {
      stock_.push_back(view_of(found.state, sku));
      offers_.push_back(supplier_view_of(found.state, sku));
    }
    if (is_supplier()) fill_products();
  }

  [[nodiscard]] json::value json() const {
    json::value out =
        is_supplier() ? json::write(supplier_) : json::write(state().settings);
    out["asOf"] = found_.upto;
    out["stock"] =
        is_supplier() ? json::write_list(offers_) : json::write_list(stock_);
    if (found_.damaged.empty()) return out;
    auto& parts = out["unreadable"] = json::value::array();
    for (const auto& range : found_.damaged) parts.push_back(text_of(range));
    return out;
  }

  [[nodiscard]] std::string text(const palette& colours) const {
    const auto kind = is_supplier()
                          ? std::string("supplier")
                          : std::string(json::name_of(state().settings.kind));
    auto out = fmt::format("{}: {}",
                           colours.paint(colour::bold, state().self.id), kind);
    if (!from_.when().empty()) out += ", " + from_.when();
    out += '\n' + settings_text(state());
    if (stock_.empty()) return out + "It never had any stock.\n";
    return out + (is_supplier() ? offer_table(offers_, stock_by::sku, colours)
                                : stock_table(stock_, stock_by::sku, colours));
  }

 private:
  [[nodiscard]] const source_state& state() const { return found_.state; }
  [[nodiscard]] bool is_supplier() const {
    return state().self.kind == source_kind::supplier;
  }

  /// The settings with what is available now, not when they were made.
  void fill_products() {
    supplier_ = state().supplier.value_or(supplier_settings{});
    supplier_.id = state().self.id;
    supplier_.products = products_of(from_, state().self, found_.upto);
    for (auto& product : supplier_.products)
      for (const auto& offer : offers_)
        if (offer.sku == product.sku) product.available = offer.available;
  }

  const looking& from_;
  const looked_up& found_;
  std::vector<stock_view> stock_;
  std::vector<supplier_stock_view> offers_;
  supplier_settings supplier_;
};

int show(looking& from, const source_options& options, source_kind kind) {
  if (!from.open(options.store, options.at)) return exit_usage;
  const auto found = look_up(from, {kind, options.id});
  if (!found)
    return from.not_found(std::string(json::name_of(kind)) + " " + options.id);
  for (const auto& range : found->damaged) from.say(text_of(range));
  if (!found->damaged.empty())
    from.say(fmt::format("it is shown as it was after event {}", found->upto));
  const showing shown(from, *found);
  if (options.json)
    fmt::print(from.to().out, "{}\n", json::one_line(shown.json()));
  else
    fmt::print(from.to().out, "{}", shown.text(palette(from.to().out)));
  return found->damaged.empty() ? exit_ok : exit_wrong;
}

}  // namespace

int location_command(const source_options& options, const console& to) {
  looking from("omsctl location", to);
  return show(from, options, source_kind::location);
}

int supplier_command(const source_options& options, const console& to) {
  looking from("omsctl supplier", to);
  return show(from, options, source_kind::supplier);
}

}  // namespace oms::tools
