#pragma once

/// Internal to the codec: the events of an entry, as blocks of decisions.
///
/// Events of a decision share one header: who, when, command, cause, version;
/// so do decisions that go on where the one before ended and have the same.
/// Each block is a packed message of its own, so that one event is read without
/// unpacking the others; texts are numbers of the entry's texts. Both ways
/// throw `malformed` and `kj::Exception`.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/codec/record.hpp"
#include "messages/events.hpp"

namespace oms::codec {

/// With more a block is read slower, with fewer it is larger on disk.
inline constexpr std::size_t block_events = 64;

/// Of the blocks of an entry together, when they are unpacked: 256 MiB.
inline constexpr std::uint64_t max_unpacked_words = 32 * 1024 * 1024;

struct packed_blocks {
  struct block {
    std::uint32_t events = 0;
    /// Of the message, when it is unpacked.
    std::uint32_t words = 0;
    /// In `packed`.
    std::size_t end = 0;
  };
  std::vector<block> blocks;
  /// One after the other.
  bytes packed;
};

/// `first` is the sequence of the first event. Without blocks: it would be over
/// a limit.
[[nodiscard]] packed_blocks pack(sequence first,
                                 std::span<const decision> decisions,
                                 text_numbers& texts);

/// A block as it is found in an entry.
struct stored_block {
  /// The sequence of its first event.
  sequence first = 0;
  std::uint32_t events = 0;
  std::uint32_t words = 0;
  std::span<const std::byte> packed;
};

/// Adds its events to `to`.
void unpack(const stored_block& block, const stored_texts& texts,
            std::vector<event>& to);
/// The event `at` alone, which is one of the block.
[[nodiscard]] event unpack_one(const stored_block& block,
                               const stored_texts& texts, sequence at);

}  // namespace oms::codec
