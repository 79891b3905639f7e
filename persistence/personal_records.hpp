#pragma once

/// What a batch does to the personal data beside the log.
///
/// Purpose: personal data is taken out of `order_placed` and kept under the
/// key of the order, so that `personal_data_erased` can remove it without
/// breaking the chain. A record ends with the CRC-32C of its key and itself,
/// which is erased with it. Owner: values.
/// Threads: no shared state. Errors: `too_large` beyond the limits of
/// messages/limits.hpp; `storage_unavailable` for a damaged record.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/codec/codec.hpp"

namespace oms::persistence {

struct personal_change {
  /// The entity key of the order.
  std::string order;
  /// None: the record goes, if there is one.
  std::optional<codec::bytes> data;
};

/// What is in the record of the order with this entity key. One without a
/// checksum is as old as the first releases, and believed.
[[nodiscard]] result<personal_data> personal_in(
    std::span<const std::byte> key, std::span<const std::byte> record);

/// In the order of their events. Orders without personal data have no record.
[[nodiscard]] result<std::vector<personal_change>> personal_changes(
    std::span<const decision_events> batch);

}  // namespace oms::persistence
