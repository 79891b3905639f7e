// Feeds the codec with what libFuzzer invents. What can be decoded must
// come back the same after it was encoded again; nothing may crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "messages/codec.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  namespace codec = oms::codec;
  const auto input = std::as_bytes(std::span(data, size));
  static_cast<void>(codec::decode_header(input));
  static_cast<void>(codec::decode_event(input, 0));

  if (const auto entry = codec::decode_entry(input)) {
    const auto again =
        codec::encode_entry(entry->first, entry->previous_hash, entry->events);
    const auto back = codec::decode_entry(again);
    require(back.ok());
    // Compared as bytes, because a coordinate may be no number.
    require(codec::encode_entry(back->first, back->previous_hash,
                                back->events) == again);
  }
  if (const auto person = codec::decode_personal(input)) {
    const auto back = codec::decode_personal(codec::encode_personal(*person));
    require(back.ok() && *back == *person);
  }
  return 0;
}
