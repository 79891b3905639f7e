#include "actors/order/payment.hpp"

#include <algorithm>

#include "actors/faults.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/price.hpp"
#include "actors/order/reference.hpp"
#include "actors/order/stuck.hpp"
#include "messages/limits.hpp"

namespace oms::order {

namespace {

// Without an amount it is all that is `open`.
result<money> amount_of(const record_payment& command, money open) {
  const auto amount = command.amount.value_or(open);
  if (amount <= money{0})
    return refuse(error_code::invalid,
                  command.amount ? "must be more than 0" : "nothing is open",
                  "amount");
  // What is open is a sum of lines and may be larger than any one amount.
  if (amount.value > limits::max_money_minor_units)
    return refuse(error_code::invalid, "is too large", "amount");
  return amount;
}

// A further start changes nothing, unless it brings another rule to money that
// is there.
order_decision start(order_change& change, const record_payment& command,
                     plan_moment plan_on) {
  const auto& state = change.state();
  const bool is_first =
      !state.payment_started && state.status == order_status::pending;
  if (is_first || (plan_on != state.plan_on && !state.authorizations.empty()))
    change.emit(payment_started{command.reference, plan_on});
  return change.finish();
}

order_decision capture(order_change& change, const record_payment& command,
                       plan_moment plan_on) {
  const auto& state = change.state();
  if (is_among(state.payment_references, command.reference))
    return change.finish();
  const auto given = amount_of(command, uncaptured_of(state, total_of(state)));
  if (!given) return given.failure();
  const auto amount = *given;
  if (!command.authorization.empty() &&
      find_authorization(state, command.authorization) == nullptr)
    return refuse(error_code::not_found, "the order has no such authorization",
                  "authorization");
  const bool was_cancelled = state.status == order_status::cancelled;
  change.emit(payment_captured{amount, command.reference, command.authorization,
                               plan_on});
  // A cancelled order has nothing left to pay for: the money goes back at once,
  // and there is nothing to alert about.
  if (was_cancelled)
    change.owe(std::min(amount, state.captured - state.refunded -
                                    state.refund_requested),
               "captured on a cancelled order");
  else
    tell_if_overpaid(change);
  return change.finish();
}

order_decision authorize(order_change& change, const record_payment& command,
                         plan_moment plan_on) {
  const auto& state = change.state();
  if (find_authorization(state, command.reference) != nullptr)
    return change.finish();
  const auto amount = amount_of(command, unsecured_of(state, total_of(state)));
  if (!amount) return amount.failure();
  change.emit(payment_authorized{*amount, command.reference, plan_on});
  return change.finish();
}

order_decision end_authorization(order_change& change,
                                 const record_payment& command,
                                 plan_moment plan_on) {
  const auto& state = change.state();
  const auto* of = find_authorization(state, command.reference);
  if (of == nullptr)
    return refuse(error_code::not_found, "the order has no such authorization",
                  "reference");
  if (of->ended) return change.finish();
  const bool had_money = of->open > money{};
  change.emit(payment_voided{command.reference, plan_on});
  // Units may be on their way by now, so a person has to look at it.
  const auto missing =
      unsecured_of(state, total_of(state)) - edit_due_of(state);
  if (had_money && missing > money{} && has_entered_planning(state))
    change.emit(alert_raised{
        "payment.unsecured", std::to_string(state.version),
        std::to_string(missing.value) + " of the total is not secured"});
  return change.finish();
}

order_decision fail(order_change& change, const record_payment& command,
                    plan_moment plan_on) {
  const auto& state = change.state();
  // Nothing is left that the payment could have been for.
  if (state.status == order_status::cancelled) return change.finish();
  // That no further attempt will come is news, whatever the reference.
  if (!command.final && is_among(state.failed_references, command.reference))
    return change.finish();
  if (due_of(state, total_of(state), plan_on) == money{})
    return refuse(error_code::invalid_transition,
                  "the order is paid in full; an older attempt has failed");
  // What was promised before an edit is paid.
  const bool was_for_edit =
      edit_due_of(state) > money{} && is_paid_in_full(state);
  change.emit(payment_failed{command.reference, command.final, plan_on});
  // All that can go: of an order that was secured once, units may be picked or
  // shipped by now.
  if (command.final)
    cancel_units(
        change,
        was_for_edit ? units_awaiting_payment(state) : cancellable_units(state),
        "payment failed", "");
  return change.finish();
}

// What a refund gives back, and for which units.
struct refund_terms {
  money amount;
  std::vector<line_units> lines;
};

// The first units of a line count as the cancelled ones, the next as the
// refunded ones. So units are worth the difference of two beginnings of the
// line, and all refunds of a line together give back exactly its value.
result<refund_terms> terms_of_lines(const order_state& state,
                                    const request_refund& command) {
  refund_terms terms;
  const auto values = line_values(state);
  const auto& lines = *command.lines;
  // All lines before any quantity: of several faults, `invalid` is the answer.
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!state.line_index(lines[i].line))
      return refuse(error_code::invalid, "is not a line of the order",
                    "lines[" + std::to_string(i) + "].line");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& chosen = lines[i];
    const auto index = state.line_index(chosen.line);
    const auto& line = state.lines[*index];
    auto given_back = line.buckets.cancelled + line.refunded_units;
    // The command may name the line a second time.
    for (const auto& before : terms.lines)
      if (before.line == chosen.line) given_back += before.units;
    if (chosen.units > line.ordered.units - given_back)
      return refuse(error_code::quantity_too_great,
                    "more units than are left to refund",
                    "lines[" + std::to_string(i) + "].quantity");
    const auto worth = [&](quantity units) {
      return value_of_first(values[*index], line.ordered.units, units);
    };
    terms.amount += worth(given_back + chosen.units) - worth(given_back);
    terms.lines.push_back({chosen.line, line.ordered.sku, chosen.units});
  }
  return terms;
}

}  // namespace

// The money stays until a refund of a stated amount gives it back, or until the
// last unit is cancelled. Only this alert says that there is some.
void tell_if_overpaid(order_change& change) {
  const auto& state = change.state();
  const auto overpaid = overpaid_of(state);
  if (overpaid == money{}) return;
  change.emit(alert_raised{
      "payment.overpaid", std::to_string(state.version),
      std::to_string(overpaid.value) + " more than the order costs"});
}

void request_capture(order_change& change, const shipment_id& shipment) {
  const auto amount = to_capture_of(change.state());
  if (amount == money{}) return;
  change.emit(notification_recorded{"capture.requested", shipment.value,
                                    std::to_string(amount.value), amount});
}

order_decision decide(const order_state& state, const record_payment& command,
                      plan_moment plan_on, timestamp now) {
  order_change change(state, now);
  // Once it has been paid in full, no change of the rules takes that back.
  const bool waits_for_payment =
      state.status == order_status::pending ||
      state.status == order_status::payment_processing;
  if (!waits_for_payment) plan_on = state.plan_on;
  switch (command.event) {
    case payment_event::started:
      return start(change, command, plan_on);
    case payment_event::captured:
      return capture(change, command, plan_on);
    case payment_event::failed:
      return fail(change, command, plan_on);
    case payment_event::authorized:
      return authorize(change, command, plan_on);
    case payment_event::voided:
      return end_authorization(change, command, plan_on);
  }
  return refuse(error_code::invalid, "is not a payment event", "event");
}

order_decision decide(const order_state& state, const request_refund& command,
                      timestamp now) {
  const int named = (command.lines ? 1 : 0) + (command.shipping ? 1 : 0) +
                    (command.amount ? 1 : 0);
  if (named != 1)
    return refuse(error_code::invalid,
                  "a refund names lines, or shipping, or an amount");
  if (is_among(state.refund_references, command.reference))
    return order_outcome{{}, state, now};
  // Part of the shipping is refunded as an amount, so as itself it goes whole,
  // once.
  const bool shipping_given_back = std::any_of(
      state.refunds.begin(), state.refunds.end(), [](const refund& each) {
        return each.shipping && each.status != refund_status::failed;
      });
  if (command.shipping && shipping_given_back)
    return refuse(error_code::refund_too_great,
                  "the shipping has been refunded");
  refund_terms terms;
  if (command.lines) {
    auto by_lines = terms_of_lines(state, command);
    if (!by_lines) return by_lines.failure();
    terms = std::move(*by_lines);
  } else {
    terms.amount =
        command.shipping ? state.body->shipping.price : *command.amount;
  }
  if (terms.amount <= money{0})
    return refuse(error_code::invalid, "there is nothing to refund", "amount");
  // Compared without a sum, so that no amount overflows.
  if (terms.amount > state.captured - state.refunded - state.refund_requested)
    return refuse(error_code::refund_too_great,
                  "more than what is captured and not refunded yet");
  order_change change(state, now);
  const refund_id id{std::to_string(state.refunds.size() + 1)};
  change.emit(refund_requested{.refund = id,
                               .requested = terms.amount,
                               .lines = std::move(terms.lines),
                               .shipping = command.shipping,
                               .reason = command.reason,
                               .reference = command.reference});
  change.notify("refund.requested", id.value,
                std::to_string(terms.amount.value));
  return change.finish();
}

order_decision decide(const order_state& state, const settle_refund& command,
                      timestamp now) {
  order_change change(state, now);
  bool found = false;
  // `state` is what was there before: what is emitted does not change the list
  // that is walked.
  for (const auto& each : state.refunds) {
    if (!command.refund.empty() && each.id != command.refund) continue;
    if (each.status != refund_status::requested) {
      if (command.refund.empty()) continue;
      if ((each.status == refund_status::succeeded) == command.succeeded)
        return change.finish();
      return refuse(error_code::invalid_transition,
                    "the refund is settled the other way");
    }
    found = true;
    change.emit(refund_settled{each.id, command.succeeded});
    if (command.succeeded)
      change.notify("refund.succeeded", each.id.value,
                    std::to_string(each.requested.value));
  }
  if (found) return change.finish();
  if (!command.refund.empty())
    return refuse(error_code::not_found, "no such refund", "refund");
  return refuse(error_code::invalid_transition, "no refund is requested");
}

}  // namespace oms::order
