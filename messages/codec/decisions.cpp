#include "messages/codec/decisions.hpp"

#include <capnp/serialize-packed.h>
#include <kj/io.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "messages/codec/message.hpp"
#include "messages/codec/packing.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

namespace {

const record_layout& layout_of_event(std::size_t kind) {
  static const auto all = [] {
    std::array<const record_layout*, event_kinds> layouts{};
    for (std::size_t i = 0; i < layouts.size(); ++i)
      layouts.at(i) = &layout_of(type_of_event(i), layout_for::entry);
    return layouts;
  }();
  return *all.at(kind);
}

// The key of an order is written as its brand and its id, both of which other
// events name as well.
struct key_parts {
  std::string_view brand;
  std::string_view key;
  bool is_whole = false;
};

key_parts parts_of(const entity_ref& entity) {
  const std::string_view key = entity.key;
  if (entity.kind != entity_kind::order) return {{}, key};
  const auto slash = key.find('/');
  if (slash == key.npos) return {{}, key, true};
  return {key.substr(0, slash), key.substr(slash + 1)};
}

entity_ref entity_of(schema::EntityKind kind, const key_parts& parts) {
  entity_ref entity{.kind = word<entity_kind>(kind), .key = {}};
  if (entity.kind == entity_kind::order && !parts.is_whole) {
    entity.key.reserve(parts.brand.size() + 1 + parts.key.size());
    entity.key.append(parts.brand).append("/");
  }
  entity.key.append(parts.key);
  return entity;
}

// How far back `previous` is, modulo 2^64; 0: there is none. No engine links an
// event to itself, but readers must find a link as it was written: it takes the
// number that is left, for an event as far back as 0 would be.
std::uint64_t back_from(sequence at, sequence previous) {
  if (previous == 0) return 0;
  return previous == at ? at : at - previous;
}

sequence previous_of(sequence at, std::uint64_t back) {
  if (back == 0) return 0;
  return back == at ? at : at - back;
}

// --- writing ----------------------------------------------------------------

/// The data of a `Decision`, where messages/log.capnp has it.
struct decision_data {
  enum : std::uint16_t {
    has_cause = 1,
    key_is_whole = 2,
    cause_key_is_whole = 4,
  };

  std::uint16_t entity_kind = 0;
  std::uint16_t is = 0;
  std::uint16_t cause_kind = 0;
  std::uint16_t free = 0;
  std::uint32_t brand = 0;
  std::uint32_t key = 0;
  std::uint32_t by = 0;
  std::uint32_t command = 0;
  std::uint32_t cause_brand = 0;
  std::uint32_t cause_key = 0;
  std::uint64_t cause_version = 0;
  std::uint64_t version = 0;
  std::uint64_t back = 0;
  std::uint64_t time_us = 0;
};
constexpr std::uint16_t decision_words = sizeof(decision_data) / word_bytes;
static_assert(decision_words == 8);

std::uint64_t number_of(timestamp time) {
  return static_cast<std::uint64_t>(stored(time));
}

/// Events that share a header, or what is left of them for a block.
struct part {
  const decision* header = nullptr;
  /// Of the first event.
  sequence at = 0;
  sequence previous = 0;
  std::uint64_t version = 0;
  std::size_t events = 0;

  [[nodiscard]] sequence last() const { return at + events - 1; }
};

/// Whether the events of `next` from `index` on, the first of which is `at`, go
/// on where `before` ends.
bool goes_on(const part& before, const decision& next, std::size_t index,
             sequence at) {
  const auto& header = *before.header;
  const auto previous = index == 0 ? next.previous : at - 1;
  if (previous != before.last() ||
      next.version + index != before.version + before.events)
    return false;
  return &next == &header ||
         (next.entity == header.entity && next.time == header.time &&
          next.command == header.command && next.by == header.by &&
          next.cause == header.cause);
}

class block_packer {
 public:
  explicit block_packer(text_numbers& texts) : texts_(texts) {
    events_.reserve(block_events);
  }

  void add(const decision& made, std::size_t index, sequence at) {
    if (parts_.empty() || !goes_on(parts_.back(), made, index, at))
      parts_.push_back({.header = &made,
                        .at = at,
                        .previous = index == 0 ? made.previous : at - 1,
                        .version = made.version + index});
    ++parts_.back().events;
    events_.push_back(&made.events[index]);
    if (events_.size() == block_events) close();
  }

  packed_blocks finish() && {
    if (!events_.empty()) close();
    return std::move(made_);
  }

 private:
  // The root of `Decisions`: the time of the first, and the decisions.
  void close() {
    message_.clear();
    const auto since = parts_.front().header->time;
    const auto root = message_.add_struct(message_writer::root, 1, 1);
    message_.put(root, 0, bits_64, number_of(since));
    auto at = message_.add_structs(root + 1, decision_words, 1, parts_.size());
    auto event = events_.begin();
    for (const auto& each : parts_) {
      write_header(at, each, since);
      // An `Event` is its kind and a pointer to its body.
      auto entry = message_.add_structs(at + decision_words, 1, 1, each.events);
      for (std::size_t i = 0; i < each.events; ++i, ++event, entry += 2)
        write_event(entry, **event);
      at += decision_words + 1;
    }
    pack_message();
    parts_.clear();
    events_.clear();
  }

  void write_header(message_writer::place at, const part& events,
                    timestamp since) {
    const auto& header = *events.header;
    const auto entity = parts_of(header.entity);
    decision_data data;
    data.entity_kind = static_cast<std::uint16_t>(header.entity.kind);
    data.brand = brand_ = texts_.number_of(entity.brand, brand_);
    data.key = texts_.number_of(entity.key);
    if (entity.is_whole) data.is |= decision_data::key_is_whole;
    data.by = by_ = texts_.number_of(header.by.value, by_);
    data.command = texts_.number_of(header.command);
    if (header.cause) {
      const auto cause = parts_of(header.cause->entity);
      data.is |= decision_data::has_cause;
      data.cause_kind = static_cast<std::uint16_t>(header.cause->entity.kind);
      data.cause_brand = cause_brand_ =
          texts_.number_of(cause.brand, cause_brand_);
      data.cause_key = texts_.number_of(cause.key);
      if (cause.is_whole) data.is |= decision_data::cause_key_is_whole;
      data.cause_version = header.cause->version;
    }
    data.version = events.version;
    data.back = back_from(events.at, events.previous);
    // In numbers without a sign, for the difference of two times may overflow.
    data.time_us = number_of(header.time) - number_of(since);
    message_.put(
        at, std::bit_cast<std::array<std::uint64_t, decision_words>>(data));
  }

  void write_event(message_writer::place at, const event_body& body) {
    message_.put(at, 0, bits_16, body.index());
    const auto& as = layout_of_event(body.index());
    write_fields(message_,
                 message_.add_struct(at + 1, as.data_words, as.pointers), as,
                 body.content(), &texts_);
  }

  // As Cap'n Proto packs it, with its segment table.
  void pack_message() {
    const auto words = message_.words();
    words_ += words.size() + 1;
    if (words_ > max_unpacked_words)
      throw std::length_error("blocks unpack to more than they may");
    // A segment table for one segment: no more of them, and its words.
    const std::uint64_t table = std::uint64_t{words.size()} << 32U;
    scratch_.resize(
        std::max(scratch_.size(), (words.size() + 1) * max_packed_word));
    auto* end = pack_words({&table, 1}, scratch_.data());
    end = pack_words(words, end);
    made_.packed.insert(made_.packed.end(), scratch_.data(), end);
    made_.blocks.push_back(
        {.events = static_cast<std::uint32_t>(events_.size()),
         .words = static_cast<std::uint32_t>(words.size() + 1),
         .end = made_.packed.size()});
  }

  // As layouts have the sizes of numbers.
  static constexpr std::uint8_t bits_16 = 4;
  static constexpr std::uint8_t bits_64 = 6;

  text_numbers& texts_;
  /// Of the header before.
  std::uint32_t brand_ = 0;
  std::uint32_t by_ = 0;
  std::uint32_t cause_brand_ = 0;
  std::vector<part> parts_;
  /// Of the parts, one after the other.
  std::vector<const event_body*> events_;
  message_writer message_{limits::max_entry_bytes};
  bytes scratch_;
  std::uint64_t words_ = 0;
  packed_blocks made_;
};

// --- reading ----------------------------------------------------------------

/// Two bytes of a packed message make 256 words at most.
constexpr std::uint64_t most_words_per_byte = 128;

/// A block, packed and unpacked.
struct kept_block {
  bytes packed;
  std::vector<std::uint64_t> message;
};

std::vector<std::uint64_t> unpacked_message(const stored_block& block) {
  if (block.words > limits::max_entry_bytes / word_bytes + 1 ||
      block.words > block.packed.size() * most_words_per_byte)
    throw malformed{"a block is larger than what is packed in it"};
  kj::ArrayInputStream in(
      {reinterpret_cast<const kj::byte*>(block.packed.data()),
       block.packed.size()});
  // A message of more words is refused before there is memory for it.
  capnp::ReaderOptions options;
  options.traversalLimitInWords = block.words;
  capnp::PackedMessageReader reader(in, options);
  const auto words = reader.getSegment(0);
  if (words.size() == 0 || reader.getSegment(1) != nullptr)
    throw malformed{"a block does not have one segment"};
  std::vector<std::uint64_t> message(words.size());
  std::memcpy(message.data(), words.begin(), words.size() * word_bytes);
  return message;
}

// Timelines read one event after the other, and those of neighboring orders are
// in the same blocks: so a thread keeps the blocks that it has read last. A
// block is found by its place and compared with what is stored, so it does not
// matter which store it is of.
const std::vector<std::uint64_t>& kept_message(const stored_block& block) {
  constexpr std::size_t kept = 64;
  static thread_local std::array<kept_block, kept> blocks;
  auto& slot = blocks.at(block.first / block_events % kept);
  if (slot.message.empty() || !std::ranges::equal(slot.packed, block.packed)) {
    // Not half of an old one, if this throws.
    slot.message.clear();
    slot.message = unpacked_message(block);
    slot.packed.assign(block.packed.begin(), block.packed.end());
  }
  return slot.message;
}

template <class Use>
void with_decisions(const std::vector<std::uint64_t>& message, Use use) {
  const kj::ArrayPtr<const capnp::word> segment(
      reinterpret_cast<const capnp::word*>(message.data()), message.size());
  // Each word is read once at most.
  capnp::ReaderOptions options;
  options.traversalLimitInWords = message.size() + 64;
  options.nestingLimit = 16;
  capnp::SegmentArrayMessageReader reader({&segment, 1}, options);
  use(reader.getRoot<schema::Decisions>());
}

/// Calls `use` with the decisions of a block.
template <class Use>
void unpacked(const stored_block& block, Use use) {
  // Many times as large as usual, and a bound on what threads keep.
  constexpr std::size_t most_kept_words = 32 * 1024;
  if (block.words <= most_kept_words)
    with_decisions(kept_message(block), use);
  else
    with_decisions(unpacked_message(block), use);
}

/// The header of a decision, for its first event.
event header_of(schema::Decision::Reader in, sequence at, std::int64_t since_us,
                const stored_texts& texts) {
  event made;
  made.at = at;
  made.previous = previous_of(at, in.getBack());
  // In numbers without a sign, for a damaged one must not overflow.
  made.time = time_of(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(since_us) +
                                static_cast<std::uint64_t>(in.getTimeUs())));
  made.entity = entity_of(
      in.getEntityKind(),
      {texts.text(in.getBrand()), texts.text(in.getKey()), in.getKeyIsWhole()});
  made.version = in.getVersion();
  made.by = actor_name{std::string(texts.text(in.getBy()))};
  made.command = texts.text(in.getCommand());
  if (in.getHasCause())
    made.cause = event_cause{
        .entity = entity_of(in.getCauseKind(), {texts.text(in.getCauseBrand()),
                                                texts.text(in.getCauseKey()),
                                                in.getCauseKeyIsWhole()}),
        .version = in.getCauseVersion()};
  return made;
}

void step(event& header) {
  header.previous = header.at++;
  ++header.version;
}

void read_body(schema::Event::Reader in, const stored_texts& texts,
               event_body& to) {
  // A later version wrote it. Skipping it would be to open with another state
  // than the one that callers were told of.
  if (in.getKind() >= event_kinds)
    throw malformed{"an event is of a kind that this version does not know"};
  read_record(in.getBody(), layout_of_event(in.getKind()),
              to.become(in.getKind()), &texts);
}

}  // namespace

packed_blocks pack(sequence first, std::span<const decision> decisions,
                   text_numbers& texts) {
  try {
    block_packer packer(texts);
    for (const auto& each : decisions)
      for (std::size_t i = 0; i < each.events.size(); ++i, ++first)
        packer.add(each, i, first);
    return std::move(packer).finish();
  } catch (const std::exception&) {
    return {};  // too long, or out of memory
  }
}

void unpack(const stored_block& block, const stored_texts& texts,
            std::vector<event>& to) {
  auto at = block.first;
  const auto end = block.first + block.events;
  unpacked(block, [&](schema::Decisions::Reader in) {
    for (const auto decision : in.getDecisions()) {
      auto header = header_of(decision, at, in.getTimeUs(), texts);
      for (const auto each : decision.getEvents()) {
        if (at == end) throw malformed{"a block has more events than it says"};
        to.push_back(header);
        read_body(each, texts, to.back().body);
        step(header);
        ++at;
      }
    }
  });
  if (at != end) throw malformed{"a block has fewer events than it says"};
}

event unpack_one(const stored_block& block, const stored_texts& texts,
                 sequence at) {
  assert(at >= block.first && at - block.first < block.events);
  event found;
  bool is_found = false;
  unpacked(block, [&](schema::Decisions::Reader in) {
    auto first = block.first;
    for (const auto decision : in.getDecisions()) {
      const auto events = decision.getEvents();
      if (at - first >= events.size()) {
        first += events.size();
        continue;
      }
      const auto index = static_cast<unsigned>(at - first);
      found = header_of(decision, first, in.getTimeUs(), texts);
      for (unsigned i = 0; i < index; ++i) step(found);
      read_body(events[index], texts, found.body);
      is_found = true;
      return;
    }
  });
  if (!is_found) throw malformed{"a block has fewer events than it says"};
  return found;
}

}  // namespace oms::codec
