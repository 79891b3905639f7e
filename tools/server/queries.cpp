#include "tools/server/queries.hpp"

#include "actors/history.hpp"
#include "actors/order/order.hpp"
#include "actors/sku_history.hpp"
#include "tools/store/reading.hpp"

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
  return decisions_in(std::move(*events));
}

namespace {

void hide_other_brands(std::vector<waiting_view>& line, const access& who) {
  for (auto& each : line)
    if (!who.may(each.order.brand)) {
      each.order = {};
      each.line = {};
    }
}

result<api::sku_stock> find_stock_at(service& of, const sku_id& sku,
                                     const moment& at) {
  auto then = sku_at(of.store, sku, sequence_of(of.store, at));
  // A part that is left out would be taken for none.
  if (!then.unreadable.empty()) return then.unreadable.front().why;
  return api::sku_stock{.sku = sku,
                        .locations = std::move(then.locations),
                        .suppliers = std::move(then.suppliers),
                        .waiting = std::move(then.waiting)};
}

api::sku_stock find_stock_now(engine& in, const sku_id& sku) {
  api::sku_stock all{.sku = sku,
                     .locations = {},
                     .suppliers = {},
                     .waiting = in.backorders(sku)};
  for (const auto& location : in.locations())
    if (auto stock = in.stock(location.id, sku); stock && stock->version > 0)
      all.locations.push_back(std::move(*stock));
  for (const auto& supplier : in.suppliers())
    for (const auto& product : supplier.products)
      if (product.sku == sku)
        if (auto stock = in.supplier_stock(supplier.id, sku))
          all.suppliers.push_back(std::move(*stock));
  return all;
}

}  // namespace

std::vector<waiting_view> find_waiting(service& of, const sku_id& sku,
                                       const access& who) {
  auto line = of.engine.behind().backorders(sku);
  hide_other_brands(line, who);
  return line;
}

result<api::sku_stock> find_stock(service& of, const sku_id& sku,
                                  const access& who,
                                  const std::optional<moment>& at) {
  auto found = at ? find_stock_at(of, sku, *at)
                  : find_stock_now(of.engine.behind(), sku);
  if (found) hide_other_brands(found->waiting, who);
  return found;
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
