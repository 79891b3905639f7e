#pragma once

/// Log entries, their events and personal data as bytes, and back.
///
/// This is the form on disk: messages/*.capnp, explained in docs/STORAGE.md.
/// The same events are always the same bytes. (codec/snapshots.hpp has the
/// states of sources, codec/checkpoint.hpp the checkpoints, api/json.hpp what
/// callers send and see.)
///
/// The functions may be called on any thread. Bytes may start at any address;
/// if they are malformed, truncated or oversized, decoding gives
/// `error_code::invalid`, never a crash, and no exception leaves. What would be
/// over `limits::max_entry_bytes`, `max_entry_events` or `max_personal_bytes`
/// is encoded as no bytes at all, so whatever is encoded can be decoded.

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

/// What can be told about an entry without decoding its events.
struct entry_header {
  sequence first = 0;
  digest previous_hash{};
  std::size_t events = 0;

  friend bool operator==(const entry_header&, const entry_header&) = default;
};

/// The entry of all events of `decisions`, in their order. Personal data inside
/// `order_placed` is left out: see `encode_personal`. The decisions' own `at`
/// is not read, since their position in the entry says it.
[[nodiscard]] bytes encode_entry(sequence first, const digest& previous_hash,
                                 std::span<const decision> decisions);
[[nodiscard]] bytes encode_entry(sequence first, const digest& previous_hash,
                                 std::span<const event> events);
[[nodiscard]] result<log_entry> decode_entry(std::span<const std::byte> data);

[[nodiscard]] result<entry_header> decode_header(
    std::span<const std::byte> data);
/// The event at `index` alone; the others are not decoded.
[[nodiscard]] result<event> decode_event(std::span<const std::byte> data,
                                         std::size_t index);

[[nodiscard]] bytes encode_personal(const personal_data& data);
[[nodiscard]] result<personal_data> decode_personal(
    std::span<const std::byte> data);

}  // namespace oms::codec
