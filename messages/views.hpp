#pragma once

/// Views: what queries of the engine return.
///
/// A view is a complete copy as of one moment; nothing in it points into the
/// engine, so a reader may keep it on any thread. Units are those of
/// messages/ids.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/fields/fields.hpp"
#include "messages/order.hpp"

namespace oms {

struct line_view {
  order_line line;
  line_buckets buckets;
  /// Of the unrouted units, those that may not be backordered.
  quantity unfillable;
  /// Of the unrouted units, those that an edit added and that are not paid.
  quantity awaiting_payment;

  friend bool operator==(const line_view&, const line_view&) = default;
};
OMS_FIELDS(line_view, "LineView", "", OMS_FIELD(line, 0, .is = flat),
           OMS_FIELD(buckets, 1, .is = flat),
           OMS_FIELD(unfillable, 2,
                     .doc = "Of the unrouted units, those that may not be "
                            "backordered."),
           OMS_FIELD(awaiting_payment, 3,
                     .doc = "Of the unrouted units, those that an edit added "
                            "and that are not paid."));

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
OMS_FIELDS(fulfillment_line_view, "FulfillmentLineView", "", OMS_FIELD(line, 0),
           OMS_FIELD(sku, 1), OMS_FIELD(units, 2, .json = "quantity"),
           OMS_FIELD(picked, 3), OMS_FIELD(shipped, 4),
           OMS_FIELD(cancel_requested, 5));

/// A label of a carrier; voided ones stay.
struct label_view {
  shipping_label bought;
  bool voided = false;

  friend bool operator==(const label_view&, const label_view&) = default;
};
OMS_FIELDS(label_view, "LabelView", "", OMS_FIELD(bought, 0, .is = flat),
           OMS_FIELD(voided, 1));

struct fulfillment_view {
  fulfillment_id id;
  source_ref source;
  fulfillment_status status = fulfillment_status::open;
  std::vector<fulfillment_line_view> lines;
  /// None: not known.
  std::optional<date> expected_ship;
  std::optional<date> expected_delivery;
  std::vector<label_view> labels;

  friend bool operator==(const fulfillment_view&,
                         const fulfillment_view&) = default;
};
OMS_FIELDS(fulfillment_view, "FulfillmentView", "", OMS_FIELD(id, 0),
           OMS_FIELD(source, 1), OMS_FIELD(status, 2), OMS_FIELD(lines, 3),
           OMS_FIELD(expected_delivery, 4), OMS_FIELD(labels, 5),
           OMS_FIELD(expected_ship, 6, .before = "expectedDelivery"));

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
OMS_FIELDS(shipment_view, "ShipmentView", "", OMS_FIELD(id, 0),
           OMS_FIELD(fulfillment, 1), OMS_FIELD(carrier, 2),
           OMS_FIELD(tracking, 3), OMS_FIELD(status, 4),
           OMS_FIELD(news, 5,
                     .doc = "The newest tracking status; absent: none."),
           OMS_FIELD(lines, 6));

struct refund_view {
  refund_id id;
  money requested;
  refund_status status = refund_status::requested;
  std::string reason;

  friend bool operator==(const refund_view&, const refund_view&) = default;
};
OMS_FIELDS(refund_view, "RefundView", "", OMS_FIELD(id, 0),
           OMS_FIELD(requested, 1, .json = "amount"), OMS_FIELD(status, 2),
           OMS_FIELD(reason, 3, .is = unless_empty));

/// Units that came back.
struct received_units {
  line_id line;
  sku_id sku;
  quantity units;
  return_condition condition = return_condition::sellable;

  friend bool operator==(const received_units&,
                         const received_units&) = default;
};
OMS_FIELDS(received_units, "ReturnedUnits", "", OMS_FIELD(line, 0),
           OMS_FIELD(sku, 1), OMS_FIELD(units, 2, .json = "quantity"),
           OMS_FIELD(condition, 3));

struct return_view {
  return_id id;
  return_status status = return_status::requested;
  std::vector<line_units> lines;
  std::vector<received_units> received;

  friend bool operator==(const return_view&, const return_view&) = default;
};
OMS_FIELDS(return_view, "ReturnView", "", OMS_FIELD(id, 0),
           OMS_FIELD(status, 1), OMS_FIELD(lines, 2), OMS_FIELD(received, 3));

struct hold_view {
  hold_id id;
  std::string reason;

  friend bool operator==(const hold_view&, const hold_view&) = default;
};
OMS_FIELDS(hold_view, "HoldView", "", OMS_FIELD(id, 0, .json = "hold"),
           OMS_FIELD(reason, 1, .is = unless_empty));

/// The position of a line of this order in the backorder queue of its SKU.
struct queue_view {
  line_id line;
  sku_id sku;
  quantity units;
  /// From 1.
  std::int64_t position = 0;
  /// When the units come in: the date of the incoming receipt that completes
  /// the entry, else the product's restock date.
  std::optional<date> expected;
  /// When the customer has them.
  std::optional<date> expected_delivery;
  /// The date has passed.
  bool overdue = false;
  /// What the customer said about waiting.
  std::optional<backorder_choice> answer;

  friend bool operator==(const queue_view&, const queue_view&) = default;
};
OMS_FIELDS(queue_view, "QueueView", "", OMS_FIELD(line, 0), OMS_FIELD(sku, 1),
           OMS_FIELD(position, 2, .doc = "From 1."),
           OMS_FIELD(expected, 3, .doc = "When the units come in."),
           OMS_FIELD(units, 4, .json = "quantity", .before = "position"),
           OMS_FIELD(answer, 5, .doc = "What the customer said about waiting."),
           OMS_FIELD(expected_delivery, 6, .doc = "When the customer has them.",
                     .before = "quantity"),
           OMS_FIELD(overdue, 7, .is = unless_empty,
                     .doc = "The date has passed.", .before = "quantity"));

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
  /// Open authorizations.
  money authorized;
  /// Of them, what shipments have asked for.
  money capture_requested;
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
OMS_FIELDS(
    order_view, "OrderView", "", OMS_FIELD(key, 0, .is = flat),
    OMS_FIELD(body, 1, .is = flat), OMS_FIELD(personal, 2, .is = flat),
    OMS_FIELD(placed_at, 3), OMS_FIELD(number, 4, .is = internal),
    OMS_FIELD(status, 5, .before = "lines"),
    OMS_FIELD(payment, 6, .json = "payment.status", .group = "PaymentView",
              .before = "lines"),
    OMS_FIELD(captured, 7, .json = "payment.captured"),
    OMS_FIELD(refunded, 8, .json = "payment.refunded"),
    OMS_FIELD(refund_requested, 9, .json = "payment.refundRequested"),
    OMS_FIELD(total, 10, .before = "lines"),
    OMS_FIELD(due, 11, .doc = "What is still to be paid.", .before = "lines"),
    OMS_FIELD(overpaid, 12,
              .doc = "What was paid beyond the total and is not refunded.",
              .before = "lines"),
    OMS_FIELD(version, 13, .doc = "Count of events of this order so far."),
    OMS_FIELD(lines, 14), OMS_FIELD(fulfillments, 15), OMS_FIELD(shipments, 16),
    OMS_FIELD(refunds, 17), OMS_FIELD(returns, 18), OMS_FIELD(holds, 19),
    OMS_FIELD(queue, 20),
    OMS_FIELD(authorized, 21, .json = "payment.authorized",
              .before = "captured"),
    OMS_FIELD(capture_requested, 22, .json = "payment.captureRequested",
              .before = "refunded"));

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
OMS_FIELDS(stock_view, "StockView", "", OMS_FIELD(location, 0),
           OMS_FIELD(sku, 1), OMS_FIELD(on_hand, 2), OMS_FIELD(available, 3),
           OMS_FIELD(reserved, 4), OMS_FIELD(committed, 5),
           OMS_FIELD(safety_stock, 6), OMS_FIELD(damaged, 7),
           OMS_FIELD(on_offer, 8,
                     .doc = "Of the reserved units, those on offer to the "
                            "backorder queue."),
           OMS_FIELD(version, 9), OMS_FIELD(received, 10, .is = internal),
           OMS_FIELD(adjusted, 11, .is = internal),
           OMS_FIELD(shipped, 12, .is = internal));

/// Units of a SKU that are on their way to a location.
struct incoming_view {
  std::string location;
  std::string reference;
  sku_id sku;
  quantity units;
  std::optional<date> expected;
  /// The date has passed.
  bool overdue = false;
  /// They come by a transfer, whose id the reference is.
  bool transferred = false;

  friend bool operator==(const incoming_view&, const incoming_view&) = default;
};
OMS_FIELDS(incoming_view, "IncomingView", "", OMS_FIELD(location, 0),
           OMS_FIELD(reference, 1), OMS_FIELD(sku, 2),
           OMS_FIELD(units, 3, .json = "quantity",
                     .doc = "What has not arrived yet."),
           OMS_FIELD(expected, 4),
           OMS_FIELD(overdue, 5, .is = unless_empty,
                     .doc = "The date has passed."),
           OMS_FIELD(transferred, 6, .is = unless_empty,
                     .doc = "By a transfer, whose id the reference is."));

struct supplier_stock_view {
  std::string supplier;
  sku_id sku;
  /// None: without limit.
  std::optional<quantity> available;
  quantity committed;

  friend bool operator==(const supplier_stock_view&,
                         const supplier_stock_view&) = default;
};
OMS_FIELDS(supplier_stock_view, "SupplierStockView", "", OMS_FIELD(supplier, 0),
           OMS_FIELD(sku, 1),
           OMS_FIELD(available, 2, .doc = "Absent: without limit."),
           OMS_FIELD(committed, 3));

/// A line of an order in the backorder queue of a SKU.
struct waiting_view {
  order_key order;
  line_id line;
  quantity units;
  std::int64_t priority = 0;
  timestamp placed_at;

  friend bool operator==(const waiting_view&, const waiting_view&) = default;
};
OMS_FIELDS(
    waiting_view, "WaitingView",
    "A line of an order in a backorder queue. The ids of orders of brands "
    "that the caller's token is not for are left out.",
    OMS_FIELD(order.id, 0, .json = "order"),
    OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(line, 2),
    OMS_FIELD(units, 3, .json = "quantity"), OMS_FIELD(priority, 4),
    OMS_FIELD(placed_at, 5));

struct status_count {
  order_status status = order_status::pending;
  std::uint64_t orders = 0;

  friend bool operator==(const status_count&, const status_count&) = default;
};
OMS_FIELDS(status_count, "StatusCount", "", OMS_FIELD(status, 0),
           OMS_FIELD(orders, 1));

struct engine_stats {
  /// The newest event on disk.
  sequence last = 0;
  std::uint64_t orders = 0;
  /// Statuses that no order has are left out.
  std::vector<status_count> orders_by_status;
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

  [[nodiscard]] std::uint64_t orders_with(order_status which) const {
    for (const auto& each : orders_by_status)
      if (each.status == which) return each.orders;
    return 0;
  }
  friend bool operator==(const engine_stats&, const engine_stats&) = default;
};
OMS_FIELDS(
    engine_stats, "Stats", "", OMS_FIELD(last, 0, .json = "sequence"),
    OMS_FIELD(orders, 1), OMS_FIELD(orders_by_status, 2),
    OMS_FIELD(orders_awake, 3), OMS_FIELD(commands, 4), OMS_FIELD(refused, 5),
    OMS_FIELD(log_entries, 6), OMS_FIELD(store_bytes, 7),
    OMS_FIELD(storage_ok, 8),
    OMS_FIELD(checkpoints, 9, .doc = "Written since the start."),
    OMS_FIELD(checkpoint_failures, 10,
              .doc = "Checkpoints that could not be written since the start."),
    OMS_FIELD(checkpoint_ok, 11,
              .doc = "False while the last attempt to write a checkpoint "
                     "failed."),
    OMS_FIELD(damaged_parts, 12,
              .doc = "Log entries and records found damaged since the start."),
    OMS_FIELD(storage_problem, 13, .is = unless_empty),
    OMS_FIELD(storage_lost, 14));

/// One violation of an invariant of docs/DOMAIN.md.
struct violation {
  /// The number of the invariant.
  int invariant = 0;
  std::string where;
  std::string what;

  friend bool operator==(const violation&, const violation&) = default;
};

}  // namespace oms
