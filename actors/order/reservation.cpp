#include "actors/order/reservation.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "actors/order/change.hpp"
#include "actors/order/delivery.hpp"

namespace oms::order {

namespace {

void add(std::vector<sku_quantity>& sums, const sku_id& sku, quantity units) {
  for (auto& each : sums)
    if (each.sku == sku) {
      each.units += units;
      return;
    }
  sums.push_back({sku, units});
}

// The live fulfillment that new units of a source join, or the id of the one to
// open. Fulfillments are never removed, so their count is a free id.
struct home {
  fulfillment_id id;
  bool opened;
};

home home_of(const order_state& state, const source_ref& source) {
  for (const auto& work : state.fulfillments)
    if (work.source == source && work.joinable()) return {work.id, false};
  return {fulfillment_id{std::to_string(state.fulfillments.size() + 1)}, true};
}

// Each backorder queue keeps to `maxShipments`, but the queues of several SKUs
// may choose sources at once, and none knows what the others chose. Shipped
// units count too: their parcel is one of those.
bool may_add_source(const order_state& state, const reservation& promise) {
  if (promise.max_sources == 0) return true;
  const auto sources = sources_of(state);
  return std::find(sources.begin(), sources.end(), promise.source) !=
             sources.end() ||
         static_cast<std::int64_t>(sources.size()) < promise.max_sources;
}

// Which units of the order a source's loss hits. As many picked ones as the
// source says, if they are there. It has booked the loss like that already, and
// a pick or an unpick that crosses its message is booked by the source on what
// the loss has left: any other choice here would leave the two with different
// numbers of picked units.
std::vector<fulfillment_units> units_at(const order_state& state,
                                        const revoked_units& loss) {
  quantity allocated;
  quantity picked;
  const auto is_hit = [&](const fulfillment& work, const auto& line) {
    return work.source == loss.source &&
           state.lines[line.line].ordered.sku == loss.sku;
  };
  for (const auto& work : state.fulfillments)
    for (const auto& line : work.lines) {
      if (!is_hit(work, line)) continue;
      allocated += line.allocated;
      picked += line.picked;
    }
  // What of one kind is not there any more is taken of the other; what is there
  // of neither has left the order.
  auto from_picked = std::min(loss.picked, picked);
  auto from_allocated = std::min(loss.units - from_picked, allocated);
  from_picked = std::min(loss.units - from_allocated, picked);

  std::vector<fulfillment_units> lost;
  const auto lose = [&](const fulfillment& work, const fulfillment_line& line,
                        quantity most) {
    const auto shelf = std::min({from_allocated, line.allocated, most});
    const auto tote = std::min({from_picked, line.picked, most - shelf});
    if (shelf + tote == quantity{0}) return;
    from_allocated -= shelf;
    from_picked -= tote;
    const auto& ordered = state.lines[line.line].ordered;
    lost.push_back({work.id,
                    work.source,
                    {{ordered.line, ordered.sku, shelf, tote,
                      std::min(line.cancel_requested, shelf + tote)}}});
  };
  const auto newest_first = [&](const auto& visit) {
    for (auto work = state.fulfillments.rbegin();
         work != state.fulfillments.rend(); ++work)
      for (const auto& line : work->lines)
        if (is_hit(*work, line)) visit(*work, line);
  };
  // Units whose cancellation is requested leave first: the customer does not
  // want them.
  newest_first([&](const fulfillment& work, const fulfillment_line& line) {
    if (line.cancel_requested > quantity{0})
      lose(work, line, line.cancel_requested);
  });
  newest_first([&](const fulfillment& work, const fulfillment_line& line) {
    // Less what the first pass took of the line.
    auto left = line;
    for (const auto& part : lost)
      if (part.fulfillment == work.id &&
          part.lines[0].line == state.lines[line.line].ordered.line) {
        left.allocated -= part.lines[0].from_allocated;
        left.picked -= part.lines[0].from_picked;
        left.cancel_requested -= part.lines[0].requested;
      }
    lose(work, left, left.remaining());
  });
  return lost;
}

}  // namespace

std::vector<source_ref> sources_of(
    const order_state& state, const std::vector<fulfillment_units>& leaving) {
  std::vector<source_ref> sources;
  for (const auto& work : state.fulfillments) {
    auto units = work.remaining() + work.shipped();
    for (const auto& part : leaving)
      if (part.fulfillment == work.id)
        for (const auto& line : part.lines) units -= line.from_allocated;
    if (units > quantity{0} &&
        std::find(sources.begin(), sources.end(), work.source) == sources.end())
      sources.push_back(work.source);
  }
  return sources;
}

std::vector<fulfillment_units> still_promised(
    const order_state& state, const std::vector<fulfillment_units>& units) {
  std::vector<fulfillment_units> still;
  for (auto part : units) {
    const auto* work = state.find_fulfillment(part.fulfillment);
    // An index, since a plan may name thousands of lines.
    std::unordered_map<std::size_t, const fulfillment_line*> lines;
    for (const auto& line : work->lines) lines.emplace(line.line, &line);
    std::erase_if(part.lines, [&](work_units& each) {
      const auto found = lines.find(*state.line_index(each.line));
      // Units whose cancellation is requested wait for the source's answer. If
      // they moved meanwhile, they would be cancelled without it.
      if (found != lines.end()) {
        const auto& at = *found->second;
        each.from_allocated = std::min(
            each.from_allocated,
            at.allocated - std::min(at.allocated, at.cancel_requested));
      }
      return each.from_allocated <= quantity{0};
    });
    if (!part.lines.empty()) still.push_back(std::move(part));
  }
  return still;
}

order_events granted(order_state& state, const reservation& promise,
                     const network& net, timestamp now, bool by_hand) {
  auto change = order_change::in_place(state, now);
  // Notifications name the version that the order had before.
  const auto version = state.version;
  const auto to = home_of(state, promise.source);
  units_allocated taken{.source = promise.source,
                        .fulfillment = to.id,
                        .place = promise.place,
                        .opened = to.opened,
                        .lines = {}};
  taken.by_hand = by_hand;
  grant_declined surplus{.source = promise.source, .lines = {}};
  // What the order takes and what it declines adds up to the promise: a unit in
  // neither would stay committed at the source for ever.
  const bool wanted = may_add_source(state, promise);
  // Of the lines that the promise names: a copy of all buckets would make every
  // promise cost as much as the whole order.
  std::unordered_map<std::size_t, line_buckets> left;
  for (const auto& units : promise.lines) {
    auto open = units.units;
    if (const auto index = state.line_index(units.line); index && wanted) {
      // What the backorder queue gives is for waiting units first, what a plan
      // asked for is for unrouted ones. The rest serves the other kind, because
      // units may have changed between the two since.
      const auto [at, is_first] =
          left.try_emplace(*index, state.lines[*index].buckets);
      auto& in = at->second;
      // Units that wait for their payment were not asked for.
      if (is_first) in.unrouted -= state.lines[*index].awaiting_payment;
      const bool waiting_first = promise.round == 0;
      auto& first = waiting_first ? in.backordered : in.unrouted;
      auto& second = waiting_first ? in.unrouted : in.backordered;
      const auto from_first = std::min(open, first);
      const auto from_second = std::min(open - from_first, second);
      first -= from_first;
      second -= from_second;
      open -= from_first + from_second;
      if (from_first + from_second > quantity{0})
        taken.lines.push_back({units.line, units.sku,
                               waiting_first ? from_second : from_first,
                               waiting_first ? from_first : from_second});
    }
    if (open > quantity{0}) add(surplus.lines, units.sku, open);
  }
  // Told when the last unit stops waiting, so once per wait and line.
  std::vector<line_id> filled;
  for (const auto& each : taken.lines) {
    const auto& now_in = left.at(*state.line_index(each.line));
    if (each.from_backordered > quantity{0} &&
        now_in.backordered == quantity{0})
      filled.push_back(each.line);
  }
  if (!taken.lines.empty()) {
    auto dates = dates_of(state, promise.source, taken.lines, net, now);
    if (!to.opened) {
      const auto* joined = state.find_fulfillment(to.id);
      dates = later(dates, {joined->expected_ship, joined->expected_delivery});
    }
    taken.expected_ship = dates.ship;
    taken.expected_delivery = dates.delivery;
    change.emit(std::move(taken));
  }
  if (!surplus.lines.empty()) change.emit(std::move(surplus));
  for (const auto& line : filled)
    change.notify("backorder.filled",
                  line.value + "@" + std::to_string(version), "");
  return change.finish_in_place();
}

order_events declined(order_state& state, const reservation& promise,
                      timestamp now) {
  auto change = order_change::in_place(state, now);
  grant_declined surplus{.source = promise.source, .lines = {}};
  for (const auto& units : promise.lines)
    add(surplus.lines, units.sku, units.units);
  change.emit(std::move(surplus));
  return change.finish_in_place();
}

order_events moved(order_state& state,
                   const std::vector<fulfillment_units>& units,
                   bool completes_edit, timestamp now) {
  auto change = order_change::in_place(state, now);
  change.emit(units_released{.promised = units,
                             .reason = {},
                             .to = {},
                             .completes_edit = completes_edit});
  return change.finish_in_place();
}

order_events claimed(order_state& state, timestamp now) {
  auto change = order_change::in_place(state, now);
  change.emit(reservation_claimed{state.body->reservation});
  return change.finish_in_place();
}

order_events moved_by_hand(order_state& state,
                           const std::vector<fulfillment_units>& units,
                           const std::string& reason, const std::string& to,
                           timestamp now) {
  auto change = order_change::in_place(state, now);
  change.emit(units_released{units, reason, to});
  return change.finish_in_place();
}

order_events taken_back(order_state& state, const revoked_units& loss,
                        timestamp now) {
  auto change = order_change::in_place(state, now);
  // What has shipped or gone meanwhile can't be lost any more; the event is
  // there all the same, it is the answer to the source.
  change.emit(units_taken_back{units_at(change.state(), loss)});
  return change.finish_in_place();
}

}  // namespace oms::order
