// Log entries and personal data.

#include "messages/codec/codec.hpp"

#include <cstring>
#include <exception>
#include <limits>
#include <string_view>

#include "messages/codec/decisions.hpp"
#include "messages/codec/message.hpp"
#include "messages/codec/message_writer.hpp"
#include "messages/codec/parts.hpp"
#include "messages/codec/record.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

namespace {

// Data has any length in the schema; another one would leave bytes of the
// digest unset, or be cut off.
digest hash_in(schema::LogEntry::Reader in) {
  const auto stored_hash = in.getPreviousHash();
  digest hash{};
  if (stored_hash.size() != hash.size())
    throw malformed{"the previous hash does not have 32 bytes"};
  std::memcpy(hash.data(), stored_hash.begin(), hash.size());
  return hash;
}

stored_texts texts_of(schema::LogEntry::Reader in) {
  return {in.getTexts(), in.getTextEnds()};
}

using block_list = capnp::List<schema::Block>::Reader;

std::uint32_t begin_of(block_list blocks, unsigned index) {
  return index == 0 ? 0 : blocks[index - 1].getEnd();
}

// Every reader of an entry comes through here before it counts or reserves
// anything. The count is a number in the message, so a damaged one could ask
// for gigabytes; and `first` plus the count must not wrap, because the
// sequences of all events are computed from it.
std::size_t events_in(schema::LogEntry::Reader in, block_list blocks) {
  const std::size_t events = begin_of(blocks, blocks.size());
  if (events > limits::max_entry_events)
    throw malformed{"more events than max_entry_events"};
  if (in.getFirst() > std::numeric_limits<sequence>::max() - events)
    throw malformed{"the sequences leave their range"};
  return events;
}

// Zeros are packed so well that a small entry could be unpacked to gigabytes.
void expect_bounded(block_list blocks) {
  std::uint64_t words = 0;
  for (const auto block : blocks) words += block.getWords();
  if (words > max_unpacked_words)
    throw malformed{"its blocks unpack to more than max_unpacked_words"};
}

stored_block block_in(schema::LogEntry::Reader in, block_list blocks,
                      unsigned index) {
  const auto begin = begin_of(blocks, index);
  const auto block = blocks[index];
  if (block.getEnd() <= begin) throw malformed{"a block has no events"};
  const auto data = block.getPacked();
  return {.first = in.getFirst() + begin,
          .events = block.getEnd() - begin,
          .words = block.getWords(),
          .packed = {reinterpret_cast<const std::byte*>(data.begin()),
                     data.size()}};
}

/// The block of the event `index`, which the entry has.
unsigned block_of(block_list blocks, std::size_t index) {
  unsigned from = 0;
  unsigned to = blocks.size() - 1;
  while (from < to) {
    const auto middle = from + (to - from) / 2;
    if (blocks[middle].getEnd() > index)
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

// In the order of the fields of `LogEntry`.
void write_entry(message_writer& out, sequence first,
                 const digest& previous_hash, const packed_blocks& made,
                 const text_numbers& texts) {
  constexpr std::uint8_t bits_32 = 5;
  constexpr std::uint8_t bits_64 = 6;
  const auto root = out.add_struct(message_writer::root, 1, 4);
  const auto pointers = root + 1;
  out.put(root, 0, bits_64, first);
  out.add_data(pointers, previous_hash);
  // A `Block` has two numbers and a pointer.
  auto block = out.add_structs(pointers + 1, 1, 1, made.blocks.size());
  const auto packed = std::span(made.packed);
  std::uint64_t events = 0;
  std::size_t begin = 0;
  for (const auto& each : made.blocks) {
    events += each.events;
    out.put(block, 0, bits_32, events);
    out.put(block, 1, bits_32, each.words);
    out.add_data(block + 1, packed.subspan(begin, each.end - begin));
    begin = each.end;
    block += 2;
  }
  out.add_data(pointers + 2, std::as_bytes(std::span(texts.all())));
  const auto ends = out.add_numbers(pointers + 3, bits_32, texts.size());
  for (std::uint32_t i = 0; i < texts.size(); ++i)
    out.put(ends, i, bits_32, texts.end_of(i + 1));
}

}  // namespace

bytes encode_entry(sequence first, const digest& previous_hash,
                   std::span<const decision> decisions) {
  const auto events = oms::events_in(decisions);
  if (events > limits::max_entry_events) return {};
  thread_local text_numbers texts(limits::max_entry_bytes);
  texts.clear();
  const auto made = pack(first, decisions, texts);
  if (made.blocks.empty() && events > 0) return {};
  try {
    message_writer out(limits::max_entry_bytes);
    write_entry(out, first, previous_hash, made, texts);
    return bytes_of(out);
  } catch (const std::exception&) {
    return {};  // too long, or out of memory
  }
}

bytes encode_entry(sequence first, const digest& previous_hash,
                   std::span<const event> events) {
  return encode_entry(first, previous_hash, decisions_of(events));
}

// An event's sequence is not stored, so it can't contradict the entry's.
result<log_entry> decode_entry(std::span<const std::byte> data) {
  return decode<schema::LogEntry>(
      "log entry", data, limits::max_entry_bytes,
      [](schema::LogEntry::Reader in) {
        log_entry entry{
            .first = in.getFirst(), .previous_hash = hash_in(in), .events = {}};
        const auto blocks = in.getBlocks();
        expect_bounded(blocks);
        entry.events.reserve(events_in(in, blocks));
        const auto texts = texts_of(in);
        for (unsigned i = 0; i < blocks.size(); ++i)
          unpack(block_in(in, blocks, i), texts, entry.events);
        return entry;
      });
}

// Reads two fields and the end of the last block; the events are not touched.
// The walk along the hash chain needs no more, and verifying a log would
// otherwise decode every event of it.
result<entry_header> decode_header(std::span<const std::byte> data) {
  return decode<schema::LogEntry>(
      "log entry", data, limits::max_entry_bytes,
      [](schema::LogEntry::Reader in) {
        return entry_header{.first = in.getFirst(),
                            .previous_hash = hash_in(in),
                            .events = events_in(in, in.getBlocks())};
      });
}

// A timeline takes one event out of each entry, of which there may be thousands
// with 8,000 events each.
result<event> decode_event(std::span<const std::byte> data, std::size_t index) {
  return decode<schema::LogEntry>(
      "log entry", data, limits::max_entry_bytes,
      [index](schema::LogEntry::Reader in) {
        const auto blocks = in.getBlocks();
        if (index >= events_in(in, blocks))
          throw malformed{"the entry has fewer events than its place says"};
        const auto block = block_in(in, blocks, block_of(blocks, index));
        const auto at = in.getFirst() + index;
        if (at < block.first || at - block.first >= block.events)
          throw malformed{"the blocks are not in their order"};
        return unpack_one(block, texts_of(in), at);
      });
}

// A message of its own and not a field of the event: it is erased while the
// entry, whose hash the next entry has, stays as it is.
bytes encode_personal(const personal_data& data) {
  return encode_whole(data, limits::max_personal_bytes);
}

result<personal_data> decode_personal(std::span<const std::byte> data) {
  return decode<capnp::AnyPointer>("personal data", data,
                                   limits::max_personal_bytes,
                                   read_whole<personal_data>);
}

}  // namespace oms::codec
