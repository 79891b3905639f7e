#pragma once

/// What the benchmarks let the engine do: a network with plenty of stock, and
/// paid orders of two lines on it. The same seed gives the same orders on every
/// machine.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/commands.hpp"

namespace oms::bench {

struct workload_settings {
  std::uint64_t seed = 1;
  std::size_t locations = 10;
  std::size_t skus = 10'000;
  std::int64_t stock_units = 1'000'000;
};

class workload {
 public:
  explicit workload(const workload_settings& settings);

  /// Defines the locations and receives the stock, in batches.
  [[nodiscard]] std::vector<std::vector<command>> setup(
      std::size_t batch_size) const;

  /// The next order: two lines of different SKUs, one to three units each,
  /// paid, to a point near one of the locations.
  [[nodiscard]] command next_order();

  /// Units of all orders so far.
  [[nodiscard]] std::int64_t units_ordered() const { return units_; }

 private:
  std::uint64_t next();
  [[nodiscard]] location_settings location(std::size_t index) const;

  workload_settings settings_;
  std::uint64_t random_;
  std::uint64_t orders_ = 0;
  std::int64_t units_ = 0;
};

}  // namespace oms::bench
