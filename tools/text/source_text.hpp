#pragma once

/// A location or a supplier as people like to read it.
///
/// Purpose: settings, then stock or offer by SKU. Owner: pure functions.
/// Threads: any.

#include <string>
#include <vector>

#include "messages/source_state.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Lines, each ended. `when` says which moment it is; empty: now.
[[nodiscard]] std::string source_text(const source_state& state,
                                      const std::string& when,
                                      const palette& colours);

/// In the order in which they are shown.
[[nodiscard]] std::vector<sku_id> skus_of(const source_state& state);

}  // namespace oms::text
