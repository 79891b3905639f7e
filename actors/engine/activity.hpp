#pragma once

/// What an engine does right now, for those who operate it: how long messages
/// wait for each actor, how long commits take, which backorder queues are
/// longest, how many orders are stuck.
///
/// Values, made by `engine::activity`. Units are in the names. Each actor
/// reports when the question reaches it, so the numbers of different actors are
/// of nearly, not of exactly, the same moment.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/ids.hpp"

namespace oms {

/// An actor, or a shard of actors.
struct actor_activity {
  /// "directory", "router", "waitingLine", "network", "location", "supplier",
  /// "shipmentRegistry", "reservationKeeper", "journal", "checkpointer" or
  /// "deadlines".
  std::string kind;
  /// Of a location or supplier its id, else the number of the shard from 0.
  std::string id;
  /// What it keeps: orders, SKUs, sources, shipment ids, deadlines, or batches
  /// that are not written.
  std::size_t holds = 0;
  /// False: it has not answered yet, so `waited` is still growing.
  bool answered = false;
  /// From the question's sending to its reading.
  std::chrono::microseconds waited{0};
  /// Messages that had come after the question when it was read.
  std::size_t mailbox = 0;
};

/// Counts by upper bounds; the last count is of what is beyond all of them.
struct histogram {
  std::vector<std::uint64_t> bounds;
  std::vector<std::uint64_t> counts;
  std::uint64_t sum = 0;
};

/// The backorder queue of a SKU.
struct waiting_total {
  sku_id sku;
  quantity units;
  std::size_t lines = 0;
};

struct engine_activity {
  /// Sorted by kind and id.
  std::vector<actor_activity> actors;
  /// The longest first.
  std::vector<waiting_total> longest_lines;
  quantity units_waiting;
  histogram commit_us;
  histogram events_per_commit;
  /// Awaiting fulfillment for longer than the routing rules' stuckAfterS.
  std::uint64_t orders_stuck = 0;
};

}  // namespace oms
