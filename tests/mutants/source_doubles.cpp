// Doubles of what a source decides and applies.

#include <utility>

#include "actors/source/decide.hpp"
#include "actors/source/source.hpp"
#include "tests/mutants/mutation.hpp"
#include "tests/mutants/recovering.hpp"
#include "tests/mutants/wrapping.hpp"

namespace oms::tests {

// --- promising --------------------------------------------------------------

OMS_DOUBLE(reserve, oms::source::reserve,
           source::reserve_response(source::source_change&,
                                    const source::reserve_request&));
OMS_MEMBER_DOUBLE(offered, source_state::offered,
                  quantity (source_state::*)(const sku_id&) const,
                  quantity(const source_state*, const sku_id&));

namespace {
bool oversells = false;
}

source::reserve_response double_of_reserve(source::source_change& change,
                                           const source::reserve_request& ask) {
  oversells = is_on(mutation::reserve_oversells);
  auto answer = real_reserve(change, ask);
  oversells = false;
  return answer;
}

// One more than there is, while a promise is made.
quantity double_of_offered(const source_state* state, const sku_id& sku) {
  const auto units = real_offered(state, sku);
  if (!oversells || state->item(sku).without_limit) return units;
  spoilt();
  return units + quantity{1};
}

OMS_DOUBLE(settle_offer, oms::source::settle_offer,
           std::vector<source::offer_taker>(source::source_change&,
                                            const source::offer_answer&));

std::vector<source::offer_taker> double_of_settle_offer(
    source::source_change& change, const source::offer_answer& given) {
  if (!is_on(mutation::offer_drops_a_taker) || given.takers.empty())
    return real_settle_offer(change, given);
  spoilt();
  auto fewer = given;
  fewer.takers.pop_back();
  return real_settle_offer(change, fewer);
}

OMS_DOUBLE(let_go, oms::source::let_go,
           void(source::source_change&, const reservation_id&,
                const std::optional<std::vector<sku_quantity>>&,
                release_cause));

void double_of_let_go(source::source_change& change,
                      const reservation_id& reservation,
                      const std::optional<std::vector<sku_quantity>>& lines,
                      release_cause cause) {
  if (is_on(mutation::hold_outlives_its_deadline) &&
      cause == release_cause::expired) {
    spoilt();
    return;
  }
  real_let_go(change, reservation, lines, cause);
}

// --- stock ------------------------------------------------------------------

OMS_DOUBLE(receive_stock, oms::source::decide,
           status(source::source_change&, const receive_stock&));
OMS_DOUBLE(count_stock, oms::source::decide,
           status(source::source_change&, const count_stock&));

status double_of_receive_stock(source::source_change& change,
                               const receive_stock& command) {
  const auto& known = change.state().references;
  if (is_on(mutation::receipt_counts_again) &&
      known.contains({command.reference, command.sku})) {
    spoilt();
    auto another = command;
    another.reference = "";
    return real_receive_stock(change, another);
  }
  if (!is_on(mutation::supply_is_not_offered))
    return real_receive_stock(change, command);
  auto trial = change.state();
  source::source_change tried(trial, change.now());
  const auto decided = real_receive_stock(tried, command);
  if (tried.events().size() < 2) return real_receive_stock(change, command);
  // Received, and free before those who wait are asked.
  spoilt();
  change.emit(tried.events().front());
  return decided;
}

status double_of_count_stock(source::source_change& change,
                             const count_stock& command) {
  const auto& of = change.state().item(command.sku);
  if (!is_on(mutation::count_forgets_promises) || !command.lines.empty() ||
      command.on_hand < quantity{0} || command.on_hand >= of.committed)
    return real_count_stock(change, command);
  spoilt();
  change.emit(stock_counted{command.sku, of.on_hand, command.on_hand});
  return done{};
}

// --- instructions -----------------------------------------------------------

OMS_DOUBLE(follow, oms::source::follow,
           void(source::source_change&, const instruction&));

void double_of_follow(source::source_change& change, const instruction& told) {
  auto other = told;
  if (told.kind == instruction_kind::decommit &&
      is_on(mutation::decommit_is_forgotten))
    for (auto& line : other.lines) line.units = quantity{0};
  if (told.kind == instruction_kind::pick && is_on(mutation::pick_is_forgotten))
    for (auto& line : other.lines) line.picked = quantity{0};
  if (told.kind == instruction_kind::ship &&
      is_on(mutation::ship_leaves_one_behind))
    for (auto& line : other.lines) line.units -= quantity{1};
  if (told.kind == instruction_kind::restock &&
      is_on(mutation::restock_counts_twice))
    for (auto& line : other.restocked) line.sellable += line.sellable;
  if (other.lines != told.lines) spoilt();
  for (std::size_t i = 0; i < told.restocked.size(); ++i)
    if (other.restocked[i] != told.restocked[i]) spoilt();
  real_follow(change, other);
}

// --- what an event changes --------------------------------------------------

OMS_DOUBLE(apply_to_source, oms::source::apply,
           void(source_state&, const event_body&, timestamp));

void double_of_apply_to_source(source_state& state, const event_body& body,
                               timestamp time) {
  const auto* counted = std::get_if<stock_counted>(&body);
  const auto was =
      counted == nullptr ? quantity{} : state.item(counted->sku).adjusted;
  real_apply_to_source(state, body, time);
  if (const auto* shipped = std::get_if<stock_shipped>(&body);
      shipped != nullptr && is_on(mutation::shipped_units_are_not_noted))
    for (const auto& line : shipped->lines) {
      state.stock[line.sku].shipped -= line.units;
      spoilt();
    }
  if (counted != nullptr && is_on(mutation::count_is_not_noted)) {
    auto& of = state.stock[counted->sku];
    if (of.adjusted != was) spoilt();
    of.adjusted = was;
  }
  if (const auto* received = std::get_if<stock_received>(&body);
      received != nullptr && is_on(mutation::reserved_for_nobody)) {
    // No reservation holds it, so nothing would ever free it.
    state.stock[received->sku].reserved += quantity{1};
    spoilt();
  }
  // Only in memory; the log says otherwise.
  if (const auto* safety = std::get_if<safety_stock_set>(&body);
      safety != nullptr && !recovering() &&
      is_on(mutation::safety_stock_is_not_written_down)) {
    state.stock[safety->sku].safety_setting += quantity{1};
    spoilt();
  }
}

}  // namespace oms::tests
