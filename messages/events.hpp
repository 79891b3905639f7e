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
#include "messages/fields/fields.hpp"
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
  engine,
  /// Of a cart.
  reservation
};
OMS_WORDS(entity_kind, reservation, "order", "location", "supplier", "product",
          "routing", "engine", "reservation");

/// Whether it has stock, that is, is a location or a supplier.
[[nodiscard]] constexpr bool is_source(entity_kind kind) {
  return kind == entity_kind::location || kind == entity_kind::supplier;
}

/// Whose event it is. The key of an order is `brand/id`, of a location,
/// supplier, SKU or reservation its id, of routing rules their brand, and of
/// the engine the part that is meant: "storage".
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
OMS_FIELDS(order_placed, "order.placed", "", OMS_FIELD(body, 0, .is = flat),
           OMS_FIELD(number, 1), OMS_FIELD(personal, 2, .is = internal | apart),
           OMS_FIELD(has_personal, 3, .is = internal));

struct status_changed {
  order_status from = order_status::pending;
  order_status to = order_status::pending;
  friend bool operator==(const status_changed&,
                         const status_changed&) = default;
};
OMS_FIELDS(status_changed, "order.statusChanged", "", OMS_FIELD(from, 0),
           OMS_FIELD(to, 1));

struct payment_started {
  std::string reference;
  /// As the order's rules said at that moment; so in all payment events.
  plan_moment plan_on = plan_moment::captured;
  friend bool operator==(const payment_started&,
                         const payment_started&) = default;
};
OMS_FIELDS(payment_started, "payment.started", "",
           OMS_FIELD(reference, 0, .is = unless_empty),
           OMS_FIELD(plan_on, 1, .is = unless_empty));

struct payment_captured {
  money captured;
  std::string reference;
  /// The reference of the authorization that it draws on; may be empty.
  std::string authorization = {};
  plan_moment plan_on = plan_moment::captured;
  friend bool operator==(const payment_captured&,
                         const payment_captured&) = default;
};
OMS_FIELDS(payment_captured, "payment.captured", "", OMS_FIELD(captured, 0),
           OMS_FIELD(reference, 1, .is = unless_empty),
           OMS_FIELD(authorization, 2, .is = unless_empty),
           OMS_FIELD(plan_on, 3, .is = unless_empty));

struct payment_authorized {
  money authorized;
  std::string reference;
  plan_moment plan_on = plan_moment::captured;
  friend bool operator==(const payment_authorized&,
                         const payment_authorized&) = default;
};
OMS_FIELDS(payment_authorized, "payment.authorized", "",
           OMS_FIELD(authorized, 0, .json = "amount"),
           OMS_FIELD(reference, 1, .is = unless_empty),
           OMS_FIELD(plan_on, 2, .is = unless_empty));

/// An authorization has ended, whatever was left of it.
struct payment_voided {
  std::string reference;
  plan_moment plan_on = plan_moment::captured;
  friend bool operator==(const payment_voided&,
                         const payment_voided&) = default;
};
OMS_FIELDS(payment_voided, "payment.voided", "",
           OMS_FIELD(reference, 0, .is = unless_empty),
           OMS_FIELD(plan_on, 1, .is = unless_empty));

struct payment_failed {
  std::string reference;
  /// No further attempt will come: the order is cancelled.
  bool final = false;
  plan_moment plan_on = plan_moment::captured;
  friend bool operator==(const payment_failed&,
                         const payment_failed&) = default;
};
OMS_FIELDS(payment_failed, "payment.failed", "",
           OMS_FIELD(reference, 0, .is = unless_empty),
           OMS_FIELD(final, 1, .is = unless_empty),
           OMS_FIELD(plan_on, 2, .is = unless_empty));

struct order_planned {
  routing_decision decision;
  /// By the command `plan`, after which sources that were unable may be asked
  /// again.
  bool by_command = false;
  /// Allocated units were planned anew for an edit, and all that follows from
  /// it is in this plan.
  bool completes_edit = false;
  friend bool operator==(const order_planned&, const order_planned&) = default;
};
OMS_FIELDS(order_planned, "order.planned", "", OMS_FIELD(decision, 0),
           OMS_FIELD(by_command, 1, .is = unless_empty),
           OMS_FIELD(completes_edit, 2, .is = internal | unless_empty));

struct allocated_line {
  line_id line;
  sku_id sku;
  quantity from_unrouted;
  quantity from_backordered;
  friend bool operator==(const allocated_line&,
                         const allocated_line&) = default;
};
OMS_FIELDS(allocated_line, "AllocatedLine", "",
           OMS_FIELD(line, 0, .is = unless_empty), OMS_FIELD(sku, 1),
           OMS_FIELD(from_unrouted, 2, .is = unless_empty),
           OMS_FIELD(from_backordered, 3, .is = unless_empty));

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
  /// When the parcel is expected to leave and to arrive; none: not known.
  std::optional<date> expected_ship = {};
  std::optional<date> expected_delivery = {};
  /// Somebody moved them there: automatic consolidation leaves them.
  bool by_hand = false;
  friend bool operator==(const units_allocated&,
                         const units_allocated&) = default;
};
OMS_FIELDS(units_allocated, "fulfillment.allocated", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(place, 3),
           OMS_FIELD(opened, 4, .is = unless_empty), OMS_FIELD(lines, 5),
           OMS_FIELD(expected_ship, 6), OMS_FIELD(expected_delivery, 7),
           OMS_FIELD(by_hand, 8, .is = internal));

/// The parcel of a fulfillment is expected on other days.
struct delivery_expected {
  fulfillment_id fulfillment;
  std::optional<date> ship;
  std::optional<date> delivery;
  friend bool operator==(const delivery_expected&,
                         const delivery_expected&) = default;
};
OMS_FIELDS(delivery_expected, "fulfillment.expected", "",
           OMS_FIELD(fulfillment, 0),
           OMS_FIELD(ship, 1, .json = "expectedShip"),
           OMS_FIELD(delivery, 2, .json = "expectedDelivery"));

/// The order gives back units that it no longer needs, of those that a source
/// has just promised it.
struct grant_declined {
  source_ref source;
  std::vector<sku_quantity> lines;
  friend bool operator==(const grant_declined&,
                         const grant_declined&) = default;
};
OMS_FIELDS(grant_declined, "order.grantDeclined", "",
           OMS_FIELD(source.kind, 0, .is = internal),
           OMS_FIELD(source.id, 1, .json = "source"), OMS_FIELD(lines, 2));

struct units_backordered {
  std::vector<line_units> lines;
  friend bool operator==(const units_backordered&,
                         const units_backordered&) = default;
};
OMS_FIELDS(units_backordered, "order.backordered", "", OMS_FIELD(lines, 0));

/// No source has them and the product forbids that they wait, so they stay
/// unrouted. The units replace what was said before of these lines.
struct units_unfillable {
  std::vector<line_units> lines;
  friend bool operator==(const units_unfillable&,
                         const units_unfillable&) = default;
};
OMS_FIELDS(units_unfillable, "order.unfillable", "", OMS_FIELD(lines, 0));

struct fulfillment_accepted {
  fulfillment_id fulfillment;
  source_ref source;
  friend bool operator==(const fulfillment_accepted&,
                         const fulfillment_accepted&) = default;
};
OMS_FIELDS(fulfillment_accepted, "fulfillment.accepted", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"));

struct units_picked {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  /// Requests to cancel the units outlive the picking. False in logs from when
  /// picking ended them; folding must give what was true then.
  bool requests_stay = false;
  friend bool operator==(const units_picked&, const units_picked&) = default;
};
OMS_FIELDS(units_picked, "fulfillment.picked", "", OMS_FIELD(fulfillment, 0),
           OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(lines, 3),
           OMS_FIELD(requests_stay, 4, .is = internal));

struct units_unpicked {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  friend bool operator==(const units_unpicked&,
                         const units_unpicked&) = default;
};
OMS_FIELDS(units_unpicked, "fulfillment.unpicked", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(lines, 3));

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
OMS_FIELDS(work_units, "WorkUnits", "", OMS_FIELD(line, 0, .is = unless_empty),
           OMS_FIELD(sku, 1), OMS_FIELD(from_allocated, 2, .is = unless_empty),
           OMS_FIELD(from_picked, 3, .is = unless_empty),
           OMS_FIELD(requested, 4, .is = unless_empty));

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
OMS_FIELDS(rejected_units, "RejectedUnits", "",
           OMS_FIELD(line, 0, .is = unless_empty), OMS_FIELD(sku, 1),
           OMS_FIELD(from_allocated, 2, .is = unless_empty),
           OMS_FIELD(from_picked, 3, .is = unless_empty),
           OMS_FIELD(receipts, 4, .is = internal),
           OMS_FIELD(requested, 5, .is = unless_empty));

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
OMS_FIELDS(units_rejected, "fulfillment.rejected", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(reason, 3),
           OMS_FIELD(text, 4, .is = unless_empty),
           OMS_FIELD(short_pick, 5, .is = unless_empty), OMS_FIELD(lines, 6));

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
OMS_FIELDS(shipment_shipped, "shipment.shipped", "", OMS_FIELD(shipment, 0),
           OMS_FIELD(fulfillment, 1), OMS_FIELD(source.kind, 2, .is = internal),
           OMS_FIELD(source.id, 3, .json = "source"),
           OMS_FIELD(carrier, 4, .is = unless_empty),
           OMS_FIELD(tracking, 5, .is = unless_empty), OMS_FIELD(lines, 6));

/// A tracking update; `delivered`, `lost` and `returned` move the units.
struct shipment_tracked {
  shipment_id shipment;
  tracking_status news = tracking_status::in_transit;
  friend bool operator==(const shipment_tracked&,
                         const shipment_tracked&) = default;
};
OMS_FIELDS(shipment_tracked, "shipment.tracked", "", OMS_FIELD(shipment, 0),
           OMS_FIELD(news, 1, .json = "status"));

/// Units that leave a fulfillment for another bucket of the order.
struct fulfillment_units {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<work_units> lines;
  friend bool operator==(const fulfillment_units&,
                         const fulfillment_units&) = default;
};
OMS_FIELDS(fulfillment_units, "FulfillmentUnits", "", OMS_FIELD(fulfillment, 0),
           OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(lines, 3));

struct cancelled_line {
  line_id line;
  sku_id sku;
  quantity from_unrouted;
  quantity from_backordered;
  friend bool operator==(const cancelled_line&,
                         const cancelled_line&) = default;
};
OMS_FIELDS(cancelled_line, "CancelledLine", "",
           OMS_FIELD(line, 0, .is = unless_empty), OMS_FIELD(sku, 1),
           OMS_FIELD(from_unrouted, 2, .is = unless_empty),
           OMS_FIELD(from_backordered, 3, .is = unless_empty));

struct units_cancelled {
  /// Units that no source had promised.
  std::vector<cancelled_line> lines;
  std::vector<fulfillment_units> promised;
  std::string reason;
  std::string note;
  /// The caller's, of the cancellation: it counts once. So in a request.
  std::string reference = {};
  friend bool operator==(const units_cancelled&,
                         const units_cancelled&) = default;
};
OMS_FIELDS(units_cancelled, "order.unitsCancelled", "", OMS_FIELD(lines, 0),
           OMS_FIELD(promised, 1), OMS_FIELD(reason, 2, .is = unless_empty),
           OMS_FIELD(note, 3, .is = unless_empty),
           OMS_FIELD(reference, 4, .is = unless_empty));

/// A third party has accepted the units and is asked to release them.
struct cancel_requested {
  fulfillment_id fulfillment;
  source_ref source;
  std::vector<line_units> lines;
  std::string reason;
  std::string note;
  std::string reference = {};
  friend bool operator==(const cancel_requested&,
                         const cancel_requested&) = default;
};
OMS_FIELDS(cancel_requested, "fulfillment.cancelRequested", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(lines, 3),
           OMS_FIELD(reason, 4, .is = unless_empty),
           OMS_FIELD(note, 5, .is = unless_empty),
           OMS_FIELD(reference, 6, .is = unless_empty));

struct cancel_answered {
  fulfillment_id fulfillment;
  source_ref source;
  bool agreed = false;
  friend bool operator==(const cancel_answered&,
                         const cancel_answered&) = default;
};
OMS_FIELDS(cancel_answered, "fulfillment.cancelAnswered", "",
           OMS_FIELD(fulfillment, 0), OMS_FIELD(source.kind, 1, .is = internal),
           OMS_FIELD(source.id, 2, .json = "source"), OMS_FIELD(agreed, 3));

/// A label of a carrier, bought for a fulfillment.
struct shipping_label {
  label_id id;
  std::string carrier;
  std::string service;
  std::string tracking;
  money cost;
  std::string currency;
  /// Where the printable label is.
  std::string document;
  friend bool operator==(const shipping_label&,
                         const shipping_label&) = default;
};
OMS_FIELDS(shipping_label, "LabelRecord", "", OMS_FIELD(id, 0, .json = "label"),
           OMS_FIELD(carrier, 1, .is = unless_empty),
           OMS_FIELD(service, 2, .is = unless_empty),
           OMS_FIELD(tracking, 3, .is = unless_empty), OMS_FIELD(cost, 4),
           OMS_FIELD(currency, 5, .is = unless_empty),
           OMS_FIELD(document, 6, .is = unless_empty));

struct label_added {
  fulfillment_id fulfillment;
  shipping_label bought;
  friend bool operator==(const label_added&, const label_added&) = default;
};
OMS_FIELDS(label_added, "label.added", "", OMS_FIELD(fulfillment, 0),
           OMS_FIELD(bought, 1, .is = flat));

struct label_voided {
  fulfillment_id fulfillment;
  label_id label;
  friend bool operator==(const label_voided&, const label_voided&) = default;
};
OMS_FIELDS(label_voided, "label.voided", "", OMS_FIELD(fulfillment, 0),
           OMS_FIELD(label, 1));

struct backorder_answered {
  line_id line;
  backorder_choice choice = backorder_choice::wait;
  friend bool operator==(const backorder_answered&,
                         const backorder_answered&) = default;
};
OMS_FIELDS(backorder_answered, "backorder.answered", "", OMS_FIELD(line, 0),
           OMS_FIELD(choice, 1, .json = "answer"));

/// What became of a notification, once per channel, attempt and outcome.
struct notification_attempted {
  sequence notification = 0;
  std::string channel;
  std::int64_t attempt = 0;
  delivery_outcome outcome = delivery_outcome::sent;
  std::string reason;
  friend bool operator==(const notification_attempted&,
                         const notification_attempted&) = default;
};
OMS_FIELDS(notification_attempted, "notification.attempted", "",
           OMS_FIELD(notification, 0), OMS_FIELD(channel, 1),
           OMS_FIELD(attempt, 2), OMS_FIELD(outcome, 3),
           OMS_FIELD(reason, 4, .is = unless_empty));

/// An alert was acknowledged. Also an event of a location or supplier.
struct alert_acknowledged {
  sequence alert = 0;
  std::string kind;
  std::string subject;
  std::string note;
  friend bool operator==(const alert_acknowledged&,
                         const alert_acknowledged&) = default;
};
OMS_FIELDS(alert_acknowledged, "alert.acknowledged", "", OMS_FIELD(alert, 0),
           OMS_FIELD(kind, 1, .json = "alertKind"),
           OMS_FIELD(subject, 2, .is = unless_empty),
           OMS_FIELD(note, 3, .is = unless_empty));

/// A source has revoked promised units, because a count or adjustment left less
/// than it had promised. Lists what the order has lost: not the units that had
/// left meanwhile.
struct units_taken_back {
  std::vector<fulfillment_units> promised;
  friend bool operator==(const units_taken_back&,
                         const units_taken_back&) = default;
};
OMS_FIELDS(units_taken_back, "fulfillment.takenBack", "",
           OMS_FIELD(promised, 0));

/// The order has given promised units back, to be planned again.
struct units_released {
  std::vector<fulfillment_units> promised;
  /// Moved by hand: why, and to which source.
  std::string reason = {};
  std::string to = {};
  /// They were planned anew for an edit, and this is all that follows from it.
  bool completes_edit = false;
  friend bool operator==(const units_released&,
                         const units_released&) = default;
};
OMS_FIELDS(units_released, "fulfillment.released", "", OMS_FIELD(promised, 0),
           OMS_FIELD(reason, 1, .is = unless_empty),
           OMS_FIELD(to, 2, .is = unless_empty),
           OMS_FIELD(completes_edit, 3, .is = internal | unless_empty));

/// A line as an edit leaves it.
struct edited_line {
  order_line line;
  /// Live units that came or, below 0, went: those that went are cancelled by
  /// an event of their own.
  quantity change;
  bool is_new = false;
  /// Of those that came, units that wait until the edit is paid.
  quantity awaiting_payment;
  friend bool operator==(const edited_line&, const edited_line&) = default;
};
OMS_FIELDS(edited_line, "EditedLine", "", OMS_FIELD(line, 0, .is = flat),
           OMS_FIELD(change, 1), OMS_FIELD(is_new, 2, .is = unless_empty),
           OMS_FIELD(awaiting_payment, 3, .is = unless_empty));

/// What an edit changed, for people: the path of a field, and its values as
/// texts. Those of personal fields are left out.
struct value_change {
  std::string field;
  std::string from;
  std::string to;
  friend bool operator==(const value_change&, const value_change&) = default;
};
OMS_FIELDS(value_change, "ValueChange", "", OMS_FIELD(field, 0),
           OMS_FIELD(from, 1, .is = unless_empty),
           OMS_FIELD(to, 2, .is = unless_empty));

struct order_edited {
  /// The order as it is now, without its lines.
  shared_value<order_body> body;
  /// Those that the edit changed or added.
  std::vector<edited_line> lines;
  /// The person as it is now, where the edit changed it; kept beside the log
  /// under the version of this event.
  shared_value<personal_data> personal;
  bool has_personal = false;
  bool personal_changed = false;
  std::vector<value_change> changes;
  std::string note;
  /// What is due for this edit and earlier ones, before units that it removes
  /// are cancelled.
  money due;
  /// Units that are allocated are planned anew.
  bool replans = false;
  friend bool operator==(const order_edited&, const order_edited&) = default;
};
OMS_FIELDS(order_edited, "order.edited", "", OMS_FIELD(body, 0, .is = internal),
           OMS_FIELD(lines, 1, .is = unless_empty),
           OMS_FIELD(personal, 2, .is = internal | apart),
           OMS_FIELD(has_personal, 3, .is = internal),
           OMS_FIELD(personal_changed, 4, .is = unless_empty),
           OMS_FIELD(changes, 5, .is = unless_empty),
           OMS_FIELD(note, 6, .is = unless_empty),
           OMS_FIELD(due, 7, .is = unless_empty),
           OMS_FIELD(replans, 8, .is = unless_empty));

/// The order has taken over what its reservation held for it.
struct reservation_claimed {
  reservation_id reservation;
  friend bool operator==(const reservation_claimed&,
                         const reservation_claimed&) = default;
};
OMS_FIELDS(reservation_claimed, "reservation.claimed", "",
           OMS_FIELD(reservation, 0));

/// This order names another one, or another one names it.
struct order_related {
  order_id order;
  relation_kind kind = relation_kind::exchange;
  /// Of the order that names: the other one exists, and is told.
  bool is_told = false;
  friend bool operator==(const order_related&, const order_related&) = default;
};
OMS_FIELDS(order_related, "order.related", "",
           OMS_FIELD(order, 0, .json = "related"),
           OMS_FIELD(kind, 1, .json = "relation"),
           OMS_FIELD(is_told, 2, .is = internal));

/// The cause of the alert is gone: it is no longer open.
struct alert_resolved {
  std::string kind;
  std::string subject;
  friend bool operator==(const alert_resolved&,
                         const alert_resolved&) = default;
};
OMS_FIELDS(alert_resolved, "alert.resolved", "",
           OMS_FIELD(kind, 0, .json = "alertKind"),
           OMS_FIELD(subject, 1, .is = unless_empty));

/// The customer hears that units of a line that wait come in on this day.
struct backorder_dated {
  line_id line;
  date expected{};
  friend bool operator==(const backorder_dated&,
                         const backorder_dated&) = default;
};
OMS_FIELDS(backorder_dated, "backorder.dated", "", OMS_FIELD(line, 0),
           OMS_FIELD(expected, 1));

struct hold_placed {
  hold_id hold;
  std::string reason;
  friend bool operator==(const hold_placed&, const hold_placed&) = default;
};
OMS_FIELDS(hold_placed, "hold.placed", "", OMS_FIELD(hold, 0),
           OMS_FIELD(reason, 1, .is = unless_empty));

struct hold_released {
  hold_id hold;
  friend bool operator==(const hold_released&, const hold_released&) = default;
};
OMS_FIELDS(hold_released, "hold.released", "", OMS_FIELD(hold, 0));

struct note_added {
  std::string text;
  friend bool operator==(const note_added&, const note_added&) = default;
};
OMS_FIELDS(note_added, "note.added", "", OMS_FIELD(text, 0, .json = "note"));

/// The record with name, address and e-mail was removed.
struct personal_data_erased {
  friend bool operator==(const personal_data_erased&,
                         const personal_data_erased&) = default;
};
OMS_NO_FIELDS(personal_data_erased, "personalData.erased", "");

struct refund_requested {
  refund_id refund;
  money requested;
  std::vector<line_units> lines;
  bool shipping = false;
  std::string reason;
  /// The caller's: it counts once.
  std::string reference = {};
  friend bool operator==(const refund_requested&,
                         const refund_requested&) = default;
};
OMS_FIELDS(refund_requested, "refund.requested", "", OMS_FIELD(refund, 0),
           OMS_FIELD(requested, 1, .json = "amount"),
           OMS_FIELD(lines, 2, .is = unless_empty),
           OMS_FIELD(shipping, 3, .is = unless_empty),
           OMS_FIELD(reason, 4, .is = unless_empty),
           OMS_FIELD(reference, 5, .is = unless_empty));

struct refund_settled {
  refund_id refund;
  bool succeeded = true;
  friend bool operator==(const refund_settled&,
                         const refund_settled&) = default;
};
OMS_FIELDS(refund_settled, "refund.settled", "", OMS_FIELD(refund, 0),
           OMS_FIELD(succeeded, 1));

struct return_requested {
  return_id id;
  std::vector<line_units> lines;
  std::string reason;
  friend bool operator==(const return_requested&,
                         const return_requested&) = default;
};
OMS_FIELDS(return_requested, "return.requested", "",
           OMS_FIELD(id, 0, .json = "return"), OMS_FIELD(lines, 1),
           OMS_FIELD(reason, 2, .is = unless_empty));

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
OMS_FIELDS(returned_units, "ReturnedUnits", "",
           OMS_FIELD(line, 0, .is = unless_empty), OMS_FIELD(sku, 1),
           OMS_FIELD(from_delivered, 2, .is = unless_empty),
           OMS_FIELD(from_shipped, 3, .is = unless_empty),
           OMS_FIELD(condition, 4));

struct return_received {
  return_id id;
  source_ref location;
  std::vector<returned_units> lines;
  friend bool operator==(const return_received&,
                         const return_received&) = default;
};
OMS_FIELDS(return_received, "return.received", "",
           OMS_FIELD(id, 0, .json = "return"),
           OMS_FIELD(location.kind, 1, .is = internal),
           OMS_FIELD(location.id, 2, .json = "location"), OMS_FIELD(lines, 3));

struct return_declined {
  return_id id;
  friend bool operator==(const return_declined&,
                         const return_declined&) = default;
};
OMS_FIELDS(return_declined, "return.declined", "",
           OMS_FIELD(id, 0, .json = "return"));

/// Something to tell the outside, recorded once per order, kind and subject.
struct notification_recorded {
  /// "order.placed", "backorder.created" and so on; docs/DOMAIN.md has all.
  std::string kind;
  /// What it is about within the order: a shipment, a line, a refund. Where the
  /// same may happen again, a version makes it unique.
  std::string subject;
  std::string text;
  /// Of `capture.requested`.
  money amount = {};
  friend bool operator==(const notification_recorded&,
                         const notification_recorded&) = default;
};
OMS_FIELDS(notification_recorded, "notification", "",
           OMS_FIELD(kind, 0, .json = "notification"),
           OMS_FIELD(subject, 1, .is = unless_empty),
           OMS_FIELD(text, 2, .is = unless_empty),
           OMS_FIELD(amount, 3, .is = unless_empty));

/// Something that a person should look at, recorded once per entity, kind and
/// subject.
struct alert_raised {
  std::string kind;
  std::string subject;
  std::string reason;
  friend bool operator==(const alert_raised&, const alert_raised&) = default;
};
OMS_FIELDS(alert_raised, "alert", "", OMS_FIELD(kind, 0, .json = "alert"),
           OMS_FIELD(subject, 1, .is = unless_empty),
           OMS_FIELD(reason, 2, .is = unless_empty));

// --- events of a location or supplier -------------------------------------

struct location_defined {
  location_settings settings;
  friend bool operator==(const location_defined&,
                         const location_defined&) = default;
};
OMS_FIELDS(location_defined, "location.defined", "", OMS_FIELD(settings, 0));

struct supplier_defined {
  supplier_settings settings;
  friend bool operator==(const supplier_defined&,
                         const supplier_defined&) = default;
};
OMS_FIELDS(supplier_defined, "supplier.defined", "", OMS_FIELD(settings, 0));

struct stock_received {
  sku_id sku;
  quantity units;
  std::string reference;
  /// What it drew down, and by how much; and whether that is a transfer.
  std::string incoming = {};
  quantity drawn = {};
  bool transferred = false;
  std::string reason = {};
  friend bool operator==(const stock_received&,
                         const stock_received&) = default;
};
OMS_FIELDS(stock_received, "stock.received", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"),
           OMS_FIELD(reference, 2, .is = unless_empty),
           OMS_FIELD(incoming, 3, .is = unless_empty),
           OMS_FIELD(drawn, 4, .is = unless_empty),
           OMS_FIELD(transferred, 5, .is = unless_empty),
           OMS_FIELD(reason, 6, .is = unless_empty));

struct stock_adjusted {
  sku_id sku;
  quantity delta;
  std::string reason;
  std::string reference = {};
  friend bool operator==(const stock_adjusted&,
                         const stock_adjusted&) = default;
};
OMS_FIELDS(stock_adjusted, "stock.adjusted", "", OMS_FIELD(sku, 0),
           OMS_FIELD(delta, 1), OMS_FIELD(reason, 2, .is = unless_empty),
           OMS_FIELD(reference, 3, .is = unless_empty));

struct stock_counted {
  sku_id sku;
  /// On hand before, for readers of the trail.
  quantity was;
  quantity on_hand;
  std::string reason = {};
  std::string reference = {};
  friend bool operator==(const stock_counted&, const stock_counted&) = default;
};
OMS_FIELDS(stock_counted, "stock.counted", "", OMS_FIELD(sku, 0),
           OMS_FIELD(was, 1), OMS_FIELD(on_hand, 2),
           OMS_FIELD(reason, 3, .is = unless_empty),
           OMS_FIELD(reference, 4, .is = unless_empty));

struct safety_stock_set {
  sku_id sku;
  quantity units;
  friend bool operator==(const safety_stock_set&,
                         const safety_stock_set&) = default;
};
OMS_FIELDS(safety_stock_set, "stock.safetyStockSet", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"));

/// Units that are held back until the backorder queue has been asked; until
/// then they count as reserved.
struct stock_offered {
  sku_id sku;
  quantity units;
  friend bool operator==(const stock_offered&, const stock_offered&) = default;
};
OMS_FIELDS(stock_offered, "stock.offered", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"));

/// `units` are no longer on offer: the backorder queue has answered, or a count
/// or adjustment found that they are not there. What the queue took is in the
/// `stock_committed` events of the same decision.
struct offer_settled {
  sku_id sku;
  quantity units;
  friend bool operator==(const offer_settled&, const offer_settled&) = default;
};
OMS_FIELDS(offer_settled, "stock.offerSettled", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"));

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
  /// The reservation whose held units it takes; empty: available ones.
  reservation_id reservation = {};
  /// The date at the source, for whose capacity it counts; none: that of the
  /// event in UTC.
  std::optional<date> day = {};
  friend bool operator==(const stock_committed&,
                         const stock_committed&) = default;
};
OMS_FIELDS(stock_committed, "stock.committed", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(lines, 2),
           OMS_FIELD(opens, 3, .is = unless_empty),
           OMS_FIELD(round, 4, .is = unless_empty),
           OMS_FIELD(reservation, 5, .is = unless_empty),
           OMS_FIELD(day, 6, .is = internal));

/// Units are promised no longer. Without lines it says that the order has heard
/// of one `stock_taken_back`.
struct stock_decommitted {
  order_key order;
  std::vector<sku_quantity> lines;
  friend bool operator==(const stock_decommitted&,
                         const stock_decommitted&) = default;
};
OMS_FIELDS(stock_decommitted, "stock.decommitted", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(lines, 2));

struct stock_accepted {
  order_key order;
  friend bool operator==(const stock_accepted&,
                         const stock_accepted&) = default;
};
OMS_FIELDS(stock_accepted, "stock.accepted", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty));

/// Promised units were taken from the shelf (or, negative, put back).
struct stock_picked {
  order_key order;
  std::vector<sku_quantity> lines;
  friend bool operator==(const stock_picked&, const stock_picked&) = default;
};
OMS_FIELDS(stock_picked, "stock.picked", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(lines, 2));

struct shipped_stock {
  sku_id sku;
  quantity units;
  /// Of these, units that were picked.
  quantity picked;
  /// Of these, units that a count had already found gone.
  quantity counted_out;
  friend bool operator==(const shipped_stock&, const shipped_stock&) = default;
};
OMS_FIELDS(shipped_stock, "ShippedStock", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"),
           OMS_FIELD(picked, 2, .is = unless_empty),
           OMS_FIELD(counted_out, 3, .is = unless_empty));

struct stock_shipped {
  order_key order;
  std::vector<shipped_stock> lines;
  friend bool operator==(const stock_shipped&, const stock_shipped&) = default;
};
OMS_FIELDS(stock_shipped, "stock.shipped", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(lines, 2));

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
OMS_FIELDS(rejected_stock, "RejectedStock", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"),
           OMS_FIELD(picked, 2, .is = unless_empty),
           OMS_FIELD(written_off, 3, .is = unless_empty),
           OMS_FIELD(damaged, 4, .is = unless_empty));

struct stock_rejected {
  order_key order;
  reject_reason reason = reject_reason::out_of_stock;
  std::vector<rejected_stock> lines;
  friend bool operator==(const stock_rejected&,
                         const stock_rejected&) = default;
};
OMS_FIELDS(stock_rejected, "stock.rejected", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(reason, 2),
           OMS_FIELD(lines, 3));

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
OMS_FIELDS(stock_taken_back, "stock.takenBack", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(sku, 2),
           OMS_FIELD(units, 3, .json = "quantity"),
           OMS_FIELD(picked, 4, .is = unless_empty));

struct restocked_line {
  sku_id sku;
  quantity sellable;
  quantity damaged;
  friend bool operator==(const restocked_line&,
                         const restocked_line&) = default;
};
OMS_FIELDS(restocked_line, "RestockedLine", "", OMS_FIELD(sku, 0),
           OMS_FIELD(sellable, 1, .is = unless_empty),
           OMS_FIELD(damaged, 2, .is = unless_empty));

struct stock_restocked {
  order_key order;
  std::vector<restocked_line> lines;
  friend bool operator==(const stock_restocked&,
                         const stock_restocked&) = default;
};
OMS_FIELDS(stock_restocked, "stock.restocked", "",
           OMS_FIELD(order.id, 0, .json = "order"),
           OMS_FIELD(order.brand, 1, .is = unless_empty), OMS_FIELD(lines, 2));

/// Units that will come in. What was announced before under the reference is
/// replaced; without lines it has ended.
struct incoming_announced {
  std::string reference;
  std::vector<sku_quantity> lines;
  std::optional<date> expected;
  /// They come by this transfer.
  transfer_id transfer;
  friend bool operator==(const incoming_announced&,
                         const incoming_announced&) = default;
};
OMS_FIELDS(incoming_announced, "incoming.announced", "",
           OMS_FIELD(reference, 0), OMS_FIELD(lines, 1), OMS_FIELD(expected, 2),
           OMS_FIELD(transfer, 3, .is = unless_empty));

/// Units leave for another location.
struct stock_transferred {
  transfer_id transfer;
  std::string to;
  std::vector<sku_quantity> lines;
  std::optional<date> expected;
  friend bool operator==(const stock_transferred&,
                         const stock_transferred&) = default;
};
OMS_FIELDS(stock_transferred, "stock.transferred", "", OMS_FIELD(transfer, 0),
           OMS_FIELD(to, 1), OMS_FIELD(lines, 2), OMS_FIELD(expected, 3));

/// What has not arrived of a transfer never will.
struct transfer_closed {
  transfer_id transfer;
  std::vector<sku_quantity> written_off;
  friend bool operator==(const transfer_closed&,
                         const transfer_closed&) = default;
};
OMS_FIELDS(transfer_closed, "transfer.closed", "", OMS_FIELD(transfer, 0),
           OMS_FIELD(written_off, 1, .is = unless_empty));

/// Units whose day was before `day` are overdue, and alerts say so.
struct incoming_checked {
  date day{};
  friend bool operator==(const incoming_checked&,
                         const incoming_checked&) = default;
};
OMS_FIELDS(incoming_checked, "incoming.checked", "", OMS_FIELD(day, 0));

/// Units are held for a cart until the deadline.
struct stock_reserved {
  reservation_id reservation;
  std::vector<sku_quantity> lines;
  timestamp deadline;
  friend bool operator==(const stock_reserved&,
                         const stock_reserved&) = default;
};
OMS_FIELDS(stock_reserved, "stock.reserved", "", OMS_FIELD(reservation, 0),
           OMS_FIELD(lines, 1), OMS_FIELD(deadline, 2));

/// Why units are no longer held.
enum class release_cause : std::uint8_t {
  released,
  expired,
  /// A count found fewer units than are held.
  counted_out
};
OMS_WORDS(release_cause, counted_out, "released", "expired", "countedOut");

struct stock_unreserved {
  reservation_id reservation;
  std::vector<sku_quantity> lines;
  release_cause cause = release_cause::released;
  friend bool operator==(const stock_unreserved&,
                         const stock_unreserved&) = default;
};
OMS_FIELDS(stock_unreserved, "stock.unreserved", "", OMS_FIELD(reservation, 0),
           OMS_FIELD(lines, 1), OMS_FIELD(cause, 2));

// --- events of reservations -----------------------------------------------

/// Every location that was asked holds its part: the request, and its answer,
/// which is the same for good.
struct reservation_made {
  reserve_stock request;
  timestamp expires;
  std::vector<reserved_units> lines;
  std::vector<stock_line> missing;
  friend bool operator==(const reservation_made&,
                         const reservation_made&) = default;
};
OMS_FIELDS(reservation_made, "reservation.made", "",
           OMS_FIELD(request, 0, .is = internal), OMS_FIELD(expires, 1),
           OMS_FIELD(lines, 2), OMS_FIELD(missing, 3, .is = unless_empty));

// --- events of the catalogue ----------------------------------------------

struct product_defined {
  product_settings settings;
  friend bool operator==(const product_defined&,
                         const product_defined&) = default;
};
OMS_FIELDS(product_defined, "product.defined", "", OMS_FIELD(settings, 0));

struct routing_set {
  routing_rules rules;
  /// The count of `routing_set` of this brand, from 1.
  std::uint64_t version = 0;
  friend bool operator==(const routing_set&, const routing_set&) = default;
};
OMS_FIELDS(routing_set, "routing.set", "", OMS_FIELD(version, 0),
           OMS_FIELD(rules, 1));

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
    product_defined, routing_set, payment_authorized, payment_voided,
    label_added, label_voided, backorder_answered, notification_attempted,
    alert_acknowledged, delivery_expected, order_edited, order_related,
    alert_resolved, incoming_announced, stock_transferred, transfer_closed,
    stock_reserved, stock_unreserved, reservation_made, reservation_claimed,
    backorder_dated, incoming_checked>;
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

/// What an entity recorded at once: events, and what they have in common. It is
/// what entities send to the log, and one transaction has many.
struct decision {
  /// Of the first event; the others follow it. Set by the journal.
  sequence at = 0;
  /// The entity's event before the first one. Set by the journal.
  sequence previous = 0;
  timestamp time;
  entity_ref entity;
  /// Of the first event.
  std::uint64_t version = 0;
  actor_name by;
  std::string command;
  std::optional<event_cause> cause;
  std::vector<event_body> events;

  /// The sequence of its last event.
  [[nodiscard]] sequence last() const { return at + events.size() - 1; }
  /// One of its events, with what it has in common with the others; and the
  /// same without the body.
  [[nodiscard]] event event_at(std::size_t index) const;
  [[nodiscard]] event header_at(std::size_t index) const;
  /// The same into an event, whose texts keep their memory; its body stays.
  void put_header(std::size_t index, event& into) const;
};
[[nodiscard]] std::size_t events_in(std::span<const decision> decisions);
/// Events in their order, those together that an entity recorded at once.
[[nodiscard]] std::vector<decision> decisions_of(std::span<const event> events);

/// An event where it is: by itself, or in a decision. Both outlive it.
struct event_view {
  // Not explicit: an event is one.
  event_view(const event& of)
      : at(of.at),
        time(of.time),
        entity(of.entity),
        version(of.version),
        command(of.command),
        cause(of.cause),
        body(of.body) {}
  event_view(const decision& of, std::size_t index)
      : at(of.at + index),
        time(of.time),
        entity(of.entity),
        version(of.version + index),
        command(of.command),
        cause(of.cause),
        body(of.events[index]) {}

  sequence at;
  timestamp time;
  const entity_ref& entity;
  std::uint64_t version;
  const std::string& command;
  const std::optional<event_cause>& cause;
  const event_body& body;
};

/// The list of fields of the event that it is. Its name is the event's kind.
[[nodiscard]] const fields::type_info& type_of(const event_body& body);
/// The same by the place in `event_body`, which is its number in the log.
[[nodiscard]] const fields::type_info& type_of_event(std::size_t index);
inline constexpr std::size_t event_kinds = std::variant_size_v<event_variant>;

/// The name of an event in the audit trail and on screens: "order.placed".
/// Callers compare them, so they are as fixed as the fields of the API. The
/// first word is what the event is about, which need not be the entity that
/// records it. A step that an order and a source both record has two names: an
/// order's "fulfillment.picked" is followed by "stock.picked" of the source.
[[nodiscard]] std::string_view kind_of(const event_body& body);

}  // namespace oms
