#include "messages/source_state.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace oms {

namespace {

// What is promised to one order is a few SKUs, which a list holds in less
// memory than a map would; a source has as many promises as open orders. Events
// that name thousands make an index of their own (actors/source/source.cpp).
template <class Units>
auto* find_units(Units& units, const sku_id& sku) {
  const auto found =
      std::find_if(units.begin(), units.end(),
                   [&sku](const auto& each) { return each.sku == sku; });
  return found == units.end() ? nullptr : &*found;
}

}  // namespace

// The bucket is what the other buckets leave, up to the setting: promises are
// kept before safety stock is, and a receipt fills it before anything becomes
// available. Computed and not stored, so that no event has to move units into
// it or out of it. `revoking` is left out here and below, because a count has
// already taken those units out of on hand.
quantity stock_item::safety_stock() const {
  const auto there = on_hand - reserved - on_offer - committed - damaged;
  return std::max(quantity{0}, std::min(safety_setting, there));
}

quantity stock_item::available() const {
  // The most that one line of an order may ask for means "any number", so
  // that those who compare and add what sources have need no case of their own.
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

// A SKU that never was here has all-zero stock; asking for it must not add it,
// since snapshots and state hashes cover every item that is there.
const stock_item& source_state::item(const sku_id& sku) const {
  static const stock_item nothing{};
  const auto found = stock.find(sku);
  return found == stock.end() ? nothing : found->second;
}

quantity source_state::offered(const sku_id& sku) const {
  return offered(item(sku));
}

quantity source_state::offered(const stock_item& of) const {
  return settings.active ? of.available() : quantity{0};
}

// `opened` counts the last day on which a fulfillment was opened; on any other
// day none has been. Cancelled fulfillments count as well: the event that
// opened one is what counts, and it is never undone.
bool source_state::has_capacity(date today) const {
  return settings.daily_capacity == 0 || capacity_day != today ||
         opened < settings.daily_capacity;
}

}  // namespace oms
