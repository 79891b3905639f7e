// Feeds the codec with what libFuzzer invents. What can be decoded must
// come back the same after it was encoded again; nothing may crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "messages/codec/codec.hpp"
#include "messages/codec/snapshots.hpp"

namespace {

namespace codec = oms::codec;

using input_bytes = std::span<const std::byte>;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Compared as bytes, because a coordinate may be no number.
template <class Encode, class Decode>
void try_one(input_bytes input, Encode encode, Decode decode) {
  const auto got = decode(input);
  if (!got) return;
  const codec::bytes again = encode(*got);
  const auto back = decode(again);
  require(back.ok());
  require(encode(*back) == again);
}

void try_log(input_bytes input) {
  static_cast<void>(codec::decode_header(input));
  static_cast<void>(codec::decode_event(input, 0));
  const auto encode = [](const codec::log_entry& entry) {
    return codec::encode_entry(entry.first, entry.previous_hash, entry.events);
  };
  try_one(input, encode, codec::decode_entry);
  try_one(input, codec::encode_personal, codec::decode_personal);
}

void try_snapshots(input_bytes input) {
  const auto encode = [](const auto& state) {
    return codec::encode_snapshot(state);
  };
  try_one(input, encode, codec::decode_source_snapshot);
}

}  // namespace

// The name is libFuzzer's. Every decoder gets every input: what one kind of
// message is, the others must refuse.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  try_log(input);
  try_snapshots(input);
  return 0;
}
