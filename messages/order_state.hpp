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
#include "messages/ids.hpp"
#include "messages/network.hpp"
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

  friend bool operator==(const order_line_state&,
                         const order_line_state&) = default;
};

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

  [[nodiscard]] quantity remaining() const { return allocated + picked; }
  friend bool operator==(const fulfillment_line&,
                         const fulfillment_line&) = default;
};

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

struct shipment_line {
  std::size_t line = 0;
  quantity units;
  /// Once the shipment has ended: those of its units that are still in the
  /// bucket of that end, and that a further update would move. Units that a
  /// return took out of it are not.
  quantity ended;
  friend bool operator==(const shipment_line&, const shipment_line&) = default;
};

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

struct order_return {
  return_id id;
  return_status status = return_status::requested;
  std::vector<line_units> lines;
  std::vector<returned_units> received;
  friend bool operator==(const order_return&, const order_return&) = default;
};

/// A source that rejected units of a SKU for this order.
struct rejection {
  source_ref source;
  sku_id sku;
  /// As `rejected_units::receipts`: with more of them, the source is asked
  /// again.
  std::uint64_t receipts = 0;
  friend bool operator==(const rejection&, const rejection&) = default;
};

struct order_hold {
  hold_id id;
  std::string reason;
  friend bool operator==(const order_hold&, const order_hold&) = default;
};

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
  /// Of these lines, which stay the same from the placement on.
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

}  // namespace oms
