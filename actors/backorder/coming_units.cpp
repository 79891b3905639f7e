#include "actors/backorder/coming_units.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "messages/time_text.hpp"

namespace oms::backorder {

bool is_past(const due_day& due, const network& net, timestamp now) {
  const auto* place = due.location.empty()
                          ? nullptr
                          : net.find({source_kind::location, due.location});
  return due.day < (place == nullptr || !place->calendar
                        ? date_of(now)
                        : place->calendar->today(now));
}

queue_rank last_rank_of(std::int64_t priority) {
  return {-priority, timestamp::max(),
          std::numeric_limits<std::uint64_t>::max(),
          std::numeric_limits<std::size_t>::max()};
}

bool may_wait_for(const network_source& from, const routing_rules& rules,
                  const brand_id& brand, const std::string& country,
                  const std::vector<source_ref>& unable) {
  return from.settings.active && from.serves_brand(brand) &&
         from.serves_country(country) &&
         network::tier_of(rules, from.settings.kind) >= 0 &&
         std::find(unable.begin(), unable.end(), from.ref) == unable.end();
}

std::vector<coming_units::claim> summed_by_priority(
    const std::vector<coming_units::claim>& claims) {
  std::map<std::pair<std::int64_t, std::size_t>, quantity> sums;
  for (const auto& each : claims)
    sums[{each.rank.negative_priority, each.of}] += each.units;
  std::vector<coming_units::claim> summed;
  summed.reserve(sums.size());
  for (const auto& [key, units] : sums)
    summed.push_back({{key.first, timestamp::min(), 0, 0}, key.second, units});
  return summed;
}

arrivals arrivals_of(const coming_units& coming, quantity units,
                     const would_wait& who, const routing_rules& rules,
                     const network& net, timestamp now) {
  std::vector<quantity> left;
  left.reserve(coming.supplies.size());
  for (const auto& each : coming.supplies) left.push_back(each.units);
  for (const auto& each : coming.claims) {
    if (each.rank >= who.rank) break;
    if (each.rank.number != who.rank.number) left[each.of] -= each.units;
  }
  const auto may_come_from = [&](const network_source& from) {
    return may_wait_for(from, rules, who.brand, who.country, who.unable) &&
           (rules.max_shipments == 0 || who.sources.contains(from.ref) ||
            static_cast<std::int64_t>(who.sources.size()) <
                rules.max_shipments);
  };
  arrivals found;
  const coming_units::supply* last = nullptr;
  for (std::size_t i = 0; i < left.size() && units > quantity{0}; ++i) {
    const auto& supply = coming.supplies[i];
    const auto* from = net.find(supply.from);
    if (left[i] <= quantity{0} || from == nullptr || !may_come_from(*from))
      continue;
    const auto taken = std::min(units, left[i]);
    units -= taken;
    last = &supply;
    arrival part{.at = supply.from, .day = supply.expected, .units = taken};
    if (part.day && is_past({*part.day, supply.from.id}, net, now))
      part.day.reset();
    found.parts.push_back(std::move(part));
  }
  // A receipt that is overdue gives no date, and none replaces it.
  if (last != nullptr && units == quantity{0} && last->expected) {
    if (found.parts.back().day)
      found.due = {*found.parts.back().day, last->from.id};
    return found;
  }
  if (coming.restock_date && !is_past({*coming.restock_date, {}}, net, now))
    found.due = {*coming.restock_date, {}};
  if (units > quantity{0})
    found.parts.push_back(
        {.at = {},
         .day = found.due ? std::optional(found.due->day) : std::nullopt,
         .units = units});
  return found;
}

}  // namespace oms::backorder
