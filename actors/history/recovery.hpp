#pragma once

/// Recovery: the engine's state, rebuilt from the newest checkpoint and log.
///
/// Loads the open orders and every source as the checkpoint has them, applies
/// the events after it, and finds the messages that were under way when the
/// engine went down: their sending is in the log, their effect is not. Orders
/// that are over stay in the store until `wake` is asked for one. Pure but for
/// reading; `engine::open` calls it before any actor runs, and the invariants
/// compare with it. Errors: those of the store, among them
/// `storage_unavailable` when an entry that is needed is damaged. A checkpoint
/// that is damaged, or of another log, is as good as none.

#include <map>
#include <unordered_map>
#include <vector>

#include "actors/checkpoint/checkpoint_delta.hpp"
#include "actors/network.hpp"
#include "actors/order/order.hpp"
#include "actors/outbox.hpp"
#include "actors/source/source.hpp"
#include "messages/errors.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

struct recovered_order {
  order_state state;
  sequence head = 0;
  /// The rule as it was when the order began to await fulfillment.
  duration stuck_after{0};

  friend bool operator==(const recovered_order&,
                         const recovered_order&) = default;
};

struct recovered_source {
  source_state state;
  sequence head = 0;
  /// Its events after its newest snapshot.
  std::size_t events_since_snapshot = 0;

  /// The same source, however it was read.
  friend bool operator==(const recovered_source& a, const recovered_source& b) {
    return a.state == b.state && a.head == b.head;
  }
};

struct recovered_rules {
  versioned_rules rules;
  std::uint64_t version = 0;
  sequence head = 0;

  friend bool operator==(const recovered_rules&,
                         const recovered_rules&) = default;
};

struct recovered_settings {
  product_settings settings;
  std::uint64_t version = 0;
  sequence head = 0;

  friend bool operator==(const recovered_settings&,
                         const recovered_settings&) = default;
};

/// Where the timeline of the engine's own storage ends.
struct recovered_storage {
  std::uint64_t version = 0;
  sequence head = 0;

  friend bool operator==(const recovered_storage&,
                         const recovered_storage&) = default;
};

/// A message whose effect is not in the log.
struct undelivered {
  event_cause cause;
  actor_name by;
  delivery message;
};

struct recovered_state {
  std::unordered_map<order_key, recovered_order> orders;
  std::map<source_ref, recovered_source> sources;
  std::map<sku_id, recovered_settings> products;
  std::map<brand_id, recovered_rules> rules;
  std::map<reservation_id, reservation_made> reservations;
  recovered_storage storage;
  /// In the order in which they were sent.
  std::vector<undelivered> in_flight;
  /// What the checkpoint does not say yet.
  checkpoint::checkpoint_delta changes;
  /// The tables beside the log were of no use; the engine clears them.
  bool without_checkpoint = true;
};

/// With a checkpoint, orders that are over are in it only if they have an event
/// after it, or a message to them is under way.
[[nodiscard]] result<recovered_state> recover(
    const persistence::log_store& store);

/// Every order and everything else, from the log alone.
[[nodiscard]] result<recovered_state> replay(
    const persistence::log_store& store);

/// One order as its row names it, from its timeline. `invalid` when the row
/// leads to the timeline of another entity. Any thread may call.
[[nodiscard]] result<recovered_order> wake(const persistence::log_store& store,
                                           const order_row& row);

}  // namespace oms::history
