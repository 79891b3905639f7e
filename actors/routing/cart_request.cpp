#include "actors/routing/cart_request.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "actors/expected_dates.hpp"
#include "actors/routing/candidates.hpp"
#include "actors/routing/demand_index.hpp"

namespace oms::routing {

request request_of(const cart& wanted, const network& net,
                   const engine_context& context) {
  request asked;
  const auto& rules = net.rules_of(wanted.brand);
  asked.rules = rules.rules;
  asked.rules_version = rules.version;
  if (!wanted.objectives.empty()) asked.rules.objectives = wanted.objectives;
  asked.ship_to = wanted.ship_to.position;
  asked.lines.reserve(wanted.lines.size());
  for (const auto& line : wanted.lines)
    asked.lines.push_back({line_id{std::to_string(asked.lines.size() + 1)},
                           line.sku, line.units});
  demand_index index;
  index_demand(asked.lines, index);
  std::vector<const stock_board::row*> rows;
  rows.reserve(index.first_line.size());
  for (const auto line : index.first_line)
    rows.push_back(context.board.find(asked.lines[line].sku));

  const auto now = context.now();
  asked.candidates.reserve(net.sources.size());
  for (const auto& source : net.sources) {
    auto& candidate = asked.candidates.emplace_back(candidate_of(source));
    candidate.excluded =
        objection(source, wanted.brand, wanted.ship_to.country);
    if (candidate.excluded != candidate_outcome::not_needed) continue;
    candidate.at_capacity = is_at_capacity(source, context, now);
    candidate.offers.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& sku = asked.lines[index.first_line[i]].sku;
      auto& offer = candidate.offers.emplace_back(
          routing::offer{.free = {}, .unit_cost = {}});
      offer.unit_cost = source.unit_cost(sku);
      if (rows[i] != nullptr) offer.free = rows[i]->available(source.column);
    }
  }
  const auto& objectives = asked.rules.objectives;
  if (std::find(objectives.begin(), objectives.end(), objective::soonest) !=
      objectives.end())
    add_days(asked, wanted, net, now);
  return asked;
}

std::int64_t day_number(const std::optional<date>& expected, timestamp now) {
  if (!expected) return unknown_day;
  const auto first = std::chrono::floor<std::chrono::days>(now) -
                     std::chrono::days(day_of_planning);
  return std::clamp<std::int64_t>((*expected - first).count(), 0,
                                  unknown_day - 1);
}

void add_days(request& to, const cart& wanted, const network& net,
              timestamp now) {
  demand_index index;
  index_demand(to.lines, index);
  const auto& rules = net.rules_of(wanted.brand).rules;
  for (std::size_t i = 0; i < to.candidates.size(); ++i) {
    auto& offers = to.candidates[i].offers;
    for (std::size_t k = 0; k < offers.size(); ++k) {
      const std::array line{to.lines[index.first_line[k]]};
      offers[k].day =
          day_number(dates_of_parcel(net.sources[i], rules, wanted.ship_to,
                                     wanted.shipping.service, line, now)
                         .delivery,
                     now);
    }
  }
}

}  // namespace oms::routing
