#pragma once

/// What a batch does to the personal data beside the log.
///
/// Personal data is taken out of `order_placed` and kept under the key of the
/// order, so that `personal_data_erased` can remove it without breaking the
/// chain. That of `order_edited` is kept beside it, under the key of the order
/// and the version of the event; all records of an order are erased together. A
/// record ends with the CRC-32C of its key and itself, which is erased with it;
/// the log keeps nothing of a record, not even a hash. Errors: `too_large`
/// beyond messages/limits.hpp; `storage_unavailable` for a damaged record.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/codec/codec.hpp"

namespace oms::persistence {

struct personal_change {
  /// Of the record; without data the entity key of the order.
  std::string key;
  /// None: all records of the order go, if there are any.
  std::optional<codec::bytes> data;
};

/// The key of a record: the entity key of the order, and the version of the
/// edit that wrote it unless that is 0. Keys of one order are neighbors, and no
/// key of another order is between them.
[[nodiscard]] std::string personal_key(const std::string& order,
                                       std::uint64_t version);
/// Whether it is a key of the order. Those with a version come right after the
/// one without.
[[nodiscard]] bool is_personal_key(std::string_view key,
                                   std::string_view order);
/// The first key that one with a version may have.
[[nodiscard]] std::string first_edited_key(const std::string& order);

/// What is in the record of the order with this entity key. One without a
/// checksum was written by one of the first versions, and is believed.
[[nodiscard]] result<personal_data> personal_in(
    std::span<const std::byte> key, std::span<const std::byte> record);

/// The changes, in the order of their events. Orders without personal data have
/// no record.
[[nodiscard]] result<std::vector<personal_change>> personal_changes(
    std::span<const decision> batch);

}  // namespace oms::persistence
