#include "tools/server/queries.hpp"

#include "actors/order/order.hpp"

namespace oms::tools {

result<order_view> find_order(service& of, const order_key& key,
                              const std::optional<moment>& at) {
  if (!at) return of.engine.behind().order(key);
  auto state = order_at(of.store, key, *at);
  if (!state) return state.failure();
  auto view = view_of(*state);
  if (auto personal = of.store.personal(key)) view.personal = *personal;
  return view;
}

result<std::vector<event>> find_timeline(service& of, const order_key& key,
                                         const std::optional<moment>& at) {
  return at ? timeline_of(of.store, entity_of(key), *at)
            : of.engine.behind().order_timeline(key);
}

result<std::vector<routing_decision>> find_decisions(
    service& of, const order_key& key, const std::optional<moment>& at) {
  auto events = find_timeline(of, key, at);
  if (!events) return events.failure();
  std::vector<routing_decision> all;
  for (auto& each : *events)
    if (auto* plan = std::get_if<order_planned>(&each.body))
      all.push_back(std::move(plan->decision));
  return all;
}

api::sku_stock find_stock(service& of, const sku_id& sku) {
  auto& engine = of.engine.behind();
  api::sku_stock all{.sku = sku,
                     .locations = {},
                     .suppliers = {},
                     .waiting = engine.backorders(sku)};
  for (const auto& location : engine.locations())
    if (auto stock = engine.stock(location.id, sku);
        stock && stock->version > 0)
      all.locations.push_back(std::move(*stock));
  for (const auto& supplier : engine.suppliers())
    for (const auto& product : supplier.products)
      if (product.sku == sku)
        if (auto stock = engine.supplier_stock(supplier.id, sku))
          all.suppliers.push_back(std::move(*stock));
  return all;
}

api::routing_view find_routing(service& of, const brand_id& brand) {
  for (const auto& of_brand : {brand, brand_id{}}) {
    const auto set = newest_of<routing_set>(
        of.store, {entity_kind::routing, of_brand.value});
    if (set) return {set->rules, set->version};
  }
  return {};
}

}  // namespace oms::tools
