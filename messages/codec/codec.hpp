#pragma once

/// The one codec between the vocabulary and its Cap'n Proto form.
///
/// Purpose: log entries, their events and personal data as bytes, and back;
/// states are in snapshot_codec.hpp, what readers see in api/json.hpp. Owner:
/// pure functions. Threads: any. Format: messages/*.capnp, explained in
/// docs/STORAGE.md. Errors: bytes that are malformed, truncated or oversized
/// give `error_code::invalid`, never a crash; no exception leaves. They may
/// stand at any address. Limits: `max_entry_bytes` in messages/limits.hpp;
/// what would be over it is encoded as no bytes at all, so whatever is encoded
/// can be decoded.

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

/// What can be known of an entry without decoding its events.
struct entry_header {
  sequence first = 0;
  digest previous_hash{};
  std::size_t events = 0;

  friend bool operator==(const entry_header&, const entry_header&) = default;
};

/// Personal data inside `order_placed` is left out: see `encode_personal`.
/// The events' own `at` is not read: their place in the list says it.
[[nodiscard]] bytes encode_entry(sequence first, const digest& previous_hash,
                                 std::span<const decision_events> decisions);
[[nodiscard]] bytes encode_entry(sequence first, const digest& previous_hash,
                                 std::span<const event> events);
[[nodiscard]] result<log_entry> decode_entry(std::span<const std::byte> data);

[[nodiscard]] result<entry_header> decode_header(
    std::span<const std::byte> data);
/// The event at `index` alone, without a look at the others.
[[nodiscard]] result<event> decode_event(std::span<const std::byte> data,
                                         std::size_t index);

[[nodiscard]] bytes encode_personal(const personal_data& data);
[[nodiscard]] result<personal_data> decode_personal(
    std::span<const std::byte> data);

}  // namespace oms::codec
