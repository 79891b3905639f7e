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

#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/text_map.hpp"

namespace oms {

/// Units of one order line.
struct line_units {
  line_id line;
  sku_id sku;
  quantity units;

  friend bool operator==(const line_units&, const line_units&) = default;
};
OMS_FIELDS(line_units, "LineUnits", "", OMS_FIELD(line, 0), OMS_FIELD(sku, 1),
           OMS_FIELD(units, 2, .json = "quantity"));

struct order_line {
  line_id line;
  sku_id sku;
  quantity units;
  money unit_price;
  /// For the whole line, as is `tax`.
  money discount;
  money tax;
  /// As the customer knows it.
  std::string title;
  std::string variant;
  /// Engravings, gift notes. In what a caller sends; the order keeps them with
  /// the personal data (`personal_data::lines`).
  text_map attributes = {};

  friend bool operator==(const order_line&, const order_line&) = default;
};
OMS_FIELDS(order_line, "OrderLine", "",
           OMS_FIELD(line, 0, .is = required, .doc = "Unique in the order."),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(units, 2, .json = "quantity", .is = required, .least = 1),
           OMS_FIELD(unit_price, 3),
           OMS_FIELD(discount, 4, .doc = "Of the whole line."),
           OMS_FIELD(tax, 5, .doc = "Of the whole line."),
           OMS_FIELD(title, 6, .is = unless_empty,
                     .doc = "As the customer knows it."),
           OMS_FIELD(variant, 7, .is = unless_empty),
           OMS_FIELD(attributes, 8, .is = unless_empty | apart));

struct shipping_choice {
  std::string service;
  money price;

  friend bool operator==(const shipping_choice&,
                         const shipping_choice&) = default;
};
OMS_FIELDS(shipping_choice, "Shipping", "", OMS_FIELD(service, 0),
           OMS_FIELD(price, 1));

/// Where an order goes, as far as routing needs it.
struct destination {
  std::string country;
  std::optional<coordinates> position;

  friend bool operator==(const destination&, const destination&) = default;
};
OMS_FIELDS(destination, "Destination", "",
           OMS_FIELD(country, 0, .is = identifier | unless_empty,
                     .doc = "As locations and suppliers name their countries, "
                            "e.g. DE."),
           OMS_FIELD(position, 1, .is = flat));

/// An address without coordinates.
struct postal_address {
  std::string name;
  std::string company;
  std::string line1;
  std::string line2;
  std::string city;
  std::string region;
  std::string postal_code;
  std::string country;
  std::string phone;

  friend bool operator==(const postal_address&,
                         const postal_address&) = default;
};
OMS_FIELDS(postal_address, "PostalAddress", "",
           OMS_FIELD(name, 0, .is = unless_empty),
           OMS_FIELD(company, 1, .is = unless_empty),
           OMS_FIELD(line1, 2, .is = unless_empty),
           OMS_FIELD(line2, 3, .is = unless_empty),
           OMS_FIELD(city, 4, .is = unless_empty),
           OMS_FIELD(region, 5, .is = unless_empty),
           OMS_FIELD(postal_code, 6, .is = unless_empty),
           OMS_FIELD(country, 7, .is = identifier | unless_empty),
           OMS_FIELD(phone, 8, .is = unless_empty));

/// What a shop keeps with a line, which may be about a person.
struct line_attributes {
  line_id line;
  text_map attributes;

  friend bool operator==(const line_attributes&,
                         const line_attributes&) = default;
};
OMS_FIELDS(line_attributes, "LineAttributes", "", OMS_FIELD(line, 0),
           OMS_FIELD(attributes, 1));

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
  std::string customer_phone;
  std::string company;
  std::string phone;
  postal_address bill_to;
  /// What a shop keeps with the order: a gift note, say.
  text_map attributes;
  /// Of lines that have any.
  std::vector<line_attributes> lines;

  [[nodiscard]] bool empty() const { return *this == personal_data{}; }
  friend bool operator==(const personal_data&, const personal_data&) = default;
};
OMS_FIELDS(personal_data, "PersonalData", "",
           OMS_FIELD(customer_name, 0, .json = "customer.name",
                     .is = unless_empty),
           OMS_FIELD(email, 1, .json = "customer.email", .is = unless_empty),
           OMS_FIELD(name, 2, .json = "shipTo.name", .is = unless_empty,
                     .before = "country"),
           OMS_FIELD(line1, 3, .json = "shipTo.line1", .is = unless_empty,
                     .before = "country"),
           OMS_FIELD(line2, 4, .json = "shipTo.line2", .is = unless_empty,
                     .before = "country"),
           OMS_FIELD(city, 5, .json = "shipTo.city", .is = unless_empty,
                     .before = "country"),
           OMS_FIELD(region, 6, .json = "shipTo.region", .is = unless_empty,
                     .before = "country"),
           OMS_FIELD(postal_code, 7, .json = "shipTo.postalCode",
                     .is = unless_empty, .before = "country"),
           OMS_FIELD(customer_phone, 8, .json = "customer.phone",
                     .is = unless_empty),
           OMS_FIELD(company, 9, .json = "shipTo.company", .is = unless_empty,
                     .before = "line1"),
           OMS_FIELD(phone, 10, .json = "shipTo.phone", .is = unless_empty),
           OMS_FIELD(bill_to, 11, .json = "billTo", .is = flat),
           OMS_FIELD(attributes, 12, .is = unless_empty,
                     .doc = "Texts that the shop keeps with the order."),
           OMS_FIELD(lines, 13, .is = internal));

/// Money that was captured or authorized before the order reached the engine.
struct prepayment {
  money captured;
  std::string reference;
  money authorized = {};

  friend bool operator==(const prepayment&, const prepayment&) = default;
};
OMS_FIELDS(prepayment, "Prepayment", "Names captured or authorized money.",
           OMS_FIELD(captured, 0, .is = one_required | unless_empty),
           OMS_FIELD(reference, 1, .is = identifier),
           OMS_FIELD(authorized, 2, .is = one_required | unless_empty));

/// `ship_complete` keeps all fulfillments on hold while units are unrouted or
/// backordered.
enum class shipping_policy : std::uint8_t { as_available, ship_complete };
OMS_WORDS(shipping_policy, ship_complete, "asAvailable", "shipComplete");

enum class relation_kind : std::uint8_t { exchange, replacement, split };
OMS_WORDS(relation_kind, split, "exchange", "replacement", "split");

/// Another order of the brand, which this one follows from.
struct order_relation {
  order_id order;
  relation_kind kind = relation_kind::exchange;

  friend bool operator==(const order_relation&,
                         const order_relation&) = default;
};
OMS_FIELDS(order_relation, "OrderRelation", "",
           OMS_FIELD(order, 0, .is = required),
           OMS_FIELD(kind, 1, .is = required));

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
  /// The id of a cart's reservation, whose units the order takes over.
  reservation_id reservation;
  std::optional<prepayment> payment;
  /// The customer's language, such as de-DE.
  std::string locale;
  /// The order's number in its channel.
  std::string channel_order;
  std::vector<order_relation> relates_to;
  /// For its own plans, in place of those of the rules; empty: those.
  std::vector<objective> objectives;

  friend bool operator==(const order_body&, const order_body&) = default;
};
OMS_FIELDS(
    order_body, "OrderBody", "",
    OMS_FIELD(channel, 0, .is = identifier | unless_empty),
    OMS_FIELD(placed_at, 1,
              .doc = "Left out: the time at which it is accepted."),
    OMS_FIELD(currency, 2, .most = limits::currency_bytes, .doc = "ISO 4217."),
    OMS_FIELD(customer, 3, .json = "customer.id", .is = unless_empty),
    OMS_FIELD(ship_to, 4, .json = "shipTo", .is = flat),
    OMS_FIELD(lines, 5, .is = required, .most = limits::max_order_lines),
    OMS_FIELD(shipping, 6),
    OMS_FIELD(discount, 7, .doc = "Spread over the lines by their net."),
    OMS_FIELD(policy, 8),
    OMS_FIELD(priority, 9,
              .doc = "Higher is served earlier in the backorder queue."),
    OMS_FIELD(reservation, 10, .is = unless_empty),
    OMS_FIELD(payment, 11,
              .doc = "Money that was captured or authorized elsewhere: the "
                     "order is placed and paid in one step."),
    OMS_FIELD(locale, 12, .json = "customer.locale",
              .is = identifier | unless_empty,
              .doc = "The customer's language, such as de-DE."),
    OMS_FIELD(channel_order, 13, .is = identifier | unless_empty,
              .doc = "The order's number in its channel."),
    OMS_FIELD(relates_to, 14, .is = unless_empty,
              .most = limits::max_relations),
    OMS_FIELD(objectives, 15, .is = unless_empty,
              .most = limits::max_objectives,
              .doc = "For its own plans, in place of those of the rules."));

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
OMS_FIELDS(line_buckets, "LineBuckets", "", OMS_FIELD(unrouted, 0),
           OMS_FIELD(backordered, 1), OMS_FIELD(allocated, 2),
           OMS_FIELD(picked, 3), OMS_FIELD(shipped, 4), OMS_FIELD(delivered, 5),
           OMS_FIELD(returned, 6), OMS_FIELD(lost, 7), OMS_FIELD(cancelled, 8));

// The numbers of these enumerations are on disk and on the wire, so new words
// go to the end.

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
OMS_WORDS(order_status, cancelled, "pending", "payment_processing", "paid",
          "awaiting_fulfillment", "partially_fulfilled", "fulfilled",
          "delivered", "refunded", "cancelled");

enum class payment_status : std::uint8_t {
  none,
  processing,
  captured,
  partially_refunded,
  refunded,
  failed,
  authorized
};
OMS_WORDS(payment_status, authorized, "none", "processing", "captured",
          "partiallyRefunded", "refunded", "failed", "authorized");

enum class fulfillment_status : std::uint8_t {
  open,
  on_hold,
  in_progress,
  incomplete,
  closed,
  cancelled
};
OMS_WORDS(fulfillment_status, cancelled, "open", "onHold", "inProgress",
          "incomplete", "closed", "cancelled");

enum class shipment_status : std::uint8_t {
  shipped,
  delivered,
  returned,
  lost
};
OMS_WORDS(shipment_status, lost, "shipped", "delivered", "returned", "lost");

enum class refund_status : std::uint8_t { requested, succeeded, failed };
OMS_WORDS(refund_status, failed, "requested", "succeeded", "failed");

enum class return_status : std::uint8_t {
  requested,
  received,
  closed,
  declined,
  cancelled
};
OMS_WORDS(return_status, cancelled, "requested", "received", "closed",
          "declined", "cancelled");

}  // namespace oms
