#pragma once

/// Commands: what callers ask the engine to do.
///
/// Each command is a struct that is named by its verb; `command` is the
/// envelope, which says who asks. Money is in minor units of the order's
/// currency, times are UTC. docs/DOMAIN.md says what each command does and what
/// may be wrong with it; docs/ARCHITECTURE.md says where it is decided.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/compiled_variant.hpp"
#include "messages/errors.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"
#include "messages/text_map.hpp"

namespace oms {

struct place_order {
  order_key order;
  order_body body;
  personal_data personal;
};
OMS_FIELDS(place_order, "Order", "", OMS_FIELD(order, 0, .is = flat),
           OMS_FIELD(body, 1, .is = flat), OMS_FIELD(personal, 2, .is = flat));

enum class payment_event : std::uint8_t {
  started,
  captured,
  failed,
  authorized,
  voided
};
OMS_WORDS(payment_event, voided, "started", "captured", "failed", "authorized",
          "voided");

struct record_payment {
  order_key order;
  payment_event event = payment_event::captured;
  /// For `captured`: none is all that is not captured yet; for `authorized`:
  /// none is all that is not secured yet.
  std::optional<money> amount;
  /// The payment provider's name for it. A repeated one counts once per event;
  /// an empty one always counts.
  std::string reference;
  /// For `failed`: no further attempt will come, so the order is cancelled.
  bool final = false;
  /// For `captured`: the reference of the authorization that it draws on.
  std::string authorization = {};
};
OMS_FIELDS(record_payment, "Payment", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(event, 2, .is = required),
           OMS_FIELD(amount, 3,
                     .doc = "For captured: left out, all that is not captured "
                            "yet. For authorized: all that is not secured "
                            "yet."),
           OMS_FIELD(reference, 4, .is = identifier),
           OMS_FIELD(final, 5,
                     .doc = "For failed: no further attempt will come."),
           OMS_FIELD(authorization, 6, .is = identifier,
                     .doc = "For captured: the reference of the authorization "
                            "that it draws on."));

struct line_choice {
  line_id line;
  quantity units;

  friend bool operator==(const line_choice&, const line_choice&) = default;
};
OMS_FIELDS(line_choice, "LineChoice", "", OMS_FIELD(line, 0, .is = required),
           OMS_FIELD(units, 1, .json = "quantity", .is = required, .least = 1));

struct cancel_order {
  order_key order;
  /// None: everything that can be cancelled. An empty list is refused, here
  /// and in every other command.
  std::optional<std::vector<line_choice>> lines;
  std::string reason;
  std::string note;
  /// The same reference counts once, forever; an empty one always counts.
  std::string reference = {};
};
OMS_FIELDS(
    cancel_order, "Cancellation", "",
    OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
    OMS_FIELD(order.brand, 1, .is = in_path),
    OMS_FIELD(lines, 2, .most = limits::max_order_lines,
              .doc =
                  "Left out: everything that can be cancelled. An empty list "
                  "is invalid, here and in every command."),
    OMS_FIELD(reason, 3), OMS_FIELD(note, 4),
    OMS_FIELD(reference, 5, .is = identifier,
              .doc = "The same reference counts once, forever."));

struct place_hold {
  order_key order;
  hold_id hold;
  std::string reason;
};
OMS_FIELDS(place_hold, "Hold", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(hold, 2, .is = required,
                     .doc = "The caller's id of the hold."),
           OMS_FIELD(reason, 3));

struct release_hold {
  order_key order;
  hold_id hold;
};
OMS_FIELDS(release_hold, "Unhold", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(hold, 2, .is = in_path));

struct add_note {
  order_key order;
  std::string text;
};
OMS_FIELDS(add_note, "Note", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(text, 2, .is = required));

/// Removes name, address and e-mail of the order's customer for good.
struct erase_personal_data {
  order_key order;
};
OMS_FIELDS(erase_personal_data, "Erasure", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path));

/// Plans again the units that are unrouted, unfillable, backordered, or
/// allocated and not picked.
struct plan_order {
  order_key order;
  /// The receipt shows the plan, and nothing changes.
  bool preview = false;
};
OMS_FIELDS(plan_order, "Plan", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(preview, 2,
                     .doc = "Answer with the plan, and change nothing."));

/// A line of a fulfillment command, named by its id or by its SKU. With both,
/// the line must be of that SKU.
struct work_line {
  line_id line;
  sku_id sku;
  quantity units;

  friend bool operator==(const work_line&, const work_line&) = default;
};
OMS_FIELDS(work_line, "WorkLine", "",
           OMS_FIELD(line, 0,
                     .doc = "By line or by SKU; with both, the line must be of "
                            "that SKU."),
           OMS_FIELD(sku, 1),
           OMS_FIELD(units, 2, .json = "quantity", .is = required, .least = 1));

enum class fulfillment_action : std::uint8_t {
  accept,
  reject,
  pick,
  unpick,
  ship,
  short_pick,
  cancel_answer,
  label,
  void_label,
  move
};
OMS_WORDS(fulfillment_action, move, "accept", "reject", "pick", "unpick",
          "ship", "shortPick", "cancelAnswer", "label", "voidLabel", "move");

enum class reject_reason : std::uint8_t {
  out_of_stock,
  mismatch,
  damaged,
  /// The source has the units and can't ship them.
  unable
};
OMS_WORDS(reject_reason, unable, "outOfStock", "mismatch", "damaged", "unable");

/// A command of the location or supplier that ships.
struct work_fulfillment {
  order_key order;
  fulfillment_action action = fulfillment_action::accept;
  /// Which one; empty: all of `source` whose status allows it, oldest first.
  fulfillment_id fulfillment;
  std::string source;
  /// None: everything that the command can act on.
  std::optional<std::vector<work_line>> lines;
  /// Required by `reject`.
  std::optional<reject_reason> reason;
  /// Why, in words: required by `unable`.
  std::string text;
  /// For `ship`. Without an id the shipment gets the order's id with a number.
  shipment_id shipment;
  std::string carrier;
  std::string tracking;
  /// For `cancel_answer`.
  bool agreed = false;
  /// For `label` and `void_label`: the caller's id, unique in the fulfillment.
  label_id label;
  /// For `label`, with `carrier` and `tracking`.
  std::string service;
  money cost;
  /// Three letters, or empty.
  std::string currency;
  /// Where the printable label is.
  std::string document;
  /// For `move`: the source that ships the units instead. `text` says why.
  std::string to;
};
// Over RPC, where all actions are one record.
OMS_FIELDS(
    work_fulfillment, "Work",
    "What the place that ships says. A field that the action does not have is "
    "refused.",
    OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required,
              .doc = "May be left out, because `fulfillment` names it."),
    OMS_FIELD(order.brand, 1, .is = in_path), OMS_FIELD(action, 2),
    OMS_FIELD(fulfillment, 3, .is = in_path,
              .doc = "As orders show it: ORDER:NUMBER."),
    OMS_FIELD(source, 4, .is = in_path | internal | identifier),
    OMS_FIELD(lines, 5, .most = limits::max_order_lines,
              .doc = "Left out: everything that is there. Not of accept and "
                     "cancelAnswer."),
    OMS_FIELD(reason, 6,
              .doc = "Of reject, which needs one: outOfStock writes off what "
                     "is available too, mismatch the rejected units; damaged "
                     "keeps them as damaged; unable changes no stock. Of "
                     "shortPick it is always mismatch."),
    OMS_FIELD(text, 7,
              .doc = "Of reject and shortPick: why, in words; required with "
                     "unable."),
    OMS_FIELD(shipment, 8,
              .doc = "Of ship, which needs one: the caller's id of it."),
    OMS_FIELD(carrier, 9, .is = identifier, .doc = "Of ship and label."),
    OMS_FIELD(tracking, 10, .is = identifier, .doc = "Of ship and label."),
    OMS_FIELD(agreed, 11, .doc = "Of cancelAnswer."),
    OMS_FIELD(label, 12, .is = in_path,
              .doc = "Of label and voidLabel, which need one: the caller's id "
                     "of it, unique in the fulfillment."),
    OMS_FIELD(service, 13, .is = identifier, .doc = "Of label."),
    OMS_FIELD(cost, 14, .doc = "Of label."),
    OMS_FIELD(currency, 15, .most = limits::currency_bytes, .doc = "Of label."),
    OMS_FIELD(document, 16, .doc = "Of label: where the printable label is."),
    OMS_FIELD(to, 17, .is = identifier,
              .doc = "Of move: the location or supplier that ships the units "
                     "instead; `text` says why."));
// Over HTTP each action has a body of its own, so that a key which it does not
// know is refused and not ignored. This is what the path of a call says for
// all.
#define OMS_FULFILLMENT_PATH                                         \
  OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required), \
      OMS_FIELD(order.brand, 1, .is = in_path),                      \
      OMS_FIELD(fulfillment, 2, .is = in_path),                      \
      OMS_FIELD(source, 3, .is = in_path | internal | identifier)
OMS_SOME_FIELDS(acceptance_fields, work_fulfillment, "Acceptance", "",
                OMS_FULFILLMENT_PATH);
OMS_SOME_FIELDS(pick_fields, work_fulfillment, "Pick", "", OMS_FULFILLMENT_PATH,
                OMS_FIELD(lines, 4, .most = limits::max_order_lines,
                          .doc = "Left out: everything that is there."));
OMS_SOME_FIELDS(
    rejection_fields, work_fulfillment, "Rejection", "", OMS_FULFILLMENT_PATH,
    OMS_FIELD(lines, 4, .most = limits::max_order_lines,
              .doc = "Left out: everything that is there."),
    OMS_FIELD(reason, 5, .is = required_in_json,
              .doc = "outOfStock writes off what is available too, mismatch "
                     "the rejected units; damaged keeps them as damaged; "
                     "unable changes no stock."),
    OMS_FIELD(text, 6, .doc = "Why, in words; required with unable."));
OMS_SOME_FIELDS(short_pick_fields, work_fulfillment, "ShortPick", "",
                OMS_FULFILLMENT_PATH,
                OMS_FIELD(lines, 4, .most = limits::max_order_lines,
                          .doc = "Left out: everything that is there."),
                OMS_FIELD(reason, 5, .doc = "Always mismatch."),
                OMS_FIELD(text, 6));
OMS_SOME_FIELDS(ship_fields, work_fulfillment, "Ship", "", OMS_FULFILLMENT_PATH,
                OMS_FIELD(shipment, 4, .is = required_in_json,
                          .doc = "The caller's id of the shipment."),
                OMS_FIELD(lines, 5, .most = limits::max_order_lines,
                          .doc = "Left out: everything that is there."),
                OMS_FIELD(carrier, 6, .is = identifier),
                OMS_FIELD(tracking, 7, .is = identifier));
OMS_SOME_FIELDS(cancel_answer_fields, work_fulfillment, "CancelAnswer", "",
                OMS_FULFILLMENT_PATH, OMS_FIELD(agreed, 4, .is = required));
OMS_SOME_FIELDS(label_fields, work_fulfillment, "Label", "",
                OMS_FULFILLMENT_PATH,
                OMS_FIELD(label, 4, .is = in_path | required),
                OMS_FIELD(carrier, 5, .is = identifier),
                OMS_FIELD(service, 6, .is = identifier),
                OMS_FIELD(tracking, 7, .is = identifier), OMS_FIELD(cost, 8),
                OMS_FIELD(currency, 9, .most = limits::currency_bytes,
                          .doc = "ISO 4217; may be left out."),
                OMS_FIELD(document, 10,
                          .doc = "Where the printable label is."));
OMS_SOME_FIELDS(void_label_fields, work_fulfillment, "LabelVoid", "",
                OMS_FULFILLMENT_PATH,
                OMS_FIELD(label, 4, .is = in_path | required));
OMS_SOME_FIELDS(move_fields, work_fulfillment, "Move", "", OMS_FULFILLMENT_PATH,
                OMS_FIELD(to, 4, .is = required_in_json | identifier,
                          .doc = "The location or supplier that ships the "
                                 "units instead."),
                OMS_FIELD(lines, 5, .most = limits::max_order_lines,
                          .doc = "Left out: everything that may be moved."),
                OMS_FIELD(text, 6, .json = "reason", .is = required_in_json));
#undef OMS_FULFILLMENT_PATH
/// The list for a body with this action.
[[nodiscard]] const fields::type_info& fields_of(fulfillment_action action);

enum class tracking_status : std::uint8_t {
  in_transit,
  out_for_delivery,
  attempted,
  delayed,
  exception,
  delivered,
  lost,
  returned
};
OMS_WORDS(tracking_status, returned, "inTransit", "outForDelivery", "attempted",
          "delayed", "exception", "delivered", "lost", "returned");

struct track_shipment {
  order_key order;
  /// Empty: all shipments of `source`, or with that empty too, all there are.
  shipment_id shipment;
  std::string source;
  tracking_status news = tracking_status::in_transit;
};
OMS_FIELDS(track_shipment, "Tracking", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(shipment, 2, .is = in_path),
           OMS_FIELD(source, 3, .is = in_path | internal | identifier),
           OMS_FIELD(news, 4, .json = "status", .is = required));

/// Names exactly one of lines, shipping and a stated amount.
struct request_refund {
  order_key order;
  std::optional<std::vector<line_choice>> lines;
  bool shipping = false;
  std::optional<money> amount;
  std::string reason;
  /// The same reference counts once, forever; an empty one always counts.
  std::string reference = {};
};
OMS_FIELDS(
    request_refund, "RefundRequest",
    "Names exactly one of lines, shipping and an amount; an amount needs "
    "a reason.",
    OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
    OMS_FIELD(order.brand, 1, .is = in_path),
    OMS_FIELD(lines, 2, .most = limits::max_order_lines),
    OMS_FIELD(shipping, 3), OMS_FIELD(amount, 4, .least = 1),
    OMS_FIELD(reason, 5),
    OMS_FIELD(reference, 6, .is = identifier,
              .doc = "The same reference counts once, forever."));

struct settle_refund {
  order_key order;
  /// Empty: all requested refunds of the order.
  refund_id refund;
  bool succeeded = true;
};
OMS_FIELDS(settle_refund, "Settlement", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(refund, 2, .is = in_path),
           OMS_FIELD(succeeded, 3, .is = required));

struct request_return {
  order_key order;
  return_id id;
  /// None: everything that can be returned.
  std::optional<std::vector<line_choice>> lines;
  std::string reason;
};
OMS_FIELDS(request_return, "ReturnRequest", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(id, 2, .json = "return", .is = required_in_json,
                     .doc = "The caller's id of the return."),
           OMS_FIELD(lines, 3, .most = limits::max_order_lines,
                     .doc = "Left out: everything that can be returned."),
           OMS_FIELD(reason, 4));

enum class return_condition : std::uint8_t { sellable, damaged };
OMS_WORDS(return_condition, damaged, "sellable", "damaged");

struct returned_line {
  line_id line;
  quantity units;
  return_condition condition = return_condition::sellable;

  friend bool operator==(const returned_line&, const returned_line&) = default;
};
OMS_FIELDS(returned_line, "ReturnedLine", "",
           OMS_FIELD(line, 0, .is = required),
           OMS_FIELD(units, 1, .json = "quantity", .is = required, .least = 1),
           OMS_FIELD(condition, 2));

struct receive_return {
  order_key order;
  return_id id;
  std::string location;
  /// None: everything that the return still expects, as sellable.
  std::optional<std::vector<returned_line>> lines;
};
OMS_FIELDS(
    receive_return, "ReturnReceipt", "",
    OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
    OMS_FIELD(order.brand, 1, .is = in_path), OMS_FIELD(id, 2, .is = in_path),
    OMS_FIELD(location, 3, .is = required | identifier),
    OMS_FIELD(lines, 4, .most = limits::max_order_lines,
              .doc = "Left out: everything that the return still expects, "
                     "as sellable."));

struct decide_return {
  order_key order;
  return_id id;
  bool accepted = false;
};
OMS_FIELDS(decide_return, "ReturnDecision",
           "Accepting a return changes nothing: returns are taken in as they "
           "come.",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(id, 2, .is = in_path),
           OMS_FIELD(accepted, 3, .is = required));

// What is left out of an edit stays as it is; JSON's `null` clears it.

/// A line of the order, or a new one.
struct line_edit {
  line_id line;
  /// Of a new line; of a known one the same.
  sku_id sku;
  /// The live units that are wanted; 0 cancels them.
  std::optional<quantity> units;
  std::optional<money> unit_price;
  /// Of the added units.
  std::optional<money> discount;
  std::optional<money> tax;
  std::optional<std::string> title;
  std::optional<std::string> variant;
  text_map_change attributes;

  friend bool operator==(const line_edit&, const line_edit&) = default;
};
OMS_FIELDS(line_edit, "LineEdit", "",
           OMS_FIELD(line, 0, .is = required,
                     .doc = "One of the order's, or a new one."),
           OMS_FIELD(sku, 1, .doc = "Required of a new line."),
           OMS_FIELD(units, 2, .json = "quantity",
                     .doc = "The units that are wanted in all; 0 cancels the "
                            "line."),
           OMS_FIELD(unit_price, 3), OMS_FIELD(discount, 4), OMS_FIELD(tax, 5),
           OMS_FIELD(title, 6, .is = null_clears),
           OMS_FIELD(variant, 7, .is = null_clears),
           OMS_FIELD(attributes, 8, .is = unless_empty));

struct address_edit {
  std::optional<std::string> name;
  std::optional<std::string> company;
  std::optional<std::string> line1;
  std::optional<std::string> line2;
  std::optional<std::string> city;
  std::optional<std::string> region;
  std::optional<std::string> postal_code;
  std::optional<std::string> country;
  std::optional<std::string> phone;
  /// NaN clears them.
  std::optional<double> latitude;
  std::optional<double> longitude;
};
OMS_FIELDS(address_edit, "AddressEdit", "",
           OMS_FIELD(name, 0, .is = null_clears),
           OMS_FIELD(company, 1, .is = null_clears),
           OMS_FIELD(line1, 2, .is = null_clears),
           OMS_FIELD(line2, 3, .is = null_clears),
           OMS_FIELD(city, 4, .is = null_clears),
           OMS_FIELD(region, 5, .is = null_clears),
           OMS_FIELD(postal_code, 6, .is = null_clears),
           OMS_FIELD(country, 7, .is = identifier | null_clears),
           OMS_FIELD(phone, 8, .is = null_clears),
           OMS_FIELD(latitude, 9, .is = null_clears, .least = -90, .most = 90),
           OMS_FIELD(longitude, 10, .is = null_clears, .least = -180,
                     .most = 180));

struct customer_edit {
  std::optional<customer_id> id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> locale;
};
OMS_FIELDS(customer_edit, "CustomerEdit", "",
           OMS_FIELD(id, 0, .is = null_clears),
           OMS_FIELD(name, 1, .is = null_clears),
           OMS_FIELD(email, 2, .is = null_clears),
           OMS_FIELD(phone, 3, .is = null_clears),
           OMS_FIELD(locale, 4, .is = identifier | null_clears));

struct shipping_edit {
  std::optional<std::string> service;
  std::optional<money> price;
};
OMS_FIELDS(shipping_edit, "ShippingEdit", "",
           OMS_FIELD(service, 0, .is = null_clears),
           OMS_FIELD(price, 1, .is = null_clears));

/// All or nothing.
struct edit_order {
  order_key order;
  std::optional<std::vector<line_edit>> lines;
  std::optional<address_edit> ship_to;
  std::optional<address_edit> bill_to;
  std::optional<customer_edit> customer;
  std::optional<shipping_edit> shipping;
  std::optional<money> discount;
  std::optional<std::int64_t> priority;
  std::optional<shipping_policy> policy;
  std::optional<std::vector<objective>> objectives;
  std::optional<std::string> channel_order;
  text_map_change attributes;
  std::string note;
  /// The receipt shows what the edit would do, and nothing changes.
  bool preview = false;
};
OMS_FIELDS(edit_order, "Edit",
           "What is left out stays as it is; null clears it.",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(lines, 2, .most = limits::max_order_lines),
           OMS_FIELD(ship_to, 3, .is = null_clears),
           OMS_FIELD(bill_to, 4, .is = null_clears),
           OMS_FIELD(customer, 5, .is = null_clears),
           OMS_FIELD(shipping, 6, .is = null_clears), OMS_FIELD(discount, 7),
           OMS_FIELD(priority, 8), OMS_FIELD(policy, 9),
           OMS_FIELD(objectives, 10, .is = null_clears,
                     .most = limits::max_objectives),
           OMS_FIELD(channel_order, 11, .is = identifier | null_clears),
           OMS_FIELD(attributes, 12, .is = unless_empty), OMS_FIELD(note, 13),
           OMS_FIELD(preview, 14,
                     .doc = "Answer with the result, and change nothing."));

enum class backorder_choice : std::uint8_t { wait, cancel };
OMS_WORDS(backorder_choice, cancel, "wait", "cancel");

/// What the customer says about the units of a line that wait.
struct answer_backorder {
  order_key order;
  line_id line;
  backorder_choice choice = backorder_choice::wait;
};
OMS_FIELDS(answer_backorder, "BackorderAnswer", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(line, 2, .is = required),
           OMS_FIELD(choice, 3, .json = "answer", .is = required));

enum class delivery_outcome : std::uint8_t { sent, failed, dead, suppressed };
OMS_WORDS(delivery_outcome, suppressed, "sent", "failed", "dead", "suppressed");

/// What became of a notification of the order, or of the message about one of
/// its alerts.
struct deliver_notification {
  order_key order;
  /// Of the event that recorded it.
  sequence notification = 0;
  std::string channel;
  delivery_outcome outcome = delivery_outcome::sent;
  std::int64_t attempt = 1;
  std::string reason;
  /// Set by the engine, which reads the event: a message about an alert that
  /// says that a message was not delivered. It raises no further one.
  bool is_about_delivery = false;
};
OMS_FIELDS(deliver_notification, "NotificationDelivery", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path | required),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(notification, 2, .is = in_path | required),
           OMS_FIELD(channel, 3, .is = required | identifier),
           OMS_FIELD(outcome, 4, .is = required),
           OMS_FIELD(attempt, 5, .least = 1,
                     .most = limits::max_quantity_units),
           OMS_FIELD(reason, 6),
           OMS_FIELD(is_about_delivery, 7, .is = in_path | internal));

/// Acknowledges an alert.
struct acknowledge_alert {
  /// Whose alert it is; of a location's or supplier's it is empty.
  order_key order;
  /// The id of the location or supplier; of an order's alert it is empty.
  std::string source;
  /// Of the event that raised it.
  sequence alert = 0;
  std::string note;
  // Set by the engine, which reads that event: what `source` is, and what the
  // alert says.
  source_kind source_is = source_kind::location;
  std::string kind;
  std::string subject;
};
OMS_FIELDS(acknowledge_alert, "Acknowledgement", "",
           OMS_FIELD(order.id, 0, .json = "order", .is = in_path,
                     .doc = "Of an alert of an order."),
           OMS_FIELD(order.brand, 1, .is = in_path),
           OMS_FIELD(source, 2, .is = in_path | identifier,
                     .doc = "Of an alert of a location or supplier: its id."),
           OMS_FIELD(alert, 3, .is = in_path | required), OMS_FIELD(note, 4),
           OMS_FIELD(source_is, 5, .is = in_path | internal),
           OMS_FIELD(kind, 6, .is = in_path | internal),
           OMS_FIELD(subject, 7, .is = in_path | internal));

struct incoming_line {
  sku_id sku;
  /// 0 ends what was announced of the SKU.
  quantity units;

  friend bool operator==(const incoming_line&, const incoming_line&) = default;
};
OMS_FIELDS(incoming_line, "IncomingLine", "", OMS_FIELD(sku, 0, .is = required),
           OMS_FIELD(units, 1, .json = "quantity", .is = required));

/// Announces units that will come in; the same reference again replaces it.
struct announce_incoming {
  std::string location;
  std::string reference;
  std::vector<incoming_line> lines;
  date expected{};
};
OMS_FIELDS(announce_incoming, "IncomingReceipt",
           "The same reference again replaces it; a quantity of 0 ends it.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(reference, 1, .is = in_path | required | identifier),
           OMS_FIELD(lines, 2, .is = required, .most = limits::max_stock_lines),
           OMS_FIELD(expected, 3, .is = required));

/// Ends all that was announced under the reference.
struct end_incoming {
  std::string location;
  std::string reference;
};
OMS_FIELDS(end_incoming, "IncomingEnd", "",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(reference, 1, .is = in_path | required | identifier));

struct stock_line {
  sku_id sku;
  quantity units;

  friend bool operator==(const stock_line&, const stock_line&) = default;
};
OMS_FIELDS(stock_line, "StockLine", "", OMS_FIELD(sku, 0, .is = required),
           OMS_FIELD(units, 1, .json = "quantity", .is = required, .least = 1));

/// Takes available units from one location, which are incoming at another from
/// then on. The same id with the same body counts once.
struct transfer_stock {
  transfer_id transfer;
  std::string from;
  std::string to;
  std::vector<stock_line> lines;
  std::optional<date> expected;
};
OMS_FIELDS(transfer_stock, "Transfer", "",
           OMS_FIELD(transfer, 0, .is = required,
                     .doc = "The caller's id of the transfer."),
           OMS_FIELD(from, 1, .is = required | identifier),
           OMS_FIELD(to, 2, .is = required | identifier),
           OMS_FIELD(lines, 3, .is = required, .most = limits::max_stock_lines),
           OMS_FIELD(expected, 4));

/// Writes off what has not arrived.
struct close_transfer {
  transfer_id transfer;
};
OMS_FIELDS(close_transfer, "TransferClose", "",
           OMS_FIELD(transfer, 0, .is = in_path | required));

/// The rest of the address of a cart, which may be about a person: it is read,
/// decides nothing and is kept nowhere.
struct cart_address {
  std::string name;
  std::string company;
  std::string line1;
  std::string line2;
  std::string city;
  std::string region;
  std::string postal_code;
  std::string phone;

  friend bool operator==(const cart_address&, const cart_address&) = default;
};

/// What a customer might order.
struct cart {
  brand_id brand;
  destination ship_to;
  cart_address address;
  std::vector<stock_line> lines;
  shipping_choice shipping;
  std::int64_t priority = 0;
  std::vector<objective> objectives;
  /// With other plans and what they cost.
  bool alternatives = false;
  /// What this reservation holds is taken first, where it is held.
  reservation_id reservation;

  friend bool operator==(const cart&, const cart&) = default;
};
OMS_FIELDS(cart, "Cart", "", OMS_FIELD(brand, 0, .is = unless_empty),
           OMS_FIELD(ship_to, 1, .json = "shipTo", .is = flat),
           OMS_FIELD(lines, 2, .is = required, .most = limits::max_order_lines),
           OMS_FIELD(shipping, 3), OMS_FIELD(priority, 4),
           OMS_FIELD(objectives, 5, .is = unless_empty,
                     .most = limits::max_objectives),
           OMS_FIELD(alternatives, 6,
                     .doc = "List other plans too, with what they cost."),
           OMS_FIELD(reservation, 7, .is = unless_empty,
                     .doc = "Its units are taken first, where it holds them."),
           OMS_FIELD(address.name, 8, .json = "shipTo.name",
                     .is = unless_empty | apart),
           OMS_FIELD(address.company, 9, .json = "shipTo.company",
                     .is = unless_empty | apart),
           OMS_FIELD(address.line1, 10, .json = "shipTo.line1",
                     .is = unless_empty | apart),
           OMS_FIELD(address.line2, 11, .json = "shipTo.line2",
                     .is = unless_empty | apart),
           OMS_FIELD(address.city, 12, .json = "shipTo.city",
                     .is = unless_empty | apart),
           OMS_FIELD(address.region, 13, .json = "shipTo.region",
                     .is = unless_empty | apart),
           OMS_FIELD(address.postal_code, 14, .json = "shipTo.postalCode",
                     .is = unless_empty | apart),
           OMS_FIELD(address.phone, 15, .json = "shipTo.phone",
                     .is = unless_empty | apart));

/// Holds units for a cart until a deadline. The same id with the same body gets
/// the same answer.
struct reserve_stock {
  reservation_id reservation;
  cart wanted;
  std::int64_t expires_in_s = 900;
  /// What is not available is left out instead of refused.
  bool partial = false;

  friend bool operator==(const reserve_stock&, const reserve_stock&) = default;
};
OMS_FIELDS(reserve_stock, "Reservation", "",
           OMS_FIELD(reservation, 0, .is = required,
                     .doc = "The caller's id of the reservation."),
           OMS_FIELD(wanted, 1, .is = flat),
           OMS_FIELD(expires_in_s, 2, .least = 1,
                     .most = limits::max_stuck_after_s),
           OMS_FIELD(partial, 3,
                     .doc = "Leave out what is not available instead of "
                            "refusing all."));

struct release_reservation {
  reservation_id reservation;
  /// None: all that it still holds.
  std::optional<std::vector<stock_line>> lines;
};
OMS_FIELDS(release_reservation, "ReservationRelease", "",
           OMS_FIELD(reservation, 0, .is = in_path | required),
           OMS_FIELD(lines, 1, .most = limits::max_order_lines,
                     .doc = "Left out: all that it still holds."));

/// Plans anew what is in several parcels, or at a worse source than there is
/// now, and moves it where the objectives improve.
struct consolidate_orders {
  /// Empty: all.
  brand_id brand;
  sku_id sku;
  /// The most orders that are moved; 0: no limit.
  std::int64_t limit = 0;
  /// The receipt shows what it would do, and nothing changes.
  bool preview = false;
};
OMS_FIELDS(consolidate_orders, "Consolidation", "",
           OMS_FIELD(brand, 0, .doc = "Left out: all brands."),
           OMS_FIELD(sku, 1, .doc = "Left out: all SKUs."),
           OMS_FIELD(limit, 2, .least = 0,
                     .doc = "The most orders that are moved; 0: no limit."),
           OMS_FIELD(preview, 3,
                     .doc = "Answer with the result, and change nothing."));

/// Changes settings where they are kept, so that nothing comes between reading
/// and writing them: it gets the present settings and returns the new ones, or
/// why there can't be any. It must be pure and quick: the entity's own actor
/// calls it, at most once.
template <class Settings>
using settings_change = std::function<result<Settings>(const Settings&)>;

// A definition replaces all settings. With a `change`, only the id (for routing
// rules the brand) is read from `settings`, and the present settings are
// changed; where there are none it is `not_found`.

struct define_location {
  location_settings settings;
  settings_change<location_settings> change = {};
};

struct define_supplier {
  supplier_settings settings;
  /// It sees the units that are on offer at that moment.
  settings_change<supplier_settings> change = {};
  /// The products stay as they are and `change` sees none of them, so that a
  /// change of the name does not copy 100,000 products.
  bool keeps_products = false;
};

struct define_product {
  product_settings settings;
  settings_change<product_settings> change = {};
};

struct set_routing {
  routing_rules rules;
  settings_change<routing_rules> change = {};
};

// A receipt, an adjustment and a count are of one SKU or, with `lines`, of
// many: then all of it happens or nothing.

struct receive_stock {
  std::string location;
  sku_id sku;
  quantity units;
  /// The same reference counts once per SKU and location; an empty one always
  /// counts.
  std::string reference;
  /// The announcement or transfer that it draws down; empty: the one with this
  /// reference.
  std::string incoming = {};
  std::string reason = {};
  std::vector<stock_line> lines = {};
};
OMS_FIELDS(receive_stock, "Receipt",
           "Of one SKU or, with lines, of many: all of it or nothing.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = unless_lines),
           OMS_FIELD(units, 2, .json = "quantity", .is = unless_lines),
           OMS_FIELD(reference, 3, .is = identifier,
                     .doc = "The same reference counts once per location and "
                            "SKU."),
           OMS_FIELD(incoming, 4, .is = identifier,
                     .doc = "The announcement or transfer that it draws down; "
                            "left out: the one with this reference."),
           OMS_FIELD(reason, 5),
           OMS_FIELD(lines, 6, .most = limits::max_change_lines));

struct adjusted_line {
  sku_id sku;
  /// Not 0; below 0 at most what is on hand.
  quantity delta;

  friend bool operator==(const adjusted_line&, const adjusted_line&) = default;
};
OMS_FIELDS(adjusted_line, "AdjustmentLine", "",
           OMS_FIELD(sku, 0, .is = required),
           OMS_FIELD(delta, 1, .is = required,
                     .least = -limits::max_quantity_units));

struct adjust_stock {
  std::string location;
  sku_id sku;
  /// As in a line.
  quantity delta;
  std::string reason;
  /// The same reference counts once per SKU and location; an empty one always
  /// counts.
  std::string reference = {};
  std::vector<adjusted_line> lines = {};
};
OMS_FIELDS(adjust_stock, "Adjustment",
           "Of one SKU or, with lines, of many: all of it or nothing.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = unless_lines),
           OMS_FIELD(delta, 2, .is = unless_lines,
                     .least = -limits::max_quantity_units),
           OMS_FIELD(reason, 3),
           OMS_FIELD(reference, 4, .is = identifier,
                     .doc = "The same reference counts once per location and "
                            "SKU."),
           OMS_FIELD(lines, 5, .most = limits::max_change_lines));

struct counted_line {
  sku_id sku;
  quantity on_hand;

  friend bool operator==(const counted_line&, const counted_line&) = default;
};
OMS_FIELDS(counted_line, "CountLine", "", OMS_FIELD(sku, 0, .is = required),
           OMS_FIELD(on_hand, 1, .is = required, .most = limits::max_whole));

struct count_stock {
  std::string location;
  sku_id sku;
  quantity on_hand;
  std::string reason = {};
  /// The same reference counts once per SKU and location; an empty one always
  /// counts.
  std::string reference = {};
  /// A SKU once.
  std::vector<counted_line> lines = {};
};
OMS_FIELDS(count_stock, "Count",
           "Of one SKU or, with lines, of many: all of it or nothing.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = unless_lines),
           OMS_FIELD(on_hand, 2, .is = unless_lines, .most = limits::max_whole),
           OMS_FIELD(reason, 3),
           OMS_FIELD(reference, 4, .is = identifier,
                     .doc = "The same reference counts once per location and "
                            "SKU."),
           OMS_FIELD(lines, 5, .most = limits::max_change_lines));

struct set_safety_stock {
  std::string location;
  sku_id sku;
  quantity units;
};
OMS_FIELDS(set_safety_stock, "SafetyStock", "The setting, not a change of it.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(units, 2, .json = "quantity", .is = required));

using command_variant = std::variant<
    place_order, record_payment, cancel_order, place_hold, release_hold,
    add_note, erase_personal_data, plan_order, work_fulfillment, track_shipment,
    request_refund, settle_refund, request_return, receive_return,
    decide_return, define_location, define_supplier, define_product,
    set_routing, receive_stock, adjust_stock, count_stock, set_safety_stock,
    answer_backorder, deliver_notification, acknowledge_alert, edit_order,
    announce_incoming, end_incoming, transfer_stock, close_transfer,
    reserve_stock, release_reservation, consolidate_orders>;
extern template class compiled_variant<command_variant>;
using command_body = compiled_variant<command_variant>;

/// The part of a command that a list of fields describes: itself, or the
/// settings of a definition. None of a definition that changes settings, which
/// are known only where they are kept.
struct listed_fields {
  const fields::type_info* type = nullptr;
  const void* record = nullptr;
};
[[nodiscard]] listed_fields listed_fields_of(const command_body& body);

struct command {
  command_body body;
  /// Who asks; each event that the command causes records it.
  actor_name by;
  /// The caller's id of this command; its events record it as well. One that
  /// begins with `idempotency_prefix` is remembered (done_command.hpp).
  std::string id;
};

/// What would ship together, and when.
struct dated_parcel {
  source_ref source;
  std::vector<line_units> lines;
  std::optional<date> expected_ship;
  std::optional<date> expected_delivery;

  friend bool operator==(const dated_parcel&, const dated_parcel&) = default;
};
OMS_FIELDS(dated_parcel, "DatedParcel", "", OMS_FIELD(source, 0),
           OMS_FIELD(lines, 1), OMS_FIELD(expected_ship, 2),
           OMS_FIELD(expected_delivery, 3));

/// Units that would wait.
struct waiting_units {
  sku_id sku;
  quantity units;
  std::optional<date> expected;
  std::optional<date> expected_delivery;

  friend bool operator==(const waiting_units&, const waiting_units&) = default;
};
OMS_FIELDS(waiting_units, "WaitingUnits", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"), OMS_FIELD(expected, 2),
           OMS_FIELD(expected_delivery, 3));

enum class alternative_reason : std::uint8_t {
  fewest_parcels,
  cheapest,
  soonest,
  whole
};
OMS_WORDS(alternative_reason, whole, "fewestParcels", "cheapest", "soonest",
          "whole");

/// Another plan for a cart, and what an order must name to get it.
struct quote_alternative {
  alternative_reason why = alternative_reason::fewest_parcels;
  std::vector<dated_parcel> parcels;
  std::vector<waiting_units> backordered;
  /// Against the first plan; below 0 it costs less.
  std::int64_t cost_delta = 0;
  std::vector<objective> objectives;
  std::optional<shipping_policy> policy;

  friend bool operator==(const quote_alternative&,
                         const quote_alternative&) = default;
};
OMS_FIELDS(quote_alternative, "QuoteAlternative", "", OMS_FIELD(why, 0),
           OMS_FIELD(parcels, 1), OMS_FIELD(backordered, 2),
           OMS_FIELD(cost_delta, 3,
                     .doc = "Against the first plan, in minor units; below 0 "
                            "it costs less."),
           OMS_FIELD(objectives, 4,
                     .doc = "With which the order must be placed to get it."),
           OMS_FIELD(policy, 5));

/// What would ship for a cart.
struct quote_view {
  std::vector<dated_parcel> parcels;
  std::vector<waiting_units> backordered;
  /// More than one parcel, later ones included.
  bool split = false;
  std::vector<quote_alternative> alternatives;

  friend bool operator==(const quote_view&, const quote_view&) = default;
};
OMS_FIELDS(quote_view, "Quote", "", OMS_FIELD(parcels, 0),
           OMS_FIELD(backordered, 1),
           OMS_FIELD(split, 2,
                     .doc = "More than one parcel, later ones included."),
           OMS_FIELD(alternatives, 3, .is = unless_empty));

/// What the order would be after an edit, if what is due were paid.
struct edit_preview {
  money total;
  money due;
  money refund;
  std::vector<dated_parcel> parcels;
  std::vector<waiting_units> backordered;

  friend bool operator==(const edit_preview&, const edit_preview&) = default;
};
OMS_FIELDS(edit_preview, "EditPreview", "", OMS_FIELD(total, 0),
           OMS_FIELD(due, 1), OMS_FIELD(refund, 2), OMS_FIELD(parcels, 3),
           OMS_FIELD(backordered, 4));

/// What a consolidation did, or would do.
struct consolidation_view {
  /// That were moved.
  std::int64_t orders = 0;
  /// Parcels of these orders, before and after.
  std::int64_t before = 0;
  std::int64_t after = 0;

  friend bool operator==(const consolidation_view&,
                         const consolidation_view&) = default;
};
OMS_FIELDS(consolidation_view, "ConsolidationView", "",
           OMS_FIELD(orders, 0, .doc = "Orders that were moved."),
           OMS_FIELD(before, 1, .doc = "Their parcels before."),
           OMS_FIELD(after, 2, .doc = "Their parcels after."));

/// Units that a reservation holds at one location.
struct reserved_units {
  sku_id sku;
  quantity units;
  std::string location;

  friend bool operator==(const reserved_units&,
                         const reserved_units&) = default;
};
OMS_FIELDS(reserved_units, "ReservedUnits", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"), OMS_FIELD(location, 2));

/// What a reservation holds, and what of a partial one is missing.
struct reservation_view {
  reservation_id reservation;
  timestamp expires;
  std::vector<reserved_units> lines;
  std::vector<stock_line> missing;

  friend bool operator==(const reservation_view&,
                         const reservation_view&) = default;
};
OMS_FIELDS(reservation_view, "ReservationView", "", OMS_FIELD(reservation, 0),
           OMS_FIELD(expires, 1), OMS_FIELD(lines, 2), OMS_FIELD(missing, 3));

/// What a command changed in the stock of one SKU at one source: by how much
/// each bucket grew or, below 0, shrank.
struct stock_change {
  source_ref source;
  sku_id sku;
  /// The sum of the others; no command changes what carts have reserved.
  quantity on_hand;
  /// Includes units that are offered to the backorder queue first.
  quantity available;
  quantity committed;
  quantity safety_stock;
  quantity damaged;
  /// The supplier offered the SKU without limit, and no longer does.
  bool offer_ended = false;

  friend bool operator==(const stock_change&, const stock_change&) = default;
};
OMS_FIELDS(
    stock_change, "StockChangeOfSku", "", OMS_FIELD(source, 0, .is = internal),
    OMS_FIELD(sku, 1),
    OMS_FIELD(on_hand, 2,
              .doc = "By how much it grew or, if below 0, shrank. The others "
                     "are changes as well, and this is their sum."),
    OMS_FIELD(available, 3,
              .doc = "Includes units that are offered to the backorder queue "
                     "first."),
    OMS_FIELD(committed, 4), OMS_FIELD(safety_stock, 5), OMS_FIELD(damaged, 6),
    OMS_FIELD(offer_ended, 7,
              .doc =
                  "The supplier offered the SKU without limit, and no longer "
                  "does."));

/// What one source would ship.
struct planned_parcel {
  source_ref source;
  std::vector<line_units> lines;

  friend bool operator==(const planned_parcel&,
                         const planned_parcel&) = default;
};
OMS_FIELDS(planned_parcel, "PlannedParcel", "", OMS_FIELD(source, 0),
           OMS_FIELD(lines, 1));

/// What `plan_order` would do with the units that it plans.
struct plan_preview {
  std::vector<planned_parcel> parcels;
  /// Units that no source has.
  std::vector<line_units> backordered;
  /// Units of locations that open no further fulfillment today.
  std::vector<line_units> awaiting_capacity;

  friend bool operator==(const plan_preview&, const plan_preview&) = default;
};
OMS_FIELDS(
    plan_preview, "PlanPreview", "",
    OMS_FIELD(parcels, 0,
              .doc = "What each source would ship of the units that are "
                     "planned."),
    OMS_FIELD(backordered, 1, .doc = "Units that no source has."),
    OMS_FIELD(awaiting_capacity, 2,
              .doc = "Units of locations that open no further fulfillment "
                     "today."));

/// What a caller learns when its command is done and on disk.
struct receipt {
  /// The last event that the command caused, for `plan_order` that of the plan;
  /// 0 when it changed nothing.
  sequence at = 0;
  /// Where the command itself changed what is on hand or damaged. What follows
  /// later, such as who gets the units, is not in it.
  std::vector<stock_change> stock = {};
  /// For a preview of a plan.
  std::optional<plan_preview> plan = {};
  /// For a preview of an edit.
  std::optional<edit_preview> edit = {};
  /// For `reserve_stock`.
  std::optional<reservation_view> reservation = {};
  /// For `consolidate_orders`.
  std::optional<consolidation_view> consolidation = {};
};

using answer = result<receipt>;

}  // namespace oms
