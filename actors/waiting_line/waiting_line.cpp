#include "actors/waiting_line/waiting_line.hpp"

#include <algorithm>

namespace oms {

namespace {

waiting_rank rank_of(const waiting_order& order, std::size_t line_index) {
  return {-order.priority, order.placed_at, order.number, line_index};
}

bool has(const std::vector<source_ref>& sources, const source_ref& source) {
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

}  // namespace

waiting_order waiting_order_of(const order_state& state) {
  waiting_order order{.key = state.key,
                      .priority = state.body->priority,
                      .placed_at = state.placed_at,
                      .number = state.number,
                      .country = state.body->ship_to.country,
                      .on_hold = !state.holds.empty(),
                      .sources = {},
                      .rejections = state.rejections,
                      .unable = state.unable};
  for (const auto& work : state.fulfillments)
    if (work.remaining() + work.shipped() > quantity{0} &&
        !has(order.sources, work.source))
      order.sources.push_back(work.source);
  return order;
}

void waiting_line::add(const waiting_order& order, const line_id& line,
                       std::size_t line_index, quantity units) {
  auto& entry = entries_[rank_of(order, line_index)];
  entry.order = order;
  entry.line = line;
  entry.line_index = line_index;
  entry.units += units;
}

waiting_line::entered waiting_line::enter(const waiting_order& order,
                                          const line_id& line,
                                          std::size_t line_index,
                                          quantity units, bool unchecked) {
  quantity accepted = units;
  if (!unchecked) {
    if (!product_.backorderable)
      accepted = quantity{0};
    else if (product_.backorder_limit > quantity{0})
      accepted =
          std::clamp(product_.backorder_limit - waiting(), quantity{0}, units);
  }
  if (unchecked || accepted > quantity{0})
    add(order, line, line_index, accepted);
  return {accepted, units - accepted};
}

void waiting_line::adjust(const waiting_order& order, const line_id& line,
                          std::size_t line_index, quantity delta) {
  add(order, line, line_index, delta);
}

void waiting_line::update(const waiting_order& order) {
  for (auto entry = entries_.lower_bound(rank_of(order, 0));
       entry != entries_.end() && entry->second.order.key == order.key;
       ++entry) {
    entry->second.order = order;
    entry->second.chosen.clear();
  }
}

quantity waiting_line::share_of(const waiting_entry& entry,
                                const supply_offer& supply,
                                const network& net) const {
  const auto& from = *supply.from;
  const auto& order = entry.order;
  const auto& rules = net.rules_of(order.key.brand).rules;
  if (entry.units <= quantity{0} || order.on_hold) return quantity{0};
  if (!from.settings.active || !from.serves_brand(order.key.brand) ||
      !from.serves_country(order.country) ||
      network::tier_of(rules, from.settings.kind) < 0 ||
      entry.no_capacity.contains(from.ref) || has(order.unable, from.ref))
    return quantity{0};
  for (const auto& each : order.rejections)
    if (each.source == from.ref && each.sku == product_.sku &&
        each.receipts >= supply.receipts)
      return quantity{0};
  auto sources = entry.chosen;
  sources.insert(order.sources.begin(), order.sources.end());
  if (rules.max_shipments > 0 && !sources.contains(from.ref) &&
      static_cast<std::int64_t>(sources.size()) >= rules.max_shipments)
    return quantity{0};
  if (!rules.split_lines && supply.units < entry.units) return quantity{0};
  return std::min(entry.units, supply.units);
}

bool waiting_line::is_wanted(const supply_offer& supply,
                             const network& net) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& each) {
    return share_of(each.second, supply, net) > quantity{0};
  });
}

std::vector<offer_taker> waiting_line::serve(const supply_offer& supply,
                                             const network& net) {
  std::vector<offer_taker> takers;
  auto left = supply;
  for (auto& [rank, entry] : entries_) {
    if (left.units <= quantity{0}) break;
    const auto units = share_of(entry, left, net);
    if (units <= quantity{0}) continue;
    left.units -= units;
    entry.units -= units;
    entry.chosen.insert(supply.from->ref);
    takers.push_back(
        {.order = entry.order.key,
         .line = {entry.line, product_.sku, units},
         .max_sources =
             net.rules_of(entry.order.key.brand).rules.max_shipments});
  }
  return takers;
}

void waiting_line::take_again(const source_ref& from,
                              const offer_taker& refused) {
  for (auto& [rank, entry] : entries_) {
    if (entry.order.key != refused.order || entry.line != refused.line.line)
      continue;
    entry.units += refused.line.units;
    if (refused.no_capacity) entry.no_capacity.insert(from);
    if (refused.nothing) entry.chosen.erase(from);
  }
}

void waiting_line::forget_filled() {
  std::erase_if(entries_, [](const auto& each) {
    return each.second.units == quantity{0};
  });
}

void waiting_line::forget_capacity() {
  for (auto& [rank, entry] : entries_) entry.no_capacity.clear();
}

quantity waiting_line::waiting() const {
  quantity sum;
  for (const auto& [rank, entry] : entries_)
    sum += std::max(quantity{0}, entry.units);
  return sum;
}

std::vector<waiting_view> waiting_line::view() const {
  std::vector<waiting_view> all;
  for (const auto& [rank, entry] : entries_)
    if (entry.units > quantity{0})
      all.push_back({entry.order.key, entry.line, entry.units,
                     entry.order.priority, entry.order.placed_at});
  return all;
}

std::int64_t waiting_line::position_of(const order_key& order,
                                       const line_id& line) const {
  std::int64_t position = 0;
  for (const auto& [rank, entry] : entries_) {
    if (entry.units <= quantity{0}) continue;
    ++position;
    if (entry.order.key == order && entry.line == line) return position;
  }
  return 0;
}

}  // namespace oms
