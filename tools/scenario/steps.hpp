#pragma once

/// The steps of a scenario file: one verb with its body becomes one `step`.
/// Faults are those of tools/json/reader.hpp.

#include <map>
#include <string>

#include "messages/ids.hpp"
#include "tools/json/reader.hpp"
#include "tools/scenario/scenario.hpp"

namespace oms::scenario {

/// What a step may refer to.
struct file_context {
  /// The brand of each order: steps name orders by id alone, which is unique in
  /// a file.
  std::map<std::string, brand_id> brands;
  /// The place of each location in the list, from 1. It is the location's
  /// priority, unless it gives another one.
  std::map<std::string, std::int64_t> places;

  [[nodiscard]] order_key order(const std::string& id) const;
};

[[nodiscard]] std::vector<step> read_steps(const json::node& at,
                                           const file_context& context);

}  // namespace oms::scenario
