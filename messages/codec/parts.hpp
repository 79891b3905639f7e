#pragma once

/// Internal to messages/codec/ and messages/api/: how each word of the
/// vocabulary is written to and read from its schema.
///
/// There is one pair of `write` and `read` per struct, and the few helpers that
/// they are made of. They throw `malformed` and `kj::Exception`; `encode` and
/// `decode` of codec/message.hpp, or the readers of messages/api/, catch both.
///
/// Reading checks the form and not the rules: a log may have been written under
/// other limits, and what is in it has happened. Only a word of an enumeration
/// that this version does not have is refused, since code could not handle it.
///
/// The order in which a `write` makes pointer fields is the order of their
/// bytes. Readers don't care, but with another order equal events of two
/// versions would be different bytes.

#include <capnp/message.h>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/checkpoint.capnp.h"
#include "messages/checkpoint.hpp"
#include "messages/decision.capnp.h"
#include "messages/events.capnp.h"
#include "messages/events.hpp"
#include "messages/ids.capnp.h"
#include "messages/network.capnp.h"
#include "messages/order.capnp.h"
#include "messages/order.hpp"
#include "messages/snapshots.capnp.h"
#include "messages/source_state.hpp"
#include "messages/stock.capnp.h"

namespace oms::codec {

/// The message is well-formed, but says something that the vocabulary can't.
struct malformed {
  const char* what;
};

// --- texts ------------------------------------------------------------------

inline bool filled(const std::string& in) { return !in.empty(); }
template <class Tag>
bool filled(const text_id<Tag>& in) {
  return !in.empty();
}

inline capnp::Text::Reader stored(const std::string& in) {
  return {in.data(), in.size()};
}
template <class Tag>
capnp::Text::Reader stored(const text_id<Tag>& in) {
  return stored(in.value);
}

template <class T = std::string>
T text(capnp::Text::Reader in) {
  return T{std::string{in.begin(), in.size()}};
}

// --- times ------------------------------------------------------------------

inline std::int64_t stored(timestamp in) {
  return in.time_since_epoch().count();
}
inline timestamp time_of(std::int64_t us) { return timestamp{duration{us}}; }

// --- enumerations -----------------------------------------------------------

/// Both enumerations have the same numbers. That the last words agree shows
/// that no word was added on one side alone; that the order is the same, tests
/// of round trips show.
template <auto Last, auto StoredLast>
struct alike {
  using stored = decltype(StoredLast);
  static constexpr auto last = Last;
  static_assert(static_cast<unsigned>(Last) ==
                static_cast<unsigned>(StoredLast));
};

template <class Word>
struct enumeration;
template <>
struct enumeration<source_kind>
    : alike<source_kind::supplier, schema::SourceKind::SUPPLIER> {};
template <>
struct enumeration<source_type>
    : alike<source_type::dropship, schema::PlaceKind::DROPSHIP> {};
template <>
struct enumeration<objective>
    : alike<objective::balance_stock, schema::Objective::BALANCE_STOCK> {};
template <>
struct enumeration<candidate_outcome>
    : alike<candidate_outcome::over_max_shipments,
            schema::CandidateOutcome::OVER_MAX_SHIPMENTS> {};
template <>
struct enumeration<order_status>
    : alike<order_status::cancelled, schema::OrderStatus::CANCELLED> {};
template <>
struct enumeration<shipping_policy>
    : alike<shipping_policy::ship_complete,
            schema::ShippingPolicy::SHIP_COMPLETE> {};
template <>
struct enumeration<reject_reason>
    : alike<reject_reason::unable, schema::RejectReason::UNABLE> {};
template <>
struct enumeration<tracking_status>
    : alike<tracking_status::returned, schema::TrackingStatus::RETURNED> {};
template <>
struct enumeration<return_condition>
    : alike<return_condition::damaged, schema::ReturnCondition::DAMAGED> {};
template <>
struct enumeration<entity_kind>
    : alike<entity_kind::engine, schema::EntityKind::ENGINE> {};
template <>
struct enumeration<shipment_status>
    : alike<shipment_status::lost, schema::ShipmentStatus::LOST> {};
template <>
struct enumeration<refund_status>
    : alike<refund_status::failed, schema::RefundStatus::FAILED> {};
template <>
struct enumeration<return_status>
    : alike<return_status::cancelled, schema::ReturnStatus::CANCELLED> {};

template <class Word>
requires std::is_enum_v<Word>
typename enumeration<Word>::stored stored(Word in) {
  return static_cast<typename enumeration<Word>::stored>(in);
}

/// Refuses the number of a word that a later version has added: read as any
/// other word, it would be history rewritten.
template <class Word>
Word word(typename enumeration<Word>::stored in) {
  if (static_cast<unsigned>(in) >
      static_cast<unsigned>(enumeration<Word>::last))
    throw malformed{"an enumeration has a number without a name"};
  return static_cast<Word>(in);
}

// --- network.cpp ---

void write(schema::OrderKey::Builder out, const order_key& in);
order_key read(schema::OrderKey::Reader in);
void write(schema::SourceRef::Builder out, const source_ref& in);
source_ref read(schema::SourceRef::Reader in);
void write(schema::Coordinates::Builder out, const coordinates& in);
coordinates read(schema::Coordinates::Reader in);
void write(schema::SkuQuantity::Builder out, const sku_quantity& in);
sku_quantity read(schema::SkuQuantity::Reader in);
void write(schema::LineUnits::Builder out, const line_units& in);
line_units read(schema::LineUnits::Reader in);
void write(schema::LocationSettings::Builder out, const location_settings& in);
location_settings read(schema::LocationSettings::Reader in);
void write(schema::SupplierProduct::Builder out, const supplier_product& in);
supplier_product read(schema::SupplierProduct::Reader in);
void write(schema::SupplierSettings::Builder out, const supplier_settings& in);
supplier_settings read(schema::SupplierSettings::Reader in);
void write(schema::ProductSettings::Builder out, const product_settings& in);
product_settings read(schema::ProductSettings::Reader in);
void write(schema::RoutingRules::Builder out, const routing_rules& in);
routing_rules read(schema::RoutingRules::Reader in);
void write(schema::Candidate::Builder out, const candidate_view& in);
candidate_view read(schema::Candidate::Reader in);
void write(schema::ObjectiveValue::Builder out, const objective_value& in);
objective_value read(schema::ObjectiveValue::Reader in);
void write(schema::RoutingDecision::Builder out, const routing_decision& in);
routing_decision read(schema::RoutingDecision::Reader in);

// --- order.cpp ---

void write(schema::OrderLine::Builder out, const order_line& in);
order_line read(schema::OrderLine::Reader in);
void write(schema::Prepayment::Builder out, const prepayment& in);
prepayment read(schema::Prepayment::Reader in);
void write(schema::OrderBody::Builder out, const order_body& in);
order_body read(schema::OrderBody::Reader in);
void write(schema::PersonalData::Builder out, const personal_data& in);
personal_data read(schema::PersonalData::Reader in);
void write(schema::OrderPlaced::Builder out, const order_placed& in);
order_placed read(schema::OrderPlaced::Reader in);
void write(schema::StatusChanged::Builder out, const status_changed& in);
status_changed read(schema::StatusChanged::Reader in);
void write(schema::PaymentStarted::Builder out, const payment_started& in);
payment_started read(schema::PaymentStarted::Reader in);
void write(schema::PaymentCaptured::Builder out, const payment_captured& in);
payment_captured read(schema::PaymentCaptured::Reader in);
void write(schema::PaymentFailed::Builder out, const payment_failed& in);
payment_failed read(schema::PaymentFailed::Reader in);
void write(schema::OrderPlanned::Builder out, const order_planned& in);
order_planned read(schema::OrderPlanned::Reader in);
void write(schema::AllocatedLine::Builder out, const allocated_line& in);
allocated_line read(schema::AllocatedLine::Reader in);
void write(schema::UnitsAllocated::Builder out, const units_allocated& in);
units_allocated read(schema::UnitsAllocated::Reader in);
void write(schema::GrantDeclined::Builder out, const grant_declined& in);
grant_declined read(schema::GrantDeclined::Reader in);
void write(schema::UnitsBackordered::Builder out, const units_backordered& in);
units_backordered read(schema::UnitsBackordered::Reader in);
void write(schema::UnitsUnfillable::Builder out, const units_unfillable& in);
units_unfillable read(schema::UnitsUnfillable::Reader in);
void write(schema::HoldPlaced::Builder out, const hold_placed& in);
hold_placed read(schema::HoldPlaced::Reader in);
void write(schema::HoldReleased::Builder out, const hold_released& in);
hold_released read(schema::HoldReleased::Reader in);
void write(schema::NoteAdded::Builder out, const note_added& in);
note_added read(schema::NoteAdded::Reader in);
void write(schema::RefundRequested::Builder out, const refund_requested& in);
refund_requested read(schema::RefundRequested::Reader in);
void write(schema::RefundSettled::Builder out, const refund_settled& in);
refund_settled read(schema::RefundSettled::Reader in);
void write(schema::ReturnRequested::Builder out, const return_requested& in);
return_requested read(schema::ReturnRequested::Reader in);
void write(schema::ReturnedUnits::Builder out, const returned_units& in);
returned_units read(schema::ReturnedUnits::Reader in);
void write(schema::ReturnReceived::Builder out, const return_received& in);
return_received read(schema::ReturnReceived::Reader in);
void write(schema::ReturnDeclined::Builder out, const return_declined& in);
return_declined read(schema::ReturnDeclined::Reader in);
void write(schema::NotificationRecorded::Builder out,
           const notification_recorded& in);
notification_recorded read(schema::NotificationRecorded::Reader in);
void write(schema::AlertRaised::Builder out, const alert_raised& in);
alert_raised read(schema::AlertRaised::Reader in);

// --- fulfillment.cpp ---

void write(schema::FulfillmentAccepted::Builder out,
           const fulfillment_accepted& in);
fulfillment_accepted read(schema::FulfillmentAccepted::Reader in);
void write(schema::UnitsPicked::Builder out, const units_picked& in);
units_picked read(schema::UnitsPicked::Reader in);
void write(schema::UnitsUnpicked::Builder out, const units_unpicked& in);
units_unpicked read(schema::UnitsUnpicked::Reader in);
void write(schema::RejectedUnits::Builder out, const rejected_units& in);
rejected_units read(schema::RejectedUnits::Reader in);
void write(schema::UnitsRejected::Builder out, const units_rejected& in);
units_rejected read(schema::UnitsRejected::Reader in);
void write(schema::WorkUnits::Builder out, const work_units& in);
work_units read(schema::WorkUnits::Reader in);
void write(schema::ShipmentShipped::Builder out, const shipment_shipped& in);
shipment_shipped read(schema::ShipmentShipped::Reader in);
void write(schema::ShipmentTracked::Builder out, const shipment_tracked& in);
shipment_tracked read(schema::ShipmentTracked::Reader in);
void write(schema::CancelledLine::Builder out, const cancelled_line& in);
cancelled_line read(schema::CancelledLine::Reader in);
void write(schema::FulfillmentUnits::Builder out, const fulfillment_units& in);
fulfillment_units read(schema::FulfillmentUnits::Reader in);
void write(schema::UnitsCancelled::Builder out, const units_cancelled& in);
units_cancelled read(schema::UnitsCancelled::Reader in);
void write(schema::CancelRequested::Builder out, const cancel_requested& in);
cancel_requested read(schema::CancelRequested::Reader in);
void write(schema::CancelAnswered::Builder out, const cancel_answered& in);
cancel_answered read(schema::CancelAnswered::Reader in);
void write(schema::UnitsTakenBack::Builder out, const units_taken_back& in);
units_taken_back read(schema::UnitsTakenBack::Reader in);
void write(schema::UnitsReleased::Builder out, const units_released& in);
units_released read(schema::UnitsReleased::Reader in);

// --- stock.cpp ---

void write(schema::LocationDefined::Builder out, const location_defined& in);
location_defined read(schema::LocationDefined::Reader in);
void write(schema::SupplierDefined::Builder out, const supplier_defined& in);
supplier_defined read(schema::SupplierDefined::Reader in);
void write(schema::StockReceived::Builder out, const stock_received& in);
stock_received read(schema::StockReceived::Reader in);
void write(schema::StockAdjusted::Builder out, const stock_adjusted& in);
stock_adjusted read(schema::StockAdjusted::Reader in);
void write(schema::StockCounted::Builder out, const stock_counted& in);
stock_counted read(schema::StockCounted::Reader in);
void write(schema::SafetyStockSet::Builder out, const safety_stock_set& in);
safety_stock_set read(schema::SafetyStockSet::Reader in);
void write(schema::StockOffered::Builder out, const stock_offered& in);
stock_offered read(schema::StockOffered::Reader in);
void write(schema::OfferSettled::Builder out, const offer_settled& in);
offer_settled read(schema::OfferSettled::Reader in);
void write(schema::StockCommitted::Builder out, const stock_committed& in);
stock_committed read(schema::StockCommitted::Reader in);
void write(schema::StockDecommitted::Builder out, const stock_decommitted& in);
stock_decommitted read(schema::StockDecommitted::Reader in);
void write(schema::StockAccepted::Builder out, const stock_accepted& in);
stock_accepted read(schema::StockAccepted::Reader in);
void write(schema::StockPicked::Builder out, const stock_picked& in);
stock_picked read(schema::StockPicked::Reader in);
void write(schema::ShippedStock::Builder out, const shipped_stock& in);
shipped_stock read(schema::ShippedStock::Reader in);
void write(schema::StockShipped::Builder out, const stock_shipped& in);
stock_shipped read(schema::StockShipped::Reader in);
void write(schema::RejectedStock::Builder out, const rejected_stock& in);
rejected_stock read(schema::RejectedStock::Reader in);
void write(schema::StockRejected::Builder out, const stock_rejected& in);
stock_rejected read(schema::StockRejected::Reader in);
void write(schema::StockTakenBack::Builder out, const stock_taken_back& in);
stock_taken_back read(schema::StockTakenBack::Reader in);
void write(schema::RestockedLine::Builder out, const restocked_line& in);
restocked_line read(schema::RestockedLine::Reader in);
void write(schema::StockRestocked::Builder out, const stock_restocked& in);
stock_restocked read(schema::StockRestocked::Reader in);
void write(schema::ProductDefined::Builder out, const product_defined& in);
product_defined read(schema::ProductDefined::Reader in);
void write(schema::RoutingSet::Builder out, const routing_set& in);
routing_set read(schema::RoutingSet::Reader in);

// --- events.cpp ---

void write(schema::Event::Builder out, const event& in);
/// Without `at`, which is not stored.
event read(schema::Event::Reader in);

// --- source_state.cpp ---

void write(schema::PromisedUnits::Builder out, const promised_units& in);
promised_units read(schema::PromisedUnits::Reader in);
void write(schema::SourceState::Builder out, const source_state& in);
source_state read(schema::SourceState::Reader in);

// --- lists ------------------------------------------------------------------

template <class T>
unsigned count(const std::vector<T>& in) {
  return static_cast<unsigned>(in.size());
}

/// `init(n)` makes the list of `n` in the message. An empty list stays a null
/// pointer, which is read as an empty list and takes no word of its own.
template <class T, class Init>
void write_list(const std::vector<T>& in, Init init) {
  if (in.empty()) return;
  auto out = init(count(in));
  for (unsigned i = 0; i < out.size(); ++i) write(out[i], in[i]);
}

template <class T, class Init>
void write_texts(const std::vector<T>& in, Init init) {
  if (in.empty()) return;
  auto out = init(count(in));
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, stored(in[i]));
}

template <class Word, class Init>
void write_words(const std::vector<Word>& in, Init init) {
  if (in.empty()) return;
  auto out = init(count(in));
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, stored(in[i]));
}

template <class List>
auto read_list(List in) {
  std::vector<decltype(read(in[0]))> out;
  out.reserve(in.size());
  for (auto element : in) out.push_back(read(element));
  return out;
}

template <class T, class List>
std::vector<T> read_texts(List in) {
  std::vector<T> out;
  out.reserve(in.size());
  for (auto element : in) out.push_back(text<T>(element));
  return out;
}

template <class Word, class List>
std::vector<Word> read_words(List in) {
  std::vector<Word> out;
  out.reserve(in.size());
  for (auto element : in) out.push_back(word<Word>(element));
  return out;
}

}  // namespace oms::codec
