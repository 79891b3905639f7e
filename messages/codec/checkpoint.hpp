#pragma once

/// The head and the rows of a checkpoint as bytes, and back.
///
/// The functions may be called on any thread. Bytes may start at any address;
/// if they are malformed, truncated or oversized, decoding gives
/// `error_code::invalid`, never a crash, and no exception leaves. The limits
/// are `max_checkpoint_head_bytes` and `max_order_row_bytes`; what would be
/// over them is encoded as no bytes at all. Format: messages/checkpoint.capnp.

#include <span>

#include "messages/checkpoint.hpp"
#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"

namespace oms::codec {

/// A head together with the hash of the log entry that ends at it. It belongs
/// to that log and to no other.
struct anchored_head {
  checkpoint_head head;
  digest hash{};

  friend bool operator==(const anchored_head&, const anchored_head&) = default;
};

[[nodiscard]] bytes encode_head(const anchored_head& head);
[[nodiscard]] result<anchored_head> decode_head(
    std::span<const std::byte> data);

[[nodiscard]] bytes encode_row(const order_row& row);
[[nodiscard]] result<order_row> decode_row(std::span<const std::byte> data);

}  // namespace oms::codec
