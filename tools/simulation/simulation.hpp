#pragma once

/// A simulation: a random workload on a simulated engine.
///
/// One seed is one run, step by step the same each time. After each step, at
/// rest, every invariant of docs/DOMAIN.md is checked, and the ledger of those
/// who were answered. The first breach ends the run.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "messages/events.hpp"
#include "persistence/log_store.hpp"
#include "tools/simulation/workload.hpp"

namespace oms::simulation {

struct breach {
  std::size_t step = 0;
  /// The number of the invariant; `ledger_differs` when the ledger differs.
  int invariant = 0;
  std::string where;
  std::string what;

  friend bool operator==(const breach&, const breach&) = default;
};

struct simulation_options {
  std::uint64_t seed = 1;
  /// The numbers of the steps to play, rising.
  std::vector<std::size_t> steps;
  /// Called with every committed event.
  std::function<void(const event&)> observer;
  /// Called before each step.
  std::function<void(std::size_t number, const simulation_step& step)> on_step;
  /// Puts another store in front of the simulation's own: a broken one, to see
  /// that the simulation finds it.
  std::function<std::unique_ptr<persistence::log_store>(
      persistence::log_store& real)>
      in_front;
};

/// 1 to `count`.
[[nodiscard]] std::vector<std::size_t> first_steps(std::size_t count);

[[nodiscard]] std::optional<breach> simulate(const simulation_options& options);

}  // namespace oms::simulation
