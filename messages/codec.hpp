#pragma once

/// The one codec between the vocabulary and its Cap'n Proto form.
///
/// Purpose: events, log entries and snapshots as bytes, and back. Owner: pure
/// functions. Threads: any. Format: messages/*.capnp, explained in
/// docs/STORAGE.md. Errors: bytes that are malformed, truncated, misaligned or
/// oversized give `error_code::invalid`, never a crash; no exception leaves.
/// Limits: `max_entry_bytes` in messages/limits.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"

namespace oms::codec {

using bytes = std::vector<std::byte>;
/// SHA-256.
using digest = std::array<std::byte, 32>;

/// What one commit wrote: events with consecutive sequences.
struct log_entry {
  sequence first = 0;
  /// Of the entry before this one; all zero for the first.
  digest previous_hash{};
  std::vector<event> events;

  friend bool operator==(const log_entry&, const log_entry&) = default;
};

/// Personal data inside `order_placed` is left out: see `encode_personal`.
[[nodiscard]] bytes encode_entry(sequence first, const digest& previous_hash,
                                 std::span<const event> events);
[[nodiscard]] result<log_entry> decode_entry(std::span<const std::byte> data);

[[nodiscard]] bytes encode_personal(const personal_data& data);
[[nodiscard]] result<personal_data> decode_personal(
    std::span<const std::byte> data);

}  // namespace oms::codec
