#pragma once

/// The state of an order: what folding its events makes.
///
/// It is quantities in exclusive buckets; statuses are computed from them
/// (actors/order/status.hpp), and events alone change it
/// (actors/order/order.hpp). `version` counts these events. The state belongs
/// to the order's actor, or to the code that folds a timeline; it has no
/// snapshot on disk. Personal data is not part of it, but a record of its own.
/// The rules are those of docs/DOMAIN.md.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/open_alerts.hpp"
#include "messages/order.hpp"

namespace oms {

struct order_line_state {
  order_line ordered;
  line_buckets buckets;
  /// Of the unrouted units, those that may not be backordered.
  quantity unfillable;
  /// Units in refunds that name lines and have not failed.
  quantity refunded_units;
  /// Units in returns that are requested and not received yet.
  quantity in_return;
  /// What the customer said about the units that wait now.
  std::optional<backorder_choice> answer;
  /// Of the unrouted units, those that an edit added and that wait until it is
  /// paid.
  quantity awaiting_payment;
  /// When these units come in, as the customer was last told.
  std::optional<date> told;

  friend bool operator==(const order_line_state&,
                         const order_line_state&) = default;
};
OMS_FIELDS(order_line_state, "OrderLineState", "", OMS_FIELD(ordered, 0),
           OMS_FIELD(buckets, 1), OMS_FIELD(unfillable, 2),
           OMS_FIELD(refunded_units, 3), OMS_FIELD(in_return, 4),
           OMS_FIELD(answer, 5), OMS_FIELD(awaiting_payment, 6),
           OMS_FIELD(told, 7));

struct fulfillment_line {
  /// Index into the order's lines.
  std::size_t line = 0;
  quantity allocated;
  quantity picked;
  quantity shipped;
  quantity cancelled;
  /// Rejected, revoked by the source, or planned elsewhere.
  quantity moved_away;
  /// Of the allocated and picked units, those that the source is asked to
  /// release: allocated ones first.
  quantity cancel_requested;
  /// Of the allocated and picked units, those that were moved here by hand.
  quantity by_hand;

  [[nodiscard]] quantity remaining() const { return allocated + picked; }
  friend bool operator==(const fulfillment_line&,
                         const fulfillment_line&) = default;
};
OMS_FIELDS(fulfillment_line, "FulfillmentLine", "", OMS_FIELD(line, 0),
           OMS_FIELD(allocated, 1), OMS_FIELD(picked, 2), OMS_FIELD(shipped, 3),
           OMS_FIELD(cancelled, 4), OMS_FIELD(moved_away, 5),
           OMS_FIELD(cancel_requested, 6), OMS_FIELD(by_hand, 7));

struct fulfillment_label {
  shipping_label bought;
  bool voided = false;

  friend bool operator==(const fulfillment_label&,
                         const fulfillment_label&) = default;
};
OMS_FIELDS(fulfillment_label, "FulfillmentLabel", "", OMS_FIELD(bought, 0),
           OMS_FIELD(voided, 1));

struct fulfillment {
  fulfillment_id id;
  source_ref source;
  /// What the source was when the fulfillment was opened.
  source_type place = source_type::warehouse;
  bool accepted = false;
  /// Of the last request to cancel, for the event that follows from it.
  std::string cancel_reason;
  std::string cancel_note;
  std::vector<fulfillment_line> lines;
  std::vector<fulfillment_label> labels;
  /// None: not known.
  std::optional<date> expected_ship;
  std::optional<date> expected_delivery;

  [[nodiscard]] quantity remaining() const;
  [[nodiscard]] quantity shipped() const;
  /// Whether new units of the same source join it. The source keeps the same
  /// answer in `promise::joinable`, since it counts what opens for its
  /// capacity.
  [[nodiscard]] bool joinable() const {
    return !accepted && remaining() > quantity{0};
  }
  friend bool operator==(const fulfillment&, const fulfillment&) = default;
};
OMS_FIELDS(fulfillment, "Fulfillment", "", OMS_FIELD(id, 0),
           OMS_FIELD(source, 1), OMS_FIELD(place, 2), OMS_FIELD(accepted, 3),
           OMS_FIELD(cancel_reason, 4), OMS_FIELD(cancel_note, 5),
           OMS_FIELD(lines, 6), OMS_FIELD(labels, 7),
           OMS_FIELD(expected_ship, 8), OMS_FIELD(expected_delivery, 9));

struct shipment_line {
  std::size_t line = 0;
  quantity units;
  /// Once the shipment has ended: those of its units that are still in the
  /// bucket of that end, and that a further update would move. Units that a
  /// return took out of it are not.
  quantity ended;
  friend bool operator==(const shipment_line&, const shipment_line&) = default;
};
OMS_FIELDS(shipment_line, "ShipmentLine", "", OMS_FIELD(line, 0),
           OMS_FIELD(units, 1), OMS_FIELD(ended, 2));

struct shipment {
  shipment_id id;
  fulfillment_id fulfillment;
  source_ref source;
  std::string carrier;
  std::string tracking;
  shipment_status status = shipment_status::shipped;
  std::optional<tracking_status> news;
  std::vector<shipment_line> lines;
  /// It took all that was left of its fulfillment, as a `ship` without lines
  /// does. Such a command is only then a repetition of this shipment.
  bool took_all = false;
  friend bool operator==(const shipment&, const shipment&) = default;
};
OMS_FIELDS(shipment, "Shipment", "", OMS_FIELD(id, 0),
           OMS_FIELD(fulfillment, 1), OMS_FIELD(source, 2),
           OMS_FIELD(carrier, 3), OMS_FIELD(tracking, 4), OMS_FIELD(status, 5),
           OMS_FIELD(news, 6), OMS_FIELD(lines, 7), OMS_FIELD(took_all, 8));

/// The status that a shipment has after such an update; none: it stays as it
/// is.
[[nodiscard]] std::optional<shipment_status> end_of(tracking_status news);

struct refund {
  refund_id id;
  money requested;
  refund_status status = refund_status::requested;
  std::string reason;
  std::vector<line_units> lines;
  bool shipping = false;
  /// The part of `requested` that was beyond the order's total when it was
  /// requested: the value of cancelled units, or overpayment. The rest is
  /// goodwill and makes nothing due.
  money excess;
  friend bool operator==(const refund&, const refund&) = default;
};
OMS_FIELDS(refund, "Refund", "", OMS_FIELD(id, 0), OMS_FIELD(requested, 1),
           OMS_FIELD(status, 2), OMS_FIELD(reason, 3), OMS_FIELD(lines, 4),
           OMS_FIELD(shipping, 5), OMS_FIELD(excess, 6));

/// Money that a customer's bank has set aside for the order.
struct authorization {
  /// May be empty: then no capture draws on it and nothing ends it.
  std::string reference;
  /// What is left of it.
  money open;
  bool ended = false;
  friend bool operator==(const authorization&, const authorization&) = default;
};
OMS_FIELDS(authorization, "Authorization", "", OMS_FIELD(reference, 0),
           OMS_FIELD(open, 1), OMS_FIELD(ended, 2));

struct order_return {
  return_id id;
  return_status status = return_status::requested;
  std::vector<line_units> lines;
  std::vector<returned_units> received;
  friend bool operator==(const order_return&, const order_return&) = default;
};
OMS_FIELDS(order_return, "Return", "", OMS_FIELD(id, 0), OMS_FIELD(status, 1),
           OMS_FIELD(lines, 2), OMS_FIELD(received, 3));

/// A source that rejected units of a SKU for this order.
struct rejection {
  source_ref source;
  sku_id sku;
  /// As `rejected_units::receipts`: with more of them, the source is asked
  /// again.
  std::uint64_t receipts = 0;
  friend bool operator==(const rejection&, const rejection&) = default;
};
OMS_FIELDS(rejection, "Rejection", "", OMS_FIELD(source, 0), OMS_FIELD(sku, 1),
           OMS_FIELD(receipts, 2));

struct order_hold {
  hold_id id;
  std::string reason;
  friend bool operator==(const order_hold&, const order_hold&) = default;
};
OMS_FIELDS(order_hold, "OrderHold", "", OMS_FIELD(id, 0), OMS_FIELD(reason, 1));

/// An outcome of a notification that is recorded.
struct notification_outcome {
  sequence notification = 0;
  std::string channel;
  std::int64_t attempt = 0;
  delivery_outcome outcome = delivery_outcome::sent;
  friend bool operator==(const notification_outcome&,
                         const notification_outcome&) = default;
};
OMS_FIELDS(notification_outcome, "NotificationOutcome", "",
           OMS_FIELD(notification, 0), OMS_FIELD(channel, 1),
           OMS_FIELD(attempt, 2), OMS_FIELD(outcome, 3));

/// Where lines are, by their ids: an event of an order with 10,000 lines may
/// name all of them. It follows from the lines, so any two are equal.
class line_places {
 public:
  line_places() = default;
  explicit line_places(const std::vector<order_line_state>& lines);

  [[nodiscard]] std::optional<std::size_t> find(
      const std::vector<order_line_state>& lines, const line_id& line) const;

  friend bool operator==(const line_places&, const line_places&) {
    return true;
  }

 private:
  /// Indices of the lines, in the order of their ids; empty where there are few
  /// lines. Shared, because a decision works on a copy of the state.
  shared_value<std::vector<std::size_t>> by_id_;
};

struct order_state {
  order_key key;
  /// Without its lines, which are below.
  shared_value<order_body> body;
  timestamp placed_at;
  std::uint64_t number = 0;
  order_status status = order_status::pending;
  timestamp status_since;
  bool payment_started = false;
  bool payment_failed_finally = false;
  /// The notification `order.split` is recorded once per order.
  bool split_told = false;
  /// Placing the order again no longer compares the person.
  bool personal_data_erased = false;
  /// There is a record of personal data: given, and not erased since.
  bool has_personal = false;
  /// It names a reservation and has yet to take over what that holds; nothing
  /// else of it is planned until then.
  bool takes_over = false;
  /// When it was last reported as stuck.
  std::optional<timestamp> stuck_alert_at;
  money captured;
  money refunded;
  money refund_requested;
  std::uint64_t version = 0;
  /// Of captures and of failures: a repeated reference counts once per event.
  std::vector<std::string> payment_references;
  std::vector<std::string> failed_references;
  std::vector<order_line_state> lines;
  /// Of these lines; edits only add some.
  line_places places;
  std::vector<fulfillment> fulfillments;
  std::vector<shipment> shipments;
  std::vector<refund> refunds;
  std::vector<order_return> returns;
  std::vector<order_hold> holds;
  std::vector<rejection> rejections;
  /// Sources that were unable to ship; they are not asked again until the
  /// command `plan`.
  std::vector<source_ref> unable;
  /// The rule of the brand that holds for it: as it was at the order's newest
  /// payment event, and no other once the order has been paid in full.
  plan_moment plan_on = plan_moment::captured;
  std::vector<authorization> authorizations;
  /// What shipments have asked for and nobody has captured yet.
  money capture_requested;
  /// Of cancellations and of refunds: a repeated reference counts once.
  std::vector<std::string> cancel_references;
  std::vector<std::string> refund_references;
  std::vector<notification_outcome> deliveries;
  /// Alerts that were acknowledged.
  std::vector<sequence> acknowledged;
  /// Alerts whose cause is not gone and that nobody has acknowledged.
  std::vector<open_alert> open_alerts;
  /// What is due for edits alone, since the order was paid in full.
  money edit_due;
  /// The version of the newest edit for which allocated units are to be planned
  /// anew; 0: none.
  std::uint64_t replan_since = 0;
  /// The version of the edit that wrote the person last; 0: as it was placed.
  std::uint64_t personal_version = 0;
  bool edited = false;
  /// As it was placed, with its lines; only of an order that was edited.
  shared_value<order_body> original;

  [[nodiscard]] bool exists() const { return version > 0; }
  [[nodiscard]] std::optional<std::size_t> line_index(
      const line_id& line) const;
  [[nodiscard]] const fulfillment* find_fulfillment(
      const fulfillment_id& id) const;
  [[nodiscard]] const shipment* find_shipment(const shipment_id& id) const;
  /// Sum of one bucket over all lines.
  [[nodiscard]] quantity total_of(quantity line_buckets::*bucket) const;

  friend bool operator==(const order_state&, const order_state&) = default;
};
/// All that two equal orders have in common: without `places`, which follows
/// from the lines, and `number`, which only compares with those of other
/// orders.
OMS_SOME_FIELDS(
    order_state_fields, order_state, "OrderState", "", OMS_FIELD(key, 0),
    OMS_FIELD(body, 1), OMS_FIELD(placed_at, 2), OMS_FIELD(status, 3),
    OMS_FIELD(status_since, 4), OMS_FIELD(payment_started, 5),
    OMS_FIELD(payment_failed_finally, 6), OMS_FIELD(split_told, 7),
    OMS_FIELD(personal_data_erased, 8), OMS_FIELD(has_personal, 9),
    OMS_FIELD(stuck_alert_at, 10), OMS_FIELD(captured, 11),
    OMS_FIELD(refunded, 12), OMS_FIELD(refund_requested, 13),
    OMS_FIELD(version, 14), OMS_FIELD(payment_references, 15, .is = any_order),
    OMS_FIELD(failed_references, 16, .is = any_order), OMS_FIELD(lines, 17),
    OMS_FIELD(fulfillments, 18), OMS_FIELD(shipments, 19),
    OMS_FIELD(refunds, 20), OMS_FIELD(returns, 21), OMS_FIELD(holds, 22),
    OMS_FIELD(rejections, 23, .is = any_order),
    OMS_FIELD(unable, 24, .is = any_order), OMS_FIELD(plan_on, 25),
    OMS_FIELD(authorizations, 26), OMS_FIELD(capture_requested, 27),
    OMS_FIELD(cancel_references, 28, .is = any_order),
    OMS_FIELD(refund_references, 29, .is = any_order),
    OMS_FIELD(deliveries, 30, .is = any_order),
    OMS_FIELD(acknowledged, 31, .is = any_order), OMS_FIELD(edit_due, 32),
    OMS_FIELD(replan_since, 33), OMS_FIELD(personal_version, 34),
    OMS_FIELD(edited, 35), OMS_FIELD(original, 36), OMS_FIELD(takes_over, 37),
    OMS_FIELD(open_alerts, 38, .is = any_order));

}  // namespace oms
