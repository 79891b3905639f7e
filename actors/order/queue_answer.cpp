#include "actors/order/queue_answer.hpp"

#include <algorithm>
#include <unordered_map>

namespace oms::order {

queue_answer still_holds(const order_state& state,
                         const std::vector<line_units>& accepted,
                         const std::vector<line_units>& refused,
                         bool unfillable_too) {
  queue_answer holds;
  std::unordered_map<line_id, quantity> accepted_of;
  for (auto units : accepted) {
    const auto index = *state.line_index(units.line);
    const auto room = state.lines[index].buckets.unrouted -
                      state.lines[index].awaiting_payment;
    const auto over = std::max(quantity{0}, units.units - room);
    units.units -= over;
    if (over > quantity{0})
      holds.surplus.push_back({units.line, units.sku, over});
    if (units.units <= quantity{0}) continue;
    accepted_of[units.line] += units.units;
    holds.accepted.push_back(std::move(units));
  }
  for (auto units : refused) {
    const auto& line = state.lines[*state.line_index(units.line)];
    auto room = line.buckets.unrouted - line.awaiting_payment;
    if (const auto found = accepted_of.find(units.line);
        found != accepted_of.end())
      room -= found->second;
    // The event states all that is unfillable of a line, and the queue was
    // asked for the rest only.
    if (!unfillable_too) units.units += line.unfillable;
    units.units = std::min(units.units, room);
    // Known already: an event would raise the alert again.
    if (units.units != line.unfillable)
      holds.refused.push_back(std::move(units));
  }
  return holds;
}

}  // namespace oms::order
