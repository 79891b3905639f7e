#include "tests/messages/sample_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace oms::samples {

std::string generator::any_text() {
  static const std::array<std::string, 6> unusual = {
      "Gr\u00fc\u00dfe, \u4f60\u597d \U0001f4e6",
      std::string("nul\0inside", 10),
      "\xff\xfe not UTF-8",
      " ",
      "\"quoted\"\n\t\\",
      "a/b"};
  switch (below(12)) {
    case 0:
      return {};
    case 1:
      return unusual.at(below(unusual.size()));
    case 2:
      return std::string(below(20) == 0 ? 4'096 : 128, 'x');
    default: {
      std::string text(1 + below(20), ' ');
      for (auto& letter : text)
        letter = static_cast<char>('!' + below('~' - '!' + 1));
      return text;
    }
  }
}

std::int64_t generator::any_number() {
  switch (below(8)) {
    case 0:
      return std::numeric_limits<std::int64_t>::min();
    case 1:
      return std::numeric_limits<std::int64_t>::max();
    case 2:
      return 0;
    case 3:
      return -1;
    case 4:
      return static_cast<std::int64_t>(random_());
    default:
      return static_cast<std::int64_t>(below(100'000));
  }
}

void generator::fill(double& out) {
  static constexpr std::array<double, 5> unusual = {
      0.0, -180.0, std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::denorm_min(),
      std::numeric_limits<double>::lowest()};
  out = below(4) == 0 ? unusual.at(below(unusual.size()))
                      : static_cast<double>(any_number()) / 7.0;
}

void generator::fill(order_key& out) {
  auto& [brand, id] = out;
  fill_all(brand, id);
}

void generator::fill(source_ref& out) {
  auto& [kind, id] = out;
  fill_all(kind, id);
}

void generator::fill(coordinates& out) {
  auto& [latitude, longitude] = out;
  fill_all(latitude, longitude);
}

void generator::fill(sku_quantity& out) {
  auto& [sku, units] = out;
  fill_all(sku, units);
}

void generator::fill(line_units& out) {
  auto& [line, sku, units] = out;
  fill_all(line, sku, units);
}

void generator::fill(location_settings& out) {
  auto& [id, kind, name, country, position, active, priority, shipment_cost,
         unit_cost, cost_per_km, handling_days, daily_capacity, brands,
         countries] = out;
  fill_all(id, kind, name, country, position, active, priority, shipment_cost,
           unit_cost, cost_per_km, handling_days, daily_capacity, brands,
           countries);
}

void generator::fill(supplier_product& out) {
  auto& [sku, available, unit_cost, lead_time_days] = out;
  fill_all(sku, available, unit_cost, lead_time_days);
}

void generator::fill(supplier_settings& out) {
  auto& [id, name, priority, active, shipment_cost, brands, countries,
         products] = out;
  fill_all(id, name, priority, active, shipment_cost, brands, countries,
           products);
}

void generator::fill(product_settings& out) {
  auto& [sku, name, backorderable, backorder_limit, restock_date] = out;
  fill_all(sku, name, backorderable, backorder_limit, restock_date);
}

void generator::fill(routing_rules& out) {
  auto& [brand, tiers, objectives, split_lines, max_shipments, stuck_after_s] =
      out;
  fill_all(brand, tiers, objectives, split_lines, max_shipments, stuck_after_s);
}

void generator::fill(candidate_view& out) {
  auto& [source, tier, outcome, could_give, taken] = out;
  fill_all(source, tier, outcome, could_give, taken);
}

void generator::fill(objective_value& out) {
  auto& [kind, value] = out;
  fill_all(kind, value);
}

void generator::fill(routing_decision& out) {
  auto& [rules_version, asked, candidates, objectives, uncovered, exact] = out;
  fill_all(rules_version, asked, candidates, objectives, uncovered, exact);
}

void generator::fill(shipping_choice& out) {
  auto& [service, price] = out;
  fill_all(service, price);
}

void generator::fill(destination& out) {
  auto& [country, position] = out;
  fill_all(country, position);
}

void generator::fill(order_line& out) {
  auto& [line, sku, units, unit_price, discount, tax] = out;
  fill_all(line, sku, units, unit_price, discount, tax);
}

void generator::fill(prepayment& out) {
  auto& [captured, reference] = out;
  fill_all(captured, reference);
}

void generator::fill(order_body& out) {
  auto& [channel, placed_at, currency, customer, ship_to, lines, shipping,
         discount, policy, priority, reservation, payment] = out;
  fill_all(channel, placed_at, currency, customer, ship_to, lines, shipping,
           discount, policy, priority, reservation, payment);
}

void generator::fill(personal_data& out) {
  auto& [customer_name, email, name, line1, line2, city, region, postal_code] =
      out;
  fill_all(customer_name, email, name, line1, line2, city, region, postal_code);
}

void generator::fill(order_placed& out) {
  auto& [body, number, personal, has_personal] = out;
  fill_all(body, number, personal, has_personal);
}

void generator::fill(status_changed& out) {
  auto& [from, to] = out;
  fill_all(from, to);
}

void generator::fill(payment_started& out) {
  auto& [reference] = out;
  fill_all(reference);
}

void generator::fill(payment_captured& out) {
  auto& [captured, reference] = out;
  fill_all(captured, reference);
}

void generator::fill(payment_failed& out) {
  auto& [reference, final] = out;
  fill_all(reference, final);
}

void generator::fill(order_planned& out) {
  auto& [decision, by_command] = out;
  fill_all(decision, by_command);
}

void generator::fill(allocated_line& out) {
  auto& [line, sku, from_unrouted, from_backordered] = out;
  fill_all(line, sku, from_unrouted, from_backordered);
}

void generator::fill(units_allocated& out) {
  auto& [source, fulfillment, place, opened, lines] = out;
  fill_all(source, fulfillment, place, opened, lines);
}

void generator::fill(grant_declined& out) {
  auto& [source, lines] = out;
  fill_all(source, lines);
}

void generator::fill(units_backordered& out) {
  auto& [lines] = out;
  fill_all(lines);
}

void generator::fill(units_unfillable& out) {
  auto& [lines] = out;
  fill_all(lines);
}

void generator::fill(fulfillment_accepted& out) {
  auto& [fulfillment, source] = out;
  fill_all(fulfillment, source);
}

void generator::fill(units_picked& out) {
  auto& [fulfillment, source, lines, requests_stay] = out;
  fill_all(fulfillment, source, lines, requests_stay);
}

void generator::fill(units_unpicked& out) {
  auto& [fulfillment, source, lines] = out;
  fill_all(fulfillment, source, lines);
}

void generator::fill(rejected_units& out) {
  auto& [line, sku, from_allocated, from_picked, receipts, requested] = out;
  fill_all(line, sku, from_allocated, from_picked, receipts, requested);
}

void generator::fill(units_rejected& out) {
  auto& [fulfillment, source, reason, short_pick, lines, text] = out;
  fill_all(fulfillment, source, reason, short_pick, lines, text);
}

void generator::fill(work_units& out) {
  auto& [line, sku, from_allocated, from_picked, requested] = out;
  fill_all(line, sku, from_allocated, from_picked, requested);
}

void generator::fill(shipment_shipped& out) {
  auto& [shipment, fulfillment, source, carrier, tracking, lines] = out;
  fill_all(shipment, fulfillment, source, carrier, tracking, lines);
}

void generator::fill(shipment_tracked& out) {
  auto& [shipment, news] = out;
  fill_all(shipment, news);
}

void generator::fill(cancelled_line& out) {
  auto& [line, sku, from_unrouted, from_backordered] = out;
  fill_all(line, sku, from_unrouted, from_backordered);
}

void generator::fill(fulfillment_units& out) {
  auto& [fulfillment, source, lines] = out;
  fill_all(fulfillment, source, lines);
}

void generator::fill(units_cancelled& out) {
  auto& [lines, promised, reason, note] = out;
  fill_all(lines, promised, reason, note);
}

void generator::fill(cancel_requested& out) {
  auto& [fulfillment, source, lines, reason, note] = out;
  fill_all(fulfillment, source, lines, reason, note);
}

void generator::fill(cancel_answered& out) {
  auto& [fulfillment, source, agreed] = out;
  fill_all(fulfillment, source, agreed);
}

void generator::fill(units_taken_back& out) {
  auto& [promised] = out;
  fill_all(promised);
}

void generator::fill(units_released& out) {
  auto& [promised] = out;
  fill_all(promised);
}

void generator::fill(hold_placed& out) {
  auto& [hold, reason] = out;
  fill_all(hold, reason);
}

void generator::fill(hold_released& out) {
  auto& [hold] = out;
  fill_all(hold);
}

void generator::fill(note_added& out) {
  auto& [text] = out;
  fill_all(text);
}

void generator::fill(refund_requested& out) {
  auto& [refund, requested, lines, shipping, reason] = out;
  fill_all(refund, requested, lines, shipping, reason);
}

void generator::fill(refund_settled& out) {
  auto& [refund, succeeded] = out;
  fill_all(refund, succeeded);
}

void generator::fill(return_requested& out) {
  auto& [id, lines, reason] = out;
  fill_all(id, lines, reason);
}

void generator::fill(returned_units& out) {
  auto& [line, sku, from_delivered, from_shipped, condition] = out;
  fill_all(line, sku, from_delivered, from_shipped, condition);
}

void generator::fill(return_received& out) {
  auto& [id, location, lines] = out;
  fill_all(id, location, lines);
}

void generator::fill(return_declined& out) {
  auto& [id] = out;
  fill_all(id);
}

void generator::fill(notification_recorded& out) {
  auto& [kind, subject, text] = out;
  fill_all(kind, subject, text);
}

void generator::fill(alert_raised& out) {
  auto& [kind, subject, reason] = out;
  fill_all(kind, subject, reason);
}

void generator::fill(location_defined& out) {
  auto& [settings] = out;
  fill_all(settings);
}

void generator::fill(supplier_defined& out) {
  auto& [settings] = out;
  fill_all(settings);
}

void generator::fill(stock_received& out) {
  auto& [sku, units, reference] = out;
  fill_all(sku, units, reference);
}

void generator::fill(stock_adjusted& out) {
  auto& [sku, delta, reason] = out;
  fill_all(sku, delta, reason);
}

void generator::fill(stock_counted& out) {
  auto& [sku, was, on_hand] = out;
  fill_all(sku, was, on_hand);
}

void generator::fill(safety_stock_set& out) {
  auto& [sku, units] = out;
  fill_all(sku, units);
}

void generator::fill(stock_offered& out) {
  auto& [sku, units] = out;
  fill_all(sku, units);
}

void generator::fill(offer_settled& out) {
  auto& [sku, units] = out;
  fill_all(sku, units);
}

void generator::fill(stock_committed& out) {
  auto& [order, lines, opens, round] = out;
  fill_all(order, lines, opens, round);
}

void generator::fill(stock_decommitted& out) {
  auto& [order, lines] = out;
  fill_all(order, lines);
}

void generator::fill(stock_accepted& out) {
  auto& [order] = out;
  fill_all(order);
}

void generator::fill(stock_picked& out) {
  auto& [order, lines] = out;
  fill_all(order, lines);
}

void generator::fill(shipped_stock& out) {
  auto& [sku, units, picked, counted_out] = out;
  fill_all(sku, units, picked, counted_out);
}

void generator::fill(stock_shipped& out) {
  auto& [order, lines] = out;
  fill_all(order, lines);
}

void generator::fill(rejected_stock& out) {
  auto& [sku, units, picked, written_off, damaged] = out;
  fill_all(sku, units, picked, written_off, damaged);
}

void generator::fill(stock_rejected& out) {
  auto& [order, reason, lines] = out;
  fill_all(order, reason, lines);
}

void generator::fill(stock_taken_back& out) {
  auto& [order, sku, units, picked] = out;
  fill_all(order, sku, units, picked);
}

void generator::fill(restocked_line& out) {
  auto& [sku, sellable, damaged] = out;
  fill_all(sku, sellable, damaged);
}

void generator::fill(stock_restocked& out) {
  auto& [order, lines] = out;
  fill_all(order, lines);
}

void generator::fill(product_defined& out) {
  auto& [settings] = out;
  fill_all(settings);
}

void generator::fill(routing_set& out) {
  auto& [rules, version] = out;
  fill_all(rules, version);
}

event generator::of_kind(std::size_t kind) {
  // One function per alternative, chosen by its number.
  static const auto makers =
      []<std::size_t... Kind>(std::index_sequence<Kind...>) {
    return std::array{&generator::body<Kind>...};
  }
  (std::make_index_sequence<kinds>());

  event one;
  one.body = (this->*makers.at(kind))();
  fill_all(one.previous, one.time, one.version, one.by, one.command);
  if (below(3) == 0) {
    auto& cause = one.cause.emplace();
    fill_all(cause.entity.kind, cause.entity.key, cause.version);
  }
  if (std::holds_alternative<order_placed>(one.body)) {
    // Personal data is kept under this key, whose size is limited.
    one.entity = entity_of(
        order_key{.brand = brand_id{"brand"},
                  .id = order_id{"order-" + std::to_string(random_())}});
  } else {
    fill_all(one.entity.kind, one.entity.key);
  }
  return one;
}

std::vector<event> generator::batch(std::size_t n) {
  std::vector<event> batch;
  batch.reserve(n);
  while (batch.size() < n) batch.push_back(of_kind(below(kinds)));
  return batch;
}

personal_data generator::person() {
  personal_data data;
  fill(data);
  return data;
}

event as_stored(event one, sequence at) {
  one.at = at;
  if (auto* placed = std::get_if<order_placed>(&one.body))
    placed->personal = {};
  return one;
}

std::vector<event> as_stored(std::vector<event> batch, sequence first) {
  for (auto& one : batch) one = as_stored(std::move(one), first++);
  return batch;
}

}  // namespace oms::samples
