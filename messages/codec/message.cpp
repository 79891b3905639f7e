#include "messages/codec/message.hpp"

#include <algorithm>

namespace oms::codec {

// Three threads of an engine encode: those of the journal, the checkpointer and
// the checkpoint writer. So this is a few megabytes in all.
message_arena& message_arena::of_thread() {
  thread_local message_arena arena;
  return arena;
}

kj::ArrayPtr<capnp::word> message_arena::words() {
  if (memory_.empty()) memory_.resize(first_words);
  return {reinterpret_cast<capnp::word*>(memory_.data()), memory_.size()};
}

// By half as much again, so that a row of ever larger commits does not outgrow
// it one after the other. `assign` zeroes what a builder expects to be zero.
void message_arena::grow_to(std::size_t words) {
  const auto wanted = std::min(words + words / 2, kept_words);
  if (wanted > memory_.size()) memory_.assign(wanted, 0);
}

bytes bytes_of(kj::ArrayPtr<const capnp::word> segment) {
  const auto* begin = reinterpret_cast<const std::byte*>(segment.begin());
  const auto size = segment.size() * word_bytes;
  bytes flat;
  // Stores append the hash of an entry; room for it saves them a copy of the
  // whole entry.
  flat.reserve(size + sizeof(digest));
  flat.assign(begin, begin + size);
  return flat;
}

error invalid(std::string message) {
  return {
      .code = error_code::invalid, .message = std::move(message), .faults = {}};
}

}  // namespace oms::codec
