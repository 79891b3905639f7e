#pragma once

/// Internal to the codec: a Cap'n Proto message as it is written, in one
/// segment.
///
/// It makes the bytes that a capnp::MessageBuilder makes of the same calls, and
/// does nothing else: what is there is never moved, read back or freed, so a
/// struct costs little more than its words. Whoever writes knows the places of
/// the fields (`record_layout`). The memory is kept from message to message.
///
/// Throws std::length_error when a message becomes longer than it may be; the
/// next one may be written after that. Threads: those of a value.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace oms::codec {

class message_writer {
 public:
  /// A word of the message, counted from its beginning.
  using place = std::size_t;

  /// The pointer to the message's root.
  static constexpr place root = 0;

  explicit message_writer(std::size_t max_bytes);

  /// Begins a message that has nothing but its root's pointer.
  void clear();
  [[nodiscard]] std::span<const std::uint64_t> words() const {
    return {words_.data(), used_};
  }

  /// Each makes what the pointer at `from` points to, all zero, and returns
  /// where it begins: the data of a struct, which its pointers follow; the
  /// first of structs, one after the other; the first word of a list.
  place add_struct(place from, std::uint16_t data_words,
                   std::uint16_t pointers);
  place add_structs(place from, std::uint16_t data_words,
                    std::uint16_t pointers, std::size_t count);
  place add_pointers(place from, std::size_t count);
  /// `log_bits` of each: from 4 for 16 bits to 6 for 64.
  place add_numbers(place from, std::uint8_t log_bits, std::size_t count);
  void add_text(place from, std::string_view text);
  void add_data(place from, std::span<const std::byte> data);

  /// Writes what is zero, once: the number `slot`, in units of its size from
  /// `at` on.
  void put(place at, std::size_t slot, std::uint8_t log_bits,
           std::uint64_t number) {
    words_[at + (slot >> (6U - log_bits))] |= number
                                              << ((slot << log_bits) & 63U);
  }
  /// Whole words, from `at` on.
  void put(place at, std::span<const std::uint64_t> words);

 private:
  /// Room for so many more words.
  place take(std::size_t count);
  place add_list(place from, unsigned element, std::size_t count,
                 std::size_t words);

  std::size_t max_words_;
  std::size_t used_ = 0;
  /// Zero from `used_` on.
  std::vector<std::uint64_t> words_;
};

}  // namespace oms::codec
