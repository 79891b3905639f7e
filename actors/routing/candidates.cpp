#include "actors/routing/candidates.hpp"

namespace oms::routing {

candidate candidate_of(const network_source& source) {
  const auto& settings = source.settings;
  return {.source = source.ref,
          .kind = settings.kind,
          .priority = settings.priority,
          .shipment_cost = settings.shipment_cost,
          .cost_per_km = settings.cost_per_km,
          .position = settings.position,
          .offers = {}};
}

candidate_outcome objection(const network_source& source, const brand_id& brand,
                            const std::string& country) {
  if (!source.settings.active) return candidate_outcome::inactive;
  if (!source.serves_brand(brand)) return candidate_outcome::other_brand;
  if (!source.serves_country(country)) return candidate_outcome::other_country;
  return candidate_outcome::not_needed;
}

bool is_at_capacity(const network_source& source, const engine_context& context,
                    timestamp now) {
  const auto capacity = source.settings.daily_capacity;
  if (capacity == 0) return false;
  const auto& load = context.board.load_of(source.column);
  // The date at the place.
  const auto today = source.calendar->today(now);
  return load.day.load(std::memory_order_acquire) ==
             today.time_since_epoch().count() &&
         load.opened.load(std::memory_order_acquire) >= capacity;
}

}  // namespace oms::routing
