#pragma once

/// Internal to the codec: messages as bytes, and bytes as messages.
///
/// `encode` and `decode` are what surrounds the functions that write and read a
/// root. Every message is one segment without a segment table: the store knows
/// where a value ends, and a table would be eight bytes of every row. Whatever
/// Cap'n Proto or codec/parts.hpp throws ends here.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/codec/message_writer.hpp"
#include "messages/codec/parts.hpp"
#include "messages/errors.hpp"

namespace oms::codec {

inline constexpr std::size_t word_bytes = sizeof(capnp::word);

// --- writing ----------------------------------------------------------------

/// The memory in which messages are built. It is kept between calls, zeroed,
/// so that encoding costs neither an allocation of the message nor a guess of
/// its size. It grows to 8 MiB (`kept_words`) and no further: a message beyond
/// that is rare and worth an allocation of its own.
class message_arena {
 public:
  static constexpr std::size_t first_words = 8 * 1024;
  static constexpr std::size_t kept_words = 1024 * 1024;

  /// One for all kinds of messages of a thread, so no lock is needed. Only one
  /// message may be under construction in it at a time.
  static message_arena& of_thread();

  kj::ArrayPtr<capnp::word> words();
  /// A message had `words` words: makes room, so that the next like it fits.
  void grow_to(std::size_t words);

 private:
  std::vector<std::uint64_t> memory_;
};

bytes bytes_of(kj::ArrayPtr<const capnp::word> segment);
bytes bytes_of(const message_writer& made);

/// The message that `fill` makes, as the words of one segment; no bytes if it
/// would have more than `max_bytes`. `fill` may be called twice.
template <class Root, class Fill>
bytes encode(std::size_t max_bytes, Fill fill) {
  auto& arena = message_arena::of_thread();
  std::size_t words = 0;
  bytes flat;
  try {
    // The builder requires zeroed memory, and zeroes what it has used of its
    // first segment when it is destroyed.
    capnp::MallocMessageBuilder message(arena.words());
    fill(message.initRoot<Root>());
    const auto segments = message.getSegmentsForOutput();
    for (const auto& segment : segments) words += segment.size();
    if (words > max_bytes / word_bytes) return {};
    if (segments.size() == 1) return bytes_of(segments[0]);

    // It outgrew the arena, so it is made again in one segment that is large
    // enough. Moving the parts there would arrange them in another order, but
    // the same events must always be the same bytes, whatever was encoded
    // before on this thread.
    capnp::MallocMessageBuilder whole(static_cast<unsigned>(words),
                                      capnp::AllocationStrategy::FIXED_SIZE);
    fill(whole.initRoot<Root>());
    const auto one = whole.getSegmentsForOutput();
    if (one.size() != 1) return {};
    flat = bytes_of(one[0]);
  } catch (const kj::Exception&) {
    return {};  // a text or list beyond what the format can hold
  } catch (const std::exception&) {
    return {};  // no memory for it
  }
  arena.grow_to(words);
  return flat;
}

// --- reading ----------------------------------------------------------------

error invalid(std::string message);

/// What `use` makes of the root, or why the bytes are not readable. `use` must
/// not keep any reader: the bytes may be a copy.
template <class Root, class Use>
auto decode(const char* what, std::span<const std::byte> data,
            std::size_t max_bytes, Use use)
    -> result<decltype(use(std::declval<typename Root::Reader>()))> {
  const std::string name = what;
  if (data.empty()) return invalid(name + ": there are no bytes");
  if (data.size() > max_bytes)
    return invalid(name + ": " + std::to_string(data.size()) +
                   " bytes are more than the limit of " +
                   std::to_string(max_bytes));
  if (data.size() % word_bytes != 0)
    return invalid(name + ": truncated, " + std::to_string(data.size()) +
                   " bytes are not whole words");
  try {
    const auto size = data.size() / word_bytes;
    // LMDB aligns values to 2 bytes, Cap'n Proto reads whole words.
    std::vector<std::uint64_t> aligned;
    const void* start = data.data();
    if (reinterpret_cast<std::uintptr_t>(start) % word_bytes != 0) {
      aligned.resize(size);
      std::memcpy(aligned.data(), start, data.size());
      start = aligned.data();
    }
    const kj::ArrayPtr<const capnp::word> segment(
        static_cast<const capnp::word*>(start), size);
    // Each word of an honest message is read once at most (so what reads must
    // not read a list twice). Pointers that share a target could make gigabytes
    // out of one page; they run into this limit.
    capnp::ReaderOptions options;
    options.traversalLimitInWords = size + 64;
    options.nestingLimit = 16;
    capnp::SegmentArrayMessageReader reader({&segment, 1}, options);
    return use(reader.getRoot<Root>());
  } catch (const malformed& fault) {
    return invalid(name + ": " + fault.what);
  } catch (const kj::Exception& fault) {
    return invalid(
        name + ": malformed or truncated: " + fault.getDescription().cStr());
  } catch (const std::exception& fault) {
    return invalid(name + ": not readable: " + fault.what());
  }
}

}  // namespace oms::codec
