#include "actors/checkpoint/checkpoint_delta.hpp"

#include <algorithm>
#include <utility>

#include "actors/order/stuck.hpp"
#include "actors/outbox.hpp"

namespace oms::checkpoint {

namespace {

// All that lists show of an order and that never changes, from its first event.
// SKUs are sorted and unique because each of them becomes an index entry.
order_row row_of(const order_key& key, const order_placed& placed,
                 timestamp time) {
  order_row row{.key = key,
                .number = placed.number,
                .status = order_status::pending,
                .placed_at = placed.body->placed_at.value_or(time),
                .customer = placed.body->customer};
  for (const auto& line : placed.body->lines) row.skus.push_back(line.sku);
  std::sort(row.skus.begin(), row.skus.end());
  row.skus.erase(std::unique(row.skus.begin(), row.skus.end()), row.skus.end());
  return row;
}

}  // namespace

// Only what changed since is kept in memory, so a checkpoint completes it with
// the row that is in the tables. An order that was placed since needs no row
// from there.
order_row row_change::onto(order_row row) const {
  if (placed) return *placed;
  if (status) row.status = *status;
  if (stuck_after) row.stuck_after = *stuck_after;
  row.changed_at = changed_at;
  row.head = head;
  row.version = version;
  return row;
}

checkpoint_delta::checkpoint_delta(
    const checkpoint_head& head,
    const std::vector<std::pair<message_name, sequence>>& in_flight,
    std::map<brand_id, std::int64_t> stuck_after_s)
    : upto_(head.upto),
      last_number_(head.last_number),
      counts_(head.orders),
      under_way_(in_flight.begin(), in_flight.end()),
      stuck_after_s_(std::move(stuck_after_s)) {}

// Called for every event of the engine, also by a restart that reads the whole
// log: what it does per event must stay small.
void checkpoint_delta::add(const event& e) {
  add_to_log(e);
  // Orders have their last event in the row; other entities have no row.
  if (e.entity.kind == entity_kind::order)
    add_to_order(e, orders_[e.entity.key]);
  else
    heads_[e.entity] = e.at;
}

void checkpoint_delta::add(const decision& made) {
  row_change* order = nullptr;
  if (made.entity.kind == entity_kind::order)
    order = &orders_[made.entity.key];
  else
    heads_[made.entity] = made.last();
  for (std::size_t i = 0; i < made.events.size(); ++i) {
    const event_view e(made, i);
    add_to_log(e);
    if (order != nullptr) add_to_order(e, *order);
  }
}

void checkpoint_delta::add_to_log(const event_view& e) {
  upto_ = e.at;
  time_ = e.time;
  ++events_;
  // All events of a decision carry the id of the command, and events that
  // follow from them in other entities carry none, so the last one that is seen
  // here is the end of the command.
  if (is_remembered(e.command)) commands_[e.command] = {e.at, e.time};
  // First the message that arrived, then those that the event sends. An event
  // with a cause may send messages of its own, so both can apply.
  if (e.cause) under_way_.erase({*e.cause, e.entity});
  for (auto& to : receivers_of(e))
    under_way_.insert_or_assign({{e.entity, e.version}, std::move(to)}, e.at);
  if (const auto* set = std::get_if<routing_set>(&e.body))
    stuck_after_s_[set->rules.brand] = set->rules.stuck_after_s;
}

void checkpoint_delta::add_to_order(const event_view& e, row_change& order) {
  if (const auto* placed = std::get_if<order_placed>(&e.body)) {
    order.placed = row_of(order_of(e.entity), *placed, e.time);
    last_number_ = std::max(last_number_, placed->number);
    ++counts_[static_cast<std::size_t>(order_status::pending)];
  } else if (const auto* left = std::get_if<shipment_shipped>(&e.body)) {
    const auto key = order_of(e.entity);
    shipments_[{left->shipment, key.brand}].insert(key.id);
  } else if (const auto* step = std::get_if<status_changed>(&e.body)) {
    change_status(e, *step, order);
  }
  const auto end_at = [&e](auto& row) {
    row.changed_at = e.time;
    row.head = e.at;
    row.version = e.version;
  };
  if (order.placed)
    end_at(*order.placed);
  else
    end_at(order);
}

void checkpoint_delta::change_status(const event_view& e,
                                     const status_changed& step,
                                     row_change& order) {
  --counts_[static_cast<std::size_t>(step.from)];
  ++counts_[static_cast<std::size_t>(step.to)];
  if (order.placed)
    order.placed->status = step.to;
  else
    order.status = step.to;
  if (step.to != order_status::awaiting_fulfillment) return;
  // The rule as it is at this moment counts for the order from now on
  // (docs/DOMAIN.md, "Notifications and alerts"), so it is resolved here and
  // kept in the row. A restart could not tell later which rule was in force.
  auto rule = stuck_after_s_.find(order_of(e.entity).brand);
  if (rule == stuck_after_s_.end()) rule = stuck_after_s_.find(brand_id{});
  const auto stuck_after = order::stuck_after_of(
      rule == stuck_after_s_.end() ? routing_rules{}.stuck_after_s
                                   : rule->second);
  if (order.placed)
    order.placed->stuck_after = stuck_after;
  else
    order.stuck_after = stuck_after;
}

void checkpoint_delta::append(const checkpoint_delta& later) {
  upto_ = later.upto_;
  time_ = later.time_;
  events_ += later.events_;
  last_number_ = later.last_number_;
  counts_ = later.counts_;
  under_way_ = later.under_way_;
  stuck_after_s_ = later.stuck_after_s_;
  for (const auto& [key, change] : later.orders_) {
    auto& order = orders_[key];
    if (order.placed) {
      order.placed = change.onto(std::move(*order.placed));
      continue;
    }
    if (change.placed) order.placed = change.placed;
    if (change.status) order.status = change.status;
    if (change.stuck_after) order.stuck_after = change.stuck_after;
    order.changed_at = change.changed_at;
    order.head = change.head;
    order.version = change.version;
  }
  for (const auto& [entity, head] : later.heads_) heads_[entity] = head;
  for (const auto& [id, orders] : later.shipments_)
    shipments_[id].insert(orders.begin(), orders.end());
  for (const auto& [id, end] : later.commands_) commands_[id] = end;
}

// Counts, the messages under way and the rules go on, since they are true of
// the whole log. Whatever lists changes begins empty, and `events_` at 0; the
// next part is likely to be as large, so its table need not grow step by step.
checkpoint_delta checkpoint_delta::from_here() const {
  checkpoint_delta next;
  next.upto_ = upto_;
  next.time_ = time_;
  next.last_number_ = last_number_;
  next.counts_ = counts_;
  next.under_way_ = under_way_;
  next.stuck_after_s_ = stuck_after_s_;
  next.orders_.reserve(orders_.size());
  return next;
}

checkpoint_head checkpoint_delta::head() const {
  checkpoint_head head{
      .upto = upto_, .last_number = last_number_, .orders = counts_};
  for (auto& [name, sent] : in_flight())
    head.in_flight.push_back({sent, name.to});
  return head;
}

std::vector<std::pair<message_name, sequence>> checkpoint_delta::in_flight()
    const {
  std::vector<std::pair<message_name, sequence>> all(under_way_.begin(),
                                                     under_way_.end());
  // By the event that sent them, since recovery sends them again in this order.
  // An event may tell several entities; their names make the order complete.
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second, a.first.to) < std::tie(b.second, b.first.to);
  });
  return all;
}

}  // namespace oms::checkpoint
