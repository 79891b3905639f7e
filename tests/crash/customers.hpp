#pragma once

/// A seeded workload on a few SKUs that all orders want: placements with
/// payment, cancellations, picks, shipments, plans, receipts and counts, over
/// three locations and a supplier.

#include <cstdint>
#include <deque>
#include <vector>

#include "tests/crash/book.hpp"
#include "tests/crash/wish.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::crash {

class customers {
 public:
  explicit customers(std::uint64_t seed) : random_(seed, 1) {}

  /// The network and its first stock.
  [[nodiscard]] std::vector<wish> opening();
  [[nodiscard]] wish next(const book& known);

 private:
  wish some(wish_kind kind) { return {.kind = kind, .id = ++wishes_}; }
  wish placement();
  wish work(const book& known);

  oms::simulation::dice random_;
  std::uint64_t wishes_ = 0;
  /// Placed lately; the oldest go.
  std::deque<std::uint64_t> orders_;
  std::deque<std::uint64_t> unpaid_;
};

}  // namespace oms::crash
