#include "actors/state_hash.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/hex.hpp"
#include "persistence/hash_chain.hpp"

namespace oms {

namespace {

// The text of one entity. Each field is written with its name and each value so
// that its end is known, so two different states never give the same text.
class entity_text {
 public:
  template <class T>
  entity_text& field(const char* name, const T& value) {
    text_ += name;
    text_ += '=';
    write(value);
    text_ += '\n';
    return *this;
  }

  [[nodiscard]] codec::digest digest() const {
    return persistence::hash_of(std::as_bytes(std::span(text_)));
  }

 private:
  void write(const std::string& text) {
    text_ += std::to_string(text.size());
    text_ += ':';
    text_ += text;
  }
  void write(double number) {
    // The bits, which are not rounded; and one 0, since -0.0 equals 0.0 and
    // equal states must have equal hashes.
    write(std::bit_cast<std::int64_t>(number == 0 ? 0.0 : number));
  }
  template <class Number>
  requires(std::is_integral_v<Number> ||
           std::is_enum_v<Number>) void write(Number number) {
    text_ += std::to_string(static_cast<std::int64_t>(number));
    // The comma ends it, or 1 and 23 in a list would read like 12 and 3.
    text_ += ',';
  }
  template <class Tag>
  void write(const text_id<Tag>& id) {
    write(id.value);
  }
  template <class Tag>
  void write(amount<Tag> number) {
    write(number.value);
  }
  void write(timestamp time) { write(time.time_since_epoch().count()); }
  void write(const order_key& key) {
    write(key.brand);
    write(key.id);
  }
  void write(const source_ref& source) {
    write(source.kind);
    write(source.id);
  }
  void write(const coordinates& at) {
    write(at.latitude);
    write(at.longitude);
  }
  template <class T>
  void write(const std::optional<T>& value) {
    if (value)
      write(*value);
    else
      text_ += "none";
  }
  template <class T>
  void write(const std::vector<T>& list) {
    write(list.size());
    for (const auto& each : list) write(each);
  }

  std::string text_;
};

// For lists whose order says nothing: it depends on the order in which messages
// came, and must not make two equal states differ.
template <class T>
std::vector<T> sorted(std::vector<T> list) {
  std::sort(list.begin(), list.end());
  return list;
}

void add(entity_text& to, const line_units& units) {
  to.field("line", units.line)
      .field("sku", units.sku)
      .field("units", units.units);
}

void add_body(entity_text& to, const order_body& body) {
  to.field("channel", body.channel)
      .field("placed", body.placed_at)
      .field("currency", body.currency)
      .field("customer", body.customer)
      .field("country", body.ship_to.country)
      .field("position", body.ship_to.position)
      .field("service", body.shipping.service)
      .field("shipping", body.shipping.price)
      .field("discount", body.discount)
      .field("policy", body.policy)
      .field("priority", body.priority)
      .field("reservation", body.reservation)
      .field("prepaid", body.payment.has_value());
  if (body.payment)
    to.field("prepaidAmount", body.payment->captured)
        .field("prepaidReference", body.payment->reference);
}

void add_line(entity_text& to, const order_line_state& line) {
  const auto& in = line.buckets;
  to.field("line", line.ordered.line)
      .field("sku", line.ordered.sku)
      .field("ordered", line.ordered.units)
      .field("price", line.ordered.unit_price)
      .field("discount", line.ordered.discount)
      .field("tax", line.ordered.tax)
      .field("unrouted", in.unrouted)
      .field("backordered", in.backordered)
      .field("allocated", in.allocated)
      .field("picked", in.picked)
      .field("shipped", in.shipped)
      .field("delivered", in.delivered)
      .field("returned", in.returned)
      .field("lost", in.lost)
      .field("cancelled", in.cancelled)
      .field("unfillable", line.unfillable)
      .field("refunded", line.refunded_units)
      .field("inReturn", line.in_return);
}

void add_fulfillment(entity_text& to, const order_state& order,
                     const fulfillment& work) {
  to.field("fulfillment", work.id)
      .field("source", work.source)
      .field("type", work.place)
      .field("accepted", work.accepted)
      .field("cancelReason", work.cancel_reason)
      .field("cancelNote", work.cancel_note);
  for (const auto& line : work.lines)
    // By the name of the line: its index is internal.
    to.field("line", order.lines[line.line].ordered.line)
        .field("allocated", line.allocated)
        .field("picked", line.picked)
        .field("shipped", line.shipped)
        .field("cancelled", line.cancelled)
        .field("movedAway", line.moved_away)
        .field("cancelRequested", line.cancel_requested);
}

void add_shipment(entity_text& to, const order_state& order,
                  const shipment& parcel) {
  to.field("shipment", parcel.id)
      .field("fulfillment", parcel.fulfillment)
      .field("source", parcel.source)
      .field("carrier", parcel.carrier)
      .field("tracking", parcel.tracking)
      .field("status", parcel.status)
      .field("news", parcel.news)
      .field("tookAll", parcel.took_all);
  for (const auto& line : parcel.lines)
    to.field("line", order.lines[line.line].ordered.line)
        .field("units", line.units)
        .field("ended", line.ended);
}

void add_refund(entity_text& to, const refund& each) {
  to.field("refund", each.id)
      .field("requested", each.requested)
      .field("status", each.status)
      .field("reason", each.reason)
      .field("shipping", each.shipping)
      .field("excess", each.excess);
  for (const auto& units : each.lines) add(to, units);
}

void add_return(entity_text& to, const order_return& each) {
  to.field("return", each.id).field("status", each.status);
  for (const auto& units : each.lines) add(to, units);
  for (const auto& units : each.received)
    to.field("received", units.line)
        .field("sku", units.sku)
        .field("fromDelivered", units.from_delivered)
        .field("fromShipped", units.from_shipped)
        .field("condition", units.condition);
}

// `rank` among all orders in the order of their numbers, which decides who is
// served first. The number itself says nothing more, and depends on how many
// placements were refused or repeated before.
codec::digest digest_of(const order_state& order, std::size_t rank) {
  entity_text to;
  to.field("order", order.key)
      .field("rank", rank)
      .field("version", order.version)
      .field("placedAt", order.placed_at)
      .field("status", order.status)
      .field("statusSince", order.status_since)
      .field("paymentStarted", order.payment_started)
      .field("paymentFailedFinally", order.payment_failed_finally)
      .field("splitTold", order.split_told)
      .field("personalDataErased", order.personal_data_erased)
      .field("hasPersonal", order.has_personal)
      .field("stuckAlertAt", order.stuck_alert_at)
      .field("captured", order.captured)
      .field("refunded", order.refunded)
      .field("refundRequested", order.refund_requested)
      .field("paymentReferences", sorted(order.payment_references))
      .field("failedReferences", sorted(order.failed_references));
  if (order.exists()) add_body(to, *order.body);
  for (const auto& line : order.lines) add_line(to, line);
  for (const auto& work : order.fulfillments) add_fulfillment(to, order, work);
  for (const auto& parcel : order.shipments) add_shipment(to, order, parcel);
  for (const auto& each : order.refunds) add_refund(to, each);
  for (const auto& each : order.returns) add_return(to, each);
  for (const auto& each : order.holds)
    to.field("hold", each.id).field("reason", each.reason);
  auto rejections = order.rejections;
  std::sort(rejections.begin(), rejections.end(),
            [](const rejection& a, const rejection& b) {
              return std::tie(a.source, a.sku) < std::tie(b.source, b.sku);
            });
  for (const auto& each : rejections)
    to.field("rejectedBy", each.source)
        .field("sku", each.sku)
        .field("receipts", each.receipts);
  to.field("unable", sorted(order.unable));
  return to.digest();
}

void add_settings(entity_text& to, const location_settings& of) {
  to.field("id", of.id)
      .field("type", of.kind)
      .field("name", of.name)
      .field("country", of.country)
      .field("position", of.position)
      .field("active", of.active)
      .field("priority", of.priority)
      .field("shipmentCost", of.shipment_cost)
      .field("unitCost", of.unit_cost)
      .field("costPerKm", of.cost_per_km)
      .field("handlingDays", of.handling_days)
      .field("dailyCapacity", of.daily_capacity)
      .field("brands", sorted(of.brands))
      .field("countries", sorted(of.countries));
}

void add_settings(entity_text& to, const supplier_settings& of) {
  to.field("supplier", of.id)
      .field("name", of.name)
      .field("priority", of.priority)
      .field("active", of.active)
      .field("shipmentCost", of.shipment_cost)
      .field("brands", sorted(of.brands))
      .field("countries", sorted(of.countries));
  // Pointers, for there may be 100,000 products and each has an id to copy.
  std::vector<const supplier_product*> products;
  products.reserve(of.products.size());
  for (const auto& each : of.products) products.push_back(&each);
  std::sort(products.begin(), products.end(),
            [](const auto* a, const auto* b) { return a->sku < b->sku; });
  for (const auto* each : products)
    to.field("product", each->sku)
        .field("available", each->available)
        .field("unitCost", each->unit_cost)
        .field("leadTimeDays", each->lead_time_days);
}

void add_item(entity_text& to, const sku_id& sku, const stock_item& of) {
  to.field("sku", sku)
      .field("onHand", of.on_hand)
      .field("reserved", of.reserved)
      .field("onOffer", of.on_offer)
      .field("committed", of.committed)
      .field("revoking", of.revoking)
      .field("damaged", of.damaged)
      .field("safety", of.safety_setting)
      .field("withoutLimit", of.without_limit)
      .field("received", of.received)
      .field("adjusted", of.adjusted)
      .field("shipped", of.shipped)
      .field("receipts", of.receipts)
      .field("version", of.version);
}

// The units in the order in which they were promised, since the newest are
// revoked first; `since` itself is a number of the source's own.
void add_promises(entity_text& to, const source_state& source) {
  using row = std::tuple<sku_id, std::uint64_t, order_key, quantity, quantity>;
  std::map<order_key, bool> joinable;
  std::vector<row> rows;
  for (const auto& [order, of] : source.promises) {
    joinable[order] = of.joinable;
    for (const auto& units : of.units)
      rows.emplace_back(units.sku, units.since, order, units.committed,
                        units.picked);
  }
  for (const auto& [order, is_joinable] : joinable)
    to.field("promisedTo", order).field("joinable", is_joinable);
  std::sort(rows.begin(), rows.end());
  for (const auto& [sku, since, order, committed, picked] : rows)
    to.field("sku", sku)
        .field("order", order)
        .field("committed", committed)
        .field("picked", picked);
}

codec::digest digest_of(const source_state& source) {
  entity_text to;
  to.field("source", source.self)
      .field("defined", source.defined)
      .field("version", source.version);
  add_settings(to, source.settings);
  if (source.supplier) add_settings(to, *source.supplier);
  // The order of a hash table depends on how it grew.
  std::vector<const std::pair<const sku_id, stock_item>*> items;
  items.reserve(source.stock.size());
  for (const auto& each : source.stock) items.push_back(&each);
  std::sort(items.begin(), items.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* each : items) add_item(to, each->first, each->second);
  add_promises(to, source);
  std::vector<std::pair<order_key, std::int64_t>> unacknowledged(
      source.unacknowledged.begin(), source.unacknowledged.end());
  std::sort(unacknowledged.begin(), unacknowledged.end());
  for (const auto& [order, count] : unacknowledged)
    to.field("unacknowledgedBy", order).field("count", count);
  for (const auto& [reference, sku] : source.references)
    to.field("reference", reference).field("sku", sku);
  to.field("capacityDay", source.capacity_day.time_since_epoch().count())
      .field("opened", source.opened);
  return to.digest();
}

codec::digest digest_of(const product_settings& product) {
  entity_text to;
  to.field("product", product.sku)
      .field("name", product.name)
      .field("backorderable", product.backorderable)
      .field("backorderLimit", product.backorder_limit)
      .field("restockDate", product.restock_date);
  return to.digest();
}

codec::digest digest_of(const brand_id& brand, const versioned_rules& of) {
  entity_text to;
  to.field("routing", brand)
      .field("version", of.version)
      .field("tiers", of.rules.tiers)
      .field("objectives", of.rules.objectives)
      .field("splitLines", of.rules.split_lines)
      .field("maxShipments", of.rules.max_shipments)
      .field("stuckAfterS", of.rules.stuck_after_s);
  return to.digest();
}

// In the order in which they are served.
codec::digest digest_of(const sku_id& sku,
                        const std::vector<waiting_view>& queue) {
  entity_text to;
  to.field("queue", sku);
  for (const auto& each : queue)
    to.field("order", each.order)
        .field("line", each.line)
        .field("units", each.units);
  return to.digest();
}

}  // namespace

// A digest of digests, so that only one entity at a time is in memory as text.
// The maps of a collection are sorted by name.
std::string state_hash_of(const collection& all) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [key, order] : all.orders) numbers.push_back(order.number);
  std::sort(numbers.begin(), numbers.end());
  std::vector<codec::digest> parts;
  for (const auto& [key, order] : all.orders) {
    const auto place =
        std::lower_bound(numbers.begin(), numbers.end(), order.number);
    parts.push_back(
        digest_of(order, static_cast<std::size_t>(place - numbers.begin())));
  }
  for (const auto& [ref, source] : all.sources)
    parts.push_back(digest_of(source));
  for (const auto& [sku, product] : all.products)
    parts.push_back(digest_of(product));
  for (const auto& [brand, rules] : all.rules)
    parts.push_back(digest_of(brand, rules));
  for (const auto& [sku, queue] : all.waiting)
    parts.push_back(digest_of(sku, queue));
  return hex_of(persistence::hash_of(std::as_bytes(std::span(parts))));
}

}  // namespace oms
