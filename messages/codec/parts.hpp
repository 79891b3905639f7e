#pragma once

/// Internal to messages/codec/ and messages/api/: how what has a schema of its
/// own is written to it and read from it.
///
/// There is one pair of `write` and `read` per struct, and the few helpers that
/// they are made of. They throw `malformed` and `kj::Exception`; `encode` and
/// `decode` of codec/message.hpp, or the readers of messages/api/, catch both.
///
/// Reading checks the form and not the rules: a log may have been written under
/// other limits, and what is in it has happened. Only a word of an enumeration
/// that this version does not have is refused, since code could not handle it.
///
/// The order in which a `write` makes pointer fields is the order of their
/// bytes. Readers don't care, but with another order equal events of two
/// versions would be different bytes.

#include <capnp/message.h>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/checkpoint.capnp.h"
#include "messages/checkpoint.hpp"
#include "messages/events.hpp"
#include "messages/ids.capnp.h"
#include "messages/log.capnp.h"
#include "messages/order.hpp"
#include "messages/snapshots.capnp.h"
#include "messages/source_state.hpp"
#include "messages/words.capnp.h"

namespace oms::codec {

/// The message is well-formed, but says something that the vocabulary can't.
struct malformed {
  const char* what;
};

// --- texts ------------------------------------------------------------------

inline bool filled(const std::string& in) { return !in.empty(); }
template <class Tag>
bool filled(const text_id<Tag>& in) {
  return !in.empty();
}

inline capnp::Text::Reader stored(const std::string& in) {
  return {in.data(), in.size()};
}
template <class Tag>
capnp::Text::Reader stored(const text_id<Tag>& in) {
  return stored(in.value);
}

template <class T = std::string>
T text(capnp::Text::Reader in) {
  return T{std::string{in.begin(), in.size()}};
}

// --- times ------------------------------------------------------------------

inline std::int64_t stored(timestamp in) {
  return in.time_since_epoch().count();
}
inline timestamp time_of(std::int64_t us) { return timestamp{duration{us}}; }

// --- enumerations -----------------------------------------------------------

/// Both enumerations have the same numbers. That the last words agree shows
/// that no word was added on one side alone; that the order is the same, tests
/// of round trips show.
template <auto Last, auto StoredLast>
struct alike {
  using stored = decltype(StoredLast);
  static constexpr auto last = Last;
  static_assert(static_cast<unsigned>(Last) ==
                static_cast<unsigned>(StoredLast));
};

template <class Word>
struct enumeration;
template <>
struct enumeration<source_kind>
    : alike<source_kind::supplier, schema::SourceKind::SUPPLIER> {};
template <>
struct enumeration<entity_kind>
    : alike<entity_kind::reservation, schema::EntityKind::RESERVATION> {};

template <class Word>
requires std::is_enum_v<Word>
typename enumeration<Word>::stored stored(Word in) {
  return static_cast<typename enumeration<Word>::stored>(in);
}

/// Refuses the number of a word that a later version has added: read as any
/// other word, it would be history rewritten.
template <class Word>
Word word(typename enumeration<Word>::stored in) {
  if (static_cast<unsigned>(in) >
      static_cast<unsigned>(enumeration<Word>::last))
    throw malformed{"an enumeration has a number without a name"};
  return static_cast<Word>(in);
}

// --- ids.cpp ---

void write(schema::OrderKey::Builder out, const order_key& in);
order_key read(schema::OrderKey::Reader in);
void write(schema::SourceRef::Builder out, const source_ref& in);
source_ref read(schema::SourceRef::Reader in);
// --- source_state.cpp ---

void write(schema::PromisedUnits::Builder out, const promised_units& in);
promised_units read(schema::PromisedUnits::Reader in);
void write(schema::SourceState::Builder out, const source_state& in);
source_state read(schema::SourceState::Reader in);

// --- lists ------------------------------------------------------------------

template <class T>
unsigned count(const std::vector<T>& in) {
  return static_cast<unsigned>(in.size());
}

/// `init(n)` makes the list of `n` in the message. An empty list stays a null
/// pointer, which is read as an empty list and takes no word of its own.
template <class T, class Init>
void write_list(const std::vector<T>& in, Init init) {
  if (in.empty()) return;
  auto out = init(count(in));
  for (unsigned i = 0; i < out.size(); ++i) write(out[i], in[i]);
}

template <class List>
auto read_list(List in) {
  std::vector<decltype(read(in[0]))> out;
  out.reserve(in.size());
  for (auto element : in) out.push_back(read(element));
  return out;
}

}  // namespace oms::codec
