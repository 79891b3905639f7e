#include "actors/routing/arriving.hpp"

#include "actors/expected_dates.hpp"

namespace oms::routing {

backorder::arrivals add_expected(waiting_units& to, const arriving_for& whom) {
  const auto coming = whom.context.coming.find(to.sku);
  if (coming == nullptr)
    return {.parts = {{.at = {}, .day = {}, .units = to.units}}, .due = {}};
  auto found = backorder::arrivals_of(*coming, to.units, whom.who, whom.rules,
                                      whom.net, whom.context.now());
  if (!found.due) return found;
  to.expected = found.due->day;
  // A restock date does not say where.
  if (const auto* from =
          found.due->location.empty()
              ? nullptr
              : whom.net.find({source_kind::location, found.due->location}))
    to.expected_delivery = dates_from_receipt(*from, whom.rules, whom.ship_to,
                                              whom.service, found.due->day)
                               .delivery;
  return found;
}

}  // namespace oms::routing
