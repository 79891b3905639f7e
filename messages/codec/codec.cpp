#include "messages/codec.hpp"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <limits>
#include <string>
#include <utility>

#include "messages/codec/parts.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

namespace {

constexpr std::size_t word_bytes = sizeof(capnp::word);

// --- writing ----------------------------------------------------------------

/// The memory in which messages are built. It is kept between calls, zeroed,
/// so that an encoding costs neither an allocation of the message nor a guess
/// of its size. What grew beyond `kept_words` is given back.
class building_ground {
 public:
  static constexpr std::size_t first_words = 8 * 1024;
  static constexpr std::size_t kept_words = 1024 * 1024;

  kj::ArrayPtr<capnp::word> words() {
    if (memory_.empty()) memory_.resize(first_words);
    return {reinterpret_cast<capnp::word*>(memory_.data()), memory_.size()};
  }

  /// A message had `words` words: the next like it fits at once.
  void grow_to(std::size_t words) {
    const auto wanted = std::min(words + words / 2, kept_words);
    if (wanted > memory_.size()) memory_.assign(wanted, 0);
  }

 private:
  std::vector<std::uint64_t> memory_;
};

bytes bytes_of(kj::ArrayPtr<const capnp::word> segment) {
  const auto* begin = reinterpret_cast<const std::byte*>(segment.begin());
  const auto size = segment.size() * word_bytes;
  bytes flat;
  // Stores append the hash of an entry: room for it saves them a copy of all.
  flat.reserve(size + sizeof(digest));
  flat.assign(begin, begin + size);
  return flat;
}

/// The message that `fill` makes, as the words of one segment; nothing when it
/// would have more than `max_bytes`.
template <class Root, class Fill>
bytes encode(std::size_t max_bytes, Fill fill) {
  thread_local building_ground ground;
  std::size_t words = 0;
  bytes flat;
  try {
    // The builder leaves its first segment zeroed when it goes.
    capnp::MallocMessageBuilder message(ground.words());
    fill(message.initRoot<Root>());
    const auto segments = message.getSegmentsForOutput();
    for (const auto& segment : segments) words += segment.size();
    if (words > max_bytes / word_bytes) return {};
    if (segments.size() == 1) return bytes_of(segments[0]);

    // It outgrew the ground: once more, into one segment that is large
    // enough. To move the parts there would arrange them in another order,
    // and the same events must always be the same bytes.
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
  ground.grow_to(words);
  return flat;
}

// --- reading ----------------------------------------------------------------

error invalid(std::string message) {
  return {
      .code = error_code::invalid, .message = std::move(message), .faults = {}};
}

/// What `use` makes of the root, or why the bytes are not readable.
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
    // Values in small pages of LMDB are only 2-byte aligned.
    std::vector<std::uint64_t> aligned;
    const void* start = data.data();
    if (reinterpret_cast<std::uintptr_t>(start) % word_bytes != 0) {
      aligned.resize(size);
      std::memcpy(aligned.data(), start, data.size());
      start = aligned.data();
    }
    const kj::ArrayPtr<const capnp::word> segment(
        static_cast<const capnp::word*>(start), size);
    // Honest messages are read once, each word of them at most. Pointers that
    // share a target, which could make much out of little, run into this.
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

digest hash_in(schema::LogEntry::Reader in) {
  const auto stored_hash = in.getPreviousHash();
  digest hash{};
  if (stored_hash.size() != hash.size())
    throw malformed{"the previous hash does not have 32 bytes"};
  std::memcpy(hash.data(), stored_hash.begin(), hash.size());
  return hash;
}

/// The list, when as many events can have sequences and can be in the message.
capnp::List<schema::Event>::Reader events_in(schema::LogEntry::Reader in) {
  const auto events = in.getEvents();
  if (events.size() > limits::max_entry_events)
    throw malformed{"more events than max_entry_events"};
  if (in.getFirst() > std::numeric_limits<sequence>::max() - events.size())
    throw malformed{"the sequences leave their range"};
  return events;
}

}  // namespace

bytes encode_entry(sequence first, const digest& previous_hash,
                   std::span<const event> events) {
  if (events.size() > limits::max_entry_events) return {};
  return encode<schema::LogEntry>(
      limits::max_entry_bytes, [&](schema::LogEntry::Builder out) {
        out.setFirst(first);
        out.setPreviousHash(
            {reinterpret_cast<const kj::byte*>(previous_hash.data()),
             previous_hash.size()});
        auto list = out.initEvents(static_cast<unsigned>(events.size()));
        for (unsigned i = 0; i < list.size(); ++i) write(list[i], events[i]);
      });
}

result<log_entry> decode_entry(std::span<const std::byte> data) {
  return decode<schema::LogEntry>(
      "log entry", data, limits::max_entry_bytes,
      [](schema::LogEntry::Reader in) {
        const auto events = events_in(in);
        log_entry entry{
            .first = in.getFirst(), .previous_hash = hash_in(in), .events = {}};
        entry.events.reserve(events.size());
        for (auto stored_event : events) {
          entry.events.push_back(read(stored_event));
          entry.events.back().at = entry.first + entry.events.size() - 1;
        }
        return entry;
      });
}

result<entry_header> decode_header(std::span<const std::byte> data) {
  return decode<schema::LogEntry>("log entry", data, limits::max_entry_bytes,
                                  [](schema::LogEntry::Reader in) {
                                    return entry_header{
                                        .first = in.getFirst(),
                                        .previous_hash = hash_in(in),
                                        .events = events_in(in).size()};
                                  });
}

result<event> decode_event(std::span<const std::byte> data, std::size_t index) {
  return decode<schema::LogEntry>(
      "log entry", data, limits::max_entry_bytes,
      [index](schema::LogEntry::Reader in) {
        const auto events = events_in(in);
        if (index >= events.size())
          throw malformed{"the entry has fewer events than its place says"};
        auto found = read(events[static_cast<unsigned>(index)]);
        found.at = in.getFirst() + index;
        return found;
      });
}

bytes encode_personal(const personal_data& data) {
  return encode<schema::PersonalData>(
      limits::max_personal_bytes,
      [&](schema::PersonalData::Builder out) { write(out, data); });
}

result<personal_data> decode_personal(std::span<const std::byte> data) {
  return decode<schema::PersonalData>(
      "personal data", data, limits::max_personal_bytes,
      [](schema::PersonalData::Reader in) { return read(in); });
}

}  // namespace oms::codec
