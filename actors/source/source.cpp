#include "actors/source/source.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <unordered_map>

namespace oms::source {

namespace {

// A supplier in the terms of a location, so that planner and deciders know only
// one kind of source.
location_settings settings_of(const supplier_settings& supplier) {
  return {.id = supplier.id,
          .kind = source_type::dropship,
          .name = supplier.name,
          .country = {},
          .position = {},
          .active = supplier.active,
          .priority = supplier.priority,
          .shipment_cost = supplier.shipment_cost,
          .unit_cost = {},
          .cost_per_km = {},
          .handling_days = 0,
          .daily_capacity = 0,
          .brands = supplier.brands,
          .countries = supplier.countries};
}

// What is promised to one order, by SKU, while one event is applied. An event
// may name thousands of SKUs; without an index each would be searched among
// thousands.
class promise_units {
 public:
  promise_units(promise& of, std::size_t lines) : promise_(of) {
    if (lines < worth_an_index || of.units.size() < worth_an_index) return;
    index_.emplace();
    index_->reserve(of.units.size() + lines);
    for (std::size_t i = 0; i < of.units.size(); ++i)
      index_->emplace(of.units[i].sku, i);
  }

  // Begins with nothing where nothing is promised.
  promised_units& of(const sku_id& sku) {
    auto& all = promise_.units;
    if (!index_) {
      if (auto* known = promise_.find(sku)) return *known;
    } else if (const auto known = index_->find(sku); known != index_->end()) {
      return all[known->second];
    } else {
      index_->emplace(sku, all.size());
    }
    all.push_back({.sku = sku});
    return all.back();
  }

 private:
  // Below this, a search costs less than building the index.
  static constexpr std::size_t worth_an_index = 16;

  promise& promise_;
  std::optional<std::unordered_map<sku_id, std::size_t>> index_;
};

// One overload per event of a source.
struct applier {
  source_state& state;
  timestamp time;

  // Counts the change, so that readers can tell two views of the same SKU
  // apart.
  stock_item& item(const sku_id& sku) const {
    auto& of = state.stock[sku];
    ++of.version;
    return of;
  }

  // Promises beyond what is there are no longer committed: they are being
  // revoked. The buckets add up to on hand again at once, although the
  // orders still have the promises.
  static void begin_to_revoke(stock_item& of) {
    const auto missing =
        of.reserved + of.on_offer + of.committed + of.damaged - of.on_hand;
    if (missing <= quantity{0}) return;
    of.committed -= missing;
    of.revoking += missing;
  }

  // Units leave the promises. They count first towards those that are to be
  // revoked, so an order that gives units back spares another order its
  // loss.
  static void uncommit(stock_item& of, quantity units) {
    const auto revoked = std::min(units, of.revoking);
    of.revoking -= revoked;
    of.committed -= units - revoked;
  }

  // Takes units out of a promise; `tidy` ends it.
  static void shrink(promise_units& units, const sku_id& sku,
                     quantity committed, quantity picked) {
    auto& of = units.of(sku);
    assert(of.committed >= committed);
    of.committed -= committed;
    of.picked -= picked;
  }

  // A promise goes when nothing of it is left and the order has nothing more
  // to say about units in totes.
  void tidy(const order_key& order) const {
    const auto found = state.promises.find(order);
    if (found == state.promises.end()) return;
    std::erase_if(found->second.units, [](const promised_units& each) {
      return each.committed == quantity{0} && each.picked == quantity{0};
    });
    if (found->second.units.empty()) state.promises.erase(found);
  }

  // Units that are held for a cart no longer are.
  template <class Lines>
  void unhold(const reservation_id& reservation, const Lines& lines) const {
    const auto found = state.holds.find(reservation);
    assert(found != state.holds.end());
    auto& held = found->second.units;
    for (const auto& line : lines) {
      item(line.sku).reserved -= line.units;
      const auto at = held.find(line.sku);
      assert(at != held.end() && at->second >= line.units);
      if ((at->second -= line.units) == quantity{0}) held.erase(at);
    }
    if (held.empty()) state.holds.erase(found);
  }

  // The order acknowledges one revocation. They are counted, because several
  // may be under way to the same order.
  void hear(const order_key& order) const {
    const auto found = state.unacknowledged.find(order);
    assert(found != state.unacknowledged.end());
    if (--found->second == 0) state.unacknowledged.erase(found);
  }

  void operator()(const location_defined& e) const {
    state.defined = true;
    state.settings = e.settings;
  }

  void operator()(const supplier_defined& e) const {
    state.defined = true;
    state.supplier = e.settings;
    state.settings = settings_of(e.settings);
    // What was promised stays promised; what was offered is replaced. An offer
    // that is open finds nothing left to settle (`settle_offer`).
    for (auto& [sku, of] : state.stock) {
      of.without_limit = false;
      of.on_hand = of.committed + of.reserved + of.damaged;
      of.on_offer = quantity{0};
      ++of.version;
    }
    state.stock.reserve(e.settings.products.size());
    for (const auto& product : e.settings.products) {
      auto& of = item(product.sku);
      of.without_limit = !product.available;
      of.on_hand += product.available.value_or(quantity{0});
      ++of.receipts;
    }
  }

  void operator()(const stock_received& e) const {
    auto& of = item(e.sku);
    of.on_hand += e.units;
    of.received += e.units;
    if (e.transferred) of.landed += e.drawn;
    ++of.receipts;
    if (!e.reference.empty()) state.references.emplace(e.reference, e.sku);
    if (e.drawn > quantity{0})
      draw(e.transferred ? state.in_transit : state.announced, e.incoming,
           e.sku, e.drawn);
  }

  static void draw(std::map<std::string, incoming_units>& from,
                   const std::string& reference, const sku_id& sku,
                   quantity units) {
    const auto found = from.find(reference);
    assert(found != from.end());
    auto& all = found->second.units;
    const auto of = all.find(sku);
    assert(of != all.end() && of->second >= units);
    of->second -= units;
    if (of->second == quantity{0}) all.erase(of);
    if (all.empty()) from.erase(found);
  }

  void operator()(const incoming_announced& e) const {
    auto& all = e.transfer.empty() ? state.announced : state.in_transit;
    incoming_units coming{.units = {}, .expected = e.expected};
    for (const auto& line : e.lines)
      // A line without units says that what was announced of it has ended.
      if (line.units > quantity{0}) coming.units[line.sku] = line.units;
    if (coming.units.empty())
      all.erase(e.reference);
    else
      all.insert_or_assign(e.reference, std::move(coming));
  }

  void operator()(const stock_transferred& e) const {
    sent_transfer sent{.to = e.to, .units = {}, .expected = e.expected};
    for (const auto& line : e.lines) {
      auto& of = item(line.sku);
      of.on_hand -= line.units;
      of.sent += line.units;
      sent.units[line.sku] = line.units;
    }
    state.transfers.emplace(e.transfer.value, std::move(sent));
  }

  void operator()(const transfer_closed& e) const {
    for (const auto& line : e.written_off) item(line.sku).landed += line.units;
    state.in_transit.erase(e.transfer.value);
  }

  void operator()(const incoming_checked& e) const {
    state.overdue_before = e.day;
  }

  void operator()(const stock_adjusted& e) const {
    auto& of = item(e.sku);
    of.on_hand += e.delta;
    of.adjusted += e.delta;
    if (!e.reference.empty()) state.adjustments.emplace(e.reference, e.sku);
    of.damaged = std::min(of.damaged, of.on_hand);
    begin_to_revoke(of);
  }

  void operator()(const stock_counted& e) const {
    auto& of = item(e.sku);
    of.adjusted += e.on_hand - of.on_hand;
    of.on_hand = e.on_hand;
    if (!e.reference.empty()) state.counts.emplace(e.reference, e.sku);
    of.damaged = std::min(of.damaged, of.on_hand);
    begin_to_revoke(of);
  }

  void operator()(const safety_stock_set& e) const {
    item(e.sku).safety_setting = e.units;
  }

  void operator()(const stock_offered& e) const {
    auto& of = item(e.sku);
    // Without a limit no unit has to be held back for the queue.
    if (!of.without_limit) of.on_offer += e.units;
  }

  void operator()(const offer_settled& e) const {
    item(e.sku).on_offer -= e.units;
  }

  void operator()(const stock_reserved& e) const {
    auto& hold = state.holds[e.reservation];
    hold.deadline = e.deadline;
    hold.since = state.version + 1;
    for (const auto& line : e.lines) {
      item(line.sku).reserved += line.units;
      hold.units[line.sku] += line.units;
    }
  }

  void operator()(const stock_unreserved& e) const {
    unhold(e.reservation, e.lines);
  }

  void operator()(const stock_committed& e) const {
    if (!e.reservation.empty()) unhold(e.reservation, e.lines);
    auto& promised = state.promises[e.order];
    if (promised.units.empty()) promised.units.reserve(e.lines.size());
    promise_units units(promised, e.lines.size());
    for (const auto& line : e.lines) {
      auto& of = item(line.sku);
      of.committed += line.units;
      // A product without limit has on hand exactly what is promised, so that
      // on hand stays the sum of its buckets.
      if (of.without_limit) of.on_hand += line.units;
      auto& known = units.of(line.sku);
      known.committed += line.units;
      // The version of this event; `apply` counts it at the end.
      known.since = state.version + 1;
    }
    if (!e.opens) return;
    promised.joinable = true;
    // Nothing is sent at midnight: the first fulfillment of a day starts its
    // count.
    const auto day = e.day.value_or(day_of(time));
    if (state.capacity_day != day) state.opened = 0;
    state.capacity_day = day;
    ++state.opened;
  }

  void operator()(const stock_decommitted& e) const {
    // Without lines it is the answer to a revocation (`decommit` in
    // actors/source/decide.cpp).
    if (e.lines.empty()) hear(e.order);
    const auto found = state.promises.find(e.order);
    if (found == state.promises.end()) return;
    promise_units units(found->second, e.lines.size());
    for (const auto& line : e.lines) {
      if (line.units == quantity{0}) continue;
      auto& of = item(line.sku);
      uncommit(of, line.units);
      if (of.without_limit) of.on_hand -= line.units;
      shrink(units, line.sku, line.units, quantity{0});
    }
    tidy(e.order);
  }

  void operator()(const stock_accepted& e) const {
    const auto found = state.promises.find(e.order);
    if (found != state.promises.end()) found->second.joinable = false;
  }

  void operator()(const stock_picked& e) const {
    // May begin a promise anew, and `picked` may leave the range of
    // `committed`: after a revocation the order goes on picking and unpicking
    // units until it acknowledges that.
    auto& promised = state.promises[e.order];
    if (promised.units.empty()) promised.units.reserve(e.lines.size());
    promise_units units(promised, e.lines.size());
    for (const auto& line : e.lines) {
      if (line.units > quantity{0}) promised.joinable = false;
      shrink(units, line.sku, quantity{0}, -line.units);
    }
    tidy(e.order);
  }

  void operator()(const stock_shipped& e) const {
    const auto found = state.promises.find(e.order);
    // All of the promise may be gone when the order ships what it had not yet
    // lost.
    promise none;
    auto& known = found == state.promises.end() ? none : found->second;
    known.joinable = false;
    promise_units units(known, e.lines.size());
    for (const auto& line : e.lines) {
      auto& of = item(line.sku);
      const auto promised = line.units - line.counted_out;
      of.committed -= promised;
      of.on_hand -= promised;
      of.shipped += line.units;
      of.adjusted += line.counted_out;
      if (promised > quantity{0} || line.picked > quantity{0})
        shrink(units, line.sku, promised, line.picked);
    }
    tidy(e.order);
  }

  void operator()(const stock_rejected& e) const {
    const auto found = state.promises.find(e.order);
    promise none;
    promise_units units(found == state.promises.end() ? none : found->second,
                        e.lines.size());
    for (const auto& line : e.lines) {
      auto& of = item(line.sku);
      uncommit(of, line.units);
      of.on_hand -= line.written_off;
      of.adjusted -= line.written_off;
      of.damaged += line.damaged;
      if (e.reason == reject_reason::out_of_stock) of.without_limit = false;
      if (line.units > quantity{0} || line.picked > quantity{0})
        shrink(units, line.sku, line.units, line.picked);
    }
    tidy(e.order);
  }

  void operator()(const stock_taken_back& e) const {
    uncommit(item(e.sku), e.units);
    // `picked` stays. The order says how many of these units were in totes when
    // it acknowledges, and only it knows.
    const auto found = state.promises.find(e.order);
    assert(found != state.promises.end());
    promise_units units(found->second, 1);
    shrink(units, e.sku, e.units, quantity{0});
    tidy(e.order);
    ++state.unacknowledged[e.order];
  }

  void operator()(const stock_restocked& e) const {
    for (const auto& line : e.lines) {
      auto& of = item(line.sku);
      of.on_hand += line.sellable + line.damaged;
      of.damaged += line.damaged;
      // Not `received`: invariant 4 counts a return as a shipment that came
      // back.
      of.shipped -= line.sellable + line.damaged;
      if (line.sellable > quantity{0}) ++of.receipts;
    }
  }

  void operator()(const alert_raised& e) const {
    oms::apply(state.open_alerts, e);
  }
  void operator()(const alert_resolved& e) const {
    oms::apply(state.open_alerts, e);
  }
  void operator()(const alert_acknowledged& e) const {
    state.acknowledged.insert(e.alert);
    oms::apply(state.open_alerts, e);
  }

  // Events of other entities are none of a source's business.
  template <class Other>
  void operator()(const Other&) const {
    assert(false && "not an event of a source");
  }
};

}  // namespace

void apply(source_state& state, const event_body& body, timestamp time) {
  std::visit(applier{state, time}, body);
  ++state.version;
}

stock_view view_of(const source_state& state, const sku_id& sku) {
  const auto& of = state.item(sku);
  return {.location = state.self.id,
          .sku = sku,
          .on_hand = of.on_hand,
          .available = of.available(),
          .reserved = of.reserved + of.on_offer,
          .committed = of.committed,
          .safety_stock = of.safety_stock(),
          .damaged = of.damaged,
          .on_offer = of.on_offer,
          .version = of.version,
          .received = of.received,
          .adjusted = of.adjusted,
          .shipped = of.shipped};
}

std::vector<incoming_supply> incoming_of(const source_state& state,
                                         const sku_id& sku) {
  std::vector<incoming_supply> all;
  const auto add = [&](const auto& from, bool transferred) {
    for (const auto& [reference, coming] : from)
      if (const auto of = coming.units.find(sku); of != coming.units.end())
        all.push_back({reference, of->second, coming.expected, transferred});
  };
  add(state.announced, false);
  add(state.in_transit, true);
  return all;
}

std::map<sku_id, std::vector<incoming_supply>> incoming_of(
    const source_state& state) {
  std::map<sku_id, std::vector<incoming_supply>> all;
  const auto add = [&](const auto& from, bool transferred) {
    for (const auto& [reference, coming] : from)
      for (const auto& [sku, units] : coming.units)
        all[sku].push_back({reference, units, coming.expected, transferred});
  };
  add(state.announced, false);
  add(state.in_transit, true);
  return all;
}

}  // namespace oms::source
