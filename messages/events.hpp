#pragma once

/// Events: what happened, never edited afterwards.
///
/// These are the facts that entities decide and the log keeps. Every change of
/// state is one of them, so the log alone rebuilds everything. An event records
/// what was decided, not what was asked: folding it needs no rule, only
/// addition. That is why lines say from which bucket units come. A new event
/// goes to the end of `event_body` (docs/CONTRIBUTING.md, "Add an event").
/// docs/DOMAIN.md explains the words, docs/STORAGE.md the format on disk.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/commands.hpp"
#include "messages/compiled_variant.hpp"
#include "messages/decision.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"
#include "messages/shared_value.hpp"

namespace oms {

enum class entity_kind : std::uint8_t {
  order,
  location,
  supplier,
  product,
  routing,
  /// The engine itself, for its alerts about the store.
  engine
};

/// Whether it has stock, that is, is a location or a supplier.
[[nodiscard]] constexpr bool is_source(entity_kind kind) {
  return kind == entity_kind::location || kind == entity_kind::supplier;
}

/// Whose event it is. The key of an order is `brand/id`, of a location,
/// supplier or SKU its id, of routing rules their brand, and of the engine the
/// part that is meant: "storage".
struct entity_ref {
  entity_kind kind = entity_kind::order;
  std::string key;

  friend auto operator<=>(const entity_ref&, const entity_ref&) = default;
  friend bool operator==(const entity_ref&, const entity_ref&) = default;
};

[[nodiscard]] entity_ref entity_of(const order_key& order);
[[nodiscard]] entity_ref entity_of(const source_ref& source);
/// The inverse for keys of orders. The text before the first '/' is the brand:
/// an order id may contain a '/', and a brand may not.
[[nodiscard]] order_key order_of(const entity_ref& entity);
[[nodiscard]] source_ref source_of(const entity_ref& entity);

/// The event of another entity that made this one. It names the message that
/// this event has dealt with, which is then no longer under way: so recovery
/// knows what to send again.
struct event_cause {
  entity_ref entity;
  std::uint64_t version = 0;

  friend auto operator<=>(const event_cause&, const event_cause&) = default;
  friend bool operator==(const event_cause&, const event_cause&) = default;
};

// --- events of an order ---------------------------------------------------

struct order_placed {
  shared_value<order_body> body;
  /// The order sequence: the engine's count of accepted orders.
  std::uint64_t number = 0;
  /// Travels with the event and is stored beside the log; an event that is read
  /// from the log has none.
  shared_value<personal_data> personal;
  /// Whether there was any. If so, a missing record is damage until the event
  /// `personal_data_erased`. Logs from before this was recorded say no.
  bool has_personal = false;
  friend bool operator==(const order_placed&, const order_placed&) = default;
};

struct status_changed {
  order_status from = order_status::pending;
  order_status to = order_status::pending;
  friend bool operator==(const status_changed&,
                         const status_changed&) = default;
};

struct payment_started {
  std::string reference;
  friend bool operator==(const payment_started&,
                         const payment_started&) = default;
};

struct payment_captured {
  money captured;
  std::string reference;
  friend bool operator==(const payment_captured&,
                         const payment_captured&) = default;
};

struct payment_failed {
  std::string reference;
  /// No further attempt will come: the order is cancelled.
  bool final = false;
  friend bool operator==(const payment_failed&,
                         const payment_failed&) = default;
};

struct order_planned {
  routing_decision decision;
  /// By the command `plan`, after which sources that were unable may be asked
  /// again.
  bool by_command = false;
  friend bool operator==(const order_planned&, const order_planned&) = default;
};

struct allocated_line {
  line_id line;
  sku_id sku;
  quantity from_unrouted;
  quantity from_backordered;
  friend bool operator==(const allocated_line&,
                         const allocated_line&) = default;
};

/// Units promised by a source are on a fulfillment now.
struct units_allocated {
  source_ref source;
  fulfillment_id fulfillment;
  /// What the source was at that moment; whether it is a third party, which is
  /// asked before its units are cancelled, follows from it.
  source_type place = source_type::warehouse;
  /// The fulfillment is new.
  bool opened = false;
  std::vector<allocated_line> lines;
  friend bool operator==(const units_allocated&,
                         const units_allocated&) = default;
};

/// The order gives back units that it no longer needs, of those that a source
/// has just promised it.
struct grant_declined {
  source_ref source;
  std::vector<sku_quantity> lines;
  friend bool operator==(const grant_declined&,
                         const grant_declined&) = default;
};

struct units_backordered {
  std::vector<line_units> lines;
  friend bool operator==(const units_backordered&,
                         const units_backordered&) = default;
};

/// No source has them and the product forbids that they wait, so they stay
/// unrouted. The units replace what was said before of these lines.
struct units_unfillable {
  std::vector<line_units> lines;
  friend bool operator==(const units_unfillable&,
                         const units_unfillable&) = default;
};

struct fulfillment_accepted {
  fulfillment_id fulfillment;
  source_ref source;
  friend bool operator==(const fulfillment_accepted&,
                         const fulfillment_accepted&) = default;
};

struct units_picked {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  /// Requests to cancel the units outlive the picking. False in logs from when
  /// picking ended them; folding must give what was true then.
  bool requests_stay = false;
  friend bool operator==(const units_picked&, const units_picked&) = default;
};

struct units_unpicked {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  friend bool operator==(const units_unpicked&,
                         const units_unpicked&) = default;
};

/// Units of a fulfillment, by the bucket that they leave.
struct work_units {
  line_id line;
  sku_id sku;
  quantity from_allocated;
  quantity from_picked;
  /// Of these, units whose cancellation the source was asked for. They are
  /// cancelled next, in the same decision, and no other source is asked to ship
  /// them.
  quantity requested = {};
  friend bool operator==(const work_units&, const work_units&) = default;
};

/// Units that a source can't give after all, by the bucket that they leave.
struct rejected_units {
  line_id line;
  sku_id sku;
  quantity from_allocated;
  quantity from_picked;
  /// How often units of the SKU had come in at the source. Once it is more
  /// often, the source may be asked again.
  std::uint64_t receipts = 0;
  /// As in `work_units`.
  quantity requested = {};
  friend bool operator==(const rejected_units&,
                         const rejected_units&) = default;
};

struct units_rejected {
  fulfillment_id fulfillment;
  source_ref source;
  reject_reason reason = reject_reason::out_of_stock;
  /// By shortPick: the units were missing on the shelf.
  bool short_pick = false;
  std::vector<rejected_units> lines;
  /// Why, in words.
  std::string text = {};
  friend bool operator==(const units_rejected&,
                         const units_rejected&) = default;
};

struct shipment_shipped {
  shipment_id shipment;
  fulfillment_id fulfillment;
  source_ref source;
  std::string carrier;
  std::string tracking;
  std::vector<work_units> lines;
  friend bool operator==(const shipment_shipped&,
                         const shipment_shipped&) = default;
};

/// A tracking update; `delivered`, `lost` and `returned` move the units.
struct shipment_tracked {
  shipment_id shipment;
  tracking_status news = tracking_status::in_transit;
  friend bool operator==(const shipment_tracked&,
                         const shipment_tracked&) = default;
};

/// Units that leave a fulfillment for another bucket of the order.
struct fulfillment_units {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<work_units> lines;
  friend bool operator==(const fulfillment_units&,
                         const fulfillment_units&) = default;
};

struct cancelled_line {
  line_id line;
  sku_id sku;
  quantity from_unrouted;
  quantity from_backordered;
  friend bool operator==(const cancelled_line&,
                         const cancelled_line&) = default;
};

struct units_cancelled {
  /// Units that no source had promised.
  std::vector<cancelled_line> lines;
  std::vector<fulfillment_units> promised;
  std::string reason;
  std::string note;
  friend bool operator==(const units_cancelled&,
                         const units_cancelled&) = default;
};

/// A third party has accepted the units and is asked to release them.
struct cancel_requested {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  std::string reason;
  std::string note;
  friend bool operator==(const cancel_requested&,
                         const cancel_requested&) = default;
};

struct cancel_answered {
  fulfillment_id fulfillment;
  source_ref source;
  bool agreed = false;
  friend bool operator==(const cancel_answered&,
                         const cancel_answered&) = default;
};

/// A source has revoked promised units, because a count or adjustment left less
/// than it had promised. Lists what the order has lost: not the units that had
/// left meanwhile.
struct units_taken_back {
  std::vector<fulfillment_units> promised;
  friend bool operator==(const units_taken_back&,
                         const units_taken_back&) = default;
};

/// The order has given promised units back, to be planned again.
struct units_released {
  std::vector<fulfillment_units> promised;
  friend bool operator==(const units_released&,
                         const units_released&) = default;
};

struct hold_placed {
  hold_id hold;
  std::string reason;
  friend bool operator==(const hold_placed&, const hold_placed&) = default;
};

struct hold_released {
  hold_id hold;
  friend bool operator==(const hold_released&, const hold_released&) = default;
};

struct note_added {
  std::string text;
  friend bool operator==(const note_added&, const note_added&) = default;
};

/// The record with name, address and e-mail was removed.
struct personal_data_erased {
  friend bool operator==(const personal_data_erased&,
                         const personal_data_erased&) = default;
};

struct refund_requested {
  refund_id refund;
  money requested;
  std::vector<line_units> lines;
  bool shipping = false;
  std::string reason;
  friend bool operator==(const refund_requested&,
                         const refund_requested&) = default;
};

struct refund_settled {
  refund_id refund;
  bool succeeded = true;
  friend bool operator==(const refund_settled&,
                         const refund_settled&) = default;
};

struct return_requested {
  return_id id;
  std::vector<line_units> lines;
  std::string reason;
  friend bool operator==(const return_requested&,
                         const return_requested&) = default;
};

/// Units that came back, by the bucket that they leave.
struct returned_units {
  line_id line;
  sku_id sku;
  quantity from_delivered;
  quantity from_shipped;
  return_condition condition = return_condition::sellable;
  friend bool operator==(const returned_units&,
                         const returned_units&) = default;
};

struct return_received {
  return_id id;
  source_ref location;
  std::vector<returned_units> lines;
  friend bool operator==(const return_received&,
                         const return_received&) = default;
};

struct return_declined {
  return_id id;
  friend bool operator==(const return_declined&,
                         const return_declined&) = default;
};

/// Something to tell the outside, recorded once per order, kind and subject.
struct notification_recorded {
  /// "order.placed", "backorder.created" and so on; docs/DOMAIN.md has all.
  std::string kind;
  /// What it is about within the order: a shipment, a line, a refund. Where the
  /// same may happen again, a version makes it unique.
  std::string subject;
  std::string text;
  friend bool operator==(const notification_recorded&,
                         const notification_recorded&) = default;
};

/// Something that a person should look at, recorded once per entity, kind and
/// subject.
struct alert_raised {
  std::string kind;
  std::string subject;
  std::string reason;
  friend bool operator==(const alert_raised&, const alert_raised&) = default;
};

// --- events of a location or supplier -------------------------------------

struct location_defined {
  location_settings settings;
  friend bool operator==(const location_defined&,
                         const location_defined&) = default;
};

struct supplier_defined {
  supplier_settings settings;
  friend bool operator==(const supplier_defined&,
                         const supplier_defined&) = default;
};

struct stock_received {
  sku_id sku;
  quantity units;
  std::string reference;
  friend bool operator==(const stock_received&,
                         const stock_received&) = default;
};

struct stock_adjusted {
  sku_id sku;
  quantity delta;
  std::string reason;
  friend bool operator==(const stock_adjusted&,
                         const stock_adjusted&) = default;
};

struct stock_counted {
  sku_id sku;
  /// On hand before, for readers of the trail.
  quantity was;
  quantity on_hand;
  friend bool operator==(const stock_counted&, const stock_counted&) = default;
};

struct safety_stock_set {
  sku_id sku;
  quantity units;
  friend bool operator==(const safety_stock_set&,
                         const safety_stock_set&) = default;
};

/// Units that are held back until the backorder queue has been asked; until
/// then they count as reserved.
struct stock_offered {
  sku_id sku;
  quantity units;
  friend bool operator==(const stock_offered&, const stock_offered&) = default;
};

/// `units` are no longer on offer: the backorder queue has answered, or a count
/// or adjustment found that they are not there. What the queue took is in the
/// `stock_committed` events of the same decision.
struct offer_settled {
  sku_id sku;
  quantity units;
  friend bool operator==(const offer_settled&, const offer_settled&) = default;
};

/// A promise to an order.
struct stock_committed {
  order_key order;
  /// The line is named if the backorder queue chose it.
  std::vector<line_units> lines;
  /// It opens a new fulfillment, which counts for the daily capacity.
  bool opens = false;
  /// The round of planning of the order that it answers; 0: the backorder
  /// queue asked.
  std::uint64_t round = 0;
  friend bool operator==(const stock_committed&,
                         const stock_committed&) = default;
};

/// Units are promised no longer. Without lines it says that the order has heard
/// of one `stock_taken_back`.
struct stock_decommitted {
  order_key order;
  std::vector<sku_quantity> lines;
  friend bool operator==(const stock_decommitted&,
                         const stock_decommitted&) = default;
};

struct stock_accepted {
  order_key order;
  friend bool operator==(const stock_accepted&,
                         const stock_accepted&) = default;
};

/// Promised units were taken from the shelf (or, negative, put back).
struct stock_picked {
  order_key order;
  std::vector<sku_quantity> lines;
  friend bool operator==(const stock_picked&, const stock_picked&) = default;
};

struct shipped_stock {
  sku_id sku;
  quantity units;
  /// Of these, units that were picked.
  quantity picked;
  /// Of these, units that a count had already found gone.
  quantity counted_out;
  friend bool operator==(const shipped_stock&, const shipped_stock&) = default;
};

struct stock_shipped {
  order_key order;
  std::vector<shipped_stock> lines;
  friend bool operator==(const stock_shipped&, const stock_shipped&) = default;
};

struct rejected_stock {
  sku_id sku;
  /// Units that were still promised; and how many the order says it had picked.
  quantity units;
  quantity picked;
  /// Units that leave the stock. If the source is out of stock these may be
  /// more than `units`: what was still available goes with them.
  quantity written_off;
  /// Units that stay on hand, as damaged.
  quantity damaged;
  friend bool operator==(const rejected_stock&,
                         const rejected_stock&) = default;
};

struct stock_rejected {
  order_key order;
  reject_reason reason = reject_reason::out_of_stock;
  std::vector<rejected_stock> lines;
  friend bool operator==(const stock_rejected&,
                         const stock_rejected&) = default;
};

/// The source has revoked promised units. The order is told, and is promised
/// nothing new until it has heard.
struct stock_taken_back {
  order_key order;
  sku_id sku;
  quantity units;
  /// Of these, units that were already picked.
  quantity picked;
  friend bool operator==(const stock_taken_back&,
                         const stock_taken_back&) = default;
};

struct restocked_line {
  sku_id sku;
  quantity sellable;
  quantity damaged;
  friend bool operator==(const restocked_line&,
                         const restocked_line&) = default;
};

struct stock_restocked {
  order_key order;
  std::vector<restocked_line> lines;
  friend bool operator==(const stock_restocked&,
                         const stock_restocked&) = default;
};

// --- events of the catalogue ----------------------------------------------

struct product_defined {
  product_settings settings;
  friend bool operator==(const product_defined&,
                         const product_defined&) = default;
};

struct routing_set {
  routing_rules rules;
  /// The count of `routing_set` of this brand, from 1.
  std::uint64_t version = 0;
  friend bool operator==(const routing_set&, const routing_set&) = default;
};

using event_variant = std::variant<
    order_placed, status_changed, payment_started, payment_captured,
    payment_failed, order_planned, units_allocated, grant_declined,
    units_backordered, units_unfillable, fulfillment_accepted, units_picked,
    units_unpicked, units_rejected, shipment_shipped, shipment_tracked,
    units_cancelled, cancel_requested, cancel_answered, units_taken_back,
    units_released, hold_placed, hold_released, note_added,
    personal_data_erased, refund_requested, refund_settled, return_requested,
    return_received, return_declined, notification_recorded, alert_raised,
    location_defined, supplier_defined, stock_received, stock_adjusted,
    stock_counted, safety_stock_set, stock_offered, offer_settled,
    stock_committed, stock_decommitted, stock_accepted, stock_picked,
    stock_shipped, stock_rejected, stock_taken_back, stock_restocked,
    product_defined, routing_set>;
extern template class compiled_variant<event_variant>;
using event_body = compiled_variant<event_variant>;

struct event {
  /// Set by the journal, since only it knows the order of all events.
  sequence at = 0;
  /// The previous event of the same entity, 0 for its first: a timeline is
  /// walked back without an index. Set by the journal.
  sequence previous = 0;
  timestamp time;
  entity_ref entity;
  /// The entity's own count of events, from 1.
  std::uint64_t version = 0;
  actor_name by;
  /// The caller's id of the command; empty for what follows from it in other
  /// entities.
  std::string command;
  /// Set when another entity's event made this one.
  std::optional<event_cause> cause;
  event_body body;

  friend bool operator==(const event&, const event&) = default;
};

/// What one decision wrote; one transaction of the log has several of them.
using decision_events = std::span<const event>;
[[nodiscard]] std::size_t events_in(std::span<const decision_events> decisions);

/// The name of an event in the audit trail and on screens: "order.placed".
[[nodiscard]] std::string_view kind_of(const event_body& body);

}  // namespace oms
