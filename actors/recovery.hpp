#pragma once

/// Recovery: everything, rebuilt from the log.
///
/// Purpose: applies every event in order, and finds the messages that were
/// under way when the engine went down: the sending is in the log, the effect
/// is not. Pure but for reading. Owner: `engine::open`. Threads: one. Errors:
/// those of the store.

#include <map>
#include <unordered_map>
#include <vector>

#include "actors/exchange.hpp"
#include "actors/network.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "messages/errors.hpp"
#include "persistence/log_store.hpp"

namespace oms {

struct recovered_order {
  order_state state;
  sequence head = 0;
  /// The rule as it was when the order began to await fulfillment.
  duration stuck_after{0};
};

struct recovered_source {
  source_state state;
  /// Of a supplier's products.
  std::unordered_map<sku_id, money> unit_costs;
  sequence head = 0;
};

struct recovered_rules {
  versioned_rules rules;
  std::uint64_t version = 0;
  sequence head = 0;
};

struct recovered_settings {
  product_settings settings;
  std::uint64_t version = 0;
  sequence head = 0;
};

/// What the engine says of its own storage.
struct recovered_storage {
  std::uint64_t version = 0;
  sequence head = 0;
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
  /// Of the newest order.
  std::uint64_t last_number = 0;
};

[[nodiscard]] result<recovered_state> recover(
    const persistence::log_store& store);

}  // namespace oms
