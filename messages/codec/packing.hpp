#pragma once

/// Internal to the codec: Cap'n Proto's packing, as its own library packs.
///
/// A word is a byte that says which of its bytes are not zero, and these bytes.
/// A word of zeros is followed by the count of more of them; one without zeros,
/// by the count of words that come as they are. Which words those are is the
/// packer's choice: this one chooses like Cap'n Proto's, so that the bytes of a
/// message stay the same. Pure.

#include <cstddef>
#include <cstdint>
#include <span>

namespace oms::codec {

/// A word makes at most as many bytes: what is in it, its own, and a count.
inline constexpr std::size_t max_packed_word = 10;

/// Writes to `out`, which has room for all of it; returns its end.
std::byte* pack_words(std::span<const std::uint64_t> words, std::byte* out);

}  // namespace oms::codec
