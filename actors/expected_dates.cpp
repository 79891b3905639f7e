#include "actors/expected_dates.hpp"

#include "actors/routing/planner.hpp"

namespace oms {

namespace {

using calendar::parcel_dates;

parcel_dates shipped_from(const network_source& from,
                          const routing_rules& rules, const destination& to,
                          const std::string& service, date day_zero) {
  const auto ship = from.calendar->ship_day(day_zero);
  return {ship, ship + days_on_the_way(from, rules, to, service)};
}

}  // namespace

std::chrono::days days_on_the_way(const network_source& from,
                                  const routing_rules& rules,
                                  const destination& to,
                                  const std::string& service) {
  std::optional<double> km;
  if (from.settings.position && to.position)
    km = routing::distance_km(*from.settings.position, *to.position);
  return calendar::transit_days(rules, service, km);
}

parcel_dates dates_from_stock(const network_source& from,
                              const routing_rules& rules, const destination& to,
                              const std::string& service, timestamp now) {
  // A location that is not defined yet.
  if (from.calendar == nullptr) return {};
  return shipped_from(from, rules, to, service, from.calendar->day_zero(now));
}

parcel_dates dates_from_receipt(const network_source& from,
                                const routing_rules& rules,
                                const destination& to,
                                const std::string& service, date expected) {
  if (from.calendar == nullptr) return {};
  return shipped_from(from, rules, to, service, expected);
}

parcel_dates supplier_dates::at(timestamp now) const {
  if (days_ == 0) return {};
  return {.ship = {},
          .delivery = std::chrono::floor<std::chrono::days>(now) +
                      std::chrono::days(days_)};
}

}  // namespace oms
