#pragma once

/// A location or a supplier as text for people: settings, then stock or offer
/// by SKU.

#include <string>
#include <vector>

#include "messages/source_state.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// Whole lines. `when` says as of which moment; empty: now.
[[nodiscard]] std::string source_text(const source_state& state,
                                      const std::string& when,
                                      const palette& colours);

/// The SKUs of a source, in the order in which they are shown.
[[nodiscard]] std::vector<sku_id> skus_of(const source_state& state);

}  // namespace oms::text
