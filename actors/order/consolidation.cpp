#include "actors/order/consolidation.hpp"

#include <algorithm>
#include <iterator>

#include "actors/order/plan.hpp"

namespace oms::order {

namespace {

bool is_chosen(const order_state& state, const consolidation_choice& choice) {
  const auto& brand = state.key.brand;
  return choice.brand ? brand == *choice.brand
                      : !choice.other_brands.contains(brand);
}

bool may_serve(const network_source& source, const order_state& state,
               const routing_rules& rules) {
  return source.settings.active && source.serves_brand(state.key.brand) &&
         source.serves_country(state.body->ship_to.country) &&
         network::tier_of(rules, source.settings.kind) >= 0;
}

bool names_sku(const fulfillment_units& part, const sku_id& sku) {
  return std::any_of(
      part.lines.begin(), part.lines.end(),
      [&sku](const work_units& line) { return line.sku == sku; });
}

// The units of a line that nobody has moved there; the newest count as moved.
void leave_moved_by_hand(const order_state& state,
                         std::vector<fulfillment_units>& movable) {
  for (auto& part : movable) {
    const auto* work = state.find_fulfillment(part.fulfillment);
    for (const auto& line : work->lines) {
      if (line.by_hand == quantity{0}) continue;
      const auto& id = state.lines[line.line].ordered.line;
      for (auto& each : part.lines)
        if (each.line == id)
          each.from_allocated -= std::min(each.from_allocated, line.by_hand);
    }
    std::erase_if(part.lines, [](const work_units& each) {
      return each.from_allocated == quantity{0};
    });
  }
  std::erase_if(movable, [](const fulfillment_units& part) {
    return part.lines.empty();
  });
}

}  // namespace

std::vector<fulfillment_units> consolidable_units(const order_state& state,
                                                  bool automatic) {
  auto movable = movable_units(state);
  std::erase_if(movable, [&state](const fulfillment_units& part) {
    return std::find(state.unable.begin(), state.unable.end(), part.source) !=
           state.unable.end();
  });
  if (automatic) leave_moved_by_hand(state, movable);
  return movable;
}

std::int64_t open_parcels(const order_state& state) {
  return std::count_if(
      state.fulfillments.begin(), state.fulfillments.end(),
      [](const fulfillment& work) { return work.remaining() > quantity{0}; });
}

bool may_gain(const order_state& state, const consolidation_choice& choice,
              const network& net, const stock_board& board) {
  if (!is_chosen(state, choice)) return false;
  const auto movable = consolidable_units(state, choice.automatic);
  if (movable.empty()) return false;
  if (!choice.sku.empty() &&
      std::none_of(movable.begin(), movable.end(),
                   [&choice](const fulfillment_units& part) {
                     return names_sku(part, choice.sku);
                   }))
    return false;
  if (open_parcels(state) > 1) return true;
  const auto& rules = net.rules_of(state.key.brand).rules;
  for (const auto& part : movable) {
    const auto* source = net.find(part.source);
    if (source == nullptr || !may_serve(*source, state, rules)) return true;
    for (const auto& line : part.lines) {
      const auto* row = board.find(line.sku);
      if (row == nullptr) continue;
      for (const auto& other : net.sources)
        if (other.ref != part.source &&
            row->available(other.column) > quantity{0} &&
            may_serve(other, state, rules))
          return true;
    }
  }
  return false;
}

}  // namespace oms::order
