#include "messages/codec/text_numbers.hpp"

#include <stdexcept>

#include "messages/text_hash.hpp"

namespace oms::codec {

namespace {

constexpr std::size_t usual_texts = 128;
// Many times what a usual entry has.
constexpr std::size_t most_kept_slots = 256 * 1024;
constexpr std::size_t most_kept_bytes = std::size_t{4} << 20U;

}  // namespace

text_numbers::text_numbers(std::size_t max_bytes) : max_bytes_(max_bytes) {
  numbers_.reserve(usual_texts);
}

void text_numbers::clear() {
  if (numbers_.capacity() > most_kept_slots ||
      all_.capacity() > most_kept_bytes) {
    *this = text_numbers(max_bytes_);
    return;
  }
  all_.clear();
  begins_.resize(1);
  numbers_.clear();
}

std::uint32_t text_numbers::number_of(std::string_view wanted) {
  if (wanted.empty()) return 0;
  numbers_.reserve(size() + 1);
  return numbers_.find_or_add(
      text_hash(wanted),
      [&](std::uint32_t number) { return text(number) == wanted; },
      [&] { return add(wanted); });
}

std::uint32_t text_numbers::add(std::string_view text) {
  if (text.size() > max_bytes_ - all_.size())
    throw std::length_error("the texts are longer than they may be");
  all_.insert(all_.end(), text.begin(), text.end());
  begins_.push_back(static_cast<std::uint32_t>(all_.size()));
  return static_cast<std::uint32_t>(size());
}

}  // namespace oms::codec
