#pragma once

/// The head of a checkpoint as bytes, and back.
///
/// The functions may be called on any thread. Bytes may start at any address;
/// if they are malformed, truncated or oversized, decoding gives
/// `error_code::invalid`, never a crash, and no exception leaves. The limit is
/// `max_checkpoint_head_bytes`; what would be over it is encoded as no bytes at
/// all. Format: messages/checkpoint.capnp. Rows of orders are in runs
/// (persistence/order_run.hpp).

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

}  // namespace oms::codec
