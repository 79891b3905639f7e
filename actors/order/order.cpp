#include "actors/order/order.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <vector>

#include "actors/order/price.hpp"
#include "actors/order/reference.hpp"
#include "actors/order/status.hpp"

namespace oms::order {

namespace {

// Where the units of a shipment with this status are. Carriers correct
// themselves, so units move from any of these buckets to another.
quantity line_buckets::*bucket_of(shipment_status status) {
  switch (status) {
    case shipment_status::delivered:
      return &line_buckets::delivered;
    case shipment_status::returned:
      return &line_buckets::returned;
    case shipment_status::lost:
      return &line_buckets::lost;
    case shipment_status::shipped:
      break;
  }
  return &line_buckets::shipped;
}

void end_wait_for_payment(order_state& state) {
  for (auto& line : state.lines) line.awaiting_payment = quantity{0};
}

// One overload per event of an order. None refuses: each event was decided on
// the state that the events ahead of it make. Where one does not fit, an
// assertion stops the program before a wrong state reaches the disk.
struct applier {
  static constexpr auto nowhere = static_cast<std::size_t>(-1);

  order_state& state;
  timestamp time;
  // The index of `places_in`. It lives as long as the applier, for one event,
  // in which `work_line` alone adds lines to a fulfillment.
  mutable std::optional<fulfillment_id> indexed{};
  mutable std::vector<std::size_t> indexes{};

  order_line_state& line(const line_id& id) const {
    const auto index = state.line_index(id);
    assert(index);
    return state.lines[*index];
  }

  fulfillment& work(const fulfillment_id& id) const {
    const auto found =
        std::find_if(state.fulfillments.begin(), state.fulfillments.end(),
                     [&id](const fulfillment& each) { return each.id == id; });
    assert(found != state.fulfillments.end());
    return *found;
  }

  fulfillment_line& work_line(fulfillment& of, const line_id& id) const {
    const auto index = *state.line_index(id);
    auto& place = places_in(of)[index];
    if (place == nowhere) {
      place = of.lines.size();
      of.lines.push_back({.line = index});
    }
    return of.lines[place];
  }

  // Where each line of the order is in a fulfillment. An event names lines of
  // one fulfillment after the other, so one index at a time keeps an event of
  // thousands of lines from searching for each of them.
  std::vector<std::size_t>& places_in(const fulfillment& of) const {
    if (indexed == of.id) return indexes;
    indexed = of.id;
    indexes.assign(state.lines.size(), nowhere);
    for (std::size_t i = 0; i < of.lines.size(); ++i)
      indexes[of.lines[i].line] = i;
    return indexes;
  }

  // Takes promised units from a fulfillment and its order line. Requests to
  // cancel them are for the caller to adjust: picking leaves them, rejecting
  // takes those of the units that leave, shipping drops what is not there.
  fulfillment_line& take(const fulfillment_id& from, const line_id& id,
                         quantity allocated, quantity picked) const {
    auto& of = work_line(work(from), id);
    of.allocated -= allocated;
    of.picked -= picked;
    auto& buckets = line(id).buckets;
    buckets.allocated -= allocated;
    buckets.picked -= picked;
    return of;
  }

  // Of `work_units` and `rejected_units`. `moved_away` stays when the units are
  // allocated again: a fulfillment that lost some is incomplete, not cancelled.
  template <class Units>
  void to_unrouted(const fulfillment_id& from, const Units& units) const {
    auto& of = take(from, units.line, units.from_allocated, units.from_picked);
    const auto moved = units.from_allocated + units.from_picked;
    of.moved_away += moved;
    line(units.line).buckets.unrouted += moved;
    // Events of older logs do not say how many of the units were requested:
    // there, no more is asked for than is still allocated. In newer logs this
    // bound changes nothing, because units without a request leave last.
    of.cancel_requested = units.requested > quantity{0}
                              ? of.cancel_requested - units.requested
                              : std::min(of.cancel_requested, of.allocated);
    of.by_hand = std::min(of.by_hand, of.remaining());
  }

  void to_unrouted(const std::vector<fulfillment_units>& promised) const {
    for (const auto& part : promised)
      for (const auto& units : part.lines) to_unrouted(part.fulfillment, units);
  }

  // With the last unit that waits, the wait is over, and so is what the
  // customer said and was told about it.
  static void end_wait(order_line_state& of) {
    if (of.buckets.backordered > quantity{0}) return;
    of.answer.reset();
    of.told.reset();
  }

  // What is said of unrouted units ends with them.
  static void limit_unrouted(order_line_state& of) {
    of.unfillable = std::min(of.unfillable, of.buckets.unrouted);
    of.awaiting_payment = std::min(of.awaiting_payment, of.buckets.unrouted);
  }

  // A request can't cover more units than the fulfillment still has, nor can
  // more have been moved there.
  static void limit_requests(fulfillment_line& of) {
    of.cancel_requested = std::min(of.cancel_requested, of.remaining());
    of.by_hand = std::min(of.by_hand, of.remaining());
  }

  void operator()(const order_placed& e) const {
    state.number = e.number;
    state.has_personal = e.has_personal;
    // The decider fills in the time; the log's format lets it be missing.
    state.placed_at = e.body->placed_at.value_or(time);
    state.status = order_status::pending;
    state.status_since = time;
    auto body = *e.body;
    state.lines.reserve(body.lines.size());
    for (auto& ordered : body.lines) {
      const line_buckets all{.unrouted = ordered.units};
      state.lines.push_back({.ordered = std::move(ordered), .buckets = all});
    }
    state.places = line_places(state.lines);
    state.takes_over = !body.reservation.empty();
    // Lines are kept once, with their buckets. What is left of the body never
    // changes, so all copies of the state share it.
    body.lines.clear();
    body.lines.shrink_to_fit();
    state.body = std::move(body);
  }

  void operator()(const status_changed& e) const {
    state.status = e.to;
    state.status_since = time;
  }

  // All payment events.
  void take_payment(plan_moment plan_on) const {
    state.payment_started = true;
    state.plan_on = plan_on;
  }

  void operator()(const payment_started& e) const { take_payment(e.plan_on); }

  void operator()(const payment_captured& e) const {
    take_payment(e.plan_on);
    state.captured += e.captured;
    state.capture_requested -= std::min(state.capture_requested, e.captured);
    if (auto* drawn = find_authorization(state, e.authorization))
      drawn->open -= std::min(drawn->open, e.captured);
    if (!e.reference.empty()) state.payment_references.push_back(e.reference);
  }

  void operator()(const payment_authorized& e) const {
    take_payment(e.plan_on);
    state.authorizations.push_back({e.reference, e.authorized});
  }

  void operator()(const payment_voided& e) const {
    take_payment(e.plan_on);
    auto* of = find_authorization(state, e.reference);
    assert(of != nullptr);
    of->open = money{};
    of->ended = true;
    state.capture_requested =
        std::min(state.capture_requested, authorized_of(state));
  }

  void operator()(const payment_failed& e) const {
    take_payment(e.plan_on);
    state.payment_failed_finally = e.final;
    if (!e.reference.empty()) state.failed_references.push_back(e.reference);
  }

  void operator()(const order_planned& e) const {
    // Whoever asks for a plan may know that the source can ship again.
    if (e.by_command) state.unable.clear();
    if (e.completes_edit) state.replan_since = 0;
  }

  void operator()(const units_allocated& e) const {
    if (e.opened)
      state.fulfillments.push_back(
          {.id = e.fulfillment, .source = e.source, .place = e.place});
    auto& to = work(e.fulfillment);
    // What it joins is taken into account already.
    to.expected_ship = e.expected_ship;
    to.expected_delivery = e.expected_delivery;
    for (const auto& units : e.lines) {
      const auto moved = units.from_unrouted + units.from_backordered;
      auto& there = work_line(to, units.line);
      there.allocated += moved;
      if (e.by_hand) there.by_hand += moved;
      auto& of = line(units.line);
      of.buckets.unrouted -= units.from_unrouted;
      of.buckets.backordered -= units.from_backordered;
      of.buckets.allocated += moved;
      limit_unrouted(of);
      end_wait(of);
    }
  }

  void operator()(const delivery_expected& e) const {
    auto& of = work(e.fulfillment);
    of.expected_ship = e.ship;
    of.expected_delivery = e.delivery;
  }

  // The units were never the order's. The event tells the source to free them.
  void operator()(const grant_declined&) const {}

  void operator()(const units_backordered& e) const {
    for (const auto& units : e.lines) {
      auto& of = line(units.line);
      of.buckets.unrouted -= units.units;
      of.buckets.backordered += units.units;
      limit_unrouted(of);
    }
  }

  void operator()(const units_unfillable& e) const {
    // The event states how much is unfillable, not how much more.
    for (const auto& units : e.lines) line(units.line).unfillable = units.units;
  }

  void operator()(const fulfillment_accepted& e) const {
    work(e.fulfillment).accepted = true;
  }

  void operator()(const units_picked& e) const {
    auto& of = work(e.fulfillment);
    of.accepted = true;
    for (const auto& units : e.lines) {
      auto& at = take(e.fulfillment, units.line, units.units, quantity{0});
      at.picked += units.units;
      line(units.line).buckets.picked += units.units;
      // In older logs, a request lapsed for units that were picked.
      if (!e.requests_stay)
        at.cancel_requested = std::min(at.cancel_requested, at.allocated);
    }
  }

  void operator()(const units_unpicked& e) const {
    for (const auto& units : e.lines) {
      auto& at = take(e.fulfillment, units.line, quantity{0}, units.units);
      at.allocated += units.units;
      line(units.line).buckets.allocated += units.units;
    }
  }

  void operator()(const units_rejected& e) const {
    const bool unable = e.reason == reject_reason::unable;
    auto& sources = state.unable;
    if (unable &&
        std::find(sources.begin(), sources.end(), e.source) == sources.end())
      sources.push_back(e.source);
    for (const auto& units : e.lines) {
      to_unrouted(e.fulfillment, units);
      if (unable) continue;
      // The source is a candidate for the SKU again once it has received some,
      // so the newest count is the one to compare with.
      const auto known = std::find_if(
          state.rejections.begin(), state.rejections.end(),
          [&e, &units](const rejection& each) {
            return each.source == e.source && each.sku == units.sku;
          });
      if (known != state.rejections.end())
        known->receipts = units.receipts;
      else
        state.rejections.push_back({e.source, units.sku, units.receipts});
    }
  }

  void operator()(const shipment_shipped& e) const {
    auto& of = work(e.fulfillment);
    of.accepted = true;
    auto found = std::find_if(
        state.shipments.begin(), state.shipments.end(),
        [&e](const shipment& each) { return each.id == e.shipment; });
    // A shipment from several fulfillments has one event for each.
    const bool is_first = found == state.shipments.end();
    if (is_first) {
      state.shipments.push_back({.id = e.shipment,
                                 .fulfillment = e.fulfillment,
                                 .source = e.source,
                                 .carrier = e.carrier,
                                 .tracking = e.tracking});
      found = std::prev(state.shipments.end());
    }
    for (const auto& units : e.lines) {
      auto& at = take(e.fulfillment, units.line, units.from_allocated,
                      units.from_picked);
      const auto moved = units.from_allocated + units.from_picked;
      at.shipped += moved;
      limit_requests(at);
      line(units.line).buckets.shipped += moved;
      found->lines.push_back({*state.line_index(units.line), moved});
    }
    // What a repeated `ship` without lines is compared with: it means all that
    // was there, which can't be read from the state any more.
    found->took_all =
        (is_first || found->took_all) && of.remaining() == quantity{0};
  }

  void operator()(const shipment_tracked& e) const {
    const auto found = std::find_if(
        state.shipments.begin(), state.shipments.end(),
        [&e](const shipment& each) { return each.id == e.shipment; });
    assert(found != state.shipments.end());
    found->news = e.news;
    const auto end = end_of(e.news);
    if (!end) return;
    // News such as inTransit moves nothing; an end moves the units, and so does
    // an end that corrects another one.
    const bool has_ended = found->status != shipment_status::shipped;
    const auto from = bucket_of(found->status);
    const auto to = bucket_of(*end);
    found->status = *end;
    for (auto& units : found->lines) {
      auto& buckets = state.lines[units.line].buckets;
      // Units that came back by a return have left the bucket already. A return
      // does not name shipments, so the first to end takes what is there.
      const auto moved =
          has_ended ? units.ended : std::min(units.units, buckets.shipped);
      buckets.*from -= moved;
      buckets.*to += moved;
      units.ended = moved;
    }
  }

  // A return does not name shipments: delivered units that come back are taken
  // to be those of the oldest. Otherwise a carrier's later `returned` would
  // move them a second time.
  void take_from_delivered(std::size_t index, quantity units) const {
    for (auto& each : state.shipments) {
      if (each.status != shipment_status::delivered) continue;
      for (auto& part : each.lines) {
        if (part.line != index) continue;
        const auto taken = std::min(units, part.ended);
        part.ended -= taken;
        units -= taken;
      }
    }
  }

  // A cancellation may be recorded in several events.
  void count_cancellation(const std::string& reference) const {
    auto& known = state.cancel_references;
    if (!reference.empty() && !is_among(known, reference))
      known.push_back(reference);
  }

  void operator()(const units_cancelled& e) const {
    count_cancellation(e.reference);
    for (const auto& units : e.lines) {
      auto& of = line(units.line);
      of.buckets.unrouted -= units.from_unrouted;
      of.buckets.backordered -= units.from_backordered;
      of.buckets.cancelled += units.from_unrouted + units.from_backordered;
      // Those that are not paid go first, so what waits for money and what is
      // due for it shrink together.
      of.awaiting_payment -= std::min(of.awaiting_payment, units.from_unrouted);
      limit_unrouted(of);
      end_wait(of);
    }
    for (const auto& part : e.promised)
      for (const auto& units : part.lines) {
        auto& of = take(part.fulfillment, units.line, units.from_allocated,
                        units.from_picked);
        const auto gone = units.from_allocated + units.from_picked;
        of.cancelled += gone;
        limit_requests(of);
        line(units.line).buckets.cancelled += gone;
      }
  }

  void operator()(const cancel_requested& e) const {
    auto& of = work(e.fulfillment);
    of.cancel_reason = e.reason;
    of.cancel_note = e.note;
    count_cancellation(e.reference);
    for (const auto& units : e.lines)
      work_line(of, units.line).cancel_requested += units.units;
  }

  void operator()(const cancel_answered& e) const {
    auto& of = work(e.fulfillment);
    // Whatever the answer is, nothing is asked for any more. Units that the
    // source lets go are cancelled by an event that follows.
    for (auto& each : of.lines) each.cancel_requested = quantity{0};
  }

  void operator()(const units_taken_back& e) const { to_unrouted(e.promised); }
  void operator()(const units_released& e) const {
    to_unrouted(e.promised);
    if (e.completes_edit) state.replan_since = 0;
  }

  void operator()(const order_edited& e) const {
    if (!state.edited) {
      auto placed = *state.body;
      for (const auto& each : state.lines) placed.lines.push_back(each.ordered);
      state.original = std::move(placed);
      state.edited = true;
    }
    // Its version in the timeline.
    const auto version = state.version + 1;
    state.body = e.body;
    bool has_grown = false;
    for (const auto& each : e.lines) {
      if (each.is_new) {
        has_grown = true;
        state.lines.push_back({.ordered = each.line});
      }
      auto& of =
          has_grown && each.is_new ? state.lines.back() : line(each.line.line);
      of.ordered = each.line;
      of.buckets.unrouted += std::max(quantity{0}, each.change);
      of.awaiting_payment += each.awaiting_payment;
    }
    if (has_grown) state.places = line_places(state.lines);
    if (e.personal_changed) {
      state.has_personal = e.has_personal;
      state.personal_version = version;
    }
    state.edit_due = e.due;
    if (e.due == money{}) end_wait_for_payment(state);
    if (e.replans) state.replan_since = version;
  }

  void operator()(const hold_placed& e) const {
    state.holds.push_back({e.hold, e.reason});
  }

  void operator()(const hold_released& e) const {
    std::erase_if(state.holds,
                  [&e](const order_hold& each) { return each.id == e.hold; });
  }

  // Notes are read from the timeline, so that the state stays small.
  void operator()(const note_added&) const {}
  void operator()(const personal_data_erased&) const {
    state.personal_data_erased = true;
    state.has_personal = false;
  }

  void operator()(const refund_requested& e) const {
    // A refund of an amount counts against what is overpaid first; the rest is
    // goodwill, which makes nothing due. The refund for a cancellation is one
    // of these: its units have left the total already, so all of it is
    // overpaid.
    const bool is_amount = e.lines.empty() && !e.shipping;
    state.refunds.push_back(
        {.id = e.refund,
         .requested = e.requested,
         .reason = e.reason,
         .lines = e.lines,
         .shipping = e.shipping,
         .excess =
             is_amount ? std::min(e.requested, overpaid_of(state)) : money{}});
    state.refund_requested += e.requested;
    if (!e.reference.empty()) state.refund_references.push_back(e.reference);
    for (const auto& units : e.lines)
      line(units.line).refunded_units += units.units;
  }

  void operator()(const refund_settled& e) const {
    for (auto& each : state.refunds) {
      if (each.id != e.refund) continue;
      state.refund_requested -= each.requested;
      if (e.succeeded) state.refunded += each.requested;
      each.status =
          e.succeeded ? refund_status::succeeded : refund_status::failed;
      if (e.succeeded) continue;
      // Another try is a new refund, which may name the same units.
      for (const auto& units : each.lines)
        line(units.line).refunded_units -= units.units;
    }
  }

  void operator()(const return_requested& e) const {
    state.returns.push_back({.id = e.id, .lines = e.lines});
    for (const auto& units : e.lines) line(units.line).in_return += units.units;
  }

  void operator()(const return_received& e) const {
    for (auto& each : state.returns) {
      if (each.id != e.id) continue;
      quantity asked;
      quantity came;
      for (const auto& units : e.lines) {
        auto& of = line(units.line);
        const auto moved = units.from_delivered + units.from_shipped;
        of.buckets.delivered -= units.from_delivered;
        of.buckets.shipped -= units.from_shipped;
        of.buckets.returned += moved;
        of.in_return -= moved;
        take_from_delivered(*state.line_index(units.line),
                            units.from_delivered);
        each.received.push_back(units);
      }
      for (const auto& units : each.lines) asked += units.units;
      for (const auto& units : each.received)
        came += units.from_delivered + units.from_shipped;
      each.status =
          came >= asked ? return_status::closed : return_status::received;
    }
  }

  void operator()(const return_declined& e) const {
    for (auto& each : state.returns) {
      if (each.id != e.id) continue;
      each.status = return_status::declined;
      for (const auto& units : each.lines)
        line(units.line).in_return -= units.units;
    }
  }

  void operator()(const notification_recorded& e) const {
    // Told once per order, whichever plan splits it.
    if (e.kind == "order.split") state.split_told = true;
    if (e.kind == "capture.requested") state.capture_requested += e.amount;
  }

  void operator()(const alert_raised& e) const {
    // The next one is due 24 hours after it.
    if (e.kind == "order.stuck") state.stuck_alert_at = time;
    oms::apply(state.open_alerts, e);
  }

  void operator()(const alert_resolved& e) const {
    oms::apply(state.open_alerts, e);
  }

  void operator()(const label_added& e) const {
    work(e.fulfillment).labels.push_back({.bought = e.bought});
  }

  void operator()(const label_voided& e) const {
    for (auto& each : work(e.fulfillment).labels)
      if (each.bought.id == e.label) each.voided = true;
  }

  void operator()(const backorder_dated& e) const {
    line(e.line).told = e.expected;
  }

  void operator()(const backorder_answered& e) const {
    // An answer about units that do not wait (any more) is in the timeline
    // alone.
    auto& of = line(e.line);
    of.answer = e.choice;
    end_wait(of);
  }

  // Both timelines show it, and nothing else depends on it.
  void operator()(const order_related&) const {}

  void operator()(const notification_attempted& e) const {
    state.deliveries.push_back(
        {e.notification, e.channel, e.attempt, e.outcome});
  }

  void operator()(const reservation_claimed&) const {
    state.takes_over = false;
  }
  void operator()(const alert_acknowledged& e) const {
    state.acknowledged.push_back(e.alert);
    oms::apply(state.open_alerts, e);
  }

  // Events of other entities have timelines of their own.
  template <class Other>
  void operator()(const Other&) const {
    assert(false && "not an event of an order");
  }
};

}  // namespace

void apply(order_state& state, const event_body& body, timestamp time) {
  std::visit(applier{state, time}, body);
  // Money that comes in is for an edit last, and ends the wait of all units
  // that edits added.
  if (state.edit_due > money{}) {
    state.edit_due = edit_due_of(state);
    if (state.edit_due == money{}) end_wait_for_payment(state);
  }
  // Also for events that change nothing else: the version is the event's place
  // in the timeline.
  ++state.version;
}

order_view view_of(const order_state& state) {
  order_view view;
  view.key = state.key;
  view.body = *state.body;
  view.placed_at = state.placed_at;
  view.number = state.number;
  view.status = state.status;
  view.payment = computed_payment_status(state);
  view.authorized = authorized_of(state);
  view.capture_requested = state.capture_requested;
  view.captured = state.captured;
  view.refunded = state.refunded;
  view.refund_requested = state.refund_requested;
  // Handed on, since each of these sums would go over all lines again.
  view.total = total_of(state);
  view.due = due_of(state, view.total);
  view.overpaid = overpaid_of(state, view.total);
  view.version = state.version;
  for (const auto& line : state.lines) {
    view.lines.push_back(
        {line.ordered, line.buckets, line.unfillable, line.awaiting_payment});
    view.body.lines.push_back(line.ordered);
  }
  for (const auto& work : state.fulfillments) {
    fulfillment_view shown{.id = work.id,
                           .source = work.source,
                           .status = computed_status(state, work),
                           .expected_ship = work.expected_ship,
                           .expected_delivery = work.expected_delivery};
    for (const auto& line : work.lines) {
      const auto& ordered = state.lines[line.line].ordered;
      // What was moved away or cancelled is not work of this fulfillment.
      shown.lines.push_back(
          {.line = ordered.line,
           .sku = ordered.sku,
           .units = line.allocated + line.picked + line.shipped,
           .picked = line.picked,
           .shipped = line.shipped,
           .cancel_requested = line.cancel_requested});
    }
    for (const auto& label : work.labels)
      shown.labels.push_back({label.bought, label.voided});
    view.fulfillments.push_back(std::move(shown));
  }
  for (const auto& each : state.shipments) {
    shipment_view shown{.id = each.id,
                        .fulfillment = each.fulfillment,
                        .carrier = each.carrier,
                        .tracking = each.tracking,
                        .status = each.status,
                        .news = each.news};
    for (const auto& line : each.lines) {
      const auto& ordered = state.lines[line.line].ordered;
      shown.lines.push_back({ordered.line, ordered.sku, line.units});
    }
    view.shipments.push_back(std::move(shown));
  }
  for (const auto& each : state.refunds)
    view.refunds.push_back({each.id, each.requested, each.status, each.reason});
  for (const auto& each : state.returns) {
    return_view shown{each.id, each.status, each.lines, {}};
    // Which bucket they left is for the trail, not for this view.
    for (const auto& units : each.received)
      shown.received.push_back({units.line, units.sku,
                                units.from_delivered + units.from_shipped,
                                units.condition});
    view.returns.push_back(std::move(shown));
  }
  for (const auto& each : state.holds)
    view.holds.push_back({each.id, each.reason});
  return view;
}

std::vector<queue_view> waiting_lines(const order_state& state) {
  std::vector<queue_view> waiting;
  for (const auto& line : state.lines)
    if (line.buckets.backordered > quantity{0})
      waiting.push_back({.line = line.ordered.line,
                         .sku = line.ordered.sku,
                         .units = line.buckets.backordered,
                         .answer = line.answer});
  return waiting;
}

}  // namespace oms::order
