#pragma once

/// Countries by the names that shops write.
///
/// Order files name countries in words; routing needs the ISO 3166-1 code, and
/// a point to measure distances to. The points are from the CIA World Factbook,
/// geographic coordinates of countries, rounded to half a degree. The United
/// Kingdom is at its centre of population (Appleby Parva), since most orders of
/// the data are from there.

#include <optional>
#include <string_view>

#include "messages/ids.hpp"

namespace oms::replay {

struct country {
  std::string_view name;
  /// Two letters.
  std::string_view code;
  coordinates position;
};

/// By name or code, in any case; none for "Unspecified" and the like.
[[nodiscard]] const country* find_country(std::string_view name);

}  // namespace oms::replay
