// Doubles of what lies between entities: the backorder queue, messages,
// recovery.

#include <utility>

#include "actors/backorder/backorder_queue.hpp"
#include "actors/history/recovery.hpp"
#include "actors/invariants.hpp"
#include "actors/outbox.hpp"
#include "tests/mutants/mutation.hpp"
#include "tests/mutants/recovering.hpp"
#include "tests/mutants/wrapping.hpp"

namespace oms::tests {

// --- judges -----------------------------------------------------------------

namespace {
bool recovers = false;
bool judges = false;
}  // namespace

bool recovering() { return recovers || judges; }
bool judging() { return judges; }

OMS_DOUBLE(violations_of, oms::violations_of,
           std::vector<violation>(const collection&,
                                  const persistence::log_store&));

std::vector<violation> double_of_violations_of(
    const collection& all, const persistence::log_store& store) {
  judges = true;
  auto found = real_violations_of(all, store);
  judges = false;
  return found;
}

// --- the backorder queue ----------------------------------------------------

OMS_MEMBER_DOUBLE(
    enter, backorder::backorder_queue::enter,
    backorder::backorder_queue::entered (backorder::backorder_queue::*)(
        const backorder::queued_order&, const line_id&, std::size_t, quantity,
        bool, const std::optional<date>&),
    backorder::backorder_queue::entered(backorder::backorder_queue*,
                                        const backorder::queued_order&,
                                        const line_id&, std::size_t, quantity,
                                        bool, const std::optional<date>&));
OMS_MEMBER_DOUBLE(
    adjust, backorder::backorder_queue::adjust,
    void (backorder::backorder_queue::*)(const backorder::queued_order&,
                                         const line_id&, std::size_t, quantity,
                                         const std::optional<date>&),
    void(backorder::backorder_queue*, const backorder::queued_order&,
         const line_id&, std::size_t, quantity, const std::optional<date>&));
OMS_MEMBER_DOUBLE(
    seek, backorder::backorder_queue::seek,
    backorder::backorder_queue::sought (backorder::backorder_queue::*)(
        const std::vector<backorder::supply_offer>&, const network&,
        const backorder::slice_size&),
    backorder::backorder_queue::sought(
        backorder::backorder_queue*,
        const std::vector<backorder::supply_offer>&, const network&,
        const backorder::slice_size&));
OMS_MEMBER_DOUBLE(
    serve, backorder::backorder_queue::serve,
    backorder::backorder_queue::served (backorder::backorder_queue::*)(
        const backorder::supply_offer&, const network&, bool,
        const backorder::slice_size&),
    backorder::backorder_queue::served(backorder::backorder_queue*,
                                       const backorder::supply_offer&,
                                       const network&, bool,
                                       const backorder::slice_size&));

// Says that the line waits, and forgets it: it enters a copy of the queue.
backorder::backorder_queue::entered double_of_enter(
    backorder::backorder_queue* line, const backorder::queued_order& order,
    const line_id& id, std::size_t index, quantity units, bool unchecked,
    const std::optional<date>& told) {
  if (unchecked || !is_on(mutation::never_waits))
    return real_enter(line, order, id, index, units, unchecked, told);
  auto elsewhere = *line;
  spoilt();
  return real_enter(&elsewhere, order, id, index, units, unchecked, told);
}

void double_of_adjust(backorder::backorder_queue* line,
                      const backorder::queued_order& order, const line_id& id,
                      std::size_t index, quantity delta,
                      const std::optional<date>& told) {
  if (delta < quantity{0} && is_on(mutation::cancelled_and_still_waiting)) {
    spoilt();
    return;
  }
  real_adjust(line, order, id, index, delta, told);
}

backorder::backorder_queue::sought double_of_seek(
    backorder::backorder_queue* line,
    const std::vector<backorder::supply_offer>& supplies, const network& net,
    const backorder::slice_size& most) {
  const auto found = real_seek(line, supplies, net, most);
  if (!found.supply || !is_on(mutation::wake_up_is_lost)) return found;
  spoilt();
  return {.supply = std::nullopt, .is_over = true};
}

// Serves the queue while the first order that could be served is missing from
// it, and puts that order back.
backorder::backorder_queue::served double_of_serve(
    backorder::backorder_queue* line, const backorder::supply_offer& supply,
    const network& net, bool has_grown, const backorder::slice_size& most) {
  if (is_on(mutation::newest_is_served_first) && line->entries().size() > 1) {
    auto tried = *line;
    const auto slice = real_serve(&tried, supply, net, has_grown, most);
    if (slice.takers.size() == 1) {
      const auto first = slice.takers.front();
      for (const auto& [rank, entry] : line->entries()) {
        if (entry.order.key != first.order || entry.line != first.line.line)
          continue;
        const auto units = entry.units;
        const auto order = entry.order;
        const auto id = entry.line;
        const auto index = entry.line_index;
        const auto told = entry.told;
        real_adjust(line, order, id, index, -units, told);
        auto others = real_serve(line, supply, net, has_grown, most);
        real_adjust(line, order, id, index, units, told);
        if (!others.takers.empty()) {
          spoilt();
          return others;
        }
        break;
      }
    }
  }
  return real_serve(line, supply, net, has_grown, most);
}

// --- messages and recovery --------------------------------------------------

OMS_DOUBLE(consequences_of, oms::consequences_of,
           consequences(const entity_ref&, const event_body&,
                        const std::optional<event_cause>&));
OMS_DOUBLE(recover, oms::history::recover,
           result<history::recovered_state>(const persistence::log_store&));

// Recovery asks for the messages by another function, so it still knows what
// was sent, and invariant 8 sees the difference.
consequences double_of_consequences_of(
    const entity_ref& sender, const event_body& body,
    const std::optional<event_cause>& cause) {
  if (!std::holds_alternative<fulfillment_accepted>(body) ||
      !is_on(mutation::instruction_is_lost))
    return real_consequences_of(sender, body, cause);
  spoilt();
  return {};
}

result<history::recovered_state> double_of_recover(
    const persistence::log_store& store) {
  recovers = true;
  auto state = real_recover(store);
  recovers = false;
  if (!state || judging()) return state;
  auto& under_way = state->in_flight;
  if (is_on(mutation::recovery_drops_a_message) && !under_way.empty()) {
    spoilt();
    under_way.pop_back();
  }
  if (is_on(mutation::recovery_repeats_messages) && !under_way.empty()) {
    spoilt();
    const auto again = under_way;
    under_way.insert(under_way.end(), again.begin(), again.end());
  }
  if (is_on(mutation::recovery_drops_an_order) && !state->orders.empty()) {
    spoilt();
    state->orders.erase(state->orders.begin());
  }
  return state;
}

}  // namespace oms::tests
