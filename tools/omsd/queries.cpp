#include "tools/omsd/queries.hpp"

#include "actors/history/history.hpp"
#include "actors/history/network_history.hpp"
#include "actors/history/sku_history.hpp"
#include "actors/order/order.hpp"
#include "actors/order/personal_data.hpp"
#include "tools/store/store_reading.hpp"

namespace oms::omsd {

result<order_view> find_order(service& of, const order_key& key,
                              const std::optional<history::moment>& at) {
  if (!at) return of.engine.behind().order(key);
  auto state = history::order_at(of.store, key, *at);
  if (!state) return state.failure();
  auto view = order::view_of(*state);
  // Names and addresses are kept apart from the log, so that they can be
  // erased.
  auto personal = history::personal_of(of.store, key, state->has_personal,
                                       state->personal_version);
  if (!personal) return personal.failure();
  order::add_personal(view, std::move(*personal));
  return view;
}

result<std::vector<event>> find_timeline(
    service& of, const order_key& key,
    const std::optional<history::moment>& at) {
  return at ? history::timeline_of(of.store, entity_of(key), *at)
            : of.engine.behind().order_timeline(key);
}

result<std::vector<routing_decision>> find_decisions(
    service& of, const order_key& key,
    const std::optional<history::moment>& at) {
  auto events = find_timeline(of, key, at);
  if (!events) return events.failure();
  return history::decisions_in(std::move(*events));
}

namespace {

void hide_other_brands(std::vector<waiting_view>& line,
                       const files::access& who) {
  for (auto& each : line)
    // The units stay: a caller may see how many are before its own.
    if (!who.may(each.order.brand)) {
      each.order = {};
      each.line = {};
    }
}

result<sku_stock> find_stock_at(service& of, const sku_id& sku,
                                const history::moment& at) {
  const auto upto = store::sequence_of(of.store, at);
  if (!upto) return upto.failure();
  auto then = history::sku_at(of.store, sku, *upto);
  // A part that is left out would be taken for no stock.
  if (!then.unreadable.empty()) return then.unreadable.front().why;
  return sku_stock{.sku = sku,
                   .locations = std::move(then.locations),
                   .suppliers = std::move(then.suppliers),
                   .waiting = std::move(then.waiting)};
}

}  // namespace

result<std::vector<waiting_view>> find_waiting(service& of, const sku_id& sku,
                                               const files::access& who) {
  auto line = of.engine.behind().backorders(sku);
  if (line) hide_other_brands(*line, who);
  return line;
}

result<sku_stock> find_stock(service& of, const sku_id& sku,
                             const files::access& who,
                             const std::optional<history::moment>& at,
                             const std::optional<std::string>& only) {
  auto found =
      at ? find_stock_at(of, sku, *at) : of.engine.behind().stock_of(sku, only);
  if (found) hide_other_brands(found->waiting, who);
  return found;
}

result<std::vector<supplier_settings>> find_suppliers(service& of) {
  std::vector<supplier_settings> all;
  // One by one: the engine's list has their settings, and what is left of an
  // offer only the supplier's own actor knows.
  for (const auto& each : of.engine.behind().suppliers()) {
    auto now = of.engine.behind().supplier(each.id);
    if (!now && now.failure().code == error_code::storage_unavailable) {
      const auto written = history::source_at(
          of.store, {source_kind::supplier, each.id}, history::newest);
      if (!written) return written.failure();
      now = history::supplier_now(*written);
    }
    if (!now) return now.failure();
    all.push_back(std::move(*now));
  }
  return all;
}

result<product_settings> find_product(service& of, const std::string& sku) {
  const error unknown{error_code::not_found, "there is no product " + sku, {}};
  auto events = history::timeline_of(of.store, {entity_kind::product, sku});
  if (!events)
    return events.failure().code == error_code::not_found ? unknown
                                                          : events.failure();
  // The last definition counts.
  for (auto each = events->rbegin(); each != events->rend(); ++each)
    if (auto* found = std::get_if<product_defined>(&each->body))
      return std::move(found->settings);
  return unknown;
}

}  // namespace oms::omsd
