#pragma once

/// What an order is made of: lines, destination, buckets, statuses.
///
/// Commands, events, states and views share these values, so that each has one
/// definition. The rules are those of docs/DOMAIN.md, "Order line", "Order
/// status" and the sections after them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/ids.hpp"

namespace oms {

/// Units of one order line.
struct line_units {
  line_id line;
  sku_id sku;
  quantity units;

  friend bool operator==(const line_units&, const line_units&) = default;
};

struct order_line {
  line_id line;
  sku_id sku;
  quantity units;
  money unit_price;
  /// For the whole line, as is `tax`.
  money discount;
  money tax;

  friend bool operator==(const order_line&, const order_line&) = default;
};

struct shipping_choice {
  std::string service;
  money price;

  friend bool operator==(const shipping_choice&,
                         const shipping_choice&) = default;
};

/// Where an order goes, as far as routing needs it.
struct destination {
  std::string country;
  std::optional<coordinates> position;

  friend bool operator==(const destination&, const destination&) = default;
};

/// What identifies a person. It is stored beside the log, so that it can be
/// erased without breaking the log's hash chain.
struct personal_data {
  std::string customer_name;
  std::string email;
  std::string name;
  std::string line1;
  std::string line2;
  std::string city;
  std::string region;
  std::string postal_code;

  [[nodiscard]] bool empty() const { return *this == personal_data{}; }
  friend bool operator==(const personal_data&, const personal_data&) = default;
};

/// Money that was captured before the order reached the engine.
struct prepayment {
  money captured;
  std::string reference;

  friend bool operator==(const prepayment&, const prepayment&) = default;
};

/// `ship_complete` keeps all fulfillments on hold while units are unrouted or
/// backordered.
enum class shipping_policy : std::uint8_t { as_available, ship_complete };

/// An order as its caller sends it, without the personal data.
struct order_body {
  std::string channel;
  /// None: the time at which it is accepted.
  std::optional<timestamp> placed_at;
  std::string currency = "USD";
  customer_id customer;
  destination ship_to;
  std::vector<order_line> lines;
  shipping_choice shipping;
  /// For the whole order; spread over the lines by their net.
  money discount;
  shipping_policy policy = shipping_policy::as_available;
  /// Higher is served earlier in the backorder queue.
  std::int64_t priority = 0;
  /// The id of a cart's reservation. It is kept and has no effect yet.
  reservation_id reservation;
  std::optional<prepayment> payment;

  friend bool operator==(const order_body&, const order_body&) = default;
};

/// The exclusive buckets of an order line; their sum is what was ordered
/// (invariant 2). docs/DOMAIN.md says from where to where units may go.
struct line_buckets {
  quantity unrouted;
  quantity backordered;
  quantity allocated;
  quantity picked;
  quantity shipped;
  quantity delivered;
  quantity returned;
  quantity lost;
  quantity cancelled;

  [[nodiscard]] quantity sum() const {
    return unrouted + backordered + allocated + picked + shipped + delivered +
           returned + lost + cancelled;
  }
  friend bool operator==(const line_buckets&, const line_buckets&) = default;
};

// The numbers of these enumerations are on disk (messages/order.capnp), so new
// words go to the end; messages/codec/parts.hpp compares the last ones.

enum class order_status : std::uint8_t {
  pending,
  payment_processing,
  paid,
  awaiting_fulfillment,
  partially_fulfilled,
  fulfilled,
  delivered,
  refunded,
  cancelled
};

enum class payment_status : std::uint8_t {
  none,
  processing,
  captured,
  partially_refunded,
  refunded,
  failed
};

enum class fulfillment_status : std::uint8_t {
  open,
  on_hold,
  in_progress,
  incomplete,
  closed,
  cancelled
};

enum class shipment_status : std::uint8_t {
  shipped,
  delivered,
  returned,
  lost
};

enum class refund_status : std::uint8_t { requested, succeeded, failed };

enum class return_status : std::uint8_t {
  requested,
  received,
  closed,
  declined,
  cancelled
};

}  // namespace oms
