#pragma once

/// Views: what queries of the engine return.
///
/// A view is a complete copy as of one moment; nothing in it points into the
/// engine, so a reader may keep it on any thread. Units are those of
/// messages/ids.hpp.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/order.hpp"

namespace oms {

struct line_view {
  order_line line;
  line_buckets buckets;
  /// Of the unrouted units, those that may not be backordered.
  quantity unfillable;

  friend bool operator==(const line_view&, const line_view&) = default;
};

struct fulfillment_line_view {
  line_id line;
  sku_id sku;
  /// Units allocated, picked or shipped there: not cancelled or moved away.
  quantity units;
  quantity picked;
  quantity shipped;
  quantity cancel_requested;

  friend bool operator==(const fulfillment_line_view&,
                         const fulfillment_line_view&) = default;
};

struct fulfillment_view {
  fulfillment_id id;
  source_ref source;
  fulfillment_status status = fulfillment_status::open;
  std::vector<fulfillment_line_view> lines;
  /// Nothing sets it yet.
  std::optional<timestamp> expected_delivery;

  friend bool operator==(const fulfillment_view&,
                         const fulfillment_view&) = default;
};

struct shipment_view {
  shipment_id id;
  fulfillment_id fulfillment;
  std::string carrier;
  std::string tracking;
  shipment_status status = shipment_status::shipped;
  /// The newest tracking update.
  std::optional<tracking_status> news;
  std::vector<line_units> lines;

  friend bool operator==(const shipment_view&, const shipment_view&) = default;
};

struct refund_view {
  refund_id id;
  money requested;
  refund_status status = refund_status::requested;
  std::string reason;

  friend bool operator==(const refund_view&, const refund_view&) = default;
};

struct return_view {
  return_id id;
  return_status status = return_status::requested;
  std::vector<line_units> lines;
  std::vector<returned_units> received;

  friend bool operator==(const return_view&, const return_view&) = default;
};

struct hold_view {
  hold_id id;
  std::string reason;

  friend bool operator==(const hold_view&, const hold_view&) = default;
};

/// The position of a line of this order in the backorder queue of its SKU.
struct queue_view {
  line_id line;
  sku_id sku;
  /// From 1.
  std::int64_t position = 0;
  /// The product's restock date.
  std::optional<timestamp> expected;

  friend bool operator==(const queue_view&, const queue_view&) = default;
};

struct order_view {
  order_key key;
  order_body body;
  /// Empty if none was given, or if it was erased.
  personal_data personal;
  timestamp placed_at;
  /// The engine's count of accepted orders when this one was placed.
  std::uint64_t number = 0;
  order_status status = order_status::pending;
  payment_status payment = payment_status::none;
  money captured;
  money refunded;
  money refund_requested;
  money total;
  /// What is still to be paid; and what was paid beyond the total and is not
  /// refunded. One of them is 0. docs/DOMAIN.md, "Payment", has the formulas.
  money due;
  money overpaid;
  /// Count of events of this order so far.
  std::uint64_t version = 0;
  std::vector<line_view> lines;
  std::vector<fulfillment_view> fulfillments;
  std::vector<shipment_view> shipments;
  std::vector<refund_view> refunds;
  std::vector<return_view> returns;
  std::vector<hold_view> holds;
  std::vector<queue_view> queue;

  friend bool operator==(const order_view&, const order_view&) = default;
};

/// Stock of one SKU at one location.
struct stock_view {
  std::string location;
  sku_id sku;
  quantity on_hand;
  quantity available;
  quantity reserved;
  quantity committed;
  quantity safety_stock;
  quantity damaged;
  /// Of the reserved units, those on offer to the backorder queue.
  quantity on_offer;
  /// Grows with every change.
  std::uint64_t version = 0;
  // Sums over its history, for invariant 4: units come from somewhere and go
  // somewhere.
  quantity received;
  quantity adjusted;
  quantity shipped;

  friend bool operator==(const stock_view&, const stock_view&) = default;
};

struct supplier_stock_view {
  std::string supplier;
  sku_id sku;
  /// None: without limit.
  std::optional<quantity> available;
  quantity committed;

  friend bool operator==(const supplier_stock_view&,
                         const supplier_stock_view&) = default;
};

/// A line of an order in the backorder queue of a SKU.
struct waiting_view {
  order_key order;
  line_id line;
  quantity units;
  std::int64_t priority = 0;
  timestamp placed_at;

  friend bool operator==(const waiting_view&, const waiting_view&) = default;
};

struct engine_stats {
  /// The newest event on disk.
  sequence last = 0;
  std::uint64_t orders = 0;
  std::map<order_status, std::uint64_t> orders_by_status;
  /// Since the start: commands that were taken on, and commands that were
  /// refused, be it before that or after it.
  std::uint64_t commands = 0;
  std::uint64_t refused = 0;
  std::uint64_t log_entries = 0;
  std::uint64_t store_bytes = 0;
  /// Orders that are in memory; the others are passivated.
  std::uint64_t orders_awake = 0;
  /// False while the store refuses to write.
  bool storage_ok = true;
  /// Checkpoints that were written, and that could not be, since the start.
  std::uint64_t checkpoints = 0;
  std::uint64_t checkpoint_failures = 0;
  /// False from a checkpoint that could not be written until one is.
  bool checkpoint_ok = true;
  /// Log entries and records that readers found damaged, since the start.
  std::uint64_t damaged_parts = 0;
  /// Why the store refuses to write; empty while it writes.
  std::string storage_problem;
  /// The store was deleted or replaced while the engine ran; this process never
  /// writes to it again.
  bool storage_lost = false;

  friend bool operator==(const engine_stats&, const engine_stats&) = default;
};

/// One violation of an invariant of docs/DOMAIN.md.
struct violation {
  /// The number of the invariant.
  int invariant = 0;
  std::string where;
  std::string what;

  friend bool operator==(const violation&, const violation&) = default;
};

}  // namespace oms
