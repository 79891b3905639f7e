#include "messages/codec/logged_decision.hpp"

#include <utility>

namespace oms::codec {

namespace {

using listed = std::vector<sku_quantity>;

/// The units of `some` by their place in `asked`; nothing if they are not some
/// of these SKUs in their order, each with units.
void list_by_place(const listed& some, const listed& asked,
                   std::vector<quantity>& units) {
  units.clear();
  auto next = some.begin();
  for (const auto& each : asked) {
    if (next == some.end()) return;
    const bool is_it = next->sku == each.sku && next->units != quantity{0};
    units.push_back(is_it ? (next++)->units : quantity{0});
  }
  if (next != some.end()) units.clear();
}

/// By place where that says all, and otherwise as it is.
void list(const listed& some, const listed& asked,
          std::vector<quantity>& by_place, listed& as_it_is) {
  list_by_place(some, asked, by_place);
  if (by_place.empty())
    as_it_is = some;
  else
    as_it_is.clear();
}

listed by_sku(const std::vector<quantity>& units, const listed& asked) {
  listed some;
  for (std::size_t i = 0; i < units.size() && i < asked.size(); ++i)
    if (units[i] != quantity{0}) some.push_back({asked[i].sku, units[i]});
  return some;
}

}  // namespace

void to_logged(const routing_decision& decision, logged_decision& stored) {
  const auto& asked = *decision.asked;
  stored.rules_version = decision.rules_version;
  stored.asked = asked;
  stored.objectives = decision.objectives;
  stored.uncovered = decision.uncovered;
  stored.exact = decision.exact;
  stored.candidates.resize(decision.candidates.size());
  auto made = stored.candidates.begin();
  for (const auto& each : decision.candidates) {
    made->source = each.source;
    made->tier = each.tier;
    made->outcome = each.outcome;
    made->gives_all =
        !each.could_give->empty() && each.could_give == decision.asked;
    if (made->gives_all) {
      made->could_give.clear();
      made->could_give_listed.clear();
    } else {
      list(*each.could_give, asked, made->could_give, made->could_give_listed);
    }
    list(each.taken, asked, made->taken, made->taken_listed);
    ++made;
  }
}

routing_decision from_logged(logged_decision stored) {
  routing_decision decision{.rules_version = stored.rules_version,
                            .asked = std::move(stored.asked),
                            .candidates = {},
                            .objectives = std::move(stored.objectives),
                            .uncovered = std::move(stored.uncovered),
                            .exact = stored.exact};
  decision.candidates.reserve(stored.candidates.size());
  for (auto& each : stored.candidates) {
    auto& made = decision.candidates.emplace_back();
    made.source = std::move(each.source);
    made.tier = each.tier;
    made.outcome = each.outcome;
    if (each.gives_all)
      made.could_give = decision.asked;
    else
      made.could_give = each.could_give_listed.empty()
                            ? by_sku(each.could_give, *decision.asked)
                            : std::move(each.could_give_listed);
    made.taken = each.taken_listed.empty() ? by_sku(each.taken, *decision.asked)
                                           : std::move(each.taken_listed);
  }
  return decision;
}

}  // namespace oms::codec
