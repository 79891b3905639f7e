#include "messages/codec/text_numbers.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "messages/text_hash.hpp"

namespace oms::codec {

namespace {

constexpr std::size_t first_slots = 256;
// Many times what a usual entry has.
constexpr std::size_t most_kept_slots = 256 * 1024;
constexpr std::size_t most_kept_bytes = std::size_t{4} << 20U;

}  // namespace

text_numbers::text_numbers(std::size_t max_bytes)
    : max_bytes_(max_bytes), slots_(first_slots) {}

void text_numbers::clear() {
  if (slots_.size() > most_kept_slots || all_.capacity() > most_kept_bytes) {
    *this = text_numbers(max_bytes_);
    return;
  }
  all_.clear();
  begins_.resize(1);
  std::ranges::fill(slots_, slot{});
}

std::uint32_t text_numbers::number_of(std::string_view wanted) {
  if (wanted.empty()) return 0;
  const auto hash = text_hash(wanted);
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
  all_.insert(all_.end(), text.begin(), text.end());
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
