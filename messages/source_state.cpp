#include "messages/source_state.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace oms {

namespace {

template <class Units>
auto* find_units(Units& units, const sku_id& sku) {
  const auto found =
      std::find_if(units.begin(), units.end(),
                   [&sku](const auto& each) { return each.sku == sku; });
  return found == units.end() ? nullptr : &*found;
}

}  // namespace

quantity stock_item::safety_stock() const {
  const auto there = on_hand - reserved - on_offer - committed - damaged;
  return std::max(quantity{0}, std::min(safety_setting, there));
}

quantity stock_item::available() const {
  if (without_limit) return quantity{limits::max_quantity_units};
  return on_hand - reserved - on_offer - committed - damaged - safety_stock();
}

promised_units* promise::find(const sku_id& sku) {
  return find_units(units, sku);
}

const promised_units* promise::find(const sku_id& sku) const {
  return find_units(units, sku);
}

utc_day day_of(timestamp time) {
  return std::chrono::floor<std::chrono::days>(time);
}

const stock_item& source_state::item(const sku_id& sku) const {
  static const stock_item nothing{};
  const auto found = stock.find(sku);
  return found == stock.end() ? nothing : found->second;
}

quantity source_state::offered(const sku_id& sku) const {
  return settings.active ? item(sku).available() : quantity{0};
}

bool source_state::has_capacity(timestamp now) const {
  return settings.daily_capacity == 0 || capacity_day != day_of(now) ||
         opened < settings.daily_capacity;
}

}  // namespace oms
