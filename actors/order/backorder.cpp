#include "actors/order/backorder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/faults.hpp"
#include "actors/order/cancel.hpp"
#include "actors/order/change.hpp"
#include "messages/time_text.hpp"

namespace oms::order {

namespace {

void tell_delay(order_change& change, const line_id& id, date expected) {
  const auto& line = change.state().lines[*change.state().line_index(id)];
  if (line.buckets.backordered == quantity{0} || !line.told ||
      expected <= *line.told)
    return;
  const auto text = std::to_string(line.buckets.backordered.value) + " x " +
                    line.ordered.sku.value + " must wait until " +
                    date_text(expected);
  const auto at = "@" + std::to_string(change.state().version);
  change.emit(backorder_dated{id, expected});
  change.notify("backorder.delayed", id.value + at, text);
}

}  // namespace

// What begins to wait is told to the customer, and what may not wait raises an
// alert. The version in the subject tells a later wait of the same line from
// this one.
order_events entered_backorder_queue(
    order_state& state, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now,
    const std::vector<std::pair<line_id, date>>& expected) {
  auto change = order_change::in_place(state, now);
  const auto at = "@" + std::to_string(state.version);
  if (!accepted.empty()) {
    // Read ahead of the event, which makes all of them wait.
    std::vector<const line_units*> begin_to_wait;
    for (const auto& units : accepted)
      if (state.lines[*state.line_index(units.line)].buckets.backordered ==
          quantity{0})
        begin_to_wait.push_back(&units);
    change.emit(units_backordered{accepted});
    for (const auto* units : begin_to_wait) {
      auto text = std::to_string(units->units.value) + " x " +
                  units->sku.value + " must wait";
      const auto day = std::ranges::find(expected, units->line,
                                         &std::pair<line_id, date>::first);
      if (day != expected.end()) {
        change.emit(backorder_dated{units->line, day->second});
        text += " until " + date_text(day->second);
      }
      change.notify("backorder.created", units->line.value + at,
                    text + "; wait or cancel as you like");
    }
    // Of those that waited before.
    for (const auto& [line, day] : expected) tell_delay(change, line, day);
  }
  if (!refused.empty()) {
    change.emit(units_unfillable{refused});
    // One alert per SKU, and they come by SKU.
    const sku_id* told = nullptr;
    for (const auto& units : refused) {
      if (told != nullptr && *told == units.sku) continue;
      told = &units.sku;
      change.emit(
          alert_raised{"order.unfillable", units.sku.value + at, "unfillable"});
    }
  }
  return change.finish_in_place();
}

order_events delayed(order_state& state, const line_id& line, date expected,
                     timestamp now) {
  auto change = order_change::in_place(state, now);
  if (state.line_index(line)) tell_delay(change, line, expected);
  return change.finish_in_place();
}

order_decision decide(const order_state& state, const answer_backorder& command,
                      timestamp now) {
  const auto index = state.line_index(command.line);
  if (!index)
    return refuse(error_code::invalid, "is not a line of the order", "line");
  order_change change(state, now);
  const auto line = state.lines[*index];
  const auto waiting = line.buckets.backordered;
  const bool cancels = command.choice == backorder_choice::cancel;
  if (cancels && waiting == quantity{0})
    return refuse(error_code::quantity_too_great,
                  "nothing of the line waits any more", "line");
  // The same answer about the same wait is a repetition.
  if (line.answer == command.choice) return change.finish();
  change.emit(backorder_answered{command.line, command.choice});
  if (cancels)
    // What waits, and nothing else of the line: units that are about to be
    // planned may still be had at once.
    take_out(
        change,
        {.lines = {{line.ordered.line, line.ordered.sku, quantity{0}, waiting}},
         .promised = {},
         .reason = "backorder",
         .note = {}});
  else
    change.notify("backorder.answered",
                  command.line.value + "@" + std::to_string(state.version),
                  "wait");
  return change.finish();
}

}  // namespace oms::order
