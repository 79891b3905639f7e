#pragma once

/// The owner of shipment ids: of two orders that want one, one gets it.
///
/// A shipment id is unique within its brand, and orders that ship at the same
/// time don't see each other. So each id has one owner, the registry that its
/// hash names. An order claims the id before it decides the shipment, and says
/// afterwards whether it shipped; others wait for that. The registry remembers
/// what shipped until the checkpoint's index has it, and looks there for the
/// rest, so its memory grows with the shipments since the newest checkpoint. A
/// claim that is under way is in no log: it ends with the process, as does the
/// command that made it.
///
/// A claim is refused with `conflict`, which names the orders that have the id,
/// or with the error of the store when the index can't be read.

#include <set>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

/// The orders that have shipped under each id.
using known_shipments = std::unordered_map<shipment_key, std::set<order_key>>;

class shipment_registry : public caf::event_based_actor {
 public:
  /// `shipped`: what the newest checkpoint does not have.
  shipment_registry(caf::actor_config& config, const engine_context& context,
                    const known_shipments& shipped);

  caf::behavior make_behavior() override;
  const char* name() const override { return "shipment registry"; }

 private:
  struct known_id {
    /// One while it is claimed; several only from a log of an earlier version.
    std::set<order_key> orders;
    bool is_claimed = false;
    /// The index had it before the order said that it shipped.
    bool is_stored = false;
    /// In the order in which they came.
    std::vector<shipment_claim> waiting;
  };

  void on_claim(shipment_claim& claim);
  void on_decided(const shipment_decided& decided);
  void on_stored(const shipments_stored& stored);

  void reservation(known_id& to, const shipment_claim& claim);
  void answer(const shipment_claim& claim, status granted);

  const engine_context& context_;
  persistence::checkpoint_reader checkpoints_;
  std::unordered_map<shipment_key, known_id> known_;
};

}  // namespace oms
