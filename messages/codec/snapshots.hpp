#pragma once

/// Snapshots as bytes, and back.
///
/// A snapshot is the state of one source after one event of the log. Orders
/// have none, since their timelines are short. Equal states are equal bytes,
/// and what is decoded names no SKU, order or receipt twice.
///
/// The functions may be called on any thread. Bytes may start at any address;
/// if they are malformed, truncated, oversized or of another kind of entity,
/// decoding gives `error_code::invalid`, never a crash, and no exception
/// leaves. What would be over `limits::max_snapshot_bytes` is encoded as no
/// bytes at all. Format: messages/snapshots.capnp.

#include <cstddef>
#include <span>

#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"
#include "messages/source_state.hpp"

namespace oms::codec {

[[nodiscard]] bytes encode_snapshot(const source_state& state);
[[nodiscard]] result<source_state> decode_source_snapshot(
    std::span<const std::byte> data);

}  // namespace oms::codec
