// Log entries and personal data.

#include "messages/codec/codec.hpp"

#include <cstring>
#include <limits>

#include "messages/codec/message.hpp"
#include "messages/codec/parts.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

namespace {

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
