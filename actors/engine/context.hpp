#pragma once

/// What every actor of one engine may use: the clock, the stock board, the
/// other actors.
///
/// `engine::open` creates everything and passes it to those who use it: no
/// singletons, no registry. The engine owns the context, and it outlives the
/// actors. Handles and sizes never change once the actors run, and counters are
/// atomic, so any thread may read them. The hash of an id picks the shard; a
/// shard number is kept nowhere, so the number of shards may differ after a
/// restart.

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include <caf/actor.hpp>

#include "actors/engine/clock.hpp"
#include "actors/engine/coming_stock.hpp"
#include "actors/engine/current_network.hpp"
#include "actors/engine/held_stock.hpp"
#include "actors/engine/plan_moments.hpp"
#include "actors/engine/reporting.hpp"
#include "actors/engine/storage_status.hpp"
#include "actors/stock_board.hpp"
#include "messages/checkpoint.hpp"
#include "messages/ids.hpp"

namespace oms {

namespace persistence {
class log_store;
}

struct engine_context {
  const clock* time = nullptr;
  persistence::log_store* store = nullptr;
  stock_board board;
  plan_moments plan_on;
  /// What reservations hold, as a hint for planning.
  held_stock held;
  /// What is on its way, for who would wait for it.
  coming_stock coming;
  current_network net;
  /// The order sequence of the next order.
  std::atomic<std::uint64_t> next_number{1};
  storage_status storage;
  journal_activity journal_now;
  std::atomic<std::uint64_t> checkpoints{0};
  std::atomic<std::uint64_t> checkpoint_failures{0};
  /// False from a checkpoint that could not be written to one that could.
  std::atomic<bool> checkpoint_ok{true};
  /// Log entries and records that readers found damaged.
  std::atomic<std::uint64_t> damaged_parts{0};
  /// Set when a simulated engine has crashed: nothing is written any more. Not
  /// atomic, since a simulated engine has one thread.
  bool crashed = false;

  /// The newest checkpoint shows all that was on disk then.
  std::atomic<std::chrono::steady_clock::time_point> indexed_since{
      std::chrono::steady_clock::time_point::min()};

  /// How many orders have which status, as committed.
  std::array<std::atomic<std::uint64_t>, order_status_count> orders{};

  std::atomic<std::uint64_t> orders_awake{0};
  /// Orders that are being planned; orders count themselves.
  mutable std::atomic<std::uint64_t> orders_planning{0};
  /// Events that have been written, and those that a checkpoint has or that
  /// were there when the engine opened.
  std::atomic<std::uint64_t> events_written{0};
  std::atomic<std::uint64_t> events_in_checkpoint{0};
  /// Orders that wait for longer than their rule allows; orders count
  /// themselves.
  mutable std::atomic<std::uint64_t> orders_stuck{0};

  /// Commits of the log, written by the journal.
  histogram_counter<14> commit_us{{100, 250, 500, 1'000, 2'500, 5'000, 10'000,
                                   25'000, 50'000, 100'000, 250'000, 500'000,
                                   1'000'000, 10'000'000}};
  histogram_counter<12> events_per_commit{
      {1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 5'000, 50'000}};

  /// Which of the orders that wait in a shard's turn runs next; none ends the
  /// turn, and the others run in the next. Empty in a real engine, where all
  /// run in the order in which they got messages; a simulation shuffles them.
  std::function<std::optional<std::size_t>(std::size_t waiting)> pick_order;

  caf::actor journal;
  caf::actor checkpointer;
  caf::actor checkpoint_writer;
  caf::actor network;
  caf::actor deadlines;
  caf::actor consolidator;
  std::vector<caf::actor> shards;
  std::vector<caf::actor> routers;
  std::vector<caf::actor> backorder_queues;
  std::vector<caf::actor> registries;
  std::vector<caf::actor> reservation_keepers;

  [[nodiscard]] timestamp now() const { return time->now(); }
  [[nodiscard]] std::size_t shard_number_of(const order_key& order) const {
    return std::hash<order_key>{}(order) % shards.size();
  }
  [[nodiscard]] const caf::actor& shard_of(const order_key& order) const {
    return shards[shard_number_of(order)];
  }
  /// Which registry owns a shipment id.
  [[nodiscard]] std::size_t registry_number_of(const shipment_key& id) const {
    return std::hash<shipment_key>{}(id) % registries.size();
  }
  [[nodiscard]] const caf::actor& registry_of(const shipment_key& id) const {
    return registries[registry_number_of(id)];
  }
  /// Which keeper owns a reservation.
  [[nodiscard]] std::size_t keeper_number_of(const reservation_id& id) const {
    return std::hash<reservation_id>{}(id) % reservation_keepers.size();
  }
  [[nodiscard]] const caf::actor& keeper_of(const reservation_id& id) const {
    return reservation_keepers[keeper_number_of(id)];
  }
  /// Which backorder queue actor has the queue of a SKU.
  [[nodiscard]] std::size_t backorder_queue_number_of(const sku_id& sku) const {
    return std::hash<sku_id>{}(sku) % backorder_queues.size();
  }
  [[nodiscard]] const caf::actor& backorder_queue_of(const sku_id& sku) const {
    return backorder_queues[backorder_queue_number_of(sku)];
  }
};

}  // namespace oms
