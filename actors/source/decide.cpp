#include "actors/source/decide.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "actors/calendar/time_zone.hpp"
#include "actors/faults.hpp"
#include "actors/history/network_history.hpp"
#include "messages/limits.hpp"
#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::source {

namespace {

// What was offered before a change, so that what it frees is put on offer.
// Compares what is offered instead of counting what came in: a receipt fills
// safety stock first, an inactive source offers nothing, and a product without
// limit has no more than before.
class supply {
 public:
  supply(source_change& change, const sku_id& sku)
      : change_(change), sku_(sku), before_(change.state().offered(sku)) {}

  void offer_gain() const {
    const auto gain = change_.state().offered(sku_) - before_;
    if (gain > quantity{0}) change_.emit(stock_offered{sku_, gain});
  }

 private:
  source_change& change_;
  sku_id sku_;
  quantity before_;
};

status checked(const sku_id& sku) {
  if (sku.empty()) return refuse(error_code::invalid, "is missing", "sku");
  if (auto fault = fault_of_id(sku.value))
    return refuse(error_code::invalid, std::move(*fault), "sku");
  return done{};
}

// Sums over all sources, of which there are at most 1,024
// (actors/stock_board.hpp), fit 64 bits.
constexpr quantity most_on_hand{limits::max_whole};

std::string too_many_units() {
  return "more than " + std::to_string(limits::max_whole) +
         " units would be there";
}

status checked(quantity units, const char* path) {
  if (units.value > limits::max_quantity_units ||
      units.value < -limits::max_quantity_units)
    return refuse(error_code::invalid, "is out of range", path);
  return done{};
}

// Revokes up to `units`, from as many orders as a slice may have, and
// returns how many it took. Units in totes come last: someone has worked on
// them already (docs/DOMAIN.md, "Stock").
quantity revoke_units(source_change& change, revocation& of, quantity units) {
  quantity taken;
  for (std::size_t hit = 0; hit < orders_per_slice && taken < units;) {
    if (of.next == of.newest_first.size()) {
      if (of.in_totes) break;
      of.in_totes = true;
      of.next = 0;
      continue;
    }
    const auto& order = of.newest_first[of.next++];
    // The list is as old as the revocation. Since then the order may have
    // shipped or given back its units.
    const auto promised = change.state().promises.find(order);
    if (promised == change.state().promises.end()) continue;
    const auto* known = promised->second.find(of.sku);
    if (known == nullptr) continue;
    const auto there =
        of.in_totes ? known->in_tote() : known->committed - known->in_tote();
    const auto lost = std::min(units - taken, there);
    if (lost <= quantity{0}) continue;
    ++hit;
    taken += lost;
    change.emit(stock_taken_back{order, of.sku, lost,
                                 of.in_totes ? lost : quantity{0}});
  }
  return taken;
}

// A cart's hold is soft: it yields before a promise to an order does. The
// newest first, as with promises.
quantity take_from_holds(source_change& change, const sku_id& sku,
                         quantity units) {
  std::vector<std::pair<std::uint64_t, reservation_id>> by_age;
  for (const auto& [id, hold] : change.state().holds)
    if (hold.units.contains(sku)) by_age.emplace_back(hold.since, id);
  std::sort(by_age.begin(), by_age.end(), std::greater<>{});
  quantity taken;
  for (const auto& [since, id] : by_age) {
    if (taken == units) break;
    const auto lost =
        std::min(units - taken, change.state().holds.at(id).units.at(sku));
    change.emit(
        stock_unreserved{id, {{sku, lost}}, release_cause::counted_out});
    taken += lost;
  }
  return taken;
}

// Makes room for `on_hand` units: what is promised beyond them is revoked,
// a first slice of it now. What is left becomes `revoking` when the event that
// sets `on_hand` is applied, so the count is true at once however many
// promises it breaks. Whether it breaks any.
bool take_back_beyond(source_change& change, const sku_id& sku,
                      quantity on_hand) {
  const auto& of = change.state().item(sku);
  // Damaged units are capped as `apply` will cap them. Safety stock does not
  // count: it is whatever the other buckets leave.
  auto missing = of.reserved + of.on_offer + of.committed +
                 std::min(of.damaged, on_hand) - on_hand;
  if (missing <= quantity{0}) return false;
  // Units on offer first: they are promised to no order. The backorder queue
  // may be choosing takers for them right now, and `settle_offer` then refuses
  // those.
  const auto unoffered = std::min(missing, of.on_offer);
  if (unoffered > quantity{0}) {
    change.emit(offer_settled{sku, unoffered});
    missing -= unoffered;
  }
  if (missing <= quantity{0}) return false;
  const auto from_holds = take_from_holds(change, sku, missing);
  auto revoked = revocation_of(change.state(), sku);
  const auto taken =
      from_holds + revoke_units(change, revoked, missing - from_holds);
  // The version makes the subject unique, since each alert is recorded once.
  change.emit(alert_raised{
      "stock.short", sku.value + "@" + std::to_string(change.state().version),
      std::to_string(missing.value) + " promised units are missing"});
  if (taken < missing) change.unfinished().push_back(std::move(revoked));
  return true;
}

// Units came in, or were counted and are all there: nothing that is promised is
// missing any more, except what is still to be revoked.
void end_shortage(source_change& change, const sku_id& sku) {
  constexpr const char* kind = "stock.short";
  const auto& open = change.state().open_alerts;
  const bool is_short =
      std::any_of(open.begin(), open.end(), [&sku](const open_alert& alert) {
        return alert.kind == kind &&
               about_of(alert.kind, alert.subject) == sku.value;
      });
  if (is_short && change.state().item(sku).revoking == quantity{0})
    change.emit(alert_resolved{kind, sku.value});
}

// Whether orders may be served now that could not be served before. A list
// that got shorter counts as well: an offer that no order takes does no harm.
bool serves_more(const location_settings& before,
                 const location_settings& now) {
  if (!now.active) return false;
  return !before.active || before.brands != now.brands ||
         before.countries != now.countries ||
         before.daily_capacity != now.daily_capacity;
}

// What is promised to one order, by SKU: a promise and an instruction may both
// name thousands of SKUs, and `promise::find` searches one by one.
class known_promise {
 public:
  known_promise(const source_state& state, const order_key& order) {
    const auto found = state.promises.find(order);
    if (found == state.promises.end()) return;
    for (const auto& each : found->second.units)
      committed_.emplace(each.sku, each.committed);
  }
  [[nodiscard]] quantity committed(const sku_id& sku) const {
    const auto found = committed_.find(sku);
    return found == committed_.end() ? quantity{0} : found->second;
  }

 private:
  std::unordered_map<sku_id, quantity> committed_;
};

// What a source has left while it goes through the lines of a request: several
// may ask for the same SKU, and no event is emitted until all are through.
class units_left {
 public:
  units_left(const source_state& state, std::size_t lines)
      : state_(state), is_indexed_(lines > few_lines) {
    if (!is_indexed_) few_.reserve(lines);
  }

  quantity& of(const sku_id& sku) {
    if (is_indexed_) {
      const auto [known, is_new] = index_.try_emplace(sku.value);
      if (is_new) known->second = state_.offered(sku);
      return known->second;
    }
    for (auto& [known, units] : few_)
      if (*known == sku) return units;
    return few_.emplace_back(&sku, state_.offered(sku)).second;
  }

 private:
  // Up to this many, comparing with each costs less than an index.
  static constexpr std::size_t few_lines = 16;

  const source_state& state_;
  bool is_indexed_;
  // The SKUs are those of the request.
  std::vector<std::pair<const sku_id*, quantity>> few_;
  std::unordered_map<std::string_view, quantity> index_;
};

// The order knows what is in its totes, so its numbers are taken as they are,
// even for units that were revoked meanwhile: each pick of such units is
// followed by an unpick or by the acknowledgement, which names them again.
void note_picked(source_change& change, const instruction& told, int sign) {
  stock_picked event{.order = told.order, .lines = {}};
  for (const auto& line : told.lines)
    if (line.picked > quantity{0})
      event.lines.push_back({line.sku, quantity{sign * line.picked.value}});
  if (!event.lines.empty()) change.emit(std::move(event));
}

void decommit(source_change& change, const instruction& told) {
  note_picked(change, told, -1);
  stock_decommitted event{.order = told.order, .lines = {}};
  std::vector<supply> freed;
  const known_promise known(change.state(), told.order);
  for (const auto& line : told.lines) {
    // Units that were revoked meanwhile are gone already. Their line stays,
    // with 0 units: an event without lines means that the order acknowledges a
    // revocation.
    const auto units = std::min(line.units, known.committed(line.sku));
    freed.emplace_back(change, line.sku);
    event.lines.push_back({line.sku, units});
  }
  change.emit(std::move(event));
  for (const auto& each : freed) each.offer_gain();
}

void ship(source_change& change, const instruction& told) {
  stock_shipped event{.order = told.order, .lines = {}};
  const known_promise known(change.state(), told.order);
  for (const auto& line : told.lines) {
    // While promises are being revoked, more may be promised than is there.
    // The order has shipped these units all the same, so the count was wrong
    // about them; the difference is booked as `counted_out`.
    const auto promised = std::min({line.units, known.committed(line.sku),
                                    change.state().item(line.sku).committed});
    event.lines.push_back({.sku = line.sku,
                           .units = line.units,
                           .picked = line.picked,
                           .counted_out = line.units - promised});
  }
  change.emit(std::move(event));
}

void reject(source_change& change, const instruction& told) {
  stock_rejected event{.order = told.order, .reason = told.reason, .lines = {}};
  const known_promise known(change.state(), told.order);
  for (const auto& line : told.lines) {
    const auto units = std::min(line.units, known.committed(line.sku));
    // A count has removed the units in `revoking` from on hand already. Writing
    // them off again would remove them twice.
    const auto there =
        units - std::min(units, change.state().item(line.sku).revoking);
    rejected_stock gone{.sku = line.sku, .units = units, .picked = line.picked};
    switch (told.reason) {
      case reject_reason::out_of_stock: {
        // With no limit there is no shelf to clear: the promise goes, and
        // the offer with it.
        const auto& of = change.state().item(line.sku);
        gone.written_off = of.without_limit ? units : there + of.available();
        break;
      }
      case reject_reason::mismatch:
        gone.written_off = there;
        break;
      case reject_reason::damaged:
        gone.damaged = there;
        break;
      case reject_reason::unable:
        // Never arrives: the order sends `decommit` for this reason
        // (actors/outbox.cpp), which changes no stock.
        break;
    }
    event.lines.push_back(gone);
  }
  change.emit(std::move(event));
}

void restock(source_change& change, const instruction& told) {
  std::vector<supply> gained;
  for (const auto& line : told.restocked) gained.emplace_back(change, line.sku);
  change.emit(stock_restocked{told.order, told.restocked});
  for (const auto& each : gained) each.offer_gain();
}

void promise_units(source_change& change, const reserve_request& ask,
                   const reserve_response& outcome) {
  stock_committed promised{ask.order, outcome.promised, outcome.opens,
                           ask.round, ask.reservation};
  // Named only where folding could not tell it.
  if (outcome.opens && change.today() != day_of(change.now()))
    promised.day = change.today();
  change.emit(std::move(promised));
}

// Of what is held for the order's cart. The place in the day's capacity was
// promised with the units, so it takes one even if none is left.
void take_over(source_change& change, const reserve_request& ask,
               reserve_response& outcome) {
  const auto found = change.state().holds.find(ask.reservation);
  if (found == change.state().holds.end() ||
      found->second.deadline <= change.now())
    return;
  auto left = found->second.units;
  for (const auto& line : ask.lines) {
    const auto held = left.find(line.sku);
    if (held == left.end()) continue;
    const auto units = std::min(line.units, held->second);
    if (units <= quantity{0}) continue;
    held->second -= units;
    outcome.promised.push_back({line.line, line.sku, units});
  }
  if (!outcome.promised.empty()) promise_units(change, ask, outcome);
}

status define(source_change& change, const location_settings& wanted) {
  if (change.state().defined && change.state().settings == wanted)
    return done{};
  const bool new_here = !change.state().defined;
  const auto before = change.state().settings;
  change.emit(location_defined{wanted});
  // A new location has no stock yet.
  if (!new_here && serves_more(before, wanted)) change.offer_everything();
  return done{};
}

// Records the same settings again: for a supplier they are a new quantity
// (docs/DOMAIN.md, "Suppliers").
status define(source_change& change, supplier_settings wanted) {
  const bool active = wanted.active;
  change.emit(supplier_defined{std::move(wanted)});
  if (active) change.offer_everything();
  return done{};
}

calendar::time_zone zone_of(const location_settings& place) {
  return calendar::time_zone::find(place.time_zone)
      .value_or(calendar::time_zone{});
}

// The day at the location.
date today_at(const location_settings& place, timestamp now) {
  return zone_of(place).day_at(now);
}

// Of a body that names one SKU or, in lines, many. A SKU that is named twice
// counts once, with the sum.
template <class Line, class Amount>
std::vector<Line> lines_of(const std::vector<Line>& lines, const sku_id& sku,
                           quantity units, Amount Line::*amount) {
  if (lines.empty()) return {Line{sku, units}};
  std::vector<Line> sums;
  sums.reserve(lines.size());
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& line : lines) {
    const auto [known, is_new] =
        places.try_emplace(line.sku.value, sums.size());
    if (is_new)
      sums.push_back(line);
    else
      sums[known->second].*amount += line.*amount;
  }
  return sums;
}

std::vector<sku_quantity> sums_of(const std::vector<stock_line>& lines) {
  std::map<sku_id, quantity> sums;
  for (const auto& line : lines) sums[line.sku] += line.units;
  std::vector<sku_quantity> all;
  for (const auto& [sku, units] : sums) all.push_back({sku, units});
  return all;
}

constexpr const char* overdue = "incoming.overdue";

// Whether alerts say of units of the SKU that they are overdue.
bool is_overdue(const source_state& state, const sku_id& sku) {
  const auto any = [&](const auto& from) {
    return std::any_of(from.begin(), from.end(), [&](const auto& each) {
      const auto& [reference, coming] = each;
      return coming.expected && *coming.expected < state.overdue_before &&
             coming.units.contains(sku);
    });
  };
  return any(state.announced) || any(state.in_transit);
}

// Alerts end when what they are about has arrived, has ended or has another
// day: whatever a change does, it is compared.
class overdue_before {
 public:
  overdue_before(source_change& change, const sku_id& sku) : change_(change) {
    add(sku);
  }
  template <class Lines>
  overdue_before(source_change& change, const Lines& lines) : change_(change) {
    if (change.state().announced.empty() && change.state().in_transit.empty())
      return;
    for (const auto& line : lines) add(line.sku);
  }

  void resolve() const {
    for (const auto& sku : skus_)
      if (!is_overdue(change_.state(), sku))
        change_.emit(alert_resolved{overdue, sku.value});
  }

 private:
  void add(const sku_id& sku) {
    if (is_overdue(change_.state(), sku)) skus_.push_back(sku);
  }

  source_change& change_;
  std::vector<sku_id> skus_;
};

void raise_overdue(source_change& change, const sku_id& sku,
                   std::string reason) {
  // As for `stock.short`.
  change.emit(alert_raised{
      overdue, sku.value + "@" + std::to_string(change.state().version),
      std::move(reason)});
}

std::string overdue_text(const std::string& reference, quantity units,
                         date expected) {
  return std::to_string(units.value) + " of " + reference +
         " were expected on " + date_text(expected);
}

// Units that are announced for a day which is over: what has not been checked
// yet is checked now, and of what was the alert is missing.
void check_late(source_change& change, const std::string& reference,
                const std::vector<sku_quantity>& lines,
                const std::optional<date>& expected) {
  const auto checked_before = change.state().overdue_before;
  check_overdue(change);
  if (!expected || *expected >= checked_before) return;
  for (const auto& line : lines)
    if (line.units > quantity{0})
      raise_overdue(change, line.sku,
                    overdue_text(reference, line.units, *expected));
}

error no_such_source(const source_ref& source) {
  const bool supplier = source.kind == source_kind::supplier;
  return refuse(error_code::not_found,
                (supplier ? "there is no supplier " : "there is no location ") +
                    source.id);
}

}  // namespace

void source_change::offer_everything() {
  left_offers_ = offers_ == offers_of_everything::deferred;
  if (left_offers_) return;
  std::vector<sku_id> skus;
  for (const auto& [sku, of] : state_.stock) skus.push_back(sku);
  // The order of a hash table is not the same on every machine, and the order
  // of events must follow from the seed.
  std::sort(skus.begin(), skus.end());
  for (const auto& sku : skus) offer(*this, sku);
}

stock_comparison::stock_comparison(const source_state& state,
                                   std::vector<sku_id> skus) {
  std::sort(skus.begin(), skus.end());
  skus.erase(std::unique(skus.begin(), skus.end()), skus.end());
  for (auto& sku : skus) {
    const auto& before = state.item(sku);
    levels_.push_back({std::move(sku), before});
  }
}

std::vector<stock_change> stock_comparison::changes(
    const source_state& now) const {
  std::vector<stock_change> all;
  for (const auto& [sku, before] : levels_) {
    const auto& after = now.item(sku);
    const bool ended = before.without_limit && !after.without_limit;
    // Without limit there is nothing to count.
    if (before.without_limit && !ended) continue;
    stock_change change{.source = now.self, .sku = sku};
    change.offer_ended = ended;
    if (!ended) {
      const auto offered = [](const stock_item& item) {
        return item.available() + item.on_offer;
      };
      change.on_hand = after.on_hand - before.on_hand;
      change.available = offered(after) - offered(before);
      change.committed = after.committed - before.committed;
      change.safety_stock = after.safety_stock() - before.safety_stock();
      change.damaged = after.damaged - before.damaged;
    }
    if (ended || change.on_hand != quantity{0} || change.damaged != quantity{0})
      all.push_back(std::move(change));
  }
  return all;
}

status decide(source_change& change, const define_location& command) {
  if (!command.change) return define(change, command.settings);
  const auto& state = change.state();
  if (!state.defined) return no_such_source(state.self);
  const auto wanted = changed(command, state.settings);
  if (!wanted) return wanted.failure();
  return define(change, *wanted);
}

status decide(source_change& change, const define_supplier& command) {
  if (!command.change) return define(change, command.settings);
  const auto& state = change.state();
  if (!state.supplier) return no_such_source(state.self);
  // With what is left of the offer, not with what was once defined: a change
  // that does not name the products must leave the offer as it is.
  auto now = history::supplier_now(state);
  auto products = std::vector<supplier_product>();
  // Set aside, so that `changed` and the comparison do not copy and compare a
  // list that may have 100,000 entries.
  if (command.keeps_products) products = std::exchange(now.products, {});
  auto wanted = changed(command, now);
  if (!wanted) return wanted.failure();
  if (*wanted == now) return done{};
  if (command.keeps_products) wanted->products = std::move(products);
  return define(change, std::move(*wanted));
}

namespace {

// What a receipt draws down: a transfer, if there is one of this name, else an
// announcement.
stock_received drawing(const source_state& state, stock_received event,
                       const receive_stock& command) {
  const auto& reference =
      command.incoming.empty() ? command.reference : command.incoming;
  if (reference.empty()) return event;
  for (const auto* from : {&state.in_transit, &state.announced}) {
    const auto found = from->find(reference);
    if (found == from->end()) continue;
    const auto of = found->second.units.find(event.sku);
    if (of == found->second.units.end()) continue;
    event.incoming = reference;
    event.drawn = std::min(event.units, of->second);
    event.transferred = from == &state.in_transit;
    break;
  }
  return event;
}

}  // namespace

status decide(source_change& change, const receive_stock& command) {
  auto wanted =
      lines_of(command.lines, command.sku, command.units, &stock_line::units);
  for (const auto& line : wanted) {
    if (auto bad = checked(line.sku); !bad) return bad;
    if (auto bad = checked(line.units, "quantity"); !bad) return bad;
    if (line.units < quantity{1})
      return refuse(error_code::invalid, "must be at least 1", "quantity");
  }
  const auto& state = change.state();
  if (!command.reference.empty())
    std::erase_if(wanted, [&](const stock_line& line) {
      return state.references.contains({command.reference, line.sku});
    });
  for (const auto& line : wanted)
    if (state.item(line.sku).on_hand + line.units > most_on_hand)
      return refuse(error_code::quantity_too_great, too_many_units(),
                    "quantity");
  const overdue_before awaited(change, wanted);
  for (const auto& line : wanted) {
    const supply gained(change, line.sku);
    change.emit(drawing(state,
                        {.sku = line.sku,
                         .units = line.units,
                         .reference = command.reference,
                         .reason = command.reason},
                        command));
    gained.offer_gain();
    end_shortage(change, line.sku);
  }
  awaited.resolve();
  return done{};
}

status decide(source_change& change, const adjust_stock& command) {
  auto wanted = lines_of(command.lines, command.sku, command.delta,
                         &adjusted_line::delta);
  const auto& state = change.state();
  for (const auto& line : command.lines)
    if (line.delta == quantity{0})
      return refuse(error_code::invalid, "must not be 0", "delta");
  for (const auto& line : wanted) {
    if (auto bad = checked(line.sku); !bad) return bad;
    if (auto bad = checked(line.delta, "delta"); !bad) return bad;
    if (line.delta == quantity{0} && command.lines.empty())
      return refuse(error_code::invalid, "must not be 0", "delta");
  }
  std::erase_if(wanted, [&](const adjusted_line& line) {
    // Of several lines of a SKU that add up to nothing, nothing is recorded.
    return line.delta == quantity{0} ||
           (!command.reference.empty() &&
            state.adjustments.contains({command.reference, line.sku}));
  });
  for (const auto& line : wanted) {
    const auto on_hand = state.item(line.sku).on_hand + line.delta;
    if (on_hand < quantity{0})
      return refuse(error_code::quantity_too_great, "more units than are there",
                    "delta");
    if (line.delta > quantity{0} && on_hand > most_on_hand)
      return refuse(error_code::quantity_too_great, too_many_units(), "delta");
  }
  for (const auto& line : wanted) {
    const supply gained(change, line.sku);
    const bool falls_short = take_back_beyond(
        change, line.sku, state.item(line.sku).on_hand + line.delta);
    change.emit(stock_adjusted{line.sku, line.delta, command.reason,
                               command.reference});
    gained.offer_gain();
    if (!falls_short && line.delta > quantity{0})
      end_shortage(change, line.sku);
  }
  return done{};
}

status decide(source_change& change, const count_stock& command) {
  auto wanted = command.lines;
  if (wanted.empty()) wanted.push_back({command.sku, command.on_hand});
  const auto& state = change.state();
  for (const auto& line : wanted) {
    if (auto bad = checked(line.sku); !bad) return bad;
    if (line.on_hand < quantity{0})
      return refuse(error_code::invalid, "is negative", "onHand");
    if (line.on_hand > most_on_hand)
      return refuse(error_code::invalid, "is out of range", "onHand");
  }
  if (!command.reference.empty())
    std::erase_if(wanted, [&](const counted_line& line) {
      return state.counts.contains({command.reference, line.sku});
    });
  for (const auto& line : wanted) {
    const supply gained(change, line.sku);
    const auto was = state.item(line.sku).on_hand;
    const bool falls_short = take_back_beyond(change, line.sku, line.on_hand);
    change.emit(stock_counted{line.sku, was, line.on_hand, command.reason,
                              command.reference});
    gained.offer_gain();
    if (!falls_short) end_shortage(change, line.sku);
  }
  return done{};
}

namespace {

error in_transit(const std::string& reference) {
  return refuse(error_code::conflict,
                reference + " is a transfer that is under way here",
                "reference");
}

// Replaces what was announced. What it no longer has is a line without units:
// the event names every SKU that it changes.
void announce(source_change& change, const std::string& reference,
              const std::map<sku_id, quantity>& wanted,
              const std::optional<date>& expected) {
  const auto& all = change.state().announced;
  const auto known = all.find(reference);
  const incoming_units none;
  const auto& before = known == all.end() ? none : known->second;
  const bool same_day = before.expected == expected;
  if (before.units == wanted && (wanted.empty() || same_day)) return;
  incoming_announced event{
      .reference = reference, .lines = {}, .expected = {}, .transfer = {}};
  if (!wanted.empty()) event.expected = expected;
  // Of these the day is new.
  std::vector<sku_quantity> news;
  for (const auto& [sku, units] : wanted) {
    event.lines.push_back({sku, units});
    if (!same_day || !before.units.contains(sku)) news.push_back({sku, units});
  }
  for (const auto& [sku, units] : before.units)
    if (!wanted.contains(sku)) event.lines.push_back({sku, quantity{0}});
  const overdue_before awaited(change, event.lines);
  change.emit(std::move(event));
  awaited.resolve();
  check_late(change, reference, news, expected);
}

}  // namespace

status decide(source_change& change, const announce_incoming& command) {
  if (change.state().in_transit.contains(command.reference))
    return in_transit(command.reference);
  std::map<sku_id, quantity> wanted;
  for (const auto& line : command.lines)
    if (line.units > quantity{0}) wanted[line.sku] += line.units;
  announce(change, command.reference, wanted, command.expected);
  return done{};
}

status decide(source_change& change, const end_incoming& command) {
  if (change.state().in_transit.contains(command.reference))
    return in_transit(command.reference);
  announce(change, command.reference, {}, {});
  return done{};
}

status decide(source_change& change, const transfer_stock& command) {
  auto lines = sums_of(command.lines);
  for (const auto& line : lines)
    if (change.state().item(line.sku).available() < line.units)
      return refuse(error_code::insufficient_stock,
                    "less than " + std::to_string(line.units.value) + " of " +
                        line.sku.value + " are available",
                    "lines");
  change.emit(stock_transferred{command.transfer, command.to, std::move(lines),
                                command.expected});
  return done{};
}

status decide(source_change& change, const close_transfer& command) {
  const auto& id = command.transfer;
  const auto found = change.state().in_transit.find(id.value);
  // Everything has arrived, or it was closed before.
  if (found == change.state().in_transit.end()) return done{};
  transfer_closed event{id, {}};
  for (const auto& [sku, units] : found->second.units)
    event.written_off.push_back({sku, units});
  const overdue_before awaited(change, event.written_off);
  change.emit(std::move(event));
  awaited.resolve();
  return done{};
}

void await_transfer(source_change& change, const transferred_units& sent) {
  change.emit(incoming_announced{sent.transfer.value, sent.lines, sent.expected,
                                 sent.transfer});
  check_late(change, sent.transfer.value, sent.lines, sent.expected);
}

void check_overdue(source_change& change) {
  const auto& state = change.state();
  const auto today = today_at(state.settings, change.now());
  std::map<sku_id, std::string> found;
  for (const auto* from : {&state.announced, &state.in_transit})
    for (const auto& [reference, coming] : *from) {
      if (!coming.expected || *coming.expected >= today ||
          *coming.expected < state.overdue_before)
        continue;
      for (const auto& [sku, units] : coming.units) {
        auto& reason = found[sku];
        if (!reason.empty()) reason += "; ";
        reason += overdue_text(reference, units, *coming.expected);
      }
    }
  if (found.empty()) return;
  for (auto& [sku, reason] : found)
    raise_overdue(change, sku, std::move(reason));
  change.emit(incoming_checked{today});
}

std::optional<timestamp> next_overdue(const source_state& state) {
  std::optional<date> first;
  for (const auto* from : {&state.announced, &state.in_transit})
    for (const auto& [reference, coming] : *from)
      if (coming.expected && *coming.expected >= state.overdue_before &&
          (!first || *coming.expected < *first))
        first = coming.expected;
  if (!first) return std::nullopt;
  return zone_of(state.settings).begin_of(*first + std::chrono::days(1));
}

status decide(source_change& change, const set_safety_stock& command) {
  if (auto bad = checked(command.sku); !bad) return bad;
  if (command.units < quantity{0})
    return refuse(error_code::invalid, "is negative", "safetyStock");
  if (change.state().item(command.sku).safety_setting == command.units)
    return done{};
  const supply gained(change, command.sku);
  change.emit(safety_stock_set{command.sku, command.units});
  gained.offer_gain();
  return done{};
}

status decide(source_change& change, const acknowledge_alert& command) {
  if (!change.state().acknowledged.contains(command.alert))
    change.emit(alert_acknowledged{command.alert, command.kind, command.subject,
                                   command.note});
  return done{};
}

std::vector<sku_quantity> hold(source_change& change,
                               const reservation_id& reservation,
                               const std::vector<sku_quantity>& lines,
                               bool whole_lines, timestamp deadline) {
  std::vector<sku_quantity> held;
  if (deadline <= change.now()) return held;
  for (const auto& line : lines) {
    const auto units = std::min(line.units, change.state().offered(line.sku));
    if (units <= quantity{0} || (whole_lines && units < line.units)) continue;
    held.push_back({line.sku, units});
  }
  if (!held.empty()) change.emit(stock_reserved{reservation, held, deadline});
  return held;
}

void let_go(source_change& change, const reservation_id& reservation,
            const std::optional<std::vector<sku_quantity>>& lines,
            release_cause cause) {
  const auto found = change.state().holds.find(reservation);
  if (found == change.state().holds.end()) return;
  stock_unreserved event{reservation, {}, cause};
  std::vector<supply> freed;
  const auto add = [&](const sku_id& sku, quantity units) {
    if (units <= quantity{0}) return;
    freed.emplace_back(change, sku);
    event.lines.push_back({sku, units});
  };
  const auto& held = found->second.units;
  if (!lines) {
    for (const auto& [sku, units] : held) add(sku, units);
  } else {
    for (const auto& line : *lines)
      if (const auto at = held.find(line.sku); at != held.end())
        add(line.sku, std::min(line.units, at->second));
  }
  if (event.lines.empty()) return;
  change.emit(std::move(event));
  for (const auto& each : freed) each.offer_gain();
}

// Gives what is there and never refuses for want of the rest: the order decides
// what it does about units that are short.
reserve_response reserve(source_change& change, const reserve_request& ask) {
  const auto& state = change.state();
  reserve_response outcome;
  // What the order still says about the revoked units would be taken for the
  // new ones (docs/ARCHITECTURE.md, "Who is right about what").
  if (state.unacknowledged.contains(ask.order)) return outcome;
  const auto known = state.promises.find(ask.order);
  // Only a new fulfillment needs capacity.
  outcome.opens = known == state.promises.end() || !known->second.joinable;
  if (!ask.reservation.empty()) {
    take_over(change, ask, outcome);
    return outcome;
  }
  if (outcome.opens && !ask.by_hand && !state.has_capacity(change.today())) {
    outcome.no_capacity = true;
    return outcome;
  }
  units_left left(state, ask.lines.size());
  outcome.promised.reserve(ask.lines.size());
  for (const auto& line : ask.lines) {
    auto& free = left.of(line.sku);
    auto units = std::min(line.units, free);
    if (ask.by_hand && units < line.units) {
      outcome.promised.clear();
      return outcome;
    }
    if (ask.whole_lines && units < line.units) units = quantity{0};
    if (units <= quantity{0}) continue;
    free -= units;
    outcome.promised.push_back({line.line, line.sku, units});
  }
  if (!outcome.promised.empty()) promise_units(change, ask, outcome);
  return outcome;
}

void follow(source_change& change, const instruction& told) {
  switch (told.kind) {
    case instruction_kind::accept:
      change.emit(stock_accepted{told.order});
      break;
    case instruction_kind::pick:
      note_picked(change, told, 1);
      break;
    case instruction_kind::unpick:
      note_picked(change, told, -1);
      break;
    case instruction_kind::ship:
      ship(change, told);
      break;
    case instruction_kind::reject:
      reject(change, told);
      break;
    case instruction_kind::decommit:
      decommit(change, told);
      break;
    case instruction_kind::acknowledge:
      note_picked(change, told, -1);
      change.emit(stock_decommitted{told.order, {}});
      break;
    case instruction_kind::restock:
      restock(change, told);
      break;
  }
}

// The units become available and are promised in one decision, so no other
// message can come between and take them.
std::vector<offer_taker> settle_offer(source_change& change,
                                      const offer_answer& given) {
  const auto& of = change.state().item(given.sku);
  // A count, or a new definition of a supplier, may have taken units from the
  // offer since it was made.
  if (const auto settled = std::min(given.offered, of.on_offer);
      settled > quantity{0})
    change.emit(offer_settled{given.sku, settled});
  std::vector<offer_taker> refused;
  for (const auto& taker : given.takers) {
    // One request per taker, since each is an order of its own. Round 0 says
    // that no plan asked for it, so the promise goes as an `order_delivery`.
    const reserve_request ask{.order = taker.order,
                              .round = 0,
                              .lines = {taker.line},
                              .whole_lines = false};
    const auto given_now = reserve(change, ask);
    quantity got;
    for (const auto& line : given_now.promised) got += line.units;
    if (got == taker.line.units) continue;
    refused.push_back(taker);
    refused.back().line.units -= got;
    refused.back().no_capacity = given_now.no_capacity;
    refused.back().nothing = got == quantity{0};
  }
  return refused;
}

void offer(source_change& change, const sku_id& sku) {
  const auto units = change.state().offered(sku);
  if (units > quantity{0}) change.emit(stock_offered{sku, units});
}

// The order of the whole revocation is fixed here, once. Sorting again for each
// slice would make the cost of a count grow with the square of the promises.
revocation revocation_of(const source_state& state, const sku_id& sku) {
  std::vector<std::pair<std::uint64_t, const order_key*>> by_age;
  for (const auto& [order, promised] : state.promises)
    if (const auto* units = promised.find(sku))
      by_age.emplace_back(units->since, &order);
  std::sort(by_age.begin(), by_age.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  revocation all{.sku = sku, .newest_first = {}};
  all.newest_first.reserve(by_age.size());
  for (const auto& [since, order] : by_age) all.newest_first.push_back(*order);
  return all;
}

bool revoke(source_change& change, revocation& of) {
  const auto sku = of.sku;
  const auto still_missing = [&] { return change.state().item(sku).revoking; };
  auto taken = revoke_units(change, of, still_missing());
  if (taken == quantity{0} && still_missing() > quantity{0}) {
    // The list is used up, because an order on it has shipped units that the
    // count did not find. Promises made since are not on it: units came in for
    // them, and fewer than was thought.
    of = revocation_of(change.state(), sku);
    taken = revoke_units(change, of, still_missing());
  }
  return taken > quantity{0} && still_missing() > quantity{0};
}

}  // namespace oms::source
