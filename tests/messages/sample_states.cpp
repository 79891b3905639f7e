// Samples of states.

#include "tests/messages/sample_events.hpp"

namespace oms::samples {

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
         takes_over, stuck_alert_at, captured, refunded, refund_requested,
         version, payment_references, failed_references, lines, places,
         fulfillments, shipments, refunds, returns, holds, rejections, unable,
         plan_on, authorizations, capture_requested, cancel_references,
         refund_references, deliveries, acknowledged, open_alerts, edit_due,
         replan_since, personal_version, edited, original] = out;
  fill_all(key, body, placed_at, number, status, status_since, payment_started,
           payment_failed_finally, split_told, personal_data_erased,
           has_personal, stuck_alert_at, captured, refunded, refund_requested,
           version, payment_references, failed_references, lines, fulfillments,
           shipments, refunds, returns, holds, rejections, unable, plan_on,
           authorizations, capture_requested, cancel_references,
           refund_references, deliveries, acknowledged, edit_due, replan_since,
           personal_version, edited, original, takes_over, open_alerts);
  places = line_places(lines);
  keep_to_lines(fulfillments, lines.size());
  keep_to_lines(shipments, lines.size());
}

void generator::fill(promised_units& out) {
  auto& [sku, committed, picked, since] = out;
  fill_all(sku, committed, picked, since);
}

void generator::fill(promise& out) {
  auto& [joinable, units] = out;
  fill_all(joinable, units);
}

void generator::fill(stock_hold& out) {
  auto& [deadline, since, units] = out;
  fill_all(deadline, since, units);
}

void generator::fill(incoming_units& out) {
  auto& [units, expected] = out;
  fill_all(units, expected);
}

void generator::fill(sent_transfer& out) {
  auto& [to, units, expected] = out;
  fill_all(to, units, expected);
}

void generator::fill(source_state& out) {
  auto& [self, defined, settings, supplier, version, stock, promises,
         unacknowledged, holds, references, capacity_day, opened, acknowledged,
         announced, in_transit, transfers, adjustments, counts, overdue_before,
         open_alerts] = out;
  fill_all(self, defined, settings, supplier, version, stock, promises,
           unacknowledged, holds, references, capacity_day, opened,
           acknowledged, announced, in_transit, transfers, adjustments, counts,
           overdue_before, open_alerts);
}

}  // namespace oms::samples
