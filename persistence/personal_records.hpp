#pragma once

/// What a batch does to the personal data beside the log.
///
/// Personal data is taken out of `order_placed` and kept under the key of the
/// order, so that `personal_data_erased` can remove it without breaking the
/// chain. A record ends with the CRC-32C of its key and itself, which is erased
/// with it; the log keeps nothing of a record, not even a hash. Errors:
/// `too_large` beyond messages/limits.hpp; `storage_unavailable` for a damaged
/// record.

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
/// checksum was written by one of the first versions, and is believed.
[[nodiscard]] result<personal_data> personal_in(
    std::span<const std::byte> key, std::span<const std::byte> record);

/// The changes, in the order of their events. Orders without personal data have
/// no record.
[[nodiscard]] result<std::vector<personal_change>> personal_changes(
    std::span<const decision> batch);

}  // namespace oms::persistence
