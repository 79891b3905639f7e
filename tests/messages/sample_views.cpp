// Samples of views.

#include "tests/messages/sample_events.hpp"

namespace oms::samples {

void generator::fill(line_view& out) {
  auto& [line, buckets, unfillable] = out;
  fill_all(line, buckets, unfillable);
}

void generator::fill(fulfillment_line_view& out) {
  auto& [line, sku, units, picked, shipped, cancel_requested] = out;
  fill_all(line, sku, units, picked, shipped, cancel_requested);
}

void generator::fill(fulfillment_view& out) {
  auto& [id, source, status, lines, expected_delivery] = out;
  fill_all(id, source, status, lines, expected_delivery);
}

void generator::fill(shipment_view& out) {
  auto& [id, fulfillment, carrier, tracking, status, news, lines] = out;
  fill_all(id, fulfillment, carrier, tracking, status, news, lines);
}

void generator::fill(refund_view& out) {
  auto& [id, requested, status, reason] = out;
  fill_all(id, requested, status, reason);
}

void generator::fill(return_view& out) {
  auto& [id, status, lines, received] = out;
  fill_all(id, status, lines, received);
}

void generator::fill(hold_view& out) {
  auto& [id, reason] = out;
  fill_all(id, reason);
}

void generator::fill(queue_view& out) {
  auto& [line, sku, position, expected] = out;
  fill_all(line, sku, position, expected);
}

void generator::fill(order_view& out) {
  auto& [key, body, personal, placed_at, number, status, payment, captured,
         refunded, refund_requested, total, version, lines, fulfillments,
         shipments, refunds, returns, holds, queue] = out;
  fill_all(key, body, personal, placed_at, number, status, payment, captured,
           refunded, refund_requested, total, version, lines, fulfillments,
           shipments, refunds, returns, holds, queue);
}

void generator::fill(stock_view& out) {
  auto& [location, sku, on_hand, available, reserved, committed, safety_stock,
         damaged, on_offer, version, received, adjusted, shipped] = out;
  fill_all(location, sku, on_hand, available, reserved, committed, safety_stock,
           damaged, on_offer, version, received, adjusted, shipped);
}

void generator::fill(supplier_stock_view& out) {
  auto& [supplier, sku, available, committed] = out;
  fill_all(supplier, sku, available, committed);
}

void generator::fill(waiting_view& out) {
  auto& [order, line, units, priority, placed_at] = out;
  fill_all(order, line, units, priority, placed_at);
}

void generator::fill(engine_stats& out) {
  auto& [last, orders, orders_by_status, commands, refused, log_entries,
         store_bytes, orders_awake, storage_ok] = out;
  fill_all(last, orders, orders_by_status, commands, refused, log_entries,
           store_bytes, orders_awake, storage_ok);
}

void generator::fill(violation& out) {
  auto& [law, where, what] = out;
  fill_all(law, where, what);
}

}  // namespace oms::samples
