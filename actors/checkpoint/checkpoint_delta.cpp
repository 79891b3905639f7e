#include "actors/checkpoint/checkpoint_delta.hpp"

#include <algorithm>
#include <utility>

#include "actors/order/stuck.hpp"
#include "actors/outbox.hpp"

namespace oms::checkpoint {

namespace {

constexpr std::size_t most_expected_orders = 100'000;

// What lists show of an order from its first event on. SKUs are sorted and
// unique because each of them becomes an index entry.
order_row row_of(const order_key& key, const order_placed& placed,
                 timestamp time) {
  order_row row{.key = key,
                .number = placed.number,
                .status = order_status::pending,
                .placed_at = placed.body->placed_at.value_or(time),
                .customer = placed.body->customer};
  row.skus.reserve(placed.body->lines.size());
  for (const auto& line : placed.body->lines) row.skus.push_back(line.sku);
  sort_unique(row.skus);
  return row;
}

}  // namespace

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
  auto* order = changes_of(e.entity);
  add_header(e);
  add_body(e, order);
  end_at(e, order);
}

void checkpoint_delta::add(const decision& made) {
  if (made.events.empty()) return;
  auto* order = changes_of(made.entity);
  const event_view last(made, made.events.size() - 1);
  add_header(last);
  for (std::size_t i = 0; i < made.events.size(); ++i)
    add_body({made, i}, order);
  end_at(last, order);
}

row_change* checkpoint_delta::changes_of(const entity_ref& entity) {
  return entity.kind == entity_kind::order ? &orders_[entity.key] : nullptr;
}

// Orders have their last event in the row; other entities have no row.
void checkpoint_delta::end_at(const event_view& last, row_change* order) {
  if (order == nullptr) {
    heads_[last.entity] = last.at;
    return;
  }
  order->row.changed_at = last.time;
  order->row.head = last.at;
  order->row.version = last.version;
}

void checkpoint_delta::add_header(const event_view& last) {
  upto_ = last.at;
  time_ = last.time;
  // All events of a decision carry the id of the command, and events that
  // follow from them in other entities carry none, so the last one that is seen
  // here is the end of the command.
  if (is_remembered(last.command))
    commands_[last.command] = {last.at, last.time};
  // The message that arrived, before those that the events send: an event with
  // a cause may send messages of its own.
  if (!last.cause) return;
  const auto arrived = under_way_.find(
      message_view{last.cause->entity, last.cause->version, last.entity});
  if (arrived != under_way_.end()) under_way_.erase(arrived);
}

void checkpoint_delta::add_body(const event_view& e, row_change* order) {
  ++events_;
  for (auto& to : receivers_of(e))
    under_way_.insert_or_assign({{e.entity, e.version}, std::move(to)}, e.at);
  if (const auto* set = std::get_if<routing_set>(&e.body))
    stuck_after_s_[set->rules.brand] = set->rules.stuck_after_s;
  if (order != nullptr) add_to_order(e, *order);
}

void checkpoint_delta::add_to_order(const event_view& e, row_change& order) {
  if (const auto* placed = std::get_if<order_placed>(&e.body)) {
    order.row = row_of(order_of(e.entity), *placed, e.time);
    order.is_placed = true;
    last_number_ = std::max(last_number_, placed->number);
    ++counts_[static_cast<std::size_t>(order_status::pending)];
  } else if (const auto* left = std::get_if<shipment_shipped>(&e.body)) {
    const auto key = order_of(e.entity);
    shipments_[{left->shipment, key.brand}].insert(key.id);
  } else if (const auto* step = std::get_if<status_changed>(&e.body)) {
    change_status(e, *step, order);
  } else if (const auto* edited = std::get_if<order_edited>(&e.body)) {
    order.row.customer = edited->body->customer;
    for (const auto& line : edited->lines)
      if (line.is_new) order.row.skus.push_back(line.line.sku);
    sort_unique(order.row.skus);
    order.has_edit = true;
  }
}

void checkpoint_delta::change_status(const event_view& e,
                                     const status_changed& step,
                                     row_change& order) {
  --counts_[static_cast<std::size_t>(step.from)];
  ++counts_[static_cast<std::size_t>(step.to)];
  order.row.status = step.to;
  order.has_status = true;
  if (step.to != order_status::awaiting_fulfillment) return;
  // The rule as it is at this moment counts for the order from now on
  // (docs/DOMAIN.md, "Notifications and alerts"), so it is resolved here and
  // kept in the row. A restart could not tell later which rule was in force.
  auto rule = stuck_after_s_.find(order_of(e.entity).brand);
  if (rule == stuck_after_s_.end()) rule = stuck_after_s_.find(brand_id{});
  order.row.stuck_after = order::stuck_after_of(
      rule == stuck_after_s_.end() ? routing_rules{}.stuck_after_s
                                   : rule->second);
  order.has_stuck_after = true;
}

void checkpoint_delta::append(const checkpoint_delta& later) {
  upto_ = later.upto_;
  time_ = later.time_;
  events_ += later.events_;
  last_number_ = later.last_number_;
  counts_ = later.counts_;
  under_way_ = later.under_way_;
  stuck_after_s_ = later.stuck_after_s_;
  for (const auto& [key, change] : later.orders_) orders_[key].append(change);
  for (const auto& [entity, head] : later.heads_) heads_[entity] = head;
  for (const auto& [id, orders] : later.shipments_)
    shipments_[id].insert(orders.begin(), orders.end());
  for (const auto& [id, end] : later.commands_) commands_[id] = end;
}

// Counts, the messages under way and the rules go on, since they are true of
// the whole log. Whatever lists changes begins empty, and `events_` at 0; the
// next part is likely to be about as large, so its table need not grow step by
// step; unless this is a whole log.
checkpoint_delta checkpoint_delta::from_here() const {
  checkpoint_delta next;
  next.upto_ = upto_;
  next.time_ = time_;
  next.last_number_ = last_number_;
  next.counts_ = counts_;
  next.under_way_ = under_way_;
  next.stuck_after_s_ = stuck_after_s_;
  next.orders_.reserve(
      std::min(orders_.size() + orders_.size() / 4, most_expected_orders));
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
