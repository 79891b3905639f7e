#pragma once

/// Random choices that are the same on every machine.
///
/// The distributions of the standard library differ between implementations, so
/// workloads are drawn with these alone; the generator itself, mt19937_64, is
/// the same everywhere.

#include <cstdint>
#include <random>
#include <vector>

namespace oms::simulation {

class dice {
 public:
  /// A stream per step of a seed, so that leaving a step out changes no choice
  /// of another.
  dice(std::uint64_t seed, std::uint64_t stream)
      : engine_(seed * 0x9e3779b97f4a7c15ULL + stream * 0xd1342543de82ef95ULL +
                1) {}

  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(
                     below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  template <class Value>
  const Value& one_of(const std::vector<Value>& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace oms::simulation
