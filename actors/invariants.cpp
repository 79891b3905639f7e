#include "actors/invariants.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "actors/backorder/backorder_queue.hpp"
#include "actors/checkpoint/checkpoint_lookup.hpp"
#include "actors/history/recovery.hpp"
#include "actors/order/status.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

namespace {

// Numbers of invariants are those of docs/DOMAIN.md, "Laws". A check reports
// what is wrong and goes on: one fault often breaks several, and which ones is
// a clue.
class invariant_check {
 public:
  explicit invariant_check(const collection& all) : all_(all) {}

  void broken(int invariant, std::string where, std::string what) {
    found_.push_back({invariant, std::move(where), std::move(what)});
  }

  void stock_adds_up();
  void lines_add_up();
  void promises_agree();
  void units_are_conserved();
  void nobody_waits_beside_stock();
  void refunds_are_covered();
  void no_reservation_is_overdue();
  void log_agrees(const persistence::log_store& store);
  void checkpoint_agrees(const persistence::log_store& store,
                         const history::recovered_state& whole);
  void indexes_agree(const persistence::log_store& store,
                     const checkpoint::checkpoint_delta& news,
                     const checkpoint::checkpoint_delta& whole);
  void trail_agrees(const persistence::log_store& store);

  [[nodiscard]] std::vector<violation> found() && { return std::move(found_); }

 private:
  [[nodiscard]] network net() const;

  const collection& all_;
  std::vector<violation> found_;
};

std::string place_of(const source_ref& source, const sku_id& sku) {
  return source.id + "/" + sku.value;
}

void invariant_check::stock_adds_up() {
  for (const auto& [ref, source] : all_.sources)
    for (const auto& [sku, of] : source.stock) {
      // No shelf that could add up: such a supplier has exactly what it is
      // asked for.
      if (of.without_limit) continue;
      const auto safety = of.safety_stock();
      const auto sum = of.available() + of.reserved + of.on_offer +
                       of.committed + safety + of.damaged;
      if (sum != of.on_hand)
        broken(1, place_of(ref, sku), "the buckets do not add up to on hand");
      for (const auto bucket : {of.on_hand, of.available(), of.reserved,
                                of.on_offer, of.committed, safety, of.damaged})
        if (bucket < quantity{0})
          broken(1, place_of(ref, sku), "a bucket is negative");
    }
}

void invariant_check::lines_add_up() {
  for (const auto& [key, order] : all_.orders)
    for (const auto& line : order.lines) {
      const auto where = key.id.value + "/" + line.ordered.line.value;
      const auto& in = line.buckets;
      if (in.sum() != line.ordered.units)
        broken(2, where, "the buckets do not add up to what was ordered");
      for (const auto bucket :
           {in.unrouted, in.backordered, in.allocated, in.picked, in.shipped,
            in.delivered, in.returned, in.lost, in.cancelled})
        if (bucket < quantity{0}) broken(2, where, "a bucket is negative");
    }
}

// Units that a source has promised to an order, as one of them says.
struct promised_there {
  quantity units;
  // Of these, units that were taken from the shelf.
  quantity picked;
  friend bool operator==(const promised_there&,
                         const promised_there&) = default;
};

std::string text_of(const promised_there& promised) {
  return std::to_string(promised.units.value) + " units (" +
         std::to_string(promised.picked.value) + " picked)";
}

// At rest, both sides of a promise must say the same. Each of them is first
// summed up from its own records, so that a difference names the order it is
// about.
void invariant_check::promises_agree() {
  using place = std::tuple<source_ref, sku_id, order_key>;
  std::map<place, promised_there> by_orders;
  for (const auto& [key, order] : all_.orders)
    for (const auto& work : order.fulfillments)
      for (const auto& line : work.lines)
        if (line.remaining() != quantity{0}) {
          auto& at =
              by_orders[{work.source, order.lines[line.line].ordered.sku, key}];
          at.units += line.remaining();
          at.picked += line.picked;
        }
  std::map<place, promised_there> by_sources;
  for (const auto& [ref, source] : all_.sources) {
    std::map<sku_id, quantity> sums;
    for (const auto& [order, promised] : source.promises)
      for (const auto& units : promised.units) {
        by_sources[{ref, units.sku, order}] = {units.committed, units.picked};
        sums[units.sku] += units.committed;
      }
    for (const auto& [sku, of] : source.stock) {
      if (sums[sku] != of.committed + of.revoking)
        broken(3, place_of(ref, sku),
               "committed is not the sum of the promises");
      // A revocation is finished in slices; at rest none is left.
      if (of.revoking != quantity{0})
        broken(3, place_of(ref, sku),
               "promises of units that are not there were not taken back");
    }
  }
  if (by_orders == by_sources) return;
  for (const auto& [at, units] : by_orders) {
    const auto found = by_sources.find(at);
    const auto there =
        found == by_sources.end() ? promised_there{} : found->second;
    if (there != units)
      broken(3, place_of(std::get<0>(at), std::get<1>(at)),
             "the source has promised " + text_of(there) + " to " +
                 std::get<2>(at).id.value + ", which has " + text_of(units));
  }
  // Both ways: what only the sources have would be missed above.
  for (const auto& [at, units] : by_sources)
    if (!by_orders.contains(at))
      broken(3, place_of(std::get<0>(at), std::get<1>(at)),
             "units are promised to " + std::get<2>(at).id.value +
                 ", which does not have them");
}

void invariant_check::units_are_conserved() {
  for (const auto& [ref, source] : all_.sources) {
    // A supplier is redefined as a whole, so what it offers has no history that
    // could add up.
    if (ref.kind == source_kind::supplier) continue;
    for (const auto& [sku, of] : source.stock)
      if (of.received + of.adjusted != of.on_hand + of.shipped + of.sent)
        broken(4, place_of(ref, sku),
               "received + adjusted is not on hand + shipped + sent");
  }
  // What left one location for another is there, or on its way.
  std::map<sku_id, quantity> in_transit;
  for (const auto& [ref, source] : all_.sources) {
    for (const auto& [sku, of] : source.stock)
      in_transit[sku] += of.sent - of.landed;
    for (const auto& [transfer, coming] : source.in_transit)
      for (const auto& [sku, units] : coming.units) in_transit[sku] -= units;
  }
  for (const auto& [sku, units] : in_transit)
    if (units != quantity{0})
      broken(4, sku.value,
             std::to_string(units.value) + " units were lost in transit");
  // What left the sources is what the orders got, less what came back.
  std::map<sku_id, quantity> by_sources;
  for (const auto& [ref, source] : all_.sources)
    for (const auto& [sku, of] : source.stock) by_sources[sku] += of.shipped;
  std::map<sku_id, quantity> by_orders;
  for (const auto& [key, order] : all_.orders) {
    for (const auto& work : order.fulfillments)
      for (const auto& line : work.lines)
        by_orders[order.lines[line.line].ordered.sku] += line.shipped;
    for (const auto& back : order.returns)
      for (const auto& came : back.received)
        by_orders[came.sku] -= came.from_delivered + came.from_shipped;
  }
  for (const auto& [sku, units] : by_sources)
    if (units != by_orders[sku])
      broken(4, sku.value,
             "sources have shipped " + std::to_string(units.value) +
                 " units, orders have got " +
                 std::to_string(by_orders[sku].value));
}

network invariant_check::net() const {
  network net;
  net.rules = all_.rules;
  for (const auto& [ref, source] : all_.sources)
    net.sources.push_back({.ref = ref, .settings = source.settings});
  return net;
}

// The queues are built anew from what the orders have backordered, so a queue
// actor that lost an entry or stopped serving is found.
void invariant_check::nobody_waits_beside_stock() {
  std::map<sku_id, backorder::backorder_queue> lines;
  std::map<std::pair<order_key, line_id>, quantity> waiting;
  for (const auto& [key, order] : all_.orders)
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
      const auto& line = order.lines[i];
      if (line.buckets.backordered <= quantity{0}) continue;
      waiting[{key, line.ordered.line}] = line.buckets.backordered;
      lines.try_emplace(line.ordered.sku, line.ordered.sku)
          .first->second.enter(backorder::queued_order_of(order),
                               line.ordered.line, i, line.buckets.backordered,
                               true);
    }
  const auto sources = net();
  for (const auto& [sku, line] : lines)
    for (const auto& from : sources.sources) {
      const auto& source = all_.sources.at(from.ref);
      // Whether it has capacity left depends on the order: some may join a
      // fulfillment that is open. Such sources are left out.
      if (from.settings.daily_capacity > 0) continue;
      const backorder::supply_offer supply{&from, source.offered(sku),
                                           source.item(sku).receipts};
      if (supply.units > quantity{0} && line.is_wanted(supply, sources))
        broken(5, place_of(from.ref, sku),
               std::to_string(supply.units.value) +
                   " units are available while somebody waits for them");
    }
  // By line, so that an order that waits twice in a queue counts twice.
  std::map<std::pair<order_key, line_id>, quantity> queued;
  for (const auto& [sku, line] : all_.waiting)
    for (const auto& each : line) queued[{each.order, each.line}] += each.units;
  if (queued != waiting)
    broken(5, "backorder queues",
           "they are not what the orders have backordered");
}

void invariant_check::no_reservation_is_overdue() {
  for (const auto& [ref, source] : all_.sources) {
    std::map<sku_id, quantity> held;
    for (const auto& [id, hold] : source.holds) {
      if (hold.deadline <= all_.at)
        broken(9, id.value, "it is open past its deadline");
      if (!all_.reservations.contains(id))
        broken(9, id.value, "units are held for it, and it was never made");
      for (const auto& [sku, units] : hold.units) held[sku] += units;
    }
    for (const auto& [sku, of] : source.stock)
      if (of.reserved != held[sku])
        broken(9, place_of(ref, sku), "reserved is not what reservations hold");
  }
}

void invariant_check::refunds_are_covered() {
  for (const auto& [key, order] : all_.orders)
    if (order.refunded + order.refund_requested > order.captured)
      broken(6, key.id.value, "refunds are more than what was captured");
}

// Recovery is `apply` alone, and the running engine applies what it decided. If
// both give the same state, nothing was changed without an event.
void invariant_check::log_agrees(const persistence::log_store& store) {
  const auto again = history::replay(store);
  if (!again) {
    broken(8, "log", again.failure().message);
    return;
  }
  if (again->orders.size() != all_.orders.size())
    broken(8, "log", "it has another number of orders");
  for (const auto& [key, order] : all_.orders) {
    const auto found = again->orders.find(key);
    if (found == again->orders.end() || found->second.state != order)
      broken(8, key.id.value, "the log gives another state of the order");
  }
  for (const auto& [ref, source] : all_.sources) {
    // A source without an event has an actor and nothing in the log.
    if (source.version == 0) continue;
    const auto found = again->sources.find(ref);
    if (found == again->sources.end() || found->second.state != source)
      broken(8, ref.id, "the log gives another state of the source");
  }
  if (again->reservations != all_.reservations)
    broken(8, "log", "it gives other reservations");
  if (!again->in_flight.empty())
    broken(8, again->in_flight.front().cause.entity.key,
           "a message has not arrived");
  checkpoint_agrees(store, *again);
}

// A restart that uses the checkpoint must find what the whole log says. Orders
// that are over may be missing from the short way, which leaves them in the
// index.
void invariant_check::checkpoint_agrees(const persistence::log_store& store,
                                        const history::recovered_state& whole) {
  const auto head = persistence::checkpoint_reader(store.tables()).head();
  // Before the first one there is nothing to compare.
  if (head && !*head) return;
  const auto short_way = history::recover(store);
  if (!short_way || short_way->without_checkpoint) {
    broken(8, "checkpoint", "it is of no use");
    return;
  }
  for (const auto& [key, order] : short_way->orders) {
    const auto found = whole.orders.find(key);
    if (found == whole.orders.end() || found->second != order)
      broken(8, key.id.value, "the checkpoint gives another order");
  }
  for (const auto& [key, order] : whole.orders)
    if (!is_over(order.state.status) && !short_way->orders.contains(key))
      broken(8, key.id.value, "the checkpoint has lost the order");
  for (const auto& [ref, source] : whole.sources) {
    const auto found = short_way->sources.find(ref);
    if (found == short_way->sources.end() || found->second != source)
      broken(8, ref.id, "the checkpoint gives another source");
  }
  if (short_way->sources.size() != whole.sources.size())
    broken(8, "checkpoint", "it has another number of sources");
  if (short_way->products != whole.products || short_way->rules != whole.rules)
    broken(8, "checkpoint", "it gives other settings");
  if (short_way->reservations != whole.reservations)
    broken(8, "checkpoint", "it gives other reservations");
  if (short_way->storage != whole.storage)
    broken(8, "checkpoint", "it gives another timeline of the storage");
  if (short_way->changes.head() != whole.changes.head())
    broken(8, "checkpoint", "it counts otherwise");
  indexes_agree(store, short_way->changes, whole.changes);
}

void invariant_check::indexes_agree(const persistence::log_store& store,
                                    const checkpoint::checkpoint_delta& news,
                                    const checkpoint::checkpoint_delta& whole) {
  const persistence::checkpoint_reader checkpoints(store.tables());
  for (const auto& [id, orders] : whole.shipments()) {
    const auto found =
        checkpoint::orders_of_shipment(news, checkpoints, id.brand, id.id);
    std::set<order_key> expected;
    for (const auto& order : orders) expected.insert({id.brand, order});
    // Of more orders than it lists, any will do.
    if (!found ||
        (orders.size() <= checkpoint::max_orders_named && *found != expected))
      broken(8, id.id.value, "the checkpoint names other orders for it");
  }
  if (whole.commands().empty()) return;
  timestamp newest = timestamp::min();
  const auto read = store.scan(1, [&newest](const event& e) {
    newest = std::max(newest, e.time);
    return true;
  });
  if (!read) broken(8, "log", read.failure().message);
  // Where a checkpoint may have begun to forget. By the times in the log, as
  // the checkpoint writer does it.
  const auto kept_from = newest - std::chrono::hours(limits::command_kept_h);
  for (const auto& [id, end] : whole.commands()) {
    const auto found = checkpoint::commands_done(news, checkpoints, id, 1);
    const auto is_there = found && !found->empty() && found->front().id == id;
    const done_command expected{id, {end.at}, end.time};
    if (is_there ? found->front() != expected : end.time >= kept_from)
      broken(8, id, "the checkpoint remembers the command otherwise");
  }
}

// One pass over the log for everything that is about single events: links and
// versions of timelines, steps of statuses, and effects that may happen once.
void invariant_check::trail_agrees(const persistence::log_store& store) {
  std::map<entity_ref, std::pair<sequence, std::uint64_t>> heads;
  std::map<entity_ref, order_status> statuses;
  std::set<std::tuple<entity_ref, std::string, std::string>> effects;
  const auto visit = [&](const event& e) {
    auto& [head, version] = heads[e.entity];
    if (e.previous != head || e.version != version + 1)
      broken(7, e.entity.key, "the timeline has a gap");
    head = e.at;
    version = e.version;
    if (const auto* step = std::get_if<status_changed>(&e.body)) {
      if (!order::is_transition(step->from, step->to) ||
          statuses[e.entity] != step->from)
        broken(7, e.entity.key, "a status change is not in the table");
      statuses[e.entity] = step->to;
    }
    const auto once = [&](const std::string& kind, const std::string& about) {
      if (!effects.emplace(e.entity, about, kind).second)
        broken(10, e.entity.key, kind + " is recorded twice");
    };
    if (const auto* told = std::get_if<notification_recorded>(&e.body))
      once(told->kind, told->subject);
    if (const auto* alert = std::get_if<alert_raised>(&e.body))
      once(alert->kind, alert->subject);
    return true;
  };
  if (const auto read = store.scan(1, visit); !read)
    broken(8, "log", read.failure().message);
  for (const auto& [key, order] : all_.orders)
    if (order::computed_status(order) != order.status)
      broken(7, key.id.value, "the status is not what the buckets say");
}

}  // namespace

std::vector<violation> violations_of(const collection& all,
                                     const persistence::log_store& store) {
  invariant_check check(all);
  check.stock_adds_up();
  check.lines_add_up();
  check.promises_agree();
  check.units_are_conserved();
  check.nobody_waits_beside_stock();
  check.refunds_are_covered();
  check.no_reservation_is_overdue();
  check.log_agrees(store);
  check.trail_agrees(store);
  return std::move(check).found();
}

}  // namespace oms
