#include "tools/omsctl/whatif/plan_totals.hpp"

#include <cmath>

#include "actors/order/order.hpp"
#include "actors/routing/planner.hpp"

namespace oms::omsctl {

// Prices are those of the definition that held when a fulfillment was opened.
// Fulfillments share them: a supplier may have a price for each of 100,000
// products. Stock does not matter here, so sources are not folded.
void plan_totals::add(const event& e) {
  if (e.entity.kind == entity_kind::order) {
    add_to_order(e);
  } else if (const auto* place = std::get_if<location_defined>(&e.body)) {
    sources_[source_of(e.entity)] =
        std::make_shared<const prices>(prices{place->settings, {}});
  } else if (const auto* offer = std::get_if<supplier_defined>(&e.body)) {
    // A supplier has no position, so nothing is charged by distance.
    prices now;
    now.settings.shipment_cost = offer->settings.shipment_cost;
    for (const auto& product : offer->settings.products)
      now.unit_costs[product.sku] = product.unit_cost;
    sources_[source_of(e.entity)] =
        std::make_shared<const prices>(std::move(now));
  }
}

void plan_totals::add_to_order(const event& e) {
  const auto key = order_of(e.entity);
  auto& order = orders_[key];
  order.state.key = key;
  order::apply(order.state, e.body, e.time);
  if (std::holds_alternative<order_planned>(e.body)) order.planned = true;
  // Summed here because the state keeps only what waits now.
  if (const auto* waits = std::get_if<units_backordered>(&e.body))
    for (const auto& line : waits->lines) backordered_ += line.units;
  // Fulfillments are added at the end and never removed, so an index names the
  // same one in both lists.
  while (order.prices_then.size() < order.state.fulfillments.size()) {
    const auto& opened = order.state.fulfillments[order.prices_then.size()];
    order.prices_then.push_back(sources_.at(opened.source));
  }
}

// As `lowestCost` counts it; see docs/DOMAIN.md, "Routing". The km are rounded
// per parcel, as the planner rounds them per source. Nothing is shipped here,
// so what remains of a parcel is what would be in it.
money plan_totals::cost_of(const followed_order& order, std::size_t parcel) {
  const auto& state = order.state;
  const auto& from = *order.prices_then[parcel];
  auto cost = from.settings.shipment_cost;
  const auto& to = state.body->ship_to.position;
  if (to && from.settings.position)
    cost += money{
        std::llround(routing::distance_km(*to, *from.settings.position) *
                     static_cast<double>(from.settings.cost_per_km.value))};
  for (const auto& line : state.fulfillments[parcel].lines) {
    const auto known = from.unit_costs.find(state.lines[line.line].ordered.sku);
    const auto unit = known == from.unit_costs.end() ? from.settings.unit_cost
                                                     : known->second;
    cost += money{unit.value * line.remaining().value};
  }
  return cost;
}

planned_window plan_totals::sum() const {
  planned_window out;
  out.orders_placed = orders_.size();
  out.units_backordered = backordered_;
  for (const auto& [key, order] : orders_) {
    if (order.planned) ++out.orders_planned;
    std::uint64_t parcels = 0;
    for (std::size_t i = 0; i < order.state.fulfillments.size(); ++i) {
      const auto& work = order.state.fulfillments[i];
      // All of it was cancelled or revoked: no parcel would have left.
      if (work.remaining() == quantity{0}) continue;
      ++parcels;
      ++out.by_source[work.source];
      out.units_promised += work.remaining();
      out.cost += cost_of(order, i);
    }
    out.parcels += parcels;
    if (parcels > 0) ++out.orders_served;
    if (parcels > 1) ++out.orders_split;
    for (const auto& line : order.state.lines) {
      out.units_waiting += line.buckets.backordered;
      out.units_unfillable += line.unfillable;
    }
  }
  return out;
}

}  // namespace oms::omsctl
