#include "actors/backorder/backorder_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/order/reservation.hpp"

namespace oms::backorder {

namespace {

queue_rank rank_of(const queued_order& order, std::size_t line_index) {
  return {-order.priority, order.placed_at, order.number, line_index};
}

bool has(const std::vector<source_ref>& sources, const source_ref& source) {
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

}  // namespace

queued_order queued_order_of(const order_state& state) {
  return {.key = state.key,
          .priority = state.body->priority,
          .placed_at = state.placed_at,
          .number = state.number,
          .country = state.body->ship_to.country,
          .on_hold = !state.holds.empty(),
          .sources = order::sources_of(state),
          .rejections = state.rejections,
          .unable = state.unable};
}

void backorder_queue::search::add(const queue_rank& rank) {
  if (!next || rank < *next) again.insert(rank);
}

void backorder_queue::add(const queued_order& order, const line_id& line,
                          std::size_t line_index, quantity units) {
  const auto rank = rank_of(order, line_index);
  const auto entry = entries_.try_emplace(rank).first;
  entry->second.order = order;
  entry->second.line = line;
  entry->second.line_index = line_index;
  first_of_.try_emplace(order.key, rank_of(order, 0));
  set_units(entry, entry->second.units + units);
}

void backorder_queue::set_units(all_entries::iterator entry, quantity units) {
  const auto counted = [](quantity of) { return std::max(quantity{0}, of); };
  auto& of = entry->second;
  waiting_ += counted(units) - counted(of.units);
  const bool waited = of.units > quantity{0};
  of.units = units;
  const bool waits = of.units > quantity{0};
  if (waits && !waited) with_units_.insert(entry->first);
  if (!waits && waited) with_units_.erase(entry->first);
}

void backorder_queue::drop_if_done(all_entries::iterator entry) {
  if (entry->second.units != quantity{0} || entry->second.unsettled > 0) return;
  const auto first = first_of_.find(entry->second.order.key);
  entries_.erase(entry);
  const auto other = entries_.lower_bound(first->second);
  if (other == entries_.end() || other->second.order.key != first->first)
    first_of_.erase(first);
}

void backorder_queue::look_again_at(const queue_rank& rank,
                                    const source_ref* except) {
  sought_.add(rank);
  for (auto& [from, each] : offers_)
    if (except == nullptr || from != *except) each.left.add(rank);
}

backorder_queue::entered backorder_queue::enter(const queued_order& order,
                                                const line_id& line,
                                                std::size_t line_index,
                                                quantity units,
                                                bool unchecked) {
  quantity accepted = units;
  if (!unchecked) {
    if (!product_.backorderable)
      accepted = quantity{0};
    else if (product_.backorder_limit > quantity{0})
      accepted =
          std::clamp(product_.backorder_limit - waiting(), quantity{0}, units);
  }
  if (unchecked || accepted > quantity{0}) {
    add(order, line, line_index, accepted);
    look_again_at(rank_of(order, line_index));
  }
  return {accepted, units - accepted};
}

void backorder_queue::adjust(const queued_order& order, const line_id& line,
                             std::size_t line_index, quantity delta) {
  add(order, line, line_index, delta);
  const auto entry = entries_.find(rank_of(order, line_index));
  if (entry->second.units > quantity{0}) look_again_at(entry->first);
  drop_if_done(entry);
}

void backorder_queue::update(const queued_order& order) {
  for (auto entry = entries_.lower_bound(rank_of(order, 0));
       entry != entries_.end() && entry->second.order.key == order.key;
       ++entry) {
    entry->second.order = order;
    entry->second.chosen.clear();
    look_again_at(entry->first);
  }
}

quantity backorder_queue::share_of(const queue_entry& entry,
                                   const supply_offer& supply,
                                   const network& net) const {
  const auto& from = *supply.from;
  const auto& order = entry.order;
  const auto& rules = net.rules_of(order.key.brand).rules;
  if (entry.units <= quantity{0} || order.on_hold) return quantity{0};
  if (!from.settings.active || !from.serves_brand(order.key.brand) ||
      !from.serves_country(order.country) ||
      network::tier_of(rules, from.settings.kind) < 0 ||
      (entry.capacity_round == capacity_round_ &&
       entry.no_capacity.contains(from.ref)) ||
      has(order.unable, from.ref))
    return quantity{0};
  for (const auto& each : order.rejections)
    if (each.source == from.ref && each.sku == product_.sku &&
        each.receipts >= supply.receipts)
      return quantity{0};
  if (rules.max_shipments > 0) {
    auto sources = entry.chosen;
    sources.insert(order.sources.begin(), order.sources.end());
    if (!sources.contains(from.ref) &&
        static_cast<std::int64_t>(sources.size()) >= rules.max_shipments)
      return quantity{0};
  }
  if (!rules.split_lines && supply.units < entry.units) return quantity{0};
  return std::min(entry.units, supply.units);
}

bool backorder_queue::is_wanted(const supply_offer& supply,
                                const network& net) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& each) {
    return share_of(each.second, supply, net) > quantity{0};
  });
}

backorder_queue::all_entries::iterator backorder_queue::take_next(search& in) {
  while (!in.again.empty()) {
    const auto entry = entries_.find(*in.again.begin());
    in.again.erase(in.again.begin());
    if (entry != entries_.end()) return entry;
  }
  if (!in.next) return entries_.end();
  const auto entry = entries_.lower_bound(*in.next);
  in.next.reset();
  if (entry == entries_.end()) return entry;
  if (const auto after = std::next(entry); after != entries_.end())
    in.next = after->first;
  return entry;
}

backorder_queue::served backorder_queue::serve(const supply_offer& supply,
                                               const network& net,
                                               bool has_grown,
                                               const slice_size& most) {
  auto& from = offers_[supply.from->ref];
  if (has_grown || !from.is_open) from.left = {};
  from.is_open = true;
  served slice;
  auto left = supply;
  for (std::size_t looked_at = 0;
       looked_at < most.entries && slice.takers.size() < most.takers &&
       left.units > quantity{0};
       ++looked_at) {
    const auto next = take_next(from.left);
    if (next == entries_.end()) {
      slice.is_over = true;
      break;
    }
    auto& entry = next->second;
    const auto units = share_of(entry, left, net);
    if (units <= quantity{0}) continue;
    left.units -= units;
    set_units(next, entry.units - units);
    entry.chosen.insert(supply.from->ref);
    ++entry.unsettled;
    from.given.push_back(next->first);
    slice.takers.push_back(
        {.order = entry.order.key,
         .line = {entry.line, product_.sku, units},
         .max_sources =
             net.rules_of(entry.order.key.brand).rules.max_shipments});
  }
  slice.is_over = slice.is_over || left.units <= quantity{0};
  if (slice.is_over) {
    from.is_open = false;
    from.left = {.next = std::nullopt, .again = {}};
  }
  return slice;
}

bool backorder_queue::settle(const source_ref& from,
                             const std::vector<source::offer_taker>& refused) {
  const auto of = offers_.find(from);
  if (of == offers_.end()) return false;
  const bool had_takers = !of->second.given.empty();
  // Those who were refused are in the order of the slice.
  auto next = refused.begin();
  for (const auto& rank : std::exchange(of->second.given, {})) {
    const auto entry = entries_.find(rank);
    --entry->second.unsettled;
    if (next != refused.end() && next->order == entry->second.order.key &&
        next->line.line == entry->second.line)
      take_again(entry, from, *next++);
    drop_if_done(entry);
  }
  if (of->second.is_open) return had_takers;
  // Who came too late for the offer may be served by what is left of it.
  for (const auto& rank : of->second.left.again) sought_.add(rank);
  offers_.erase(of);
  return had_takers;
}

void backorder_queue::take_again(all_entries::iterator entry,
                                 const source_ref& from,
                                 const source::offer_taker& refused) {
  auto& of = entry->second;
  set_units(entry, of.units + refused.line.units);
  if (refused.no_capacity) {
    if (of.capacity_round != capacity_round_) of.no_capacity.clear();
    of.capacity_round = capacity_round_;
    of.no_capacity.insert(from);
  }
  if (refused.nothing) of.chosen.erase(from);
  // The same offer would be refused again.
  look_again_at(entry->first, &from);
}

backorder_queue::sought backorder_queue::seek(
    const std::vector<supply_offer>& supplies, const network& net,
    const slice_size& most) {
  if (supplies.empty()) {
    // Whoever has units later will offer them.
    sought_ = {.next = std::nullopt, .again = {}};
    return {.supply = std::nullopt, .is_over = true};
  }
  for (std::size_t looked_at = 0; looked_at < most.entries;
       looked_at += supplies.size()) {
    const auto next = take_next(sought_);
    if (next == entries_.end())
      return {.supply = std::nullopt, .is_over = true};
    for (std::size_t i = 0; i < supplies.size(); ++i)
      if (share_of(next->second, supplies[i], net) > quantity{0}) {
        // It is looked at again when it was served or not.
        sought_.again.insert(next->first);
        return {.supply = i, .is_over = false};
      }
  }
  return {};
}

void backorder_queue::seek_anew() { sought_ = {}; }

void backorder_queue::offer_anew() {
  for (auto& [from, each] : offers_)
    if (each.is_open) each.left = {};
}

std::vector<waiting_view> backorder_queue::view() const {
  std::vector<waiting_view> all;
  for (const auto& [rank, entry] : entries_)
    if (entry.units > quantity{0})
      all.push_back({entry.order.key, entry.line, entry.units,
                     entry.order.priority, entry.order.placed_at});
  return all;
}

std::int64_t backorder_queue::position_of(const order_key& order,
                                          const line_id& line) const {
  const auto first = first_of_.find(order);
  if (first == first_of_.end()) return 0;
  for (auto entry = entries_.lower_bound(first->second);
       entry != entries_.end() && entry->second.order.key == order; ++entry)
    if (entry->second.line == line)
      return entry->second.units <= quantity{0}
                 ? 0
                 : static_cast<std::int64_t>(
                       with_units_.order_of_key(entry->first)) +
                       1;
  return 0;
}

}  // namespace oms::backorder
