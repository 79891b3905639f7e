#include "actors/order/cancel.hpp"

#include <algorithm>
#include <map>

#include "actors/faults.hpp"
#include "actors/order/price.hpp"
#include "actors/order/reference.hpp"

namespace oms::order {

namespace {

// Units whose cancellation is requested already can't be cancelled once more.
// Requests count allocated units first, so the rest of them is picked.
quantity cancellable_at(const fulfillment_line& line) {
  return line.allocated - std::min(line.allocated, line.cancel_requested);
}

// Draws units from one fulfillment into what is promised, or into what the
// source is asked for. `wanted` is by the index of the line and shrinks.
void draw(const fulfillment& work, const order_state& state,
          std::map<std::size_t, quantity>& wanted,
          std::vector<fulfillment_units>& promised,
          std::vector<cancel_requested>& asked) {
  fulfillment_units gone{work.id, work.source, {}};
  cancel_requested request{.fulfillment = work.id,
                           .source = work.source,
                           .lines = {},
                           .reason = {},
                           .note = {}};
  for (const auto& line : work.lines) {
    auto& open = wanted[line.line];
    const auto units = std::min(open, cancellable_at(line));
    if (units <= quantity{0}) continue;
    open -= units;
    const auto& ordered = state.lines[line.line].ordered;
    if (needs_consent(work))
      request.lines.push_back({ordered.line, ordered.sku, units});
    else
      gone.lines.push_back({ordered.line, ordered.sku, units, quantity{0}});
  }
  if (!gone.lines.empty()) promised.push_back(std::move(gone));
  if (!request.lines.empty()) asked.push_back(std::move(request));
}

bool has_no_live_unit(const order_state& state) {
  return std::all_of(state.lines.begin(), state.lines.end(),
                     [](const order_line_state& line) {
                       return line.buckets.cancelled == line.ordered.units;
                     });
}

}  // namespace

bool needs_consent(const fulfillment& work) {
  const bool third_party = work.place == source_type::three_pl ||
                           work.place == source_type::dropship;
  return third_party && work.accepted;
}

void take_out(order_change& change, units_cancelled gone) {
  // What the units are worth is how far the total drops: with discounts and odd
  // cents, no price times a quantity says it.
  const auto total_before = total_of(change.state());
  const auto reason = gone.reason;
  change.emit(std::move(gone));
  const auto& state = change.state();
  if (!has_no_live_unit(state))
    change.notify("order.partiallyCancelled", std::to_string(state.version),
                  reason);
  refund_what_left(change, total_before, reason);
}

void refund_what_left(order_change& change, money total_before,
                      const std::string& reason) {
  const auto& state = change.state();
  const auto total = total_of(state);
  const bool all_gone = has_no_live_unit(state);
  // So the timeline has the status ahead of the refund that follows from it.
  change.walk_to_status();
  // With the last unit everything goes back, shipping and overpayment too:
  // what has shipped can't be cancelled, so nothing has. Otherwise no more goes
  // back than the units were worth: what was overpaid before stays until a
  // refund of a stated amount gives it back.
  const auto held = state.captured - state.refunded - state.refund_requested;
  change.owe(all_gone ? held : std::min(held - total, total_before - total),
             reason);
}

std::vector<line_choice> cancellable_units(const order_state& state) {
  std::vector<quantity> promised(state.lines.size());
  for (const auto& work : state.fulfillments)
    for (const auto& line : work.lines)
      promised[line.line] += cancellable_at(line);
  std::vector<line_choice> units;
  for (std::size_t i = 0; i < state.lines.size(); ++i) {
    const auto& in = state.lines[i].buckets;
    const auto can_go = in.unrouted + in.backordered + promised[i];
    if (can_go > quantity{0})
      units.push_back({state.lines[i].ordered.line, can_go});
  }
  return units;
}

std::vector<line_choice> units_awaiting_payment(const order_state& state) {
  std::vector<line_choice> units;
  for (const auto& line : state.lines)
    if (line.awaiting_payment > quantity{0})
      units.push_back({line.ordered.line, line.awaiting_payment});
  return units;
}

cancellation cancellation_of(const order_state& state,
                             const std::vector<line_choice>& wanted,
                             const std::string& reason, const std::string& note,
                             const std::string& reference) {
  cancellation made{.gone = {.lines = {},
                             .promised = {},
                             .reason = reason,
                             .note = note,
                             .reference = reference},
                    .asked = {}};
  auto& [gone, asked] = made;
  // By line, because a command may name a line more than once.
  std::map<std::size_t, quantity> open;
  for (const auto& chosen : wanted)
    open[*state.line_index(chosen.line)] += chosen.units;
  for (auto& [index, units] : open) {
    const auto& line = state.lines[index];
    const auto unrouted = std::min(units, line.buckets.unrouted);
    units -= unrouted;
    const auto waiting = std::min(units, line.buckets.backordered);
    units -= waiting;
    if (unrouted + waiting > quantity{0})
      gone.lines.push_back(
          {line.ordered.line, line.ordered.sku, unrouted, waiting});
  }
  // The newest first, as docs/DOMAIN.md says.
  for (auto work = state.fulfillments.rbegin();
       work != state.fulfillments.rend(); ++work)
    draw(*work, state, open, gone.promised, asked);
  for (auto& request : asked) {
    request.reason = reason;
    request.note = note;
    request.reference = reference;
  }
  return made;
}

void cancel_units(order_change& change, const std::vector<line_choice>& wanted,
                  const std::string& reason, const std::string& note,
                  const std::string& reference) {
  auto made = cancellation_of(change.state(), wanted, reason, note, reference);
  // One event for all that goes at once, and so one refund.
  if (!made.gone.lines.empty() || !made.gone.promised.empty())
    take_out(change, std::move(made.gone));
  for (auto& request : made.asked) change.emit(std::move(request));
}

void cancel_promised(order_change& change, const fulfillment& work,
                     const std::vector<line_choice>& units) {
  if (units.empty()) return;
  const auto& state = change.state();
  fulfillment_units gone{work.id, work.source, {}};
  for (const auto& each : units) {
    const auto& ordered = state.lines[*state.line_index(each.line)].ordered;
    // The picked ones among them were put back just now.
    gone.lines.push_back({ordered.line, ordered.sku, each.units, quantity{0}});
  }
  take_out(change, {.lines = {},
                    .promised = {std::move(gone)},
                    .reason = work.cancel_reason,
                    .note = work.cancel_note});
}

order_decision decide(const order_state& state, const cancel_order& command,
                      timestamp now) {
  order_change change(state, now);
  if (is_among(state.cancel_references, command.reference))
    return change.finish();
  const auto can_go = cancellable_units(state);
  if (!command.lines) {
    if (state.status == order_status::cancelled) return change.finish();
    if (can_go.empty())
      return refuse(error_code::quantity_too_great,
                    "nothing of the order can be cancelled any more");
    cancel_units(change, can_go, command.reason, command.note,
                 command.reference);
    return change.finish();
  }
  const auto& lines = *command.lines;
  // All lines before any quantity: of several faults, `invalid` is the answer.
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!state.line_index(lines[i].line))
      return refuse(error_code::invalid, "is not a line of the order",
                    "lines[" + std::to_string(i) + "].line");
  std::map<line_id, quantity> left;
  for (const auto& each : can_go) left[each.line] = each.units;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Taken off what is left, so that no sum overflows.
    auto& able = left[lines[i].line];
    if (lines[i].units > able)
      return refuse(error_code::quantity_too_great,
                    "more units than can be cancelled",
                    "lines[" + std::to_string(i) + "].quantity");
    able -= lines[i].units;
  }
  cancel_units(change, lines, command.reason, command.note, command.reference);
  return change.finish();
}

}  // namespace oms::order
