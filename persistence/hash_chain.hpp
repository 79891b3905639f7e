#pragma once

/// The hash chain of the log, the same for every store.
///
/// What a store keeps of a batch is a *sealed entry*: the bytes of the codec,
/// followed by their SHA-256. Each entry also contains the hash of the one
/// before it. So a damaged entry shows itself, and a rewritten one shows in its
/// successor, or in the head if it is the last. Errors are
/// `storage_unavailable` and name the first sequence of the bad batch. Nothing
/// here throws except for lack of memory.

#include <cstdint>
#include <optional>
#include <span>

#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"

namespace oms::persistence {

/// Where the chain ends.
struct chain_head {
  sequence last = 0;
  std::uint64_t entries = 0;
  codec::digest hash{};

  friend bool operator==(const chain_head&, const chain_head&) = default;
};

[[nodiscard]] codec::digest hash_of(std::span<const std::byte> data);

/// Encodes and seals the batch that follows `head`. Errors: `too_large`.
[[nodiscard]] result<codec::bytes> seal_batch(const chain_head& head,
                                              std::span<const decision> batch);

/// The head after `sealed`, a batch of `events` events, has been added.
[[nodiscard]] chain_head head_after(const chain_head& head, std::size_t events,
                                    std::span<const std::byte> sealed);

/// The bytes of the codec in a sealed entry, unchecked; empty if it is too
/// short to be one.
[[nodiscard]] std::span<const std::byte> entry_in(
    std::span<const std::byte> sealed);

/// The error for the batch that starts at `first`.
[[nodiscard]] error bad_batch(sequence first, const std::string& why);

/// Checks one entry by itself: its seal, its position, and that the chain goes
/// on from it. `after` is the sealed entry that is stored next, empty if there
/// is none. If that one is damaged, only its own check says so.
[[nodiscard]] status check_entry(sequence first,
                                 std::span<const std::byte> sealed,
                                 const chain_head& head,
                                 std::span<const std::byte> after);

/// The hash of the sealed entry that is stored under `first`, if its last event
/// is `last`.
[[nodiscard]] result<std::optional<codec::digest>> hash_if_last(
    sequence first, std::span<const std::byte> sealed, sequence last);

/// Walks sealed entries in their order and checks each against its seal, its
/// position and the entry before it.
class chain_walk {
 public:
  /// Starts at the first entry there is.
  chain_walk() = default;
  /// Starts anywhere: the link from the first one back is not checked.
  [[nodiscard]] static chain_walk from_the_middle();

  /// Takes the next entry, which is stored under `first`; returns its bytes.
  /// `hashed`: its bytes have been compared with their hash already.
  [[nodiscard]] result<std::span<const std::byte>> follow(
      sequence first, std::span<const std::byte> sealed, bool hashed = false);

  /// No entry follows: is this where the chain should end?
  [[nodiscard]] status finish(const chain_head& head) const;

  /// Where the next entry has to start.
  [[nodiscard]] sequence next() const { return last_ + 1; }

 private:
  sequence last_ = 0;
  /// Followed so far.
  std::uint64_t entries_ = 0;
  bool from_the_middle_ = false;
  /// Of the entry before; none when it was not seen.
  std::optional<codec::digest> previous_ = codec::digest{};
};

/// Walks the timeline of one entity, newest first, and checks that it goes
/// back and stays with the entity; so a damaged or rewritten `previous` can
/// neither loop nor lead into another entity's history.
class timeline_walk {
 public:
  explicit timeline_walk(sequence head) : next_(head) {}

  /// The event to take next; 0 when there are no more.
  [[nodiscard]] sequence next() const { return next_; }
  /// Takes the event `next()`.
  [[nodiscard]] status follow(const event& one);
  /// `next()` is beyond the end of the log.
  [[nodiscard]] error missing() const;

 private:
  sequence next_;
  std::optional<entity_ref> entity_;
};

}  // namespace oms::persistence
