#pragma once

/// Internal to the API: between its shapes and the vocabulary.
///
/// `read` turns what a caller has sent into a command or setting, `write` turns
/// a view into a shape, for RPC. They check nothing: what they read may have
/// any number, text or word, until its fields are checked (fields/check.hpp).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/api/api.capnp.h"
#include "messages/api/json.hpp"
#include "messages/codec/parts.hpp"

namespace oms::api {

using codec::text;

/// Sets a text that may be missing: an empty one stays a null pointer. Texts
/// that are always there are set directly.
#define OMS_SET_TEXT(builder, Name, value)                               \
  do {                                                                   \
    if (codec::filled(value)) (builder).set##Name(codec::stored(value)); \
  } while (false)

/// A word as it was sent, which may be one that does not exist: then its number
/// is one that has no name here either, and the check of the fields refuses it.
template <class Word, class Sent>
Word sent_word(Sent in) {
  constexpr unsigned no_word = 255;
  return static_cast<Word>(std::min(static_cast<unsigned>(in), no_word));
}

/// The entries of a list, up to one more than it may have. The sender chooses
/// its size, and a list of structs without fields takes no bytes of a message;
/// the check of the fields refuses what is too long.
template <class Entry, class List, class Read>
std::vector<Entry> sent_entries(List in, std::size_t most, Read read_one) {
  const auto size =
      static_cast<unsigned>(std::min<std::size_t>(in.size(), most + 1));
  std::vector<Entry> all;
  all.reserve(size);
  for (unsigned i = 0; i < size; ++i) all.push_back(read_one(in[i]));
  return all;
}

/// Half a position has no number for the other half, which the check refuses.
template <class Reader>
std::optional<coordinates> read_position(Reader in) {
  if (!in.hasLatitude() && !in.hasLongitude()) return {};
  return coordinates{in.hasLatitude() ? in.getLatitude().getValue() : NAN,
                     in.hasLongitude() ? in.getLongitude().getValue() : NAN};
}

// --- sent -------------------------------------------------------------------

void read(Order::Reader in, place_order& out);
void read(Payment::Reader in, record_payment& out);
void read(Cancellation::Reader in, cancel_order& out);
void read(Hold::Reader in, place_hold& out);
void read(Note::Reader in, add_note& out);
void read(Plan::Reader in, plan_order& out);
void read(RefundRequest::Reader in, request_refund& out);
void read(Settlement::Reader in, settle_refund& out);
void read(ReturnRequest::Reader in, request_return& out);
void read(ReturnReceipt::Reader in, receive_return& out);
void read(ReturnDecision::Reader in, decide_return& out);
void read(Acceptance::Reader in, work_fulfillment& out);
void read(Pick::Reader in, work_fulfillment& out);
void read(Rejection::Reader in, work_fulfillment& out);
void read(ShortPick::Reader in, work_fulfillment& out);
void read(Ship::Reader in, work_fulfillment& out);
void read(CancelAnswer::Reader in, work_fulfillment& out);
void read(Tracking::Reader in, track_shipment& out);
void read(Receipt::Reader in, receive_stock& out);
void read(Adjustment::Reader in, adjust_stock& out);
void read(Count::Reader in, count_stock& out);
void read(SafetyStock::Reader in, set_safety_stock& out);
void read(Location::Reader in, location_settings& out);
void read(Supplier::Reader in, supplier_settings& out);
void read(Product::Reader in, product_settings& out);
void read(Routing::Reader in, routing_rules& out);

// --- shown ------------------------------------------------------------------

void write(Location::Builder out, const location_settings& in);
void write(Supplier::Builder out, const supplier_settings& in);
void write(Product::Builder out, const product_settings& in);
void write(Routing::Builder out, const routing_rules& in);
void write(RoutingView::Builder out, const routing_view& in);
void write(CommandReceipt::Builder out, const receipt& in);
void write(Problem::Builder out, const error& in);
void write(OrderView::Builder out, const order_view& in);
void write(OrderList::Builder out, const order_page& in);
void write(FulfillmentList::Builder out, const fulfillment_page& in);
void write(DecisionView::Builder out, const routing_decision& in);
void write(StockView::Builder out, const stock_view& in);
void write(SkuStock::Builder out, const sku_stock& in);
void write(Stats::Builder out, const engine_stats& in);

}  // namespace oms::api
