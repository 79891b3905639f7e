#include "tools/simulation/ledger.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace oms::simulation {

namespace {

bool is_planned(const order_view& order) {
  return order.status == order_status::awaiting_fulfillment ||
         order.status == order_status::partially_fulfilled;
}

}  // namespace

// By command, so that refused commands can be seen to have no events.
void ledger::saw(const event& happened) {
  if (!happened.command.empty()) ++events_of_[happened.command];
  if (const auto* defined = std::get_if<location_defined>(&happened.body))
    with_capacity_ = with_capacity_ || defined->settings.daily_capacity > 0;
  turns_.saw(happened);
}

std::size_t ledger::asked(command given) {
  entries_.push_back({std::move(given), {}, false});
  return entries_.size() - 1;
}

void ledger::answered(std::size_t number, const answer& got) {
  auto& of = entries_[number];
  // An engine that went down must never call back.
  if (of.lost)
    broken(of.given.id, "was answered by an engine that had already gone down");
  if (of.got) broken(of.given.id, "was answered twice");
  of.got = got;
}

void ledger::went_down() {
  for (auto& each : entries_)
    if (!each.got) each.lost = true;
}

void ledger::broken(const std::string& where, std::string what) {
  found_.push_back({ledger_differs, where, std::move(what)});
}

bool ledger::took_effect(const entry& of) const {
  // Sequence 0: it was acknowledged, and there was nothing to change.
  if (of.got) return *of.got && (*of.got)->at != 0;
  return of.lost && events_of_.contains(of.given.id);
}

// Compares what callers were told with what the engine shows now. Only at rest:
// while messages are under way, views may lag behind answers.
std::vector<violation> ledger::check(engine& seen,
                                     const persistence::log_store& store) {
  check_answers(store);
  std::vector<order_view> orders;
  std::set<order_key> there;
  for (const auto& key : seen.gather_all_orders()) {
    auto order = seen.order(key);
    // An order that can't be read is found below, as one that does not exist.
    if (!order) continue;
    there.insert(key);
    check_order(*order);
    orders.push_back(std::move(*order));
  }
  for (const auto& each : entries_)
    if (const auto* place = std::get_if<place_order>(&each.given.body);
        place != nullptr && each.got && *each.got &&
        !there.contains(place->order))
      broken(each.given.id,
             "the placement was acknowledged, but the order does not exist");
  check_promised(seen, orders);
  check_received(seen);
  check_planning(orders);
  for (auto& passed : turns_.take_found())
    broken(passed.where, std::move(passed.what));
  return std::exchange(found_, {});
}

void ledger::check_answers(const persistence::log_store& store) {
  for (const auto& each : entries_) {
    const auto& id = each.given.id;
    if (!each.got) {
      if (!each.lost)
        broken(id, "has no answer although the engine is at rest");
      continue;
    }
    if (!*each.got) {
      if (events_of_.contains(id)) broken(id, "was refused but has events");
      continue;
    }
    const auto at = (*each.got)->at;
    if (at == 0) continue;
    const auto last = store.read(at);
    // Commands that ask for a plan while one is under way share the next one,
    // whose event has the id of one of them.
    const auto* plan = std::get_if<plan_order>(&each.given.body);
    if (plan != nullptr && last && *last &&
        (*last)->entity == entity_of(plan->order) &&
        std::holds_alternative<order_planned>((*last)->body))
      continue;
    if (!last || !*last || (*last)->command != id)
      broken(id,
             fmt::format(
                 "was acknowledged with event {}, which is not one of its own",
                 at));
  }
}

// What callers were told about an order must be in it.
void ledger::check_order(const order_view& order) {
  const auto& where = order.key.id.value;
  for (const auto& each : entries_) {
    if (!each.got || !*each.got) continue;
    if (const auto* place = std::get_if<place_order>(&each.given.body);
        place != nullptr && place->order == order.key &&
        place->body.lines.size() > order.lines.size())
      broken(where, "has fewer lines than it was placed with");
    if (const auto* work = std::get_if<work_fulfillment>(&each.given.body);
        work != nullptr && work->order == order.key &&
        work->action == fulfillment_action::ship && !work->shipment.empty() &&
        std::none_of(order.shipments.begin(), order.shipments.end(),
                     [work](const shipment_view& parcel) {
                       return parcel.id == work->shipment;
                     }))
      broken(where, "lacks the acknowledged shipment " + work->shipment.value);
    if (const auto* back = std::get_if<request_return>(&each.given.body);
        back != nullptr && back->order == order.key && !back->id.empty() &&
        std::none_of(
            order.returns.begin(), order.returns.end(),
            [back](const return_view& shown) { return shown.id == back->id; }))
      broken(where, "lacks the acknowledged return " + back->id.value);
  }
  if (order.capture_requested > order.authorized)
    broken(where, "asks to capture more than is authorized");
  check_captured(order);
}

// Payments count once per reference. What is known to be captured must be
// there, and nothing else if all amounts are known.
void ledger::check_captured(const order_view& order) {
  money captured;
  // A payment without an amount takes what is open, which the caller does not
  // know.
  bool known = true;
  std::set<std::string> references;
  const auto count = [&](const std::string& reference, money amount) {
    if (reference.empty() || references.insert(reference).second)
      captured += amount;
  };
  for (const auto& each : entries_) {
    if (!took_effect(each)) continue;
    if (const auto* place = std::get_if<place_order>(&each.given.body);
        place != nullptr && place->order == order.key && place->body.payment)
      count(place->body.payment->reference, place->body.payment->captured);
    const auto* paid = std::get_if<record_payment>(&each.given.body);
    if (paid == nullptr || paid->order != order.key ||
        paid->event != payment_event::captured)
      continue;
    known = known && paid->amount;
    count(paid->reference, paid->amount.value_or(money{}));
  }
  if (order.captured < captured || (known && order.captured != captured))
    broken(
        order.key.id.value,
        fmt::format("{} was acknowledged as captured, but the order shows {}",
                    captured.value, order.captured.value));
}

// Units that orders believe to have from a location must be on its shelf: the
// view from the orders, where the invariants look from the sources.
void ledger::check_promised(engine& seen,
                            const std::vector<order_view>& orders) {
  std::map<std::pair<std::string, sku_id>, quantity> promised;
  for (const auto& order : orders)
    for (const auto& work : order.fulfillments) {
      // A supplier's stock is not known, only its offer.
      if (work.source.kind != source_kind::location) continue;
      for (const auto& line : work.lines)
        promised[{work.source.id, line.sku}] += line.units - line.shipped;
    }
  for (const auto& [at, units] : promised) {
    const auto stock = seen.stock(at.first, at.second);
    if (!stock || stock->on_hand < units)
      broken(at.first + "/" + at.second.value,
             "orders are promised more units than are on hand");
  }
}

void ledger::check_received(engine& seen) {
  // A receipt counts once per location, reference and SKU, however often it was
  // sent.
  std::set<std::tuple<std::string, std::string, sku_id>> counted;
  std::map<std::pair<std::string, sku_id>, quantity> received;
  for (const auto& each : entries_) {
    const auto* receipt = std::get_if<receive_stock>(&each.given.body);
    if (receipt == nullptr || !took_effect(each)) continue;
    auto lines = receipt->lines;
    if (lines.empty()) lines.push_back({receipt->sku, receipt->units});
    for (const auto& line : lines)
      if (receipt->reference.empty() ||
          counted.emplace(receipt->location, receipt->reference, line.sku)
              .second)
        received[{receipt->location, line.sku}] += line.units;
  }
  for (const auto& [at, units] : received) {
    const auto stock = seen.stock(at.first, at.second);
    if (!stock || stock->received != units)
      broken(at.first + "/" + at.second.value,
             fmt::format("{} units were acknowledged as received, but the "
                         "location shows {}",
                         units.value, stock ? stock->received.value : 0));
  }
}

// At rest every unit of a secured order without a hold is planned, in the
// queue, or known to be unfillable. Units that are none of this were forgotten.
void ledger::check_planning(const std::vector<order_view>& orders) {
  // Units may wait for the capacity of the next day.
  if (with_capacity_) return;
  for (const auto& order : orders) {
    if (!is_planned(order) || !order.holds.empty() || order.due > money{})
      continue;
    for (const auto& line : order.lines)
      if (line.buckets.unrouted != line.unfillable)
        broken(order.key.id.value + "/" + line.line.line.value,
               "has unrouted units that are never planned");
  }
}

}  // namespace oms::simulation
