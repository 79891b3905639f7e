#include "tools/json/names.hpp"

namespace oms::json {

namespace {

// Each list has the order of its enumeration, whose value is the index;
// tests/tools/json/names_test.cpp compares their ends. Callers' files, exports
// and programs contain these words, so they are never changed.
using words = std::string_view[];

constexpr words place_kind_names = {"warehouse", "store", "threePl",
                                    "dropship"};
constexpr words objective_names = {"fewestShipments", "lowestCost", "nearest",
                                   "priority", "balanceStock"};
constexpr words shipping_policy_names = {"asAvailable", "shipComplete"};
// What a payment provider reports, unlike the payment status below, which is
// computed.
constexpr words payment_event_names = {"started", "captured", "failed"};
constexpr words fulfillment_action_names = {
    "accept", "reject", "pick", "unpick", "ship", "shortPick", "cancelAnswer"};
constexpr words reject_reason_names = {"outOfStock", "mismatch", "damaged",
                                       "unable"};
constexpr words tracking_status_names = {
    "inTransit", "outForDelivery", "attempted", "delayed",
    "exception", "delivered",      "lost",      "returned"};
constexpr words return_condition_names = {"sellable", "damaged"};
// The one enumeration with underscores.
constexpr words order_status_names = {"pending",
                                      "payment_processing",
                                      "paid",
                                      "awaiting_fulfillment",
                                      "partially_fulfilled",
                                      "fulfilled",
                                      "delivered",
                                      "refunded",
                                      "cancelled"};
constexpr words payment_status_names = {"none",     "processing",
                                        "captured", "partiallyRefunded",
                                        "refunded", "failed"};
constexpr words fulfillment_status_names = {
    "open", "onHold", "inProgress", "incomplete", "closed", "cancelled"};
constexpr words shipment_status_names = {"shipped", "delivered", "returned",
                                         "lost"};
constexpr words refund_status_names = {"requested", "succeeded", "failed"};
constexpr words return_status_names = {"requested", "received", "closed",
                                       "declined", "cancelled"};
constexpr words error_code_names = {
    "invalid",          "unauthorized",   "forbidden",
    "notFound",         "conflict",       "invalidTransition",
    "quantityTooGreat", "refundTooGreat", "insufficientStock",
    "tooLarge",         "overloaded",     "storageUnavailable"};
constexpr words candidate_outcome_names = {
    "taken",          "notNeeded",  "nothingToGive",
    "inactive",       "otherBrand", "otherCountry",
    "rejectedBefore", "noCapacity", "overMaxShipments"};
// Also the keys under which an event names its entity, but for products, see
// events.cpp.
constexpr words entity_kind_names = {"order",   "location", "supplier",
                                     "product", "routing",  "engine"};
constexpr words source_kind_names = {"location", "supplier"};

}  // namespace

template <>
std::span<const std::string_view> names<source_type>() {
  return place_kind_names;
}
template <>
std::span<const std::string_view> names<objective>() {
  return objective_names;
}
template <>
std::span<const std::string_view> names<shipping_policy>() {
  return shipping_policy_names;
}
template <>
std::span<const std::string_view> names<payment_event>() {
  return payment_event_names;
}
template <>
std::span<const std::string_view> names<fulfillment_action>() {
  return fulfillment_action_names;
}
template <>
std::span<const std::string_view> names<reject_reason>() {
  return reject_reason_names;
}
template <>
std::span<const std::string_view> names<tracking_status>() {
  return tracking_status_names;
}
template <>
std::span<const std::string_view> names<return_condition>() {
  return return_condition_names;
}
template <>
std::span<const std::string_view> names<order_status>() {
  return order_status_names;
}
template <>
std::span<const std::string_view> names<payment_status>() {
  return payment_status_names;
}
template <>
std::span<const std::string_view> names<fulfillment_status>() {
  return fulfillment_status_names;
}
template <>
std::span<const std::string_view> names<shipment_status>() {
  return shipment_status_names;
}
template <>
std::span<const std::string_view> names<refund_status>() {
  return refund_status_names;
}
template <>
std::span<const std::string_view> names<return_status>() {
  return return_status_names;
}
template <>
std::span<const std::string_view> names<error_code>() {
  return error_code_names;
}
template <>
std::span<const std::string_view> names<candidate_outcome>() {
  return candidate_outcome_names;
}
template <>
std::span<const std::string_view> names<entity_kind>() {
  return entity_kind_names;
}
template <>
std::span<const std::string_view> names<source_kind>() {
  return source_kind_names;
}

// For "must be one of ...": a typing mistake is corrected fastest beside the
// list.
std::string list_of(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace oms::json
