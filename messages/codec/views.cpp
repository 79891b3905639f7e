// The other views: stock, waiting lines, the engine; and every view as bytes.

#include "messages/codec/message.hpp"
#include "messages/codec/parts.hpp"
#include "messages/limits.hpp"
#include "messages/view_codec.hpp"

namespace oms::codec {

void write(schema::StockView::Builder out, const stock_view& in) {
  if (filled(in.location)) out.setLocation(stored(in.location));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setOnHand(in.on_hand.value);
  out.setAvailable(in.available.value);
  out.setReserved(in.reserved.value);
  out.setCommitted(in.committed.value);
  out.setSafetyStock(in.safety_stock.value);
  out.setDamaged(in.damaged.value);
  out.setOnOffer(in.on_offer.value);
  out.setVersion(in.version);
  out.setReceived(in.received.value);
  out.setAdjusted(in.adjusted.value);
  out.setShipped(in.shipped.value);
}

stock_view read(schema::StockView::Reader in) {
  return {.location = text(in.getLocation()),
          .sku = text<sku_id>(in.getSku()),
          .on_hand = quantity{in.getOnHand()},
          .available = quantity{in.getAvailable()},
          .reserved = quantity{in.getReserved()},
          .committed = quantity{in.getCommitted()},
          .safety_stock = quantity{in.getSafetyStock()},
          .damaged = quantity{in.getDamaged()},
          .on_offer = quantity{in.getOnOffer()},
          .version = in.getVersion(),
          .received = quantity{in.getReceived()},
          .adjusted = quantity{in.getAdjusted()},
          .shipped = quantity{in.getShipped()}};
}

void write(schema::SupplierStockView::Builder out,
           const supplier_stock_view& in) {
  if (filled(in.supplier)) out.setSupplier(stored(in.supplier));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setIsLimited(in.available.has_value());
  out.setAvailable(in.available.value_or(quantity{}).value);
  out.setCommitted(in.committed.value);
}

supplier_stock_view read(schema::SupplierStockView::Reader in) {
  return {.supplier = text(in.getSupplier()),
          .sku = text<sku_id>(in.getSku()),
          .available = in.getIsLimited()
                           ? std::optional(quantity{in.getAvailable()})
                           : std::nullopt,
          .committed = quantity{in.getCommitted()}};
}

void write(schema::WaitingView::Builder out, const waiting_view& in) {
  write(out.initOrder(), in.order);
  if (filled(in.line)) out.setLine(stored(in.line));
  out.setUnits(in.units.value);
  out.setPriority(in.priority);
  out.setPlacedAtUs(stored(in.placed_at));
}

waiting_view read(schema::WaitingView::Reader in) {
  return {.order = read(in.getOrder()),
          .line = text<line_id>(in.getLine()),
          .units = quantity{in.getUnits()},
          .priority = in.getPriority(),
          .placed_at = time_of(in.getPlacedAtUs())};
}

void write(schema::EngineStats::Builder out, const engine_stats& in) {
  out.setLast(in.last);
  out.setOrders(in.orders);
  if (!in.orders_by_status.empty()) {
    auto list = out.initOrdersByStatus(
        static_cast<unsigned>(in.orders_by_status.size()));
    unsigned i = 0;
    for (const auto& [status, orders] : in.orders_by_status) {
      auto of_status = list[i++];
      of_status.setStatus(stored(status));
      of_status.setOrders(orders);
    }
  }
  out.setCommands(in.commands);
  out.setRefused(in.refused);
  out.setLogEntries(in.log_entries);
  out.setStoreBytes(in.store_bytes);
  out.setOrdersAwake(in.orders_awake);
  out.setStorageOk(in.storage_ok);
}

engine_stats read(schema::EngineStats::Reader in) {
  engine_stats out{.last = in.getLast(),
                   .orders = in.getOrders(),
                   .orders_by_status = {},
                   .commands = in.getCommands(),
                   .refused = in.getRefused(),
                   .log_entries = in.getLogEntries(),
                   .store_bytes = in.getStoreBytes(),
                   .orders_awake = in.getOrdersAwake(),
                   .storage_ok = in.getStorageOk()};
  for (auto each : in.getOrdersByStatus())
    if (!out.orders_by_status
             .emplace(word<order_status>(each.getStatus()), each.getOrders())
             .second)
      throw malformed{"a status is counted twice"};
  return out;
}

void write(schema::Violation::Builder out, const violation& in) {
  out.setLaw(in.law);
  if (filled(in.where)) out.setWhere(stored(in.where));
  if (filled(in.what)) out.setWhat(stored(in.what));
}

violation read(schema::Violation::Reader in) {
  return {.law = in.getLaw(),
          .where = text(in.getWhere()),
          .what = text(in.getWhat())};
}

// --- as bytes ---------------------------------------------------------------

namespace {

using view_out = schema::View::Builder;
using view_in = schema::View::Reader;

/// `init` makes the view's place in the message.
template <class View, class Init>
bytes encode_as(const View& view, Init init) {
  return encode<schema::View>(limits::max_view_bytes,
                              [&](view_out out) { write(init(out), view); });
}

/// `is` says whether it is the view that is asked for, which `get` finds.
template <class Is, class Get>
auto decode_as(const char* what, std::span<const std::byte> data, Is is,
               Get get) {
  return decode<schema::View>(
      what, data, limits::max_view_bytes, [&](view_in in) {
        if (!is(in)) throw malformed{"it is a view of something else"};
        return read(get(in));
      });
}

}  // namespace

bytes encode_view(const order_view& view) {
  return encode_as(view, [](view_out out) { return out.initOrder(); });
}

result<order_view> decode_order_view(std::span<const std::byte> data) {
  return decode_as(
      "order view", data, [](view_in in) { return in.hasOrder(); },
      [](view_in in) { return in.getOrder(); });
}

bytes encode_view(const stock_view& view) {
  return encode_as(view, [](view_out out) { return out.initStock(); });
}

result<stock_view> decode_stock_view(std::span<const std::byte> data) {
  return decode_as(
      "stock view", data, [](view_in in) { return in.hasStock(); },
      [](view_in in) { return in.getStock(); });
}

bytes encode_view(const supplier_stock_view& view) {
  return encode_as(view, [](view_out out) { return out.initSupplierStock(); });
}

result<supplier_stock_view> decode_supplier_stock_view(
    std::span<const std::byte> data) {
  return decode_as(
      "supplier stock view", data,
      [](view_in in) { return in.hasSupplierStock(); },
      [](view_in in) { return in.getSupplierStock(); });
}

bytes encode_view(const waiting_view& view) {
  return encode_as(view, [](view_out out) { return out.initWaiting(); });
}

result<waiting_view> decode_waiting_view(std::span<const std::byte> data) {
  return decode_as(
      "waiting view", data, [](view_in in) { return in.hasWaiting(); },
      [](view_in in) { return in.getWaiting(); });
}

bytes encode_view(const engine_stats& view) {
  return encode_as(view, [](view_out out) { return out.initStats(); });
}

result<engine_stats> decode_engine_stats(std::span<const std::byte> data) {
  return decode_as(
      "engine stats", data, [](view_in in) { return in.hasStats(); },
      [](view_in in) { return in.getStats(); });
}

bytes encode_view(const violation& view) {
  return encode_as(view, [](view_out out) { return out.initViolation(); });
}

result<violation> decode_violation(std::span<const std::byte> data) {
  return decode_as(
      "violation", data, [](view_in in) { return in.hasViolation(); },
      [](view_in in) { return in.getViolation(); });
}

}  // namespace oms::codec
