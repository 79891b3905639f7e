#include "actors/shipment_registry.hpp"

#include <utility>

#include "actors/checkpoint/checkpoint_lookup.hpp"
#include "persistence/log_store.hpp"

namespace oms {

namespace {

shipment_key key_of(const order_key& order, const shipment_id& shipment) {
  return {shipment, order.brand};
}

}  // namespace

shipment_registry::shipment_registry(caf::actor_config& config,
                                     const engine_context& context,
                                     const known_shipments& shipped)
    : caf::event_based_actor(config),
      context_(context),
      checkpoints_(context.store->tables()) {
  for (const auto& [id, orders] : shipped) known_[id].orders = orders;
}

caf::behavior shipment_registry::make_behavior() {
  return {
      [this](shipment_claim& claim) { on_claim(claim); },
      [this](const shipment_decided& decided) { on_decided(decided); },
      [this](const shipments_stored& stored) { on_stored(stored); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, known_.size());
      },
  };
}

void shipment_registry::on_claim(shipment_claim& claim) {
  const auto id = key_of(claim.order, claim.shipment);
  // Memory before the tables. An id leaves memory only after the tables have
  // it, so one of the two always knows it.
  if (const auto found = known_.find(id); found != known_.end()) {
    auto& known = found->second;
    if (known.is_claimed)
      // Whether the id is taken is known when that order has decided. A refusal
      // now could be wrong: the other shipment may fail.
      known.waiting.push_back(std::move(claim));
    else
      answer(claim,
             checkpoint::shipped_by_others(claim.shipment, known.orders));
    return;
  }
  const auto stored = checkpoints_.orders_with(
      claim.shipment, id.brand, checkpoint::max_orders_named + 1);
  if (!stored)
    answer(claim, stored.failure());
  else if (!stored->empty())
    answer(claim, checkpoint::shipped_by_others(
                      claim.shipment, {stored->begin(), stored->end()}));
  else
    reservation(known_[id], claim);
}

void shipment_registry::on_decided(const shipment_decided& decided) {
  // It is there: a claimed id leaves memory only here.
  const auto found = known_.find(key_of(decided.order, decided.shipment));
  auto& known = found->second;
  if (decided.shipped) {
    known.is_claimed = false;
    // The order has sent its events to the journal before this. A refusal that
    // names it goes through the journal too, so it leaves after their commit.
    for (const auto& claim : std::exchange(known.waiting, {}))
      answer(claim,
             checkpoint::shipped_by_others(claim.shipment, known.orders));
    if (known.is_stored) known_.erase(found);
  } else if (known.waiting.empty()) {
    known_.erase(found);
  } else {
    // In the order in which they came, so that no order waits forever.
    const auto next = std::move(known.waiting.front());
    known.waiting.erase(known.waiting.begin());
    reservation(known, next);
  }
}

void shipment_registry::on_stored(const shipments_stored& stored) {
  for (const auto& id : stored.ids) {
    const auto found = known_.find(id);
    if (found == known_.end()) continue;
    // The shipment may be on disk and in a checkpoint before its order's
    // message is here. Without the mark it would stay in memory for good.
    if (found->second.is_claimed)
      found->second.is_stored = true;
    else
      known_.erase(found);
  }
}

void shipment_registry::reservation(known_id& to, const shipment_claim& claim) {
  to.orders = {claim.order};
  to.is_claimed = true;
  answer(claim, oms::done{});
}

void shipment_registry::answer(const shipment_claim& claim, status granted) {
  send(context_.shard_of(claim.order),
       shipment_claimed{claim.order, claim.shipment, std::move(granted)});
}

}  // namespace oms
