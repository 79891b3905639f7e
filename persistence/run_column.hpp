#pragma once

/// Columns of numbers and tables of texts, as runs have them on disk. Internal
/// to persistence/order_run*.cpp.
///
/// A column is a straight line and the distances from it, each in the fewest
/// bytes that hold the largest: numbers that count up, such as sequences, take
/// little or nothing. Readers use them where they are, at any address, and own
/// nothing. A column's bytes are followed by others of the run, up to
/// `run_slack_bytes`, so that eight bytes may be read at any of its numbers.
/// All of it is little-endian. Format: docs/STORAGE.md, "Runs".

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/codec/codec.hpp"

namespace oms::persistence {

static_assert(std::endian::native == std::endian::little,
              "runs are read where they are");

/// At the end of a run.
inline constexpr std::size_t run_slack_bytes = 8;

class run_column {
 public:
  run_column() = default;
  run_column(const std::byte* data, unsigned width, std::uint64_t base,
             std::uint64_t slope)
      : data_(data),
        width_(width),
        mask_(width == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * width)),
        base_(base),
        slope_(slope) {}

  /// `i` must be below the count that the column was read with.
  [[nodiscard]] std::uint64_t operator[](std::size_t i) const {
    if (width_ == 0) return base_ + slope_ * i;
    std::uint64_t distance = 0;
    std::memcpy(&distance, data_ + i * width_, sizeof distance);
    return base_ + slope_ * i + (distance & mask_);
  }

 private:
  const std::byte* data_ = nullptr;
  unsigned width_ = 0;
  std::uint64_t mask_ = 0;
  std::uint64_t base_ = 0;
  std::uint64_t slope_ = 0;
};

/// Texts by their number. A text that would be outside of the run is empty.
class run_texts {
 public:
  run_texts() = default;
  run_texts(std::size_t count, run_column ends, std::string_view all)
      : count_(count), ends_(ends), all_(all) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const {
    if (i >= count_) return {};
    const auto end = std::min<std::uint64_t>(ends_[i], all_.size());
    const auto begin = i == 0 ? 0 : std::min(ends_[i - 1], end);
    return all_.substr(begin, end - begin);
  }
  /// Of texts that are sorted: the number of `text`, or `size()`.
  [[nodiscard]] std::size_t find(std::string_view text) const;

 private:
  std::size_t count_ = 0;
  run_column ends_;
  std::string_view all_;
};

/// Appends to a run.
class run_writer {
 public:
  void number(std::uint64_t value) { add(&value, sizeof value); }
  void column(std::span<const std::uint64_t> values);
  /// The count is written as well.
  void texts(std::span<const std::string_view> all);
  void data(std::span<const std::byte> data) { add(data.data(), data.size()); }
  [[nodiscard]] codec::bytes taken() && { return std::move(out_); }
  /// With what a run ends with.
  [[nodiscard]] codec::bytes finish() &&;

 private:
  void add(const void* from, std::size_t bytes) {
    const auto* data = static_cast<const std::byte*>(from);
    out_.insert(out_.end(), data, data + bytes);
  }

  codec::bytes out_;
};

/// Takes what `run_writer` wrote from the front of a run. If anything would be
/// outside of it, it is bad from then on, and gives empty parts.
class run_reader {
 public:
  explicit run_reader(std::span<const std::byte> data);

  std::uint64_t number();
  /// A count of things of which each takes `bytes` at least.
  std::uint64_t count(std::uint64_t most);
  run_column column(std::size_t count);
  run_texts texts();
  std::span<const std::byte> data(std::uint64_t bytes);
  [[nodiscard]] bool is_good() const { return good_; }
  /// The bytes that are left.
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  /// Nothing is left.
  [[nodiscard]] bool is_over() const { return good_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool good_ = true;
};

}  // namespace oms::persistence
