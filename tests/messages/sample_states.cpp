// Samples of states.

#include "tests/messages/sample_events.hpp"

namespace oms::samples {

void generator::fill(order_line_state& out) {
  auto& [ordered, buckets, unfillable, refunded_units, in_return] = out;
  fill_all(ordered, buckets, unfillable, refunded_units, in_return);
}

void generator::fill(fulfillment_line& out) {
  auto& [line, allocated, picked, shipped, cancelled, moved_away,
         cancel_requested] = out;
  fill_all(line, allocated, picked, shipped, cancelled, moved_away,
           cancel_requested);
}

void generator::fill(fulfillment& out) {
  auto& [id, source, place, accepted, cancel_reason, cancel_note, lines] = out;
  fill_all(id, source, place, accepted, cancel_reason, cancel_note, lines);
}

void generator::fill(shipment_line& out) {
  auto& [line, units, ended] = out;
  fill_all(line, units, ended);
}

void generator::fill(shipment& out) {
  auto& [id, fulfillment, source, carrier, tracking, status, news, lines,
         took_all] = out;
  fill_all(id, fulfillment, source, carrier, tracking, status, news, lines,
           took_all);
}

void generator::fill(refund& out) {
  auto& [id, requested, status, reason, lines, shipping, excess] = out;
  fill_all(id, requested, status, reason, lines, shipping, excess);
}

void generator::fill(order_return& out) {
  auto& [id, status, lines, received] = out;
  fill_all(id, status, lines, received);
}

void generator::fill(rejection& out) {
  auto& [source, sku, receipts] = out;
  fill_all(source, sku, receipts);
}

void generator::fill(order_hold& out) {
  auto& [id, reason] = out;
  fill_all(id, reason);
}

namespace {

/// Makes units be of lines that are there.
template <class Works>
void keep_to_lines(Works& works, std::size_t lines) {
  for (auto& work : works)
    if (lines == 0)
      work.lines.clear();
    else
      for (auto& each : work.lines) each.line %= lines;
}

}  // namespace

void generator::fill(order_state& out) {
  auto& [key, body, placed_at, number, status, status_since, payment_started,
         payment_failed_finally, split_told, personal_data_erased, has_personal,
         stuck_alert_at, captured, refunded, refund_requested, version,
         payment_references, failed_references, lines, places, fulfillments,
         shipments, refunds, returns, holds, rejections, unable] = out;
  fill_all(key, body, placed_at, number, status, status_since, payment_started,
           payment_failed_finally, split_told, personal_data_erased,
           has_personal, stuck_alert_at, captured, refunded, refund_requested,
           version, payment_references, failed_references, lines, fulfillments,
           shipments, refunds, returns, holds, rejections, unable);
  places = line_places(lines);
  keep_to_lines(fulfillments, lines.size());
  keep_to_lines(shipments, lines.size());
}

void generator::fill(stock_item& out) {
  auto& [on_hand, reserved, on_offer, committed, revoking, damaged,
         safety_setting, without_limit, received, adjusted, shipped, receipts,
         version] = out;
  fill_all(on_hand, reserved, on_offer, committed, revoking, damaged,
           safety_setting, without_limit, received, adjusted, shipped, receipts,
           version);
}

void generator::fill(promised_units& out) {
  auto& [sku, committed, picked, since] = out;
  fill_all(sku, committed, picked, since);
}

void generator::fill(promise& out) {
  auto& [joinable, units] = out;
  fill_all(joinable, units);
}

void generator::fill(source_state& out) {
  auto& [self, defined, settings, supplier, version, stock, promises,
         unacknowledged, references, capacity_day, opened] = out;
  fill_all(self, defined, settings, supplier, version, stock, promises,
           unacknowledged, references, capacity_day, opened);
}

}  // namespace oms::samples
