#include "actors/source/decide.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "actors/faults.hpp"
#include "actors/history/network_history.hpp"
#include "messages/limits.hpp"
#include "messages/text_rules.hpp"

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

// Makes room for `on_hand` units: what is promised beyond them is revoked,
// a first slice of it now. What is left becomes `revoking` when the event that
// sets `on_hand` is applied, so the count is true at once however many
// promises it breaks.
void take_back_beyond(source_change& change, const sku_id& sku,
                      quantity on_hand) {
  const auto& of = change.state().item(sku);
  // Damaged units are capped as `apply` will cap them. Safety stock does not
  // count: it is whatever the other buckets leave.
  auto missing = of.reserved + of.on_offer + of.committed +
                 std::min(of.damaged, on_hand) - on_hand;
  if (missing <= quantity{0}) return;
  // Units on offer first: they are promised to no order. The backorder queue
  // may be choosing takers for them right now, and `settle_offer` then refuses
  // those.
  const auto unoffered = std::min(missing, of.on_offer);
  if (unoffered > quantity{0}) {
    change.emit(offer_settled{sku, unoffered});
    missing -= unoffered;
  }
  if (missing <= quantity{0}) return;
  auto revoked = revocation_of(change.state(), sku);
  const auto taken = revoke_units(change, revoked, missing);
  // The version makes the subject unique, since each alert is recorded once.
  change.emit(alert_raised{
      "stock.short", sku.value + "@" + std::to_string(change.state().version),
      std::to_string(missing.value) + " promised units are missing"});
  if (taken < missing) change.unfinished() = std::move(revoked);
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

status decide(source_change& change, const receive_stock& command) {
  if (auto bad = checked(command.sku); !bad) return bad;
  if (auto bad = checked(command.units, "quantity"); !bad) return bad;
  if (command.units < quantity{1})
    return refuse(error_code::invalid, "must be at least 1", "quantity");
  const bool counted =
      !command.reference.empty() &&
      change.state().references.contains({command.reference, command.sku});
  if (counted) return done{};
  const auto on_hand = change.state().item(command.sku).on_hand + command.units;
  if (on_hand > most_on_hand)
    return refuse(error_code::quantity_too_great, too_many_units(), "quantity");
  const supply gained(change, command.sku);
  change.emit(stock_received{command.sku, command.units, command.reference});
  gained.offer_gain();
  return done{};
}

status decide(source_change& change, const adjust_stock& command) {
  if (auto bad = checked(command.sku); !bad) return bad;
  if (auto bad = checked(command.delta, "delta"); !bad) return bad;
  if (command.delta == quantity{0})
    return refuse(error_code::invalid, "must not be 0", "delta");
  const auto on_hand = change.state().item(command.sku).on_hand + command.delta;
  if (on_hand < quantity{0})
    return refuse(error_code::quantity_too_great, "more units than are there",
                  "delta");
  if (command.delta > quantity{0} && on_hand > most_on_hand)
    return refuse(error_code::quantity_too_great, too_many_units(), "delta");
  const supply gained(change, command.sku);
  take_back_beyond(change, command.sku, on_hand);
  change.emit(stock_adjusted{command.sku, command.delta, command.reason});
  gained.offer_gain();
  return done{};
}

status decide(source_change& change, const count_stock& command) {
  if (auto bad = checked(command.sku); !bad) return bad;
  if (command.on_hand < quantity{0})
    return refuse(error_code::invalid, "is negative", "onHand");
  if (command.on_hand > most_on_hand)
    return refuse(error_code::invalid, "is out of range", "onHand");
  const supply gained(change, command.sku);
  const auto was = change.state().item(command.sku).on_hand;
  take_back_beyond(change, command.sku, command.on_hand);
  change.emit(stock_counted{command.sku, was, command.on_hand});
  gained.offer_gain();
  return done{};
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
  if (outcome.opens && !state.has_capacity(change.now())) {
    outcome.no_capacity = true;
    return outcome;
  }
  units_left left(state, ask.lines.size());
  outcome.promised.reserve(ask.lines.size());
  for (const auto& line : ask.lines) {
    auto& free = left.of(line.sku);
    auto units = std::min(line.units, free);
    if (ask.whole_lines && units < line.units) units = quantity{0};
    if (units <= quantity{0}) continue;
    free -= units;
    outcome.promised.push_back({line.line, line.sku, units});
  }
  if (!outcome.promised.empty())
    change.emit(
        stock_committed{ask.order, outcome.promised, outcome.opens, ask.round});
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
