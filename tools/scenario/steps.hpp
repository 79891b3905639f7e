#pragma once

/// The steps of a scenario file.
///
/// Purpose: one verb with its body becomes one `step`. Owner: pure functions.
/// Threads: any. Errors: faults, see tools/json/reader.hpp.

#include <map>
#include <string>

#include "messages/ids.hpp"
#include "tools/json/reader.hpp"
#include "tools/scenario/scenario.hpp"

namespace oms::scenario {

/// What a step may refer to.
struct file_context {
  /// Order ids are unique in a file: the brand of each.
  std::map<std::string, brand_id> brands;
  /// By location: its place in the list from 1, which is its priority unless
  /// it says another one.
  std::map<std::string, std::int64_t> places;

  [[nodiscard]] order_key order(const std::string& id) const;
};

[[nodiscard]] std::vector<step> read_steps(const json::node& at,
                                           const file_context& context);

}  // namespace oms::scenario
