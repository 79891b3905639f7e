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
  out.setSent(in.sent.value);
  out.setLanded(in.landed.value);
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
          .sent = quantity{in.getSent()},
          .landed = quantity{in.getLanded()},
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

void write_open_alerts(schema::SourceState::Builder out,
                       const source_state& in) {
  if (in.open_alerts.empty()) return;
  auto list = out.initOpenAlerts(static_cast<unsigned>(in.open_alerts.size()));
  unsigned i = 0;
  for (const auto& alert : in.open_alerts) {
    auto one = list[i++];
    if (filled(alert.kind)) one.setKind(stored(alert.kind));
    if (filled(alert.subject)) one.setSubject(stored(alert.subject));
  }
}

// These are in maps, which are sorted already.
void write_holds(schema::SourceState::Builder out, const source_state& in) {
  if (in.holds.empty()) return;
  auto list = out.initHolds(static_cast<unsigned>(in.holds.size()));
  unsigned i = 0;
  for (const auto& [reservation, hold] : in.holds) {
    auto to = list[i++];
    if (filled(reservation)) to.setReservation(stored(reservation));
    to.setDeadline(hold.deadline.time_since_epoch().count());
    to.setSince(hold.since);
    auto units = to.initUnits(static_cast<unsigned>(hold.units.size()));
    unsigned k = 0;
    for (const auto& [sku, held] : hold.units) {
      auto of_sku = units[k++];
      if (filled(sku)) of_sku.setSku(stored(sku));
      of_sku.setUnits(held.value);
    }
  }
}

stock_hold read_hold(schema::Hold::Reader in) {
  stock_hold out{.deadline = timestamp{duration{in.getDeadline()}},
                 .since = in.getSince(),
                 .units = {}};
  for (auto each : in.getUnits())
    if (!out.units
             .emplace(text<sku_id>(each.getSku()), quantity{each.getUnits()})
             .second)
      throw malformed{"a hold has a SKU twice"};
  return out;
}

// These are in a std::set, which is sorted already.
template <class Init>
void write_counted(const std::set<std::pair<std::string, sku_id>>& in,
                   Init init) {
  if (in.empty()) return;
  auto list = init(static_cast<unsigned>(in.size()));
  unsigned i = 0;
  for (const auto& [reference, sku] : in) {
    auto counted = list[i++];
    if (filled(reference)) counted.setReference(stored(reference));
    if (filled(sku)) counted.setSku(stored(sku));
  }
}

template <class List>
std::set<std::pair<std::string, sku_id>> read_counted(List in,
                                                      const char* twice) {
  std::set<std::pair<std::string, sku_id>> out;
  for (auto each : in)
    if (!out.emplace(text(each.getReference()), text<sku_id>(each.getSku()))
             .second)
      throw malformed{twice};
  return out;
}

// Of what is on its way: units and the date.
template <class Builder, class Units>
void write_units(Builder out, const Units& in) {
  auto list = out.initUnits(static_cast<unsigned>(in.units.size()));
  unsigned i = 0;
  for (const auto& [sku, units] : in.units) {
    auto each = list[i++];
    each.setSku(stored(sku));
    each.setUnits(units.value);
  }
  out.setHasExpected(in.expected.has_value());
  if (in.expected) out.setExpected(in.expected->time_since_epoch().count());
}

template <class Units, class Reader>
Units read_units(Reader in) {
  Units out;
  for (auto each : in.getUnits())
    if (!out.units
             .emplace(text<sku_id>(each.getSku()), quantity{each.getUnits()})
             .second)
      throw malformed{"a SKU is on its way twice"};
  if (in.getHasExpected())
    out.expected = date{std::chrono::days{in.getExpected()}};
  return out;
}

template <class Init>
void write_incoming(const std::map<std::string, incoming_units>& in,
                    Init init) {
  if (in.empty()) return;
  auto list = init(static_cast<unsigned>(in.size()));
  unsigned i = 0;
  for (const auto& [reference, units] : in) {
    auto each = list[i++];
    each.setReference(stored(reference));
    write_units(each, units);
  }
}

template <class List>
std::map<std::string, incoming_units> read_incoming(List in) {
  std::map<std::string, incoming_units> out;
  for (auto each : in)
    if (!out.emplace(text(each.getReference()),
                     read_units<incoming_units>(each))
             .second)
      throw malformed{"units are on their way twice"};
  return out;
}

void write_transfers(schema::SourceState::Builder out, const source_state& in) {
  if (in.transfers.empty()) return;
  auto list = out.initTransfers(static_cast<unsigned>(in.transfers.size()));
  unsigned i = 0;
  for (const auto& [id, sent] : in.transfers) {
    auto each = list[i++];
    each.setTransfer(stored(id));
    each.setTo(stored(sent.to));
    write_units(each, sent);
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
  write_counted(in.references, [&](auto n) { return out.initReferences(n); });
  out.setCapacityDay(in.capacity_day.time_since_epoch().count());
  out.setOpened(in.opened);
  write_acknowledged(out, in);
  write_holds(out, in);
  write_incoming(in.announced, [&](auto n) { return out.initAnnounced(n); });
  write_incoming(in.in_transit, [&](auto n) { return out.initInTransit(n); });
  write_transfers(out, in);
  write_counted(in.adjustments, [&](auto n) { return out.initAdjustments(n); });
  write_counted(in.counts, [&](auto n) { return out.initCounts(n); });
  out.setOverdueBefore(in.overdue_before.time_since_epoch().count());
  write_open_alerts(out, in);
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
      .holds = {},
      .references =
          read_counted(in.getReferences(), "a receipt was counted twice"),
      .capacity_day = utc_day{std::chrono::days{in.getCapacityDay()}},
      .opened = in.getOpened(),
      .acknowledged = {},
      .announced = read_incoming(in.getAnnounced()),
      .in_transit = read_incoming(in.getInTransit()),
      .transfers = {},
      .adjustments =
          read_counted(in.getAdjustments(), "an adjustment was counted twice"),
      .counts = read_counted(in.getCounts(), "a count was counted twice"),
      .overdue_before = date{std::chrono::days{in.getOverdueBefore()}},
      .open_alerts = {}};
  for (auto each : in.getOpenAlerts())
    out.open_alerts.push_back({text(each.getKind()), text(each.getSubject())});
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
  for (auto each : in.getHolds())
    if (!out.holds
             .emplace(text<reservation_id>(each.getReservation()),
                      read_hold(each))
             .second)
      throw malformed{"a reservation holds twice"};
  for (const auto alert : in.getAcknowledged())
    if (!out.acknowledged.insert(alert).second)
      throw malformed{"an alert is acknowledged twice"};
  for (auto each : in.getTransfers()) {
    auto sent = read_units<sent_transfer>(each);
    sent.to = text(each.getTo());
    if (!out.transfers.emplace(text(each.getTransfer()), std::move(sent))
             .second)
      throw malformed{"a transfer left twice"};
  }
  return out;
}

}  // namespace oms::codec
