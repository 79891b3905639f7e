#include <algorithm>
#include <cmath>
#include <numbers>

#include "actors/routing/planner.hpp"

namespace oms::routing {
namespace {

// Mean radius of the earth as the IUGG gives it.
constexpr double earth_radius_km = 6371.0088;

double radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

}  // namespace

double distance_km(const coordinates& a, const coordinates& b) {
  const double north = std::sin(radians(b.latitude - a.latitude) / 2);
  const double east = std::sin(radians(b.longitude - a.longitude) / 2);
  const double h = north * north + std::cos(radians(a.latitude)) *
                                       std::cos(radians(b.latitude)) * east *
                                       east;
  // Rounding can lift h above 1 for antipodes, where asin is undefined.
  return 2 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, h)));
}

}  // namespace oms::routing
