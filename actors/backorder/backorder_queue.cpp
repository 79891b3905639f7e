#include "actors/backorder/backorder_queue.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "actors/order/reservation.hpp"
#include "messages/time_text.hpp"

namespace oms::backorder {

namespace {

// Of what is in a rank only the priority ever changes for a line, by an edit.
queue_rank rank_of(const queued_order& order, std::size_t line_index) {
  return {-order.priority, order.placed_at, order.number, line_index};
}

}  // namespace

// A source counts as one of the order's only while the order has units from it.
// A fulfillment that was rejected or cancelled as a whole leaves no parcel, so
// it must not use up one of `max_shipments`.
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

// An entry that the search has yet to reach needs no note: it is looked at on
// the way. So `again` holds only what changed before that point, and all slices
// of it together visit each entry once.
void backorder_queue::search::add(const queue_rank& rank) {
  if (!next || rank < *next) again.insert(rank);
}

// The ranks of an order differ in the line alone, so its entries are neighbors.
// `first_of_` has where they begin, so that they are found without a walk
// through the queue.
backorder_queue::all_entries::iterator backorder_queue::add(
    const queued_order& order, const line_id& line, std::size_t line_index,
    quantity units, const std::optional<date>& told) {
  const auto rank = rank_of(order, line_index);
  const auto entry = entries_.try_emplace(rank).first;
  // A new wait, of which the customer may have heard.
  if (entry->second.units <= quantity{0}) entry->second.told = told;
  entry->second.order = order;
  entry->second.line = line;
  entry->second.line_index = line_index;
  first_of_.try_emplace(order.key, rank_of(order, 0));
  set_units(entry, entry->second.units + units);
  return entry;
}

// Whatever remembers an entry by its rank learns the new one: a slice that is
// not settled pairs its entries with the answer by their order, which stays.
void backorder_queue::move_to_its_rank(const queued_order& order) {
  const auto first = first_of_.find(order.key);
  if (first == first_of_.end() ||
      first->second.negative_priority == -order.priority)
    return;
  // All of them first: one that has moved may be what follows the others.
  std::vector<queue_rank> of_the_order;
  for (auto entry = entries_.lower_bound(first->second);
       entry != entries_.end() && entry->second.order.key == order.key; ++entry)
    of_the_order.push_back(entry->first);
  first->second = rank_of(order, 0);
  for (const auto& before : of_the_order) {
    auto node = entries_.extract(before);
    node.key() = rank_of(order, node.mapped().line_index);
    const auto after = node.key();
    const bool waits = node.mapped().units > quantity{0};
    if (waits) with_units_.erase(before);
    entries_.insert(std::move(node));
    if (waits) with_units_.insert(after);
    sought_.again.erase(before);
    for (auto& [source, each] : offers_) {
      each.left.again.erase(before);
      std::replace(each.given.begin(), each.given.end(), before, after);
    }
    look_again_at(after);
    date_from(std::min(before, after));
  }
}

// The only place where units of an entry change, so `waiting_` and
// `with_units_` always agree with them. An entry below 0 counts as 0 in both:
// it waits for the other half of a pair of messages, and must not hide units of
// other orders.
void backorder_queue::set_units(all_entries::iterator entry, quantity units) {
  const auto counted = [](quantity of) { return std::max(quantity{0}, of); };
  auto& of = entry->second;
  waiting_ += counted(units) - counted(of.units);
  const bool waited = of.units > quantity{0};
  if (of.units != units) date_from(entry->first);
  of.units = units;
  const bool waits = of.units > quantity{0};
  if (waits && !waited) with_units_.insert(entry->first);
  if (!waits && waited) with_units_.erase(entry->first);
}

// An entry stays as long as something may still refer to it: units below 0 wait
// for the message that makes up for them, and a slice that is not settled has
// the rank in `given`.
void backorder_queue::drop_if_done(all_entries::iterator entry) {
  if (entry->second.units != quantity{0} || entry->second.unsettled > 0) return;
  const auto first = first_of_.find(entry->second.order.key);
  entries_.erase(entry);
  const auto other = entries_.lower_bound(first->second);
  if (other == entries_.end() || other->second.order.key != first->first)
    first_of_.erase(first);
}

// The search and each open offer keep their own progress, and each of them may
// have passed this entry.
void backorder_queue::look_again_at(const queue_rank& rank,
                                    const source_ref* except) {
  sought_.add(rank);
  for (auto& [from, each] : offers_)
    if (except == nullptr || from != *except) each.left.add(rank);
}

backorder_queue::entered backorder_queue::enter(
    const queued_order& order, const line_id& line, std::size_t line_index,
    quantity units, bool unchecked, const std::optional<date>& told) {
  // The limit stops only what comes now. What waits already stays, even if the
  // limit was lowered below it, so the room may be less than nothing.
  quantity accepted = units;
  move_to_its_rank(order);
  if (!unchecked) {
    if (!product_.backorderable)
      accepted = quantity{0};
    else if (product_.backorder_limit > quantity{0})
      accepted =
          std::clamp(product_.backorder_limit - waiting(), quantity{0}, units);
  }
  if (unchecked || accepted > quantity{0}) {
    const auto rank = rank_of(order, line_index);
    const auto entry = add(order, line, line_index, accepted, told);
    // The order lists its sources itself, as in `update`. The entry may be that
    // of a slice which is not settled yet: the order got its units and has lost
    // them again meanwhile.
    entry->second.chosen.clear();
    look_again_at(rank);
  }
  return {accepted, units - accepted};
}

// A cancellation and a promise may cross: the queue has given the units away
// while the order cancels them as waiting units. Then the entry goes below 0
// until the order declines the promise and returns the difference.
void backorder_queue::adjust(const queued_order& order, const line_id& line,
                             std::size_t line_index, quantity delta,
                             const std::optional<date>& told) {
  move_to_its_rank(order);
  const auto entry = add(order, line, line_index, delta, told);
  if (entry->second.units > quantity{0}) look_again_at(entry->first);
  drop_if_done(entry);
}

void backorder_queue::update(const queued_order& order) {
  move_to_its_rank(order);
  for (auto entry = entries_.lower_bound(rank_of(order, 0));
       entry != entries_.end() && entry->second.order.key == order.key;
       ++entry) {
    // The order lists its sources itself now, so the queue's own guess ends. If
    // a promise is still on its way to the order, the guess ends too early;
    // then the order declines what `maxShipments` forbids.
    entry->second.order = order;
    entry->second.chosen.clear();
    look_again_at(entry->first);
    // Other sources may serve it now.
    if (!supplies_.empty()) date_from(entry->first);
  }
}

// The rules of docs/DOMAIN.md, "Backorders", for one entry and one source. An
// order that is passed by keeps its place. The source checks only its stock,
// its capacity and whether the order has acknowledged all revocations, so the
// other rules must be checked here.
quantity backorder_queue::share_of(const queue_entry& entry,
                                   const supply_offer& supply,
                                   const network& net) const {
  const auto& from = *supply.from;
  const auto& order = entry.order;
  const auto& rules = net.rules_of(order.key.brand).rules;
  if (entry.units <= quantity{0} || order.on_hold) return quantity{0};
  // Capacity is compared by round, so that a new day or new limits make all
  // refusals obsolete without a walk through the queue.
  if (!may_serve(from, entry, net) ||
      (entry.capacity_round == capacity_round_ &&
       entry.no_capacity.contains(from.ref)))
    return quantity{0};
  // A rejection excludes the source until it receives units of the SKU; the
  // receipts at the time of the rejection tell the two apart.
  for (const auto& each : order.rejections)
    if (each.source == from.ref && each.sku == product_.sku &&
        each.receipts >= supply.receipts)
      return quantity{0};
  if (!rules.split_lines && supply.units < entry.units) return quantity{0};
  return std::min(entry.units, supply.units);
}

// What excludes a source for as long as neither changes. A hold is not part of
// it, nor is a rejection, which the next receipt ends.
bool backorder_queue::may_serve(const network_source& from,
                                const queue_entry& entry,
                                const network& net) const {
  const auto& order = entry.order;
  const auto& rules = net.rules_of(order.key.brand).rules;
  if (!may_wait_for(from, rules, order.key.brand, order.country, order.unable))
    return false;
  if (rules.max_shipments == 0) return true;
  // Sources that have given units which the order has yet to hear of count as
  // well. Otherwise two slices could each take the last parcel.
  auto sources = entry.chosen;
  sources.insert(order.sources.begin(), order.sources.end());
  return sources.contains(from.ref) ||
         static_cast<std::int64_t>(sources.size()) < rules.max_shipments;
}

bool backorder_queue::is_wanted(const supply_offer& supply,
                                const network& net) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& each) {
    return share_of(each.second, supply, net) > quantity{0};
  });
}

// Entries that changed where the search has been come first: they rank before
// everything that it has yet to reach, and units must go to the first in the
// queue. An entry named by a rank may be gone by now, hence the search for the
// next one that is there.
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

// New units begin at the front again: an entry that was passed over because the
// supply was too small, for example for a whole line, may fit now.
backorder_queue::served backorder_queue::serve(const supply_offer& supply,
                                               const network& net,
                                               bool has_grown,
                                               const slice_size& most) {
  auto& from = offers_[supply.from->ref];
  if (has_grown || !from.is_open) from.left = {};
  from.is_open = true;
  from.capacity_round = capacity_round_;
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
    // They leave the queue now, not when the source has promised them, or
    // another source's offer could serve the same units again.
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
    // Nothing is left to look at. Who changes from here until `settle` lands in
    // `again`, and `settle` hands those over to the search.
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
  // `settle_offer` works through the takers in their order, so the refused ones
  // are in the order of the slice and one pass pairs them up.
  auto next = refused.begin();
  for (const auto& rank : std::exchange(of->second.given, {})) {
    const auto entry = entries_.find(rank);
    --entry->second.unsettled;
    if (next != refused.end() && next->order == entry->second.order.key &&
        next->line.line == entry->second.line)
      take_again(entry, from, *next++);
    drop_if_done(entry);
  }
  // The next slice of this offer continues where this one ended.
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
  // A refusal waits for the disk, so new limits may be here before it: it says
  // nothing of them.
  if (refused.no_capacity &&
      offers_.at(from).capacity_round == capacity_round_) {
    if (of.capacity_round != capacity_round_) of.no_capacity.clear();
    of.capacity_round = capacity_round_;
    of.no_capacity.insert(from);
  }
  // It got no parcel from there after all.
  if (refused.nothing) of.chosen.erase(from);
  // All but the offer of `from`: the rest of it would be refused for the same
  // reason.
  look_again_at(entry->first, &from);
}

backorder_queue::sought backorder_queue::seek(
    const std::vector<supply_offer>& supplies, const network& net,
    const slice_size& most) {
  if (supplies.empty()) {
    // Whatever a source gets later it offers itself, so nothing is missed if
    // all entries count as looked at.
    sought_ = {.next = std::nullopt, .again = {}};
    return {.supply = std::nullopt, .is_over = true};
  }
  // The cost of an entry is one comparison per supply, so that is what the
  // bound of a slice counts.
  for (std::size_t looked_at = 0; looked_at < most.entries;
       looked_at += supplies.size()) {
    const auto next = take_next(sought_);
    if (next == entries_.end())
      return {.supply = std::nullopt, .is_over = true};
    for (std::size_t i = 0; i < supplies.size(); ++i)
      if (share_of(next->second, supplies[i], net) > quantity{0}) {
        // One call may not be enough for it, or be refused: it stays the next
        // to look at until no supply has anything for it.
        sought_.again.insert(next->first);
        return {.supply = i, .is_over = false};
      }
  }
  return {};
}

void backorder_queue::seek_anew() { sought_ = {}; }

// Offers that are over need nothing: what is left of them is available on the
// stock board, where the search finds it.
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

backorder_queue::all_entries::const_iterator backorder_queue::find(
    const order_key& order, const line_id& line) const {
  const auto first = first_of_.find(order);
  if (first == first_of_.end()) return entries_.end();
  for (auto entry = entries_.lower_bound(first->second);
       entry != entries_.end() && entry->second.order.key == order; ++entry)
    if (entry->second.line == line) return entry;
  return entries_.end();
}

std::int64_t backorder_queue::position_of(const order_key& order,
                                          const line_id& line) const {
  const auto entry = find(order, line);
  if (entry == entries_.end() || entry->second.units <= quantity{0}) return 0;
  return static_cast<std::int64_t>(with_units_.order_of_key(entry->first)) + 1;
}

// --- when units come in -----------------------------------------------------

void backorder_queue::set_product(product_settings product) {
  const bool new_day = product.restock_date != product_.restock_date;
  product_ = std::move(product);
  if (new_day) date_anew();
}

bool backorder_queue::set_incoming(
    const source_ref& from,
    const std::vector<source::incoming_supply>& supplies) {
  std::vector<known_supply> all;
  std::vector<source::incoming_supply> before;
  for (auto& each : supplies_)
    if (each.from == from)
      before.push_back(std::move(each.of));
    else
      all.push_back(std::move(each));
  for (const auto& each : supplies) all.push_back({from, each, each.units});
  // All of a source in the order in which it names them, so that they can be
  // compared.
  const auto rank = [](const known_supply& each) {
    return std::tuple(each.of.expected.value_or(date::max()), each.from,
                      each.of.transferred, each.of.reference);
  };
  std::sort(all.begin(), all.end(),
            [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  supplies_ = std::move(all);
  std::vector<source::incoming_supply> now;
  for (const auto& each : supplies_)
    if (each.from == from) now.push_back(each.of);
  if (before == now) return false;
  date_anew();
  return true;
}

void backorder_queue::date_anew() {
  dated_upto_.reset();
  claims_.clear();
  for (auto& each : supplies_) each.left = each.of.units;
  is_dated_ = entries_.empty();
}

// Whoever is behind the entry may get other units now. Where nothing is on its
// way, there is only one day for all.
void backorder_queue::date_from(const queue_rank& rank) {
  if (supplies_.empty() && !product_.restock_date) return;
  if (!dated_upto_ || *dated_upto_ < rank) {
    is_dated_ = false;
    return;
  }
  if (!supplies_.empty()) {
    date_anew();
    is_dated_ = false;
  } else if (const auto entry = entries_.find(rank); entry != entries_.end()) {
    give_date(entry, {}, {});
  }
}

bool backorder_queue::date_entries(const network& net, std::size_t most) {
  std::vector<const network_source*> from;
  from.reserve(supplies_.size());
  for (const auto& each : supplies_) from.push_back(net.find(each.from));
  auto entry =
      dated_upto_ ? entries_.upper_bound(*dated_upto_) : entries_.begin();
  for (std::size_t i = 0; i < most && entry != entries_.end(); ++i, ++entry) {
    give_date(entry, net, from);
    dated_upto_ = entry->first;
  }
  is_dated_ = entry == entries_.end();
  return is_dated_;
}

void backorder_queue::give_date(
    all_entries::iterator entry, const network& net,
    const std::vector<const network_source*>& from) {
  auto& of = entry->second;
  of.due.reset();
  auto needed = std::max(quantity{0}, of.units);
  const known_supply* last = nullptr;
  for (std::size_t i = 0; i < from.size() && needed > quantity{0}; ++i) {
    auto& supply = supplies_[i];
    if (supply.left == quantity{0} || from[i] == nullptr ||
        !may_serve(*from[i], of, net))
      continue;
    const auto taken = std::min(needed, supply.left);
    supply.left -= taken;
    needed -= taken;
    last = &supply;
    claims_.push_back({entry->first, i, taken});
  }
  if (last != nullptr && needed == quantity{0} && last->of.expected)
    of.due = {*last->of.expected, last->from.id};
  else if (product_.restock_date)
    of.due = {oms::date_of(*product_.restock_date), {}};
  if (of.told && of.due && of.due->day > *of.told)
    delayed_.insert(entry->first);
}

std::optional<coming_units> backorder_queue::coming() const {
  if (supplies_.empty() && !product_.restock_date) return std::nullopt;
  coming_units known;
  known.supplies.reserve(supplies_.size());
  for (const auto& each : supplies_)
    known.supplies.push_back({each.from, each.of.expected, each.of.units});
  known.claims =
      claims_.size() > max_claims ? summed_by_priority(claims_) : claims_;
  if (product_.restock_date)
    known.restock_date = oms::date_of(*product_.restock_date);
  return known;
}

std::optional<due_day> backorder_queue::date_of(const order_key& order,
                                                const line_id& line,
                                                const network& net) {
  const auto entry = find(order, line);
  if (entry == entries_.end()) return std::nullopt;
  while (!is_dated_ && (!dated_upto_ || *dated_upto_ < entry->first))
    date_entries(net);
  return entry->second.due;
}

std::optional<due_day> backorder_queue::due_of(const order_key& order,
                                               const line_id& line) const {
  const auto entry = find(order, line);
  return entry == entries_.end() ? std::nullopt : entry->second.due;
}

void backorder_queue::note_told(const order_key& order, const line_id& line,
                                date told) {
  const auto known = find(order, line);
  if (known == entries_.end()) return;
  auto& of = entries_.find(known->first)->second;
  if (!of.told) of.told = told;
}

std::vector<backorder_queue::delay> backorder_queue::take_delays(
    const std::function<bool(const due_day&)>& is_past, std::size_t most) {
  std::vector<delay> delays;
  while (!delayed_.empty() && delays.size() < most) {
    const auto entry = entries_.find(*delayed_.begin());
    delayed_.erase(delayed_.begin());
    if (entry == entries_.end()) continue;
    auto& of = entry->second;
    // The day may have changed again since, and may be over by now.
    if (of.units <= quantity{0} || !of.due || !of.told ||
        of.due->day <= *of.told || is_past(*of.due))
      continue;
    of.told = of.due->day;
    delays.push_back({of.order.key, of.line, of.due->day});
  }
  return delays;
}

}  // namespace oms::backorder
