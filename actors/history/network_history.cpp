#include "actors/history/network_history.hpp"

#include <algorithm>
#include <utility>

#include "actors/history/history.hpp"
#include "actors/history/log_fold.hpp"
#include "actors/history/log_position.hpp"

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
    // What was loaded before the failure goes, or it would be folded twice.
    if (!begin_at_checkpoint()) found_ = {};
    const auto read =
        read_log(store_, {found_.upto, at_}, [this](const event& e) {
          fold(found_, e);
          return true;
        });
    if (!read) return read.failure();
    // Not the last event of the network: the network did not change since.
    found_.upto = at_;
    return std::move(found_);
  }

 private:
  // Errors: tables that can't be read, or are ahead of `at_`, say nothing; then
  // the log says all. Products and rules have no snapshots: the tables name
  // only their newest event, and the settings before it are in the log alone.
  // So a checkpoint that is ahead is of no use, not even for the sources.
  status begin_at_checkpoint() {
    const auto checkpoint = checkpoint_of(store_);
    if (checkpoint > at_) return ahead();
    if (checkpoint == 0) return done{};
    const auto heads = checkpoints_of(store_).heads();
    if (!heads) return heads.failure();
    for (const auto& each : *heads) {
      // A running engine may have written the next checkpoint meanwhile. If it
      // did, but names no event after ours, both say the same.
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
    // A definition replaces the one before it whole, so the last one is all
    // there is to know.
    const auto last = read_head(store_, of);
    if (!last) return last.failure();
    fold(found_, *last);
    return done{};
  }

  const log_store& store_;
  sequence at_;
  network_state found_;
};

// What of the network an event changes.
struct network_change {
  network_state& network;

  void on_source(const event& e) const {
    auto ref = source_of(e.entity);
    auto& state = network.sources[ref];
    fold(state, std::move(ref), e);
  }
  void on_product(const event& e) const {
    if (const auto* product = std::get_if<product_defined>(&e.body))
      network.products[product->settings.sku] = product->settings;
  }
  void on_rules(const event& e) const {
    if (const auto* set = std::get_if<routing_set>(&e.body))
      network.rules[set->rules.brand] = set->rules;
  }
  // What an order does to stock is an event of the source as well.
  void on_order(const event& /*e*/) const {}
  void on_engine(const event& /*e*/) const {}
  void on_reservation(const event& /*e*/) const {}
};

}  // namespace

void fold(network_state& network, const event& e) {
  dispatch(e, network_change{network});
}

result<network_state> network_at(const log_store& store, sequence at) {
  return network_reader(store, at)();
}

supplier_settings supplier_now(const source_state& state) {
  auto settings = state.supplier.value_or(supplier_settings{});
  settings.id = state.self.id;
  for (auto& product : settings.products) {
    const auto& of = state.item(product.sku);
    product.available.reset();
    // Units on offer to the backorder queue count as reserved, but the supplier
    // still offers them: without them the definition would take them away.
    if (!of.without_limit) product.available = of.available() + of.on_offer;
  }
  return settings;
}

}  // namespace oms::history
