#include "messages/codec/packing.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace oms::codec {

namespace {

static_assert(std::endian::native == std::endian::little);

// Counts have one byte.
constexpr std::size_t most_counted = 255;

/// A bit for each byte that is not zero.
unsigned bytes_in(std::uint64_t word) {
  // The highest bit of each such byte, and then these bits side by side.
  constexpr std::uint64_t low = 0x7f7f'7f7f'7f7f'7f7fULL;
  const auto filled = (((word & low) + low) | word) & ~low;
  return static_cast<unsigned>((filled >> 7U) * 0x0102'0408'1020'4080ULL >>
                               56U);
}

}  // namespace

std::byte* pack_words(std::span<const std::uint64_t> words, std::byte* out) {
  constexpr unsigned all = 0xff;
  const auto* word = words.data();
  const auto* const end = word + words.size();
  while (word != end) {
    const auto tag = bytes_in(*word);
    *out++ = static_cast<std::byte>(tag);
    for (auto left = tag; left != 0; left &= left - 1)
      *out++ = static_cast<std::byte>(*word >> 8U * std::countr_zero(left));
    ++word;
    if (tag != 0 && tag != all) continue;
    // One zero costs as much as the byte that would say so.
    const auto* const last =
        word + std::min<std::size_t>(static_cast<std::size_t>(end - word),
                                     most_counted);
    const auto* const more =
        std::find_if(word, last, [tag](std::uint64_t each) {
          return tag == 0 ? each != 0 : std::popcount(bytes_in(each)) < 7;
        });
    const auto count = static_cast<std::size_t>(more - word);
    *out++ = static_cast<std::byte>(count);
    if (tag == all) {
      std::memcpy(out, word, count * sizeof *word);
      out += count * sizeof *word;
    }
    word = more;
  }
  return out;
}

}  // namespace oms::codec
