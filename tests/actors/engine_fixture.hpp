#pragma once

/// Engines under test: a small network, and random days of business on it.
///
/// Purpose: what the tests of the engine, of recovery and of real threads
/// share. Owner: the test. Threads: values; each thread has its own `business`.

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"

namespace oms::tests {

/// 2026-03-02, a Monday, 12:00 UTC.
inline constexpr timestamp opening =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
    std::chrono::hours{12};

[[nodiscard]] command by_test(command_body body);
[[nodiscard]] order_key order_named(const std::string& id);

/// One line per entry, of SKUs "A", "B", ... at 10.00.
[[nodiscard]] command placing(const std::string& id,
                              const std::vector<std::int64_t>& units,
                              bool paid = true);
[[nodiscard]] command receiving(const std::string& location,
                                const std::string& sku, std::int64_t units);
[[nodiscard]] command shipping(const std::string& id,
                               const std::string& source);

/// Warehouses "W1" and "W2", the third party "P1", and the supplier "S1",
/// which offers a few units of "D".
[[nodiscard]] std::vector<command> small_network();

[[nodiscard]] std::unique_ptr<engine> simulated(persistence::log_store& store,
                                                std::uint64_t seed,
                                                timestamp start = opening);

/// The first `count` events of a log, as a log of their own.
[[nodiscard]] std::unique_ptr<persistence::memory_store> prefix_of(
    const std::vector<event>& log, std::size_t count);
[[nodiscard]] std::vector<event> events_of(const persistence::log_store& store);

/// The violations as text, for messages of failing tests.
[[nodiscard]] std::string text_of(const std::vector<violation>& all);

/// Random commands of every kind, sensible and not, on a few orders.
class business {
 public:
  /// Order ids begin with `prefix`, so that several may run side by side.
  explicit business(std::uint64_t seed, std::string prefix = "o",
                    int orders = 12);
  [[nodiscard]] command next();
  [[nodiscard]] std::vector<command> next(std::size_t count);

  /// Whether a place may get a daily capacity.
  bool with_capacity = true;

 private:
  std::int64_t below(std::int64_t n);
  [[nodiscard]] order_key any_order();
  [[nodiscard]] std::string any_source();
  [[nodiscard]] std::string any_location();
  [[nodiscard]] sku_id any_sku();
  [[nodiscard]] command_body of_an_order();
  [[nodiscard]] command_body of_the_stock();
  [[nodiscard]] command_body of_the_settings();
  [[nodiscard]] work_fulfillment any_work();

  std::mt19937_64 random_;
  std::string prefix_;
  int orders_;
  int placed_ = 0;
};

}  // namespace oms::tests
