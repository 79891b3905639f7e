// The state of a source.
//
// Stock, promises and the rest are in hash maps, whose order depends on their
// history. They are written sorted by key, so that equal states are equal
// bytes: two ways to a state, the live one and recovery, can then be compared
// by what they write.

#include <algorithm>

#include "messages/codec/parts.hpp"
#include "messages/codec/record.hpp"
#include "messages/text_order.hpp"

namespace oms::codec {

void write(schema::PromisedUnits::Builder out, const promised_units& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setCommitted(in.committed.value);
  out.setPicked(in.picked.value);
  out.setSince(in.since);
}

promised_units read(schema::PromisedUnits::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .committed = quantity{in.getCommitted()},
          .picked = quantity{in.getPicked()},
          .since = in.getSince()};
}

namespace {

std::string_view text_of(const sku_id& key) { return key.value; }
std::string_view text_of(const order_key& key) { return key.id.value; }

// Keys of one brand are in the order of their texts.
bool has_brand_of(const sku_id& /*key*/, const sku_id& /*other*/) {
  return true;
}
bool has_brand_of(const order_key& key, const order_key& other) {
  return key.brand == other.brand;
}

// The entries of a map, by their keys. Pointers and no copies, since a source
// may have a million SKUs.
template <class Map>
auto sorted(const Map& in) {
  std::vector<const typename Map::value_type*> entries;
  entries.reserve(in.size());
  for (const auto& entry : in) entries.push_back(&entry);
  const bool by_text = std::ranges::all_of(in, [&in](const auto& entry) {
    return has_brand_of(entry.first, in.begin()->first);
  });
  if (by_text)
    sort_by_text(entries,
                 [](const auto* entry) { return text_of(entry->first); });
  else
    std::ranges::sort(entries, [](const auto* a, const auto* b) {
      return a->first < b->first;
    });
  return entries;
}

// `revoking` has the last number because it was added when counts began to
// revoke in slices; an older snapshot reads as 0, which was true then: nothing
// was left half done.
void write_item(schema::StockItem::Builder out, const sku_id& sku,
                const stock_item& in) {
  if (filled(sku)) out.setSku(stored(sku));
  out.setOnHand(in.on_hand.value);
  out.setReserved(in.reserved.value);
  out.setOnOffer(in.on_offer.value);
  out.setCommitted(in.committed.value);
  out.setDamaged(in.damaged.value);
  out.setSafetySetting(in.safety_setting.value);
  out.setWithoutLimit(in.without_limit);
  out.setReceived(in.received.value);
  out.setAdjusted(in.adjusted.value);
  out.setShipped(in.shipped.value);
  out.setReceipts(in.receipts);
  out.setVersion(in.version);
  out.setRevoking(in.revoking.value);
}

stock_item read_item(schema::StockItem::Reader in) {
  return {.on_hand = quantity{in.getOnHand()},
          .reserved = quantity{in.getReserved()},
          .on_offer = quantity{in.getOnOffer()},
          .committed = quantity{in.getCommitted()},
          .revoking = quantity{in.getRevoking()},
          .damaged = quantity{in.getDamaged()},
          .safety_setting = quantity{in.getSafetySetting()},
          .without_limit = in.getWithoutLimit(),
          .received = quantity{in.getReceived()},
          .adjusted = quantity{in.getAdjusted()},
          .shipped = quantity{in.getShipped()},
          .receipts = in.getReceipts(),
          .version = in.getVersion()};
}

void write_promise(schema::Promise::Builder out, const order_key& order,
                   const promise& in) {
  write(out.initOrder(), order);
  out.setJoinable(in.joinable);
  write_list(in.units, [&](auto n) { return out.initUnits(n); });
}

promise read_promise(schema::Promise::Reader in) {
  return {.joinable = in.getJoinable(), .units = read_list(in.getUnits())};
}

// As in `write_list`, an empty list stays a null pointer.
void write_stock(schema::SourceState::Builder out, const source_state& in) {
  if (in.stock.empty()) return;
  auto list = out.initStock(static_cast<unsigned>(in.stock.size()));
  unsigned i = 0;
  for (const auto* entry : sorted(in.stock))
    write_item(list[i++], entry->first, entry->second);
}

void write_promises(schema::SourceState::Builder out, const source_state& in) {
  if (in.promises.empty()) return;
  auto list = out.initPromises(static_cast<unsigned>(in.promises.size()));
  unsigned i = 0;
  for (const auto* entry : sorted(in.promises))
    write_promise(list[i++], entry->first, entry->second);
}

void write_unheard(schema::SourceState::Builder out, const source_state& in) {
  if (in.unacknowledged.empty()) return;
  auto list = out.initUnheard(static_cast<unsigned>(in.unacknowledged.size()));
  unsigned i = 0;
  for (const auto* entry : sorted(in.unacknowledged)) {
    auto of_order = list[i++];
    write(of_order.initOrder(), entry->first);
    of_order.setPromises(entry->second);
  }
}

void write_acknowledged(schema::SourceState::Builder out,
                        const source_state& in) {
  if (in.acknowledged.empty()) return;
  auto list =
      out.initAcknowledged(static_cast<unsigned>(in.acknowledged.size()));
  unsigned i = 0;
  for (const auto alert : in.acknowledged) list.set(i++, alert);
}

// These are in a std::set, which is sorted already.
void write_references(schema::SourceState::Builder out,
                      const source_state& in) {
  if (in.references.empty()) return;
  auto list = out.initReferences(static_cast<unsigned>(in.references.size()));
  unsigned i = 0;
  for (const auto& [reference, sku] : in.references) {
    auto counted = list[i++];
    if (filled(reference)) counted.setReference(stored(reference));
    if (filled(sku)) counted.setSku(stored(sku));
  }
}

}  // namespace

void write(schema::SourceState::Builder out, const source_state& in) {
  write(out.initSelf(), in.self);
  out.setDefined(in.defined);
  write_whole(out.getSettings(), in.settings);
  if (in.supplier) write_whole(out.getSupplier(), *in.supplier);
  out.setVersion(in.version);
  write_stock(out, in);
  write_promises(out, in);
  write_unheard(out, in);
  write_references(out, in);
  out.setCapacityDay(in.capacity_day.time_since_epoch().count());
  out.setOpened(in.opened);
  write_acknowledged(out, in);
}

// A key that comes twice is refused: emplacing would drop one of the two, and
// with it units or promises. `write` writes none, so the bytes are damaged, and
// recovery reads the log instead.
source_state read(schema::SourceState::Reader in) {
  source_state out{
      .self = read(in.getSelf()),
      .defined = in.getDefined(),
      .settings = read_whole<location_settings>(in.getSettings()),
      .supplier =
          in.hasSupplier()
              ? std::optional(read_whole<supplier_settings>(in.getSupplier()))
              : std::nullopt,
      .version = in.getVersion(),
      .stock = {},
      .promises = {},
      .unacknowledged = {},
      .references = {},
      .capacity_day = utc_day{std::chrono::days{in.getCapacityDay()}},
      .opened = in.getOpened(),
      .acknowledged = {}};
  for (auto each : in.getStock())
    if (!out.stock.emplace(text<sku_id>(each.getSku()), read_item(each)).second)
      throw malformed{"a SKU is in the stock twice"};
  for (auto each : in.getPromises())
    if (!out.promises.emplace(read(each.getOrder()), read_promise(each)).second)
      throw malformed{"an order has two promises"};
  for (auto each : in.getUnheard())
    if (!out.unacknowledged.emplace(read(each.getOrder()), each.getPromises())
             .second)
      throw malformed{"unheard promises of an order are counted twice"};
  for (auto each : in.getReferences())
    if (!out.references
             .emplace(text(each.getReference()), text<sku_id>(each.getSku()))
             .second)
      throw malformed{"a receipt was counted twice"};
  for (const auto alert : in.getAcknowledged())
    if (!out.acknowledged.insert(alert).second)
      throw malformed{"an alert is acknowledged twice"};
  return out;
}

}  // namespace oms::codec
