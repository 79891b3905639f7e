#pragma once

/// References of callers, each of which counts once.

#include <algorithm>
#include <string>
#include <vector>

namespace oms::order {

/// What comes without a reference can't be told apart, so each of them counts.
[[nodiscard]] inline bool is_among(const std::vector<std::string>& known,
                                   const std::string& reference) {
  return !reference.empty() &&
         std::find(known.begin(), known.end(), reference) != known.end();
}

}  // namespace oms::order
