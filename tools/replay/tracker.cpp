#include "tools/replay/tracker.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace oms::replay {

tracker::tracker(const std::vector<fed_order>& orders) {
  orders_.resize(orders.size());
  by_key_.reserve(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    by_key_.emplace(entity_of(orders[i].placing.order).key, i);
    for (const auto& line : orders[i].placing.body.lines)
      // Points into the feed, which the replay does not change in size.
      orders_[i].lines.push_back({.line = &line.line,
                                  .sku = &line.sku,
                                  .open = line.units.value,
                                  .waiting = 0,
                                  .waiting_since = {}});
  }
}

void tracker::observe(const event& happened) {
  if (happened.entity.kind == entity_kind::order) {
    const auto found = by_key_.find(happened.entity.key);
    // The store should be empty at the start; an order in it that is not of the
    // feed is ignored.
    if (found != by_key_.end()) observe_order(found->second, happened);
  } else {
    observe_stock(happened);
  }
}

void tracker::observe_order(std::size_t index, const event& happened) {
  auto& order = orders_[index];
  const auto& body = happened.body;
  if (std::holds_alternative<notification_recorded>(body)) {
    ++notifications_;
  } else if (std::holds_alternative<order_placed>(body)) {
    order.is_placed = true;
  } else if (const auto* step = std::get_if<status_changed>(&body)) {
    order.status = step->to;
  } else if (const auto* promised = std::get_if<units_allocated>(&body)) {
    allocate(index, *promised, happened.time);
  } else if (const auto* waits = std::get_if<units_backordered>(&body)) {
    order.has_waited = true;
    for (const auto& units : waits->lines) {
      auto& line = line_of(order, units.line);
      // Units of a line that wait already keep the earlier time.
      if (line.waiting == 0) line.waiting_since = happened.time;
      line.waiting += units.units.value;
      waiting_ += units.units.value;
      backordered_ += units.units.value;
    }
  } else if (const auto* gone = std::get_if<units_cancelled>(&body)) {
    for (const auto& units : gone->lines) {
      auto& line = line_of(order, units.line);
      leave_line(line, units.from_backordered.value);
      line.open -= (units.from_unrouted + units.from_backordered).value;
      cancelled_ += (units.from_unrouted + units.from_backordered).value;
    }
    // Units on fulfillments are cancelled there, too: less is left to ship.
    revoked_units(order, gone->promised);
    for (const auto& part : gone->promised)
      for (const auto& units : part.lines) {
        const auto all = (units.from_allocated + units.from_picked).value;
        line_of(order, units.line).open -= all;
        cancelled_ += all;
      }
  } else if (const auto* shipped = std::get_if<shipment_shipped>(&body)) {
    ship(index, *shipped, happened.time);
  } else if (const auto* lost = std::get_if<units_taken_back>(&body)) {
    revoked_units(order, lost->promised);
  } else if (const auto* back = std::get_if<units_released>(&body)) {
    revoked_units(order, back->promised);
  } else if (std::holds_alternative<alert_raised>(body)) {
    ++alerts_;
  }
}

// Counts what a location has free: what it received, less what it promised.
// Units on offer to a backorder queue count as free until they are promised.
void tracker::observe_stock(const event& happened) {
  if (happened.entity.kind != entity_kind::location) return;
  const auto& body = happened.body;
  if (const auto* came = std::get_if<stock_received>(&body)) {
    free_[happened.entity.key][came->sku] += came->units.value;
    received_ += came->units.value;
  } else if (const auto* sent = std::get_if<stock_transferred>(&body)) {
    auto& free = free_[happened.entity.key];
    for (const auto& line : sent->lines) free[line.sku] -= line.units.value;
  } else if (const auto* promised = std::get_if<stock_committed>(&body)) {
    auto& free = free_[happened.entity.key];
    for (const auto& line : promised->lines) free[line.sku] -= line.units.value;
  } else if (const auto* back = std::get_if<stock_decommitted>(&body)) {
    auto& free = free_[happened.entity.key];
    for (const auto& line : back->lines) free[line.sku] += line.units.value;
  }
}

void tracker::allocate(std::size_t index, const units_allocated& e,
                       timestamp time) {
  auto& order = orders_[index];
  auto& work = work_of(order, e.fulfillment);
  auto& place = places_[e.source];
  for (const auto& units : e.lines) {
    const auto waited = units.from_backordered.value;
    const auto all = waited + units.from_unrouted.value;
    work.to_ship += all;
    place.allocated += all;
    if (waited == 0) continue;
    auto& line = line_of(order, units.line);
    // One entry for all units of the line, so the list grows with reservations
    // and not with units.
    waits_.push_back({time - line.waiting_since, waited});
    leave_line(line, waited);
  }
  // The shipment that is scheduled already takes these units along.
  if (work.is_due) return;
  work.is_due = true;
  work_.push_back({index, e.fulfillment, e.source, time});
}

void tracker::ship(std::size_t index, const shipment_shipped& e,
                   timestamp time) {
  auto& order = orders_[index];
  auto& work = work_of(order, e.fulfillment);
  auto& place = places_[e.source];
  for (const auto& units : e.lines) {
    const auto all = (units.from_allocated + units.from_picked).value;
    line_of(order, units.line).open -= all;
    work.to_ship -= all;
    place.shipped += all;
  }
  ++place.parcels;
  ++order.parcels;
  order.places |= bit_of(e.source);
  parcels_.push_back({index, e.shipment, e.source, time});
}

void tracker::leave_line(tracked_line& line, std::int64_t units) {
  line.waiting -= units;
  waiting_ -= units;
}

// Units that leave a fulfillment unshipped. They stay open on the line.
void tracker::revoked_units(tracked_order& order,
                            const std::vector<fulfillment_units>& promised) {
  for (const auto& part : promised)
    for (const auto& units : part.lines)
      work_of(order, part.fulfillment).to_ship -=
          (units.from_allocated + units.from_picked).value;
}

bool tracker::begin_shipping(std::size_t order, const fulfillment_id& id) {
  auto& work = work_of(orders_[order], id);
  // Units that come later make it due again.
  work.is_due = false;
  return work.to_ship > 0;
}

tracked_line& tracker::line_of(tracked_order& order, const line_id& line) {
  const auto size = order.lines.size();
  // Events name lines in their order, so the next one is usually the right one.
  // A search from the start would be quadratic for an order of 10,000 lines.
  for (std::size_t i = 0; i < size; ++i) {
    const auto at = (line_hint_ + i) % size;
    if (*order.lines[at].line != line) continue;
    line_hint_ = at + 1;
    return order.lines[at];
  }
  // The engine names no lines that the order does not have.
  assert(false);
  return order.lines.front();
}

tracked_fulfillment& tracker::work_of(tracked_order& order,
                                      const fulfillment_id& id) {
  // A search, because an order has few fulfillments.
  for (auto& work : order.fulfillments)
    if (work.id == id) return work;
  return order.fulfillments.emplace_back(tracked_fulfillment{id, 0, false});
}

std::uint64_t tracker::bit_of(const source_ref& source) {
  // Beyond 64 sources some share a bit, and an order from two of them counts as
  // unsplit. That only blurs a statistic.
  const auto next = std::uint64_t{1} << (bits_.size() % 64);
  return bits_.try_emplace(source, next).first->second;
}

std::int64_t tracker::free_units(const std::string& location,
                                 const sku_id& sku) const {
  const auto at = free_.find(location);
  if (at == free_.end()) return 0;
  const auto found = at->second.find(sku);
  return found == at->second.end() ? 0 : found->second;
}

std::vector<work_due> tracker::take_work() { return std::exchange(work_, {}); }

std::vector<parcel_due> tracker::take_parcels() {
  return std::exchange(parcels_, {});
}

}  // namespace oms::replay
