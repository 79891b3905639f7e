#include "actors/history/network_history.hpp"

#include <algorithm>
#include <utility>

#include "actors/history/history.hpp"
#include "actors/history/log_position.hpp"
#include "actors/source/source.hpp"

namespace oms::history {

namespace {

using persistence::log_store;

bool is_of_the_network(entity_kind kind) {
  return is_source(kind) || kind == entity_kind::product ||
         kind == entity_kind::routing;
}

class network_reader {
 public:
  network_reader(const log_store& store, sequence at)
      : store_(store), at_(std::min(at, store.stats().last)) {}

  result<network_state> operator()() {
    if (!begin_at_checkpoint()) found_ = {};
    const auto read = store_.scan(found_.upto + 1, [this](const event& e) {
      if (e.at > at_) return false;
      add(e);
      return true;
    });
    if (!read) return read.failure();
    found_.upto = at_;
    return std::move(found_);
  }

 private:
  /// Errors: tables that can't be read, or are ahead of the moment, say
  /// nothing; then the log says all.
  status begin_at_checkpoint() {
    const auto checkpoint = checkpoint_of(store_);
    if (checkpoint > at_) return ahead();
    if (checkpoint == 0) return done{};
    const auto heads = checkpoints_of(store_).heads();
    if (!heads) return heads.failure();
    for (const auto& each : *heads) {
      // A running engine may have written the next checkpoint meanwhile.
      if (each.head > checkpoint) return ahead();
      if (!is_of_the_network(each.entity.kind)) continue;
      if (auto loaded = load(each, checkpoint); !loaded) return loaded;
    }
    found_.upto = checkpoint;
    return done{};
  }

  static status ahead() {
    return error{error_code::conflict, "the checkpoint is ahead", {}};
  }

  status load(const persistence::entity_head& of, sequence upto) {
    if (is_source(of.entity.kind)) {
      const auto ref = source_of(of.entity);
      auto state = source_at(store_, ref, upto);
      if (!state) return state.failure();
      found_.sources.emplace(ref, std::move(*state));
      return done{};
    }
    const auto newest_event = store_.read(of.head);
    if (!newest_event) return newest_event.failure();
    if (!*newest_event || (*newest_event)->entity != of.entity)
      return error{error_code::invalid,
                   "the checkpoint names an event of another entity",
                   {}};
    add(**newest_event);
    return done{};
  }

  void add(const event& e) {
    if (is_source(e.entity.kind)) {
      const auto ref = source_of(e.entity);
      auto& state = found_.sources[ref];
      state.self = ref;
      source::apply(state, e.body, e.time);
    } else if (const auto* product = std::get_if<product_defined>(&e.body)) {
      found_.products[product->settings.sku] = product->settings;
    } else if (const auto* rules = std::get_if<routing_set>(&e.body)) {
      found_.rules[rules->rules.brand] = rules->rules;
    }
  }

  const log_store& store_;
  sequence at_;
  network_state found_;
};

}  // namespace

result<network_state> network_at(const log_store& store, sequence at) {
  return network_reader(store, at)();
}

supplier_settings supplier_now(const source_state& state) {
  auto settings = state.supplier.value_or(supplier_settings{});
  settings.id = state.self.id;
  for (auto& product : settings.products) {
    const auto& of = state.item(product.sku);
    product.available.reset();
    // What is on offer to those who wait is offered as well.
    if (!of.without_limit) product.available = of.available() + of.on_offer;
  }
  return settings;
}

}  // namespace oms::history
