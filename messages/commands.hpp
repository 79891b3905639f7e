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
  void_label
};
OMS_WORDS(fulfillment_action, void_label, "accept", "reject", "pick", "unpick",
          "ship", "shortPick", "cancelAnswer", "label", "voidLabel");

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
    OMS_FIELD(document, 16, .doc = "Of label: where the printable label is."));
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

struct receive_stock {
  std::string location;
  sku_id sku;
  quantity units;
  /// The same reference counts once per SKU and location; an empty one always
  /// counts.
  std::string reference;
};
OMS_FIELDS(receive_stock, "Receipt", "",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(units, 2, .json = "quantity", .is = required, .least = 1),
           OMS_FIELD(reference, 3, .is = identifier,
                     .doc = "The same reference counts once per location and "
                            "SKU."));

struct adjust_stock {
  std::string location;
  sku_id sku;
  /// Not 0; below 0 at most what is on hand.
  quantity delta;
  std::string reason;
};
OMS_FIELDS(adjust_stock, "Adjustment", "",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(delta, 2, .is = required,
                     .least = -limits::max_quantity_units),
           OMS_FIELD(reason, 3));

struct count_stock {
  std::string location;
  sku_id sku;
  quantity on_hand;
};
OMS_FIELDS(count_stock, "Count", "",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(on_hand, 2, .is = required, .most = limits::max_whole));

struct set_safety_stock {
  std::string location;
  sku_id sku;
  quantity units;
};
OMS_FIELDS(set_safety_stock, "SafetyStock", "The setting, not a change of it.",
           OMS_FIELD(location, 0, .is = in_path | required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(units, 2, .json = "quantity", .is = required));

using command_variant =
    std::variant<place_order, record_payment, cancel_order, place_hold,
                 release_hold, add_note, erase_personal_data, plan_order,
                 work_fulfillment, track_shipment, request_refund,
                 settle_refund, request_return, receive_return, decide_return,
                 define_location, define_supplier, define_product, set_routing,
                 receive_stock, adjust_stock, count_stock, set_safety_stock,
                 answer_backorder, deliver_notification, acknowledge_alert>;
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
  /// For a preview.
  std::optional<plan_preview> plan = {};
};

using answer = result<receipt>;

}  // namespace oms
