#include "messages/codec/text_numbers.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace oms::codec {

namespace {

constexpr std::size_t first_slots = 256;

template <class Word>
std::uint64_t word_at(std::string_view text, std::size_t at) {
  Word word = 0;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

// Eight bytes a step, the last of which may overlap. Texts are ids for the most
// part, so there are one or two steps, and a call of the library's hash takes
// longer.
std::uint32_t hash_of_text(std::string_view text) {
  using whole = std::uint64_t;
  using half = std::uint32_t;
  constexpr whole mixing = 0x9e3779b97f4a7c15ULL;
  const auto size = text.size();
  whole hash = size * mixing;
  const auto mix = [&hash](whole word) {
    hash = (hash ^ word) * mixing;
    hash ^= hash >> 32U;
  };
  if (size >= sizeof(whole)) {
    for (std::size_t at = 0; at + sizeof(whole) < size; at += sizeof(whole))
      mix(word_at<whole>(text, at));
    mix(word_at<whole>(text, size - sizeof(whole)));
  } else if (size >= sizeof(half)) {
    mix(word_at<half>(text, 0) | word_at<half>(text, size - sizeof(half))
                                     << 32U);
  } else {
    mix(word_at<std::uint8_t>(text, 0) |
        word_at<std::uint8_t>(text, size / 2) << 8U |
        word_at<std::uint8_t>(text, size - 1) << 16U);
  }
  mix(hash >> 29U);
  return static_cast<half>(hash >> 32U);
}

}  // namespace

text_numbers::text_numbers(std::size_t max_bytes)
    : max_bytes_(max_bytes), slots_(first_slots) {}

std::uint32_t text_numbers::number_of(std::string_view wanted) {
  if (wanted.empty()) return 0;
  const auto hash = hash_of_text(wanted);
  for (std::size_t at = hash;; ++at) {
    auto& found = slots_[at & (slots_.size() - 1)];
    if (found.number == 0) {
      found = {hash, add(wanted)};
      const auto number = found.number;
      if (2 * size() > slots_.size()) grow();
      return number;
    }
    if (found.hash == hash && text(found.number) == wanted) return found.number;
  }
}

std::uint32_t text_numbers::add(std::string_view text) {
  if (text.size() > max_bytes_ - all_.size())
    throw std::length_error("the texts are longer than they may be");
  all_ += text;
  begins_.push_back(static_cast<std::uint32_t>(all_.size()));
  return static_cast<std::uint32_t>(size());
}

void text_numbers::grow() {
  const auto before = std::exchange(slots_, {});
  slots_.resize(before.size() * 4);
  for (const auto& each : before) {
    if (each.number == 0) continue;
    std::size_t at = each.hash;
    while (slots_[at & (slots_.size() - 1)].number != 0) ++at;
    slots_[at & (slots_.size() - 1)] = each;
  }
}

}  // namespace oms::codec
