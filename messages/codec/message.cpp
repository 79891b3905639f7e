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

namespace {

bytes bytes_of(std::span<const std::byte> message) {
  bytes flat;
  // Stores append the hash of an entry; room for it saves them a copy of the
  // whole entry.
  flat.reserve(message.size() + sizeof(digest));
  flat.assign(message.begin(), message.end());
  return flat;
}

}  // namespace

bytes bytes_of(kj::ArrayPtr<const capnp::word> segment) {
  return bytes_of(std::as_bytes(std::span(segment.begin(), segment.size())));
}

bytes bytes_of(const message_writer& made) {
  return bytes_of(std::as_bytes(made.words()));
}

error invalid(std::string message) {
  return {
      .code = error_code::invalid, .message = std::move(message), .faults = {}};
}

}  // namespace oms::codec
