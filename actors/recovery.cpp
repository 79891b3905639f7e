#include "actors/recovery.hpp"

#include <set>
#include <tuple>

namespace oms {

namespace {

/// A message is named by the event that sent it and by its receiver.
using message_name = std::tuple<entity_ref, std::uint64_t, entity_ref>;

class rebuilding {
 public:
  void add(const event& e) {
    if (e.cause)
      under_way_.erase({e.cause->entity, e.cause->version, e.entity});
    switch (e.entity.kind) {
      case entity_kind::order:
        add_to_order(e);
        break;
      case entity_kind::location:
      case entity_kind::supplier:
        add_to_source(e);
        break;
      case entity_kind::product:
        add_to_product(e);
        break;
      case entity_kind::routing:
        add_to_rules(e);
        break;
      case entity_kind::engine:
        state_.storage = {e.version, e.at};
        break;
    }
    for (auto& message : deliveries_of(e)) {
      const message_name name{e.entity, e.version, message.to};
      under_way_.insert_or_assign(
          name, std::pair{e.at, undelivered{{e.entity, e.version},
                                            e.by,
                                            std::move(message)}});
    }
  }

  recovered_state finish() && {
    std::map<std::pair<sequence, entity_ref>, undelivered> by_age;
    for (auto& [name, sent] : under_way_)
      by_age.emplace(std::pair{sent.first, std::get<2>(name)},
                     std::move(sent.second));
    for (auto& [age, sent] : by_age) {
      if (auto* promise = std::get_if<grant>(&sent.message.content))
        complete(*promise, order_of(sent.message.to));
      state_.in_flight.push_back(std::move(sent));
    }
    return std::move(state_);
  }

 private:
  void add_to_order(const event& e) {
    const auto key = order_of(e.entity);
    auto& order = state_.orders[key];
    order.state.key = key;
    apply(order.state, e.body, e.time);
    order.head = e.at;
    if (const auto* step = std::get_if<status_changed>(&e.body);
        step != nullptr && step->to == order_status::awaiting_fulfillment)
      order.stuck_after = stuck_after_of(key.brand);
    if (const auto* placed = std::get_if<order_placed>(&e.body))
      state_.last_number = std::max(state_.last_number, placed->number);
  }

  [[nodiscard]] duration stuck_after_of(const brand_id& brand) const {
    const auto* rules = rules_of(brand);
    return std::chrono::seconds(rules == nullptr ? routing_rules{}.stuck_after_s
                                                 : rules->stuck_after_s);
  }

  /// None when the standard holds.
  [[nodiscard]] const routing_rules* rules_of(const brand_id& brand) const {
    auto rules = state_.rules.find(brand);
    if (rules == state_.rules.end()) rules = state_.rules.find(brand_id{});
    return rules == state_.rules.end() ? nullptr : &rules->second.rules.rules;
  }

  /// What a promise says besides its event: by the rules of now.
  void complete(grant& promise, const order_key& order) const {
    promise.place = state_.sources.at(promise.source).state.settings.kind;
    const auto* rules = rules_of(order.brand);
    if (promise.round == 0 && rules != nullptr)
      promise.max_sources = rules->max_shipments;
  }

  void add_to_source(const event& e) {
    const auto ref = source_of(e.entity);
    auto& source = state_.sources[ref];
    source.state.self = ref;
    apply(source.state, e.body, e.time);
    source.head = e.at;
    const auto* defined = std::get_if<supplier_defined>(&e.body);
    if (defined == nullptr) return;
    source.unit_costs.clear();
    for (const auto& product : defined->settings.products)
      source.unit_costs[product.sku] = product.unit_cost;
  }

  void add_to_product(const event& e) {
    const auto& defined = std::get<product_defined>(e.body);
    state_.products[defined.settings.sku] = {defined.settings, e.version, e.at};
  }

  void add_to_rules(const event& e) {
    const auto& set = std::get<routing_set>(e.body);
    state_.rules[set.rules.brand] = {{set.rules, set.version}, e.version, e.at};
  }

  recovered_state state_;
  std::map<message_name, std::pair<sequence, undelivered>> under_way_;
};

}  // namespace

result<recovered_state> recover(const persistence::log_store& store) {
  rebuilding state;
  const auto read = store.scan(1, [&state](const event& e) {
    state.add(e);
    return true;
  });
  if (!read) return read.failure();
  return std::move(state).finish();
}

}  // namespace oms
