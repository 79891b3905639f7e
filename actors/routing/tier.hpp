#pragma once

/// One tier of a routing request as bare numbers, and how plans compare.
///
/// The allocator and the search work on this; the planner makes it from a
/// request and turns the answer back. Sources are in the order of their ids and
/// SKUs in the order of the demand, so a smaller index is an earlier id. Only
/// sources that can give something and SKUs that still lack something are in
/// it.
///
/// Units: units of stock, minor units of money, meters.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "messages/network.hpp"

namespace oms::routing {

/// Sums of squares of quantities, and of prices times quantities, are wider
/// than 64 bits.
__extension__ using wide = __int128;

inline constexpr std::int64_t no_limit =
    std::numeric_limits<std::int64_t>::max();

/// There are six objectives; one named twice decides nothing the second time.
inline constexpr std::size_t max_objectives = 6;

struct tier_source {
  /// shipmentCost + km x costPerKm: paid once if the source is used.
  std::int64_t fixed_cost = 0;
  std::int64_t metres = 0;
  std::int64_t priority = 0;
  /// Using it takes one of `tier::new_sources`.
  bool is_new = true;
};

/// A line that must come whole from one source.
struct whole_line {
  /// Index into the lines of the request.
  std::size_t line = 0;
  std::int64_t units = 0;
};

struct tier {
  /// Distinct, the first decides first.
  std::vector<objective> objectives;
  bool split_lines = true;
  /// How many new sources may be used; `no_limit` for any number.
  std::int64_t new_sources = no_limit;
  std::vector<tier_source> sources;
  /// Units wanted, per SKU.
  std::vector<std::int64_t> need;
  /// Units free and the price of one, at source * skus() + sku.
  std::vector<std::int64_t> free;
  std::vector<std::int64_t> unit_cost;
  /// When a unit is expected, in the same places; empty without `soonest`.
  std::vector<std::int64_t> day;
  /// Per SKU, in line order; empty when lines may be split.
  std::vector<std::vector<whole_line>> lines;

  [[nodiscard]] std::size_t skus() const { return need.size(); }
  [[nodiscard]] std::size_t cell(std::size_t source, std::size_t sku) const {
    return source * need.size() + sku;
  }
  [[nodiscard]] std::int64_t day_at(std::size_t cell) const {
    return day.empty() ? 0 : day[cell];
  }
};

/// The objective values of a plan, in the order of the tier's objectives.
/// `balance_stock` is counted from the plan that takes nothing.
using score = std::array<wide, max_objectives>;

/// The value of `soonest`: the last day, and after it the sum of the days of
/// all units.
struct arrival {
  std::int64_t last_day = 0;
  std::int64_t sum_of_days = 0;

  void add(std::int64_t day, std::int64_t units) {
    if (units == 0) return;
    last_day = std::max(last_day, day);
    sum_of_days += day * units;
  }
  /// As one number, which compares like the two.
  [[nodiscard]] wide value() const {
    return (wide{last_day} << 63) + sum_of_days;
  }
  [[nodiscard]] static arrival of(wide value) {
    return {static_cast<std::int64_t>(value >> 63),
            static_cast<std::int64_t>(value & no_limit)};
  }
};

/// The value of `soonest` for both together.
[[nodiscard]] inline wide both_arrivals(wide a, wide b) {
  const auto one = arrival::of(a);
  const auto other = arrival::of(b);
  return arrival{std::max(one.last_day, other.last_day),
                 one.sum_of_days + other.sum_of_days}
      .value();
}

/// Who gives how much; without regard to what the sources cost as such.
struct allocation {
  std::int64_t covered = 0;
  wide unit_cost = 0;
  wide balance = 0;
  arrival arrives;
  /// Units by source.
  std::vector<std::int64_t> units;
  /// Whole lines only: the source of each line, by SKU and then in line
  /// order; `units.size()` for a line that stays uncovered.
  std::vector<std::uint32_t> source_of_line;
};

/// A plan with its values.
struct valued_plan {
  allocation given;
  score value{};
};

}  // namespace oms::routing
