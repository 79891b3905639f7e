// Doubles of what an order decides and applies.

#include <algorithm>
#include <functional>
#include <utility>

#include "actors/order/backorder.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/change.hpp"
#include "actors/order/notification.hpp"
#include "actors/order/order.hpp"
#include "actors/order/payment.hpp"
#include "actors/order/place.hpp"
#include "actors/order/plan.hpp"
#include "actors/order/price.hpp"
#include "actors/order/reservation.hpp"
#include "actors/order/status.hpp"
#include "actors/order/stuck.hpp"
#include "actors/order/work.hpp"
#include "tests/mutants/mutation.hpp"
#include "tests/mutants/wrapping.hpp"

// A double has the type of the function that it replaces.
// NOLINTBEGIN(performance-unnecessary-value-param)

namespace oms::tests {

namespace {

// The same events, changed, from the same state.
order::order_outcome changed(
    const order_state& from, order::order_outcome outcome,
    const std::function<void(std::vector<event_body>&)>& how) {
  how(outcome.events);
  outcome.next = from;
  for (const auto& body : outcome.events)
    order::apply(outcome.next, body, outcome.at);
  return outcome;
}

}  // namespace

// --- commands ---------------------------------------------------------------

OMS_DOUBLE(place, oms::order::decide,
           order::order_decision(const order_state&, const place_order&,
                                 std::uint64_t, plan_moment, timestamp,
                                 std::span<const order_id>));
OMS_DOUBLE(pay, oms::order::decide,
           order::order_decision(const order_state&, const record_payment&,
                                 plan_moment, timestamp));
OMS_DOUBLE(cancel, oms::order::decide,
           order::order_decision(const order_state&, const cancel_order&,
                                 timestamp));
OMS_DOUBLE(answer_backorder, oms::order::decide,
           order::order_decision(const order_state&, const answer_backorder&,
                                 timestamp));
OMS_DOUBLE(deliver, oms::order::decide,
           order::order_decision(const order_state&,
                                 const deliver_notification&, timestamp));
OMS_DOUBLE(request_refund, oms::order::decide,
           order::order_decision(const order_state&, const request_refund&,
                                 timestamp));
OMS_DOUBLE(work, oms::order::decide,
           order::order_decision(const order_state&, const work_fulfillment&,
                                 const order::receipts_reader&, timestamp));

// An order that is there already is placed once more.
order::order_decision double_of_place(const order_state& state,
                                      const place_order& command,
                                      std::uint64_t number, plan_moment plan_on,
                                      timestamp now,
                                      std::span<const order_id> existing) {
  if (!is_on(mutation::placed_again) || !state.exists())
    return real_place(state, command, number, plan_on, now, existing);
  order_state fresh;
  fresh.key = state.key;
  auto decision = real_place(fresh, command, number, plan_on, now, existing);
  if (!decision) return decision;
  spoilt();
  return changed(state, std::move(*decision), [](auto&) {});
}

order::order_decision double_of_pay(const order_state& state,
                                    const record_payment& command,
                                    plan_moment plan_on, timestamp now) {
  const auto& known = state.payment_references;
  if (!is_on(mutation::payment_counts_again) ||
      std::find(known.begin(), known.end(), command.reference) == known.end())
    return real_pay(state, command, plan_on, now);
  auto forgetful = state;
  forgetful.payment_references.clear();
  auto decision = real_pay(forgetful, command, plan_on, now);
  if (!decision) return decision;
  spoilt();
  return changed(state, std::move(*decision), [](auto&) {});
}

order::order_decision double_of_cancel(const order_state& state,
                                       const cancel_order& command,
                                       timestamp now) {
  auto decision = real_cancel(state, command, now);
  if (!decision || !is_on(mutation::cancel_takes_too_much)) return decision;
  return changed(state, std::move(*decision), [](auto& events) {
    for (auto& body : events)
      if (auto* gone = std::get_if<units_cancelled>(&body);
          gone != nullptr && !gone->lines.empty()) {
        gone->lines.front().from_unrouted += quantity{1};
        spoilt();
      }
  });
}

order::order_decision double_of_answer_backorder(
    const order_state& state, const answer_backorder& command, timestamp now) {
  auto decision = real_answer_backorder(state, command, now);
  if (!decision || !is_on(mutation::answer_cancels_too_much)) return decision;
  return changed(state, std::move(*decision), [](auto& events) {
    for (auto& body : events)
      if (auto* gone = std::get_if<units_cancelled>(&body)) {
        gone->lines.front().from_backordered += quantity{1};
        spoilt();
      }
  });
}

// The first `dead` of a notification is not the only one that raises an alert.
order::order_decision double_of_deliver(const order_state& state,
                                        const deliver_notification& command,
                                        timestamp now) {
  const auto is_dead = [&command](const notification_outcome& each) {
    return each.notification == command.notification &&
           each.outcome == delivery_outcome::dead;
  };
  if (command.outcome != delivery_outcome::dead ||
      std::none_of(state.deliveries.begin(), state.deliveries.end(), is_dead) ||
      !is_on(mutation::dead_twice))
    return real_deliver(state, command, now);
  auto forgetful = state;
  std::erase_if(forgetful.deliveries, is_dead);
  auto decision = real_deliver(forgetful, command, now);
  if (!decision || decision->events.empty()) return decision;
  spoilt();
  return changed(state, std::move(*decision), [](auto&) {});
}

order::order_decision double_of_request_refund(const order_state& state,
                                               const request_refund& command,
                                               timestamp now) {
  auto decision = real_request_refund(state, command, now);
  if (decision || decision.failure().code != error_code::refund_too_great ||
      !command.amount || !is_on(mutation::refund_beyond_captured))
    return decision;
  spoilt();
  order::order_change change(state, now);
  change.owe(*command.amount, command.reason);
  return change.finish();
}

// A shipment that is known is shipped once more.
order::order_decision double_of_work(const order_state& state,
                                     const work_fulfillment& command,
                                     const order::receipts_reader& receipts,
                                     timestamp now) {
  const auto* known = state.find_shipment(command.shipment);
  if (known == nullptr || command.action != fulfillment_action::ship ||
      !is_on(mutation::shipped_again))
    return real_work(state, command, receipts, now);
  auto forgetful = state;
  forgetful.shipments.clear();
  auto decision = real_work(forgetful, command, receipts, now);
  if (!decision) return decision;
  spoilt();
  return changed(state, std::move(*decision), [](auto&) {});
}

OMS_DOUBLE(to_capture, oms::order::to_capture_of, money(const order_state&));

// A shipment asks for more than what is left of the authorizations.
money double_of_to_capture(const order_state& state) {
  const auto amount = real_to_capture(state);
  if (!is_on(mutation::capture_requested_too_much) || amount == money{})
    return amount;
  spoilt();
  return amount + order::authorized_of(state);
}

// --- what other entities say ------------------------------------------------

OMS_DOUBLE(granted, oms::order::granted,
           order::order_events(order_state&, const reservation&, const network&,
                               timestamp, bool));
OMS_DOUBLE(taken_back, oms::order::taken_back,
           order::order_events(order_state&, const revoked_units&, timestamp));
OMS_DOUBLE(stuck, oms::order::stuck,
           order::order_events(order_state&, timestamp));
OMS_DOUBLE(entered_line, oms::order::entered_backorder_queue,
           order::order_events(order_state&, const std::vector<line_units>&,
                               const std::vector<line_units>&, timestamp,
                               const std::vector<std::pair<line_id, date>>&));
OMS_DOUBLE(units_to_plan, oms::order::units_to_plan,
           std::vector<line_units>(const order_state&, bool));

// Of the last line of a promise one unit is neither taken nor given back.
order::order_events double_of_granted(order_state& state,
                                      const reservation& promise,
                                      const network& net, timestamp now,
                                      bool by_hand) {
  if (!is_on(mutation::grant_is_taken_in_part))
    return real_granted(state, promise, net, now, by_hand);
  auto part = promise;
  part.lines.back().units -= quantity{1};
  spoilt();
  return real_granted(state, part, net, now, by_hand);
}

order::order_events double_of_taken_back(order_state& state,
                                         const revoked_units& loss,
                                         timestamp now) {
  if (!is_on(mutation::loss_is_ignored))
    return real_taken_back(state, loss, now);
  spoilt();
  return real_taken_back(state, {.source = loss.source, .sku = loss.sku}, now);
}

order::order_events double_of_stuck(order_state& state, timestamp now) {
  auto events = real_stuck(state, now);
  if (!is_on(mutation::alerted_twice)) return events;
  events.push_back(event_body{events.front()});
  order::apply(state, events.back(), now);
  spoilt();
  return events;
}

order::order_events double_of_entered_line(
    order_state& state, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now,
    const std::vector<std::pair<line_id, date>>& expected) {
  if (accepted.empty() || !is_on(mutation::backorder_is_not_noted))
    return real_entered_line(state, accepted, refused, now, expected);
  spoilt();
  return real_entered_line(state, {}, refused, now, expected);
}

std::vector<line_units> double_of_units_to_plan(const order_state& state,
                                                bool unfillable_too) {
  auto units = real_units_to_plan(state, unfillable_too);
  if (units.empty() || !is_on(mutation::nobody_plans)) return units;
  spoilt();
  units.pop_back();
  return units;
}

// --- status, money, effects -------------------------------------------------

OMS_DOUBLE(status_path, oms::order::status_path,
           std::optional<std::vector<order_status>>(order_status,
                                                    order_status));
OMS_MEMBER_DOUBLE(owe, order::order_change::owe,
                  void (order::order_change::*)(money, std::string),
                  void(order::order_change*, money, std::string));
OMS_MEMBER_DOUBLE(notify, order::order_change::notify,
                  void (order::order_change::*)(std::string, std::string,
                                                std::string),
                  void(order::order_change*, std::string, std::string,
                       std::string));

std::optional<std::vector<order_status>> double_of_status_path(
    order_status from, order_status to) {
  auto path = real_status_path(from, to);
  if (!path || path->empty()) return path;
  if (is_on(mutation::status_stands_still)) {
    spoilt();
    path->clear();
  }
  if (is_on(mutation::status_jumps) && path->size() > 1) {
    spoilt();
    path->erase(path->begin(), std::prev(path->end()));
  }
  return path;
}

void double_of_owe(order::order_change* change, money amount,
                   std::string reason) {
  if (amount > money{0} && is_on(mutation::owed_one_too_much)) {
    spoilt();
    amount += money{1};
  }
  real_owe(change, amount, std::move(reason));
}

void double_of_notify(order::order_change* change, std::string kind,
                      std::string subject, std::string text) {
  if (is_on(mutation::notified_twice)) {
    spoilt();
    real_notify(change, kind, subject, text);
  }
  real_notify(change, std::move(kind), std::move(subject), std::move(text));
}

// --- what an event changes --------------------------------------------------

OMS_DOUBLE(apply_to_order, oms::order::apply,
           void(order_state&, const event_body&, timestamp));

void double_of_apply_to_order(order_state& state, const event_body& body,
                              timestamp time) {
  real_apply_to_order(state, body, time);
  const auto* rejected = std::get_if<units_rejected>(&body);
  if (rejected == nullptr || !is_on(mutation::line_loses_a_unit)) return;
  const auto index = state.line_index(rejected->lines.front().line);
  state.lines[*index].buckets.unrouted -= quantity{1};
  spoilt();
}

}  // namespace oms::tests

// NOLINTEND(performance-unnecessary-value-param)
