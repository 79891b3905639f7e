#pragma once

/// What the orders of a shard have to say in one turn of it, gathered: it
/// leaves at the end of the turn, as one message per receiver. The shard owns
/// it, and only its turn uses it.

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"

namespace oms {

struct turn_messages {
  /// What goes to one registry; its number is beside it.
  using to_registry =
      std::pair<std::size_t, std::variant<shipment_claim, shipment_decided>>;

  explicit turn_messages(const engine_context& context)
      : to_queues(context.backorder_queues.size()) {}

  /// Sends everything, and is empty again. `number` is the shard's.
  void send(caf::event_based_actor& shard, const engine_context& context,
            std::size_t number);

  /// In the order in which the orders decided.
  std::vector<journal_batch> to_journal;
  std::vector<instruct> instructions;
  std::vector<plan_ask> asks;
  /// By the number of the queue.
  std::vector<std::vector<queue_messages::one>> to_queues;
  std::vector<to_registry> to_registries;
  /// To orders that other orders name, by way of their shards.
  std::vector<order_named> questions;
  std::vector<order_delivery> to_orders;
  std::vector<schedule> schedules;
};

}  // namespace oms
