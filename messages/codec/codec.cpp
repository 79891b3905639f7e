// Log entries and personal data.

#include "messages/codec/codec.hpp"

#include <cstring>
#include <limits>

#include "messages/codec/message.hpp"
#include "messages/codec/parts.hpp"
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

// Every reader of an entry comes through here before it counts or reserves
// anything. The count is a number in the message, so a damaged one could ask
// for gigabytes; and `first` plus the count must not wrap, because the
// sequences of all events are computed from it.
capnp::List<schema::Event>::Reader events_in(schema::LogEntry::Reader in) {
  const auto events = in.getEvents();
  if (events.size() > limits::max_entry_events)
    throw malformed{"more events than max_entry_events"};
  if (in.getFirst() > std::numeric_limits<sequence>::max() - events.size())
    throw malformed{"the sequences leave their range"};
  return events;
}

}  // namespace

// Events are encoded from the lists in which their entities sent them. Putting
// them into one list first would copy each order that is placed once more.
bytes encode_entry(sequence first, const digest& previous_hash,
                   std::span<const decision_events> decisions) {
  const auto events = oms::events_in(decisions);
  if (events > limits::max_entry_events) return {};
  return encode<schema::LogEntry>(
      limits::max_entry_bytes, [&](schema::LogEntry::Builder out) {
        out.setFirst(first);
        out.setPreviousHash(
            {reinterpret_cast<const kj::byte*>(previous_hash.data()),
             previous_hash.size()});
        auto list = out.initEvents(static_cast<unsigned>(events));
        unsigned i = 0;
        for (const auto& decision : decisions)
          for (const auto& each : decision) write(list[i++], each);
      });
}

bytes encode_entry(sequence first, const digest& previous_hash,
                   std::span<const event> events) {
  const decision_events one(events);
  return encode_entry(first, previous_hash, {&one, 1});
}

// An event's sequence is not stored, so it can't contradict the entry's. All
// three ways to read an entry fill it in.
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

// Reads three fields and the length of a list; the events are not touched. The
// walk along the hash chain needs no more, and verifying a log would otherwise
// decode every event of it.
result<entry_header> decode_header(std::span<const std::byte> data) {
  return decode<schema::LogEntry>("log entry", data, limits::max_entry_bytes,
                                  [](schema::LogEntry::Reader in) {
                                    return entry_header{
                                        .first = in.getFirst(),
                                        .previous_hash = hash_in(in),
                                        .events = events_in(in).size()};
                                  });
}

// A timeline takes one event out of each entry, of which there may be thousands
// with 8,000 events each. Cap'n Proto finds the element without reading those
// before it.
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

// A message of its own and not a field of the event: it is erased while the
// entry, whose hash the next entry has, stays as it is.
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
