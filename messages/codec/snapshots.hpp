#pragma once

/// Snapshots as bytes, and back.
///
/// A snapshot is the state of one source at one point of the log; orders have
/// none, for they are read from their timelines. Equal states are equal bytes.
/// Owner: pure functions. Threads: any. Format: messages/snapshots.capnp.
/// Errors: bytes that are malformed, truncated, oversized or of another kind of
/// entity give `error_code::invalid`, never a crash; no exception leaves. They
/// may start at any address. What is decoded can be used without further checks
/// of its indexes. Limits: `max_snapshot_bytes` in messages/limits.hpp; what
/// would be over it is encoded as no bytes at all.

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
