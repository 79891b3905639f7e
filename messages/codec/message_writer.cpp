#include "messages/codec/message_writer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace oms::codec {

namespace {

// Numbers and texts are written as they are in memory.
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t first_words = 64;

// Pointers, as Cap'n Proto's encoding has them.
enum kind : std::uint64_t { of_struct = 0, of_list = 1 };
// What a list has: numbers of 8 bits and more have their log_bits less 1.
enum element : unsigned { of_bytes = 2, of_pointers = 6, of_structs = 7 };

std::uint64_t offset(message_writer::place from, message_writer::place to) {
  return (to - from - 1) << 2U;
}

std::uint64_t size_of(std::uint16_t data_words, std::uint16_t pointers) {
  return std::uint64_t{data_words} << 32U | std::uint64_t{pointers} << 48U;
}

}  // namespace

message_writer::message_writer(std::size_t max_bytes)
    : max_words_(max_bytes / sizeof(std::uint64_t)) {
  clear();
}

void message_writer::clear() {
  std::fill_n(words_.begin(), used_, 0);
  used_ = 0;
  take(1);
}

message_writer::place message_writer::take(std::size_t count) {
  const auto begin = used_;
  if (count > max_words_ - begin)
    throw std::length_error("a message is longer than it may be");
  if (begin + count > words_.size())
    words_.resize(std::max({begin + count, 2 * words_.size(), first_words}));
  used_ += count;
  return begin;
}

message_writer::place message_writer::add_struct(place from,
                                                 std::uint16_t data_words,
                                                 std::uint16_t pointers) {
  const std::size_t words = data_words + pointers;
  const auto begin = take(words);
  // One without words lies at its own pointer: 0 would be a null pointer.
  words_[from] = words == 0 ? 0xffff'fffc : offset(from, begin) | of_struct;
  words_[from] |= size_of(data_words, pointers);
  return begin;
}

message_writer::place message_writer::add_list(place from, unsigned element,
                                               std::size_t count,
                                               std::size_t words) {
  const auto begin = take(words);
  words_[from] = offset(from, begin) | of_list | std::uint64_t{element} << 32U |
                 std::uint64_t{count} << 35U;
  return begin;
}

// Their count and size are in a word of their own in front of them.
message_writer::place message_writer::add_structs(place from,
                                                  std::uint16_t data_words,
                                                  std::uint16_t pointers,
                                                  std::size_t count) {
  const auto words = count * (std::size_t{data_words} + pointers);
  const auto tag = add_list(from, of_structs, words, words + 1);
  words_[tag] = std::uint64_t{count} << 2U | size_of(data_words, pointers);
  return tag + 1;
}

message_writer::place message_writer::add_pointers(place from,
                                                   std::size_t count) {
  return add_list(from, of_pointers, count, count);
}

message_writer::place message_writer::add_numbers(place from,
                                                  std::uint8_t log_bits,
                                                  std::size_t count) {
  return add_list(from, log_bits - 1U, count,
                  ((count << log_bits) + 63U) >> 6U);
}

// The zero byte after a text counts as one of its bytes.
void message_writer::add_text(place from, std::string_view text) {
  const auto begin = add_list(from, of_bytes, text.size() + 1,
                              text.size() / sizeof(std::uint64_t) + 1);
  std::memcpy(&words_[begin], text.data(), text.size());
}

void message_writer::add_data(place from, std::span<const std::byte> data) {
  const auto begin = add_list(
      from, of_bytes, data.size(),
      (data.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
  if (!data.empty()) std::memcpy(&words_[begin], data.data(), data.size());
}

void message_writer::put(place at, std::span<const std::uint64_t> words) {
  std::ranges::copy(words, words_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace oms::codec
