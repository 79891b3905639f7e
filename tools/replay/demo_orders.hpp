#pragma once

/// Generated orders, for a replay without order files.
///
/// They look like a shop's month: SKUs of very unequal demand, one to six
/// lines, customers near some cities of Europe, more orders in the evening, two
/// brands, and a few cancellations within hours. The same seed gives the same
/// orders on every machine.

#include <cstdint>

#include "tools/replay/feed.hpp"

namespace oms::replay {

struct demo_settings {
  std::uint64_t seed = 1;
  std::size_t orders = 5'000;
  int days = 30;
  std::size_t skus = 300;
};

[[nodiscard]] feed make_demo_orders(const demo_settings& settings);

}  // namespace oms::replay
