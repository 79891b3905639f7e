#pragma once

/// References of callers, each of which counts once, and what they name.

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

/// Null if the order has no such authorization. What has no reference is not
/// found.
template <class State>
[[nodiscard]] auto find_authorization(State& state,
                                      const std::string& reference)
    -> decltype(state.authorizations.data()) {
  if (reference.empty()) return nullptr;
  for (auto& each : state.authorizations)
    if (each.reference == reference) return &each;
  return nullptr;
}

}  // namespace oms::order
