#pragma once

/// The kinds of calls whose latencies are reported apart.

#include <array>
#include <cstddef>
#include <cstdint>

namespace oms::load {

enum class call : std::uint8_t {
  /// With what the mix lets happen besides.
  place,
  pay,
  pick,
  ship,
  deliver,
  read_order,
  read_timeline,
  read_list,
  read_stock
};

inline constexpr std::array call_names{"place",    "pay",     "pick",
                                       "ship",     "deliver", "order",
                                       "timeline", "list",    "stock"};
inline constexpr std::size_t call_count = call_names.size();

}  // namespace oms::load
