#include "tools/simulation/fairness.hpp"

#include <algorithm>

#include "actors/outbox.hpp"
#include "messages/reserved_names.hpp"

namespace oms::simulation {

void fairness::saw(const event& happened) {
  // With such rules the queue may rightly pass an order by: its line does not
  // fit whole, or it may have no further source.
  if (const auto* set = std::get_if<routing_set>(&happened.body);
      set != nullptr &&
      (!set->rules.split_lines || set->rules.max_shipments > 0))
    strict_.insert(set->rules.brand);
  if (happened.entity.kind == entity_kind::order) saw_order(happened);
  if (is_source(happened.entity.kind)) saw_source(happened);
}

std::vector<violation> fairness::take_found() {
  for (auto& [sku, line] : lines_)
    for (auto& [source, of] : line.from) of.returned = {};
  return std::exchange(found_, {});
}

void fairness::saw_order(const event& happened) {
  auto& order = orders_[order_of(happened.entity)];
  order.changed = happened.at;
  if (happened.cause)
    // The event says which message it follows from, so that message has
    // arrived.
    order.untold.erase({happened.cause->entity, happened.cause->version});
  const auto change_by = [&order](const line_id& line, quantity delta) {
    order.lines[line].units += delta;
  };
  const auto& body = happened.body;
  if (const auto* placed = std::get_if<order_placed>(&body)) {
    order.placed = *placed;
    order.placed_at = placed->body->placed_at.value_or(happened.time);
    for (std::size_t i = 0; i < placed->body->lines.size(); ++i) {
      const auto& line = placed->body->lines[i];
      // The rank of docs/DOMAIN.md: priority (high first), time of placing,
      // number of the order, place of the line.
      order.lines[line.line] = {
          {-placed->body->priority, order.placed_at, placed->number, i},
          line.sku,
          {}};
    }
  } else if (const auto* edited = std::get_if<order_edited>(&body)) {
    order.placed.body = edited->body;
    order.edited = happened.at;
    for (const auto& each : edited->lines)
      if (each.is_new)
        order.lines[each.line.line] = {
            {0, order.placed_at, order.placed.number, order.lines.size()},
            each.line.sku,
            {}};
    for (auto& [id, line] : order.lines)
      line.rank.negative_priority = -edited->body->priority;
  } else if (const auto* waits = std::get_if<units_backordered>(&body)) {
    for (const auto& units : waits->lines) change_by(units.line, units.units);
  } else if (const auto* got = std::get_if<units_allocated>(&body)) {
    for (const auto& units : got->lines)
      change_by(units.line, -units.from_backordered);
  } else if (const auto* gone = std::get_if<units_cancelled>(&body)) {
    for (const auto& units : gone->lines)
      change_by(units.line, -units.from_backordered);
  } else if (const auto* held = std::get_if<hold_placed>(&body)) {
    order.holds.insert(held->hold);
  } else if (const auto* freed = std::get_if<hold_released>(&body)) {
    order.holds.erase(freed->hold);
  } else if (const auto* rejected = std::get_if<units_rejected>(&body)) {
    for (const auto& units : rejected->lines)
      order.rejected.emplace(rejected->source, units.sku);
    if (rejected->reason == reject_reason::unable)
      // Only a plan by command asks such a source again.
      order.unable.insert(rejected->source);
  } else if (const auto* plan = std::get_if<order_planned>(&body)) {
    if (plan->by_command) order.unable.clear();
  }
}

void fairness::saw_source(const event& happened) {
  const auto source = source_of(happened.entity);
  const auto& body = happened.body;
  if (const auto* defined = std::get_if<location_defined>(&body);
      defined != nullptr && defined->settings.daily_capacity > 0)
    with_capacity_.insert(source);
  // A definition changes what a supplier offers, so its open offers are no
  // longer clear.
  if (std::holds_alternative<supplier_defined>(body))
    for (auto& [sku, line] : lines_)
      if (const auto of = line.from.find(source);
          of != line.from.end() && !of->second.open.empty())
        of->second.unclear = true;
  if (const auto* back = std::get_if<stock_taken_back>(&body))
    ++unheard_[{source, back->order}];
  // Without lines it is the acknowledgement of a revocation.
  if (const auto* heard = std::get_if<stock_decommitted>(&body);
      heard != nullptr && heard->lines.empty())
    if (--unheard_[{source, heard->order}] == 0)
      unheard_.erase({source, heard->order});
  if (const auto* offered = std::get_if<stock_offered>(&body))
    lines_[offered->sku].from[source].open.push_back(
        {happened.at, offered->units});
  if (const auto* settled = std::get_if<offer_settled>(&body)) {
    auto& line = lines_[settled->sku];
    settle(line, line.from[source], happened, *settled);
  }
  if (const auto* promised = std::get_if<stock_committed>(&body);
      // Round 0: units for an order of the backorder queue, and not for a plan.
      promised != nullptr && promised->round == 0) {
    for (const auto& units : promised->lines)
      lines_[units.sku].from[source].returned -= units.units;
    judge(source, happened.at, *promised);
  }
  // What an order has not heard yet may be the reason why it is passed by.
  for (const auto& told : deliveries_of(happened))
    if (told.to.kind == entity_kind::order)
      orders_[order_of(told.to)].untold.emplace(happened.entity,
                                                happened.version);
}

// Offers are settled from the oldest on, so it is known of which offer the
// units are.
void fairness::settle(line_of_sku& line, offers& of, const event& happened,
                      const offer_settled& settled) {
  // Someone other than the queue ended an offer.
  if (happened.by.value != reserved::backorder_queue) of.unclear = true;
  line.settled_before = std::exchange(line.settled, happened.at);
  of.settling = of.open.empty() ? 0 : of.open.front().at;
  // Without a limit none are counted, so it may have refused some.
  of.returned += std::max(quantity{1}, settled.units);
  auto left = settled.units;
  // An offer without limit is settled with 0 units.
  if (left == quantity{0} && !of.open.empty()) of.open.pop_front();
  while (left > quantity{0} && !of.open.empty()) {
    const auto units = std::min(left, of.open.front().units);
    left -= units;
    of.open.front().units -= units;
    if (of.open.front().units == quantity{0}) of.open.pop_front();
  }
}

// Compares the order that gets units with all others in the queue of the SKU.
// Anything that may be a reason to pass one by ends the comparison: this check
// must never be wrong, and misses cases instead.
void fairness::judge(const source_ref& source, sequence at,
                     const stock_committed& promised) {
  // A source may open no further fulfillment today for one order, and add to
  // one of another.
  if (with_capacity_.contains(source)) return;
  const auto taker = orders_.find(promised.order);
  if (taker == orders_.end()) return;
  for (const auto& units : promised.lines) {
    const auto& line = lines_[units.sku];
    const auto of = line.from.find(source);
    if (of == line.from.end() || of->second.unclear) continue;
    const auto offered = of->second.settling;
    // If another source has units on offer, or has just refused a taker, those
    // ahead may be about to get them from there.
    const bool alone =
        std::all_of(line.from.begin(), line.from.end(), [&](const auto& other) {
          return other.first == source ||
                 (other.second.open.empty() && !other.second.unclear &&
                  other.second.returned <= quantity{0});
        });
    // The queue must not have been served since the offer: then the order that
    // was passed may have been served already.
    if (offered == 0 || !alone || line.settled_before >= offered) continue;
    const auto rank = taker->second.lines.at(units.line).rank;
    for (const auto& [key, order] : orders_)
      for (const auto& [id, entry] : order.lines)
        if (entry.sku == units.sku && key.brand == promised.order.brand &&
            is_simple(key.brand) && !unheard_.contains({source, key}) &&
            was_passed_by(order, entry, taker->second, rank, source, offered))
          found_.push_back({0, source.id + "/" + units.sku.value,
                            "event " + std::to_string(at) + " gives units to " +
                                promised.order.id.value +
                                ", which is in the backorder queue after " +
                                key.id.value});
  }
}

bool fairness::was_passed_by(const order_in_line& order, const waiting& entry,
                             const order_in_line& taker,
                             const backorder::queue_rank& taken,
                             const source_ref& source, sequence offered) const {
  return entry.units > quantity{0} && entry.rank < taken &&
         order.changed < offered && taker.edited < offered &&
         order.untold.empty() && order.holds.empty() &&
         !order.unable.contains(source) &&
         !order.rejected.contains({source, entry.sku}) &&
         order.placed.body->ship_to.country ==
             taker.placed.body->ship_to.country;
}

bool fairness::is_simple(const brand_id& brand) const {
  return !strict_.contains(brand) && !strict_.contains(brand_id{});
}

}  // namespace oms::simulation
