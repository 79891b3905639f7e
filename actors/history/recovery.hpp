#pragma once

/// Recovery: what there was, rebuilt from the newest checkpoint and the log.
///
/// Purpose: loads the open orders and every source as the checkpoint has them,
/// applies the events behind it, and finds the messages that were under way
/// when the engine went down: the sending is in the log, the effect is not.
/// Orders that are over stay where they are, see `wake`. Pure but for
/// reading. Owner: `engine::open`. Threads: one. Errors: those of the store,
/// among them `storage_unavailable` for a damaged entry that is needed. A
/// checkpoint that is damaged, or of another log, is as good as none.

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
  /// Events of its own behind its newest snapshot.
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

/// What the engine says of its own storage.
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
  recovered_storage storage;
  /// In the order in which they were sent.
  std::vector<undelivered> in_flight;
  /// What the checkpoint does not say yet.
  checkpoint::checkpoint_delta changes;
  /// The tables beside the log were of no use: they are to be made anew.
  bool without_checkpoint = true;
};

[[nodiscard]] result<recovered_state> recover(
    const persistence::log_store& store);

/// Every order and everything else, from the log alone.
[[nodiscard]] result<recovered_state> replay(
    const persistence::log_store& store);

/// One order as its row says that it is, from its timeline.
[[nodiscard]] result<recovered_order> wake(const persistence::log_store& store,
                                           const order_row& row);

}  // namespace oms::history
