#include "persistence/hash_chain.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "messages/limits.hpp"

namespace oms::persistence {

namespace {

constexpr std::size_t seal_bytes = sizeof(codec::digest);

codec::digest seal_in(std::span<const std::byte> sealed) {
  codec::digest seal{};
  std::ranges::copy(sealed.last(seal_bytes), seal.begin());
  return seal;
}

}  // namespace

// EVP and not SHA256(): it uses what the processor has, and OpenSSL 3 has
// deprecated the other. It can only fail for want of memory or in a build of
// OpenSSL without SHA-256.
codec::digest hash_of(std::span<const std::byte> data) {
  codec::digest hash{};
  [[maybe_unused]] const int done = EVP_Digest(
      data.data(), data.size(), reinterpret_cast<unsigned char*>(hash.data()),
      nullptr, EVP_sha256(), nullptr);
  assert(done == 1);
  return hash;
}

result<codec::bytes> seal_batch(const chain_head& head,
                                std::span<const decision> batch) {
  auto entry = codec::encode_entry(head.last + 1, head.hash, batch);
  // The codec encodes what is over a limit as nothing. The journal then writes
  // the batch as two entries.
  if (entry.empty())
    return error{.code = error_code::too_large,
                 .message = "a batch of " + std::to_string(events_in(batch)) +
                            " events has more than the limit of " +
                            std::to_string(limits::max_entry_bytes) + " bytes",
                 .faults = {}};
  const auto seal = hash_of(entry);
  // The codec has left room for this.
  entry.insert(entry.end(), seal.begin(), seal.end());
  return entry;
}

chain_head head_after(const chain_head& head, std::size_t events,
                      std::span<const std::byte> sealed) {
  return {.last = head.last + events,
          .entries = head.entries + 1,
          .hash = seal_in(sealed)};
}

std::span<const std::byte> entry_in(std::span<const std::byte> sealed) {
  if (sealed.size() < seal_bytes) return {};
  return sealed.first(sealed.size() - seal_bytes);
}

error bad_batch(sequence first, const std::string& why) {
  return {.code = error_code::storage_unavailable,
          .message = "the batch that starts at sequence " +
                     std::to_string(first) + " is bad: " + why,
          .faults = {}};
}

result<std::optional<codec::digest>> hash_if_last(
    sequence first, std::span<const std::byte> sealed, sequence last) {
  const auto header = codec::decode_header(entry_in(sealed));
  if (!header) return bad_batch(first, header.failure().message);
  if (first + header->events - 1 != last) return std::optional<codec::digest>{};
  return std::optional(seal_in(sealed));
}

// Needs the entry and the one after it. The entry before is not needed: that
// one has the same check, so every link of the chain is compared when the entry
// before it is read.
status check_entry(sequence first, std::span<const std::byte> sealed,
                   const chain_head& head, std::span<const std::byte> after) {
  auto walk = first == 1 ? chain_walk() : chain_walk::from_the_middle();
  if (const auto good = walk.follow(first, sealed); !good)
    return good.failure();
  const auto last = walk.next() - 1;
  const auto seal = seal_in(sealed);
  // The last entry has no successor that vouches for it; the head does.
  if (last >= head.last) {
    if (last == head.last && seal == head.hash) return done{};
    return bad_batch(first, "the head of the log says " +
                                std::to_string(head.last) +
                                " or has another hash");
  }
  // If the two disagree, one of them is bad. Only a successor that is sound by
  // its own seal is believed; otherwise this entry would be refused for the
  // damage of another.
  const auto next = codec::decode_header(entry_in(after));
  if (next && next->first == last + 1 && next->previous_hash != seal &&
      hash_of(entry_in(after)) == seal_in(after))
    return bad_batch(first, "the batch after it has another hash for it");
  return done{};
}

chain_walk chain_walk::from_the_middle() {
  chain_walk walk;
  walk.from_the_middle_ = true;
  walk.previous_.reset();
  return walk;
}

result<std::span<const std::byte>> chain_walk::follow(
    sequence first, std::span<const std::byte> sealed, bool hashed) {
  // Cheap checks first, and nothing is decoded before its hash was compared.
  const auto entry = entry_in(sealed);
  if (entry.empty()) return bad_batch(first, "it is too short");
  // Its stored size may be damaged: what is beyond a limit is not touched.
  if (entry.size() > limits::max_entry_bytes)
    return bad_batch(first, "it is too long");
  const auto seal = seal_in(sealed);
  if (!hashed && hash_of(entry) != seal)
    return bad_batch(first, "its bytes don't have the hash they were given");
  const auto header = codec::decode_header(entry);
  if (!header) return bad_batch(first, header.failure().message);
  // The key is LMDB's and outside of the hash: an entry that was moved to
  // another key is found here.
  if (header->first != first)
    return bad_batch(
        first, "it says that it starts at " + std::to_string(header->first));
  if (header->events == 0) return bad_batch(first, "it has no events");
  if (previous_) {
    if (first != next())
      return bad_batch(first,
                       "the batch before it ends at " + std::to_string(last_));
    if (header->previous_hash != *previous_)
      return bad_batch(first,
                       "it does not follow from the batch before it, "
                       "which ends at " +
                           std::to_string(last_));
  }
  last_ = first + header->events - 1;
  ++entries_;
  previous_ = seal;
  return entry;
}

status chain_walk::finish(const chain_head& head) const {
  // A walk from the middle that saw no entry knows nothing of the end.
  if (!previous_) return done{};
  if (last_ != head.last || *previous_ != head.hash)
    return bad_batch(last_ + 1, "the log ends at " + std::to_string(last_) +
                                    ", but its head says " +
                                    std::to_string(head.last) +
                                    " or has another hash");
  if (!from_the_middle_ && entries_ != head.entries)
    return bad_batch(last_ + 1, "the log has " + std::to_string(entries_) +
                                    " batches, but its head says " +
                                    std::to_string(head.entries));
  return done{};
}

// Both checks make sure that a walk ends and tells of one entity alone,
// whatever `previous` says: sequences fall with each step.
status timeline_walk::follow(const event& one) {
  const auto bad = [&one](const char* why) {
    return error{
        .code = error_code::storage_unavailable,
        .message = "the event " + std::to_string(one.at) + " is bad: " + why,
        .faults = {}};
  };
  if (entity_ && *entity_ != one.entity)
    return bad("another entity says that it comes before its own");
  if (one.previous >= one.at) return bad("it comes before the one before it");
  if (!entity_) entity_ = one.entity;
  next_ = one.previous;
  return done{};
}

error timeline_walk::missing() const {
  return {.code = error_code::not_found,
          .message = "there is no event " + std::to_string(next_),
          .faults = {}};
}

}  // namespace oms::persistence
