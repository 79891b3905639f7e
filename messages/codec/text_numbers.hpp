#pragma once

/// Texts that repeat, each once, and their numbers in the order in which they
/// came.
///
/// It keeps the texts, one after the other: that is how they are written, and
/// comparing with a known one stays near. Number 0 is the empty text. Throws
/// std::length_error when the texts are more than `max_bytes` together.
/// Threads: those of a value.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/number_table.hpp"

namespace oms::codec {

class text_numbers {
 public:
  explicit text_numbers(std::size_t max_bytes);

  /// Begins anew, in the memory that it has, unless that is much.
  void clear();

  [[nodiscard]] std::uint32_t number_of(std::string_view text);
  /// The same, faster if the text has the number `likely`.
  [[nodiscard]] std::uint32_t number_of(std::string_view text,
                                        std::uint32_t likely) {
    return likely != 0 && this->text(likely) == text ? likely : number_of(text);
  }

  /// Without the empty text.
  [[nodiscard]] std::size_t size() const { return begins_.size() - 1; }
  /// `number` is one that was given, but not 0. Good until the next text
  /// comes; moving this keeps it good.
  [[nodiscard]] std::string_view text(std::uint32_t number) const {
    const auto begin = begins_[number - 1];
    return {all_.data() + begin, begins_[number] - begin};
  }
  /// One after the other, and where the text of a number ends.
  [[nodiscard]] std::string_view all() const {
    return {all_.data(), all_.size()};
  }
  [[nodiscard]] std::uint32_t end_of(std::uint32_t number) const {
    return begins_[number];
  }

 private:
  std::uint32_t add(std::string_view text);

  std::size_t max_bytes_;
  std::vector<char> all_;
  /// Where each begins, and the last ends.
  std::vector<std::uint32_t> begins_{0};
  number_table numbers_;
};

}  // namespace oms::codec
