#pragma once

/// Checkpoints as bytes, and back.
///
/// Purpose: the head and the rows of a checkpoint. Owner: pure functions.
/// Threads: any. Format: messages/checkpoint.capnp. Errors: bytes that are
/// malformed, truncated or oversized give `error_code::invalid`, never a
/// crash; no exception leaves. They may start at any address. Limits:
/// `max_checkpoint_head_bytes` and `max_order_row_bytes`; what would be over
/// them is encoded as no bytes at all.

#include <span>

#include "messages/checkpoint.hpp"
#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"

namespace oms::codec {

/// A head together with the hash of the log entry that ends at it: it belongs
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
