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
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"

namespace oms {

struct place_order {
  order_key order;
  order_body body;
  personal_data personal;
};

enum class payment_event : std::uint8_t { started, captured, failed };

struct record_payment {
  order_key order;
  payment_event event = payment_event::captured;
  /// For `captured`; none: all that is due.
  std::optional<money> amount;
  /// The payment provider's name for it. A repeated one counts once per event;
  /// an empty one always counts.
  std::string reference;
  /// For `failed`: no further attempt will come, so the order is cancelled.
  bool final = false;
};

struct line_choice {
  line_id line;
  quantity units;

  friend bool operator==(const line_choice&, const line_choice&) = default;
};

struct cancel_order {
  order_key order;
  /// None: everything that can be cancelled. An empty list is refused, here
  /// and in every other command.
  std::optional<std::vector<line_choice>> lines;
  std::string reason;
  std::string note;
};

struct place_hold {
  order_key order;
  hold_id hold;
  std::string reason;
};

struct release_hold {
  order_key order;
  hold_id hold;
};

struct add_note {
  order_key order;
  std::string text;
};

/// Removes name, address and e-mail of the order's customer for good.
struct erase_personal_data {
  order_key order;
};

/// Plans again the units that are unrouted, unfillable, backordered, or
/// allocated and not picked.
struct plan_order {
  order_key order;
  /// The receipt shows the plan, and nothing changes.
  bool preview = false;
};

/// A line of a fulfillment command, named by its id or by its SKU. With both,
/// the line must be of that SKU.
struct work_line {
  line_id line;
  sku_id sku;
  quantity units;

  friend bool operator==(const work_line&, const work_line&) = default;
};

enum class fulfillment_action : std::uint8_t {
  accept,
  reject,
  pick,
  unpick,
  ship,
  short_pick,
  cancel_answer
};

enum class reject_reason : std::uint8_t {
  out_of_stock,
  mismatch,
  damaged,
  /// The source has the units and can't ship them.
  unable
};

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
};

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

struct track_shipment {
  order_key order;
  /// Empty: all shipments of `source`, or with that empty too, all there are.
  shipment_id shipment;
  std::string source;
  tracking_status news = tracking_status::in_transit;
};

/// Names exactly one of lines, shipping and a stated amount.
struct request_refund {
  order_key order;
  std::optional<std::vector<line_choice>> lines;
  bool shipping = false;
  std::optional<money> amount;
  std::string reason;
};

struct settle_refund {
  order_key order;
  /// Empty: all requested refunds of the order.
  refund_id refund;
  bool succeeded = true;
};

struct request_return {
  order_key order;
  return_id id;
  /// None: everything that can be returned.
  std::optional<std::vector<line_choice>> lines;
  std::string reason;
};

enum class return_condition : std::uint8_t { sellable, damaged };

struct returned_line {
  line_id line;
  quantity units;
  return_condition condition = return_condition::sellable;

  friend bool operator==(const returned_line&, const returned_line&) = default;
};

struct receive_return {
  order_key order;
  return_id id;
  std::string location;
  /// None: everything that the return still expects, as sellable.
  std::optional<std::vector<returned_line>> lines;
};

struct decide_return {
  order_key order;
  return_id id;
  bool accepted = false;
};

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

struct adjust_stock {
  std::string location;
  sku_id sku;
  /// Not 0; below 0 at most what is on hand.
  quantity delta;
  std::string reason;
};

struct count_stock {
  std::string location;
  sku_id sku;
  quantity on_hand;
};

struct set_safety_stock {
  std::string location;
  sku_id sku;
  quantity units;
};

using command_variant =
    std::variant<place_order, record_payment, cancel_order, place_hold,
                 release_hold, add_note, erase_personal_data, plan_order,
                 work_fulfillment, track_shipment, request_refund,
                 settle_refund, request_return, receive_return, decide_return,
                 define_location, define_supplier, define_product, set_routing,
                 receive_stock, adjust_stock, count_stock, set_safety_stock>;
extern template class compiled_variant<command_variant>;
using command_body = compiled_variant<command_variant>;

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

/// What one source would ship.
struct planned_parcel {
  source_ref source;
  std::vector<line_units> lines;

  friend bool operator==(const planned_parcel&,
                         const planned_parcel&) = default;
};

/// What `plan_order` would do with the units that it plans.
struct plan_preview {
  std::vector<planned_parcel> parcels;
  /// Units that no source has.
  std::vector<line_units> backordered;
  /// Units of locations that open no further fulfillment today.
  std::vector<line_units> awaiting_capacity;

  friend bool operator==(const plan_preview&, const plan_preview&) = default;
};

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
