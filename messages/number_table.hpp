#pragma once

/// A hash table of values that are kept elsewhere, by their numbers.
///
/// Its owner keeps the values, numbers them from 1 and compares them; the table
/// has the hash and the number of each, one after the other in memory. Nothing
/// is taken out. Threads: those of a value.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace oms {

class number_table {
 public:
  /// Room for so many values in all.
  void reserve(std::size_t values) {
    // At most half of it is used.
    if (2 * values > slots_.size())
      use_slots(std::max(least_slots, std::bit_ceil(2 * values)));
  }
  /// In slots, of which a value takes two.
  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }
  /// Forgets all values and keeps the memory.
  void clear() { std::ranges::fill(slots_, slot{}); }

  /// The number with this hash of which `is_it` is true; 0 if there is none.
  template <class IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, IsIt is_it) const {
    return slots_.empty() ? 0 : slots_[place_of(hash, is_it)].number;
  }
  /// The same; if there is none, the number that `add` gives a new value, for
  /// which there is room.
  template <class IsIt, class Add>
  std::uint32_t find_or_add(std::uint32_t hash, IsIt is_it, Add add) {
    auto& found = slots_[place_of(hash, is_it)];
    if (found.number == 0) found = {hash, add()};
    return found.number;
  }

 private:
  struct slot {
    std::uint32_t hash = 0;
    /// 0: free.
    std::uint32_t number = 0;
  };
  static constexpr std::size_t least_slots = 64;

  template <class IsIt>
  [[nodiscard]] std::size_t place_of(std::uint32_t hash, IsIt is_it) const {
    for (std::size_t at = hash;; ++at) {
      at &= slots_.size() - 1;
      const auto& each = slots_[at];
      if (each.number == 0 || (each.hash == hash && is_it(each.number)))
        return at;
    }
  }

  void use_slots(std::size_t count) {
    const auto before = std::exchange(slots_, std::vector<slot>(count));
    for (const auto& each : before) {
      if (each.number == 0) continue;
      const auto at = place_of(each.hash, [](std::uint32_t) { return false; });
      slots_[at] = each;
    }
  }

  /// By hash; a power of two.
  std::vector<slot> slots_;
};

}  // namespace oms
