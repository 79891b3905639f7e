#pragma once

/// When parcels of the network are expected, by its settings and rules.
///
/// Pure questions about an immutable network; docs/DOMAIN.md, "Expected
/// delivery". What they answer is recorded with the units, so that nothing has
/// to be computed again later.

#include <algorithm>
#include <cstdint>
#include <string>

#include "actors/calendar/calendar.hpp"
#include "actors/network.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"

namespace oms {

/// Days on the way from a location to the customer.
[[nodiscard]] std::chrono::days days_on_the_way(const network_source& from,
                                                const routing_rules& rules,
                                                const destination& to,
                                                const std::string& service);

/// Of a parcel that a location makes of units that it has, planned at `now`.
[[nodiscard]] calendar::parcel_dates dates_from_stock(
    const network_source& from, const routing_rules& rules,
    const destination& to, const std::string& service, timestamp now);

/// Of a parcel that a location makes of units that come in on a day: the day is
/// the one from which handling counts, and no cutoff applies.
[[nodiscard]] calendar::parcel_dates dates_from_receipt(
    const network_source& from, const routing_rules& rules,
    const destination& to, const std::string& service, date expected);

/// Of a parcel with these SKUs that a supplier sends: it is the largest of
/// their lead times, and of a SKU without one nothing is known.
class supplier_dates {
 public:
  explicit supplier_dates(const network_source& from) : from_(from) {}

  void add(const sku_id& sku) {
    days_ = std::max(days_, from_.lead_time_days(sku));
  }
  [[nodiscard]] calendar::parcel_dates at(timestamp now) const;

 private:
  const network_source& from_;
  std::int32_t days_ = 0;
};

/// Of a parcel with these lines, which have a `sku` each, from a location or a
/// supplier.
template <class Lines>
calendar::parcel_dates dates_of_parcel(const network_source& from,
                                       const routing_rules& rules,
                                       const destination& to,
                                       const std::string& service,
                                       const Lines& lines, timestamp now) {
  if (from.ref.kind == source_kind::location)
    return dates_from_stock(from, rules, to, service, now);
  supplier_dates of(from);
  for (const auto& line : lines) of.add(line.sku);
  return of.at(now);
}

}  // namespace oms
