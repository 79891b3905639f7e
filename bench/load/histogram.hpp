#pragma once

/// Counts durations in buckets that are at most 1 % wide, so that percentiles
/// of any number of them take 60 KB and one addition each.
///
/// Log-linear, as HdrHistogram has it: each power of two of nanoseconds is
/// divided into 128 equal buckets. It is written here because Debian 12 has no
/// library for it in C++. Threads: those of a value.

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace oms::load {

class histogram {
 public:
  void add(std::chrono::nanoseconds duration, std::uint64_t times = 1) {
    const auto value =
        static_cast<std::uint64_t>(duration.count() < 0 ? 0 : duration.count());
    counts_[index_of(value)] += times;
    count_ += times;
    if (value > largest_) largest_ = value;
  }

  void add(const histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
    count_ += other.count_;
    largest_ = std::max(largest_, other.largest_);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The smallest duration that at least this share (above 0, at most 1) does
  /// not exceed, rounded up to its bucket's end; 0 when nothing was counted.
  [[nodiscard]] std::chrono::nanoseconds quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(
        std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted && seen > 0)
        return std::chrono::nanoseconds(std::min(last_of(i), largest_));
    }
    return {};
  }
  [[nodiscard]] std::chrono::nanoseconds largest() const {
    return std::chrono::nanoseconds(largest_);
  }

 private:
  static constexpr int bits = 7;
  static constexpr std::uint64_t parts = 1ULL << bits;

  // Below `parts` each number has a bucket; above, the exponent chooses 128 of
  // them and the seven bits after the highest one of those.
  static std::size_t index_of(std::uint64_t value) {
    if (value < parts) return value;
    const int exponent = std::bit_width(value) - 1;
    const auto part = (value >> (exponent - bits)) - parts;
    return static_cast<std::size_t>(exponent - bits + 1) * parts + part;
  }
  static std::uint64_t last_of(std::size_t index) {
    if (index < parts) return index;
    const auto shift = index / parts - 1;
    return ((index % parts + parts + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - bits + 1) * parts> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace oms::load
