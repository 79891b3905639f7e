#pragma once

/// The personal data of a batch, taken out of its `order_placed` events.
///
/// Purpose: what stores keep beside the log, under the key of the order, so
/// that a person can be erased without breaking the chain. Owner: values.
/// Threads: no shared state. Errors: `too_large` beyond the limits of
/// messages/limits.hpp.

#include <span>
#include <string>
#include <vector>

#include "messages/codec.hpp"

namespace oms::persistence {

struct personal_record {
  /// The entity key of the order.
  std::string order;
  codec::bytes data;
};

/// Orders without personal data have no record.
[[nodiscard]] result<std::vector<personal_record>> personal_records(
    std::span<const event> batch);

}  // namespace oms::persistence
