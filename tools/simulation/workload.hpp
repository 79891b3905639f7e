#pragma once

/// The steps of a simulation: a random network, and random steps on it.
///
/// A step is a small batch of commands of all kinds, mostly valid, with
/// crashes, refused writes and jumps of the clock. What it does depends on the
/// seed, on its number and on what exists when it begins. So a step may be left
/// out and the others still make sense, which is how a failure is shortened.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "messages/commands.hpp"
#include "messages/network.hpp"
#include "tools/simulation/dice.hpp"

namespace oms::simulation {

/// Commands that are submitted one after the other without waiting.
struct simulation_step {
  std::vector<command> commands;
  /// Turns that the actors get after each command.
  std::vector<std::size_t> turns;
  /// Appends that the store refuses, counted from the beginning of the step.
  std::size_t refused_appends = 0;
  /// Set: the engine goes down after that many turns, and is opened again.
  std::optional<std::size_t> crash_after;
  /// How far the clock goes once all is at rest.
  duration passing{};
};

class workload {
 public:
  explicit workload(std::uint64_t seed);

  /// Defines the network and its first stock.
  [[nodiscard]] std::vector<command> network();

  /// The step `number`, from 1; the engine is at rest.
  [[nodiscard]] simulation_step step(std::size_t number, engine& seen);

 private:
  // Of the network (workload_network.cpp).
  location_settings location(dice& random, const std::string& id) const;
  supplier_settings supplier(dice& random, const std::string& id) const;
  product_settings product(dice& random, const sku_id& sku,
                           timestamp now) const;
  routing_rules rules(dice& random, const brand_id& brand) const;
  command_body stock_command(dice& random, const std::string& name) const;
  command_body coming_command(dice& random, const std::string& name,
                              const std::string& place) const;
  command_body lines_command(dice& random, const std::string& name,
                             const std::string& place) const;
  command_body settings_command(dice& random, engine& seen) const;

  command_body cart_command(dice& random) const;
  [[nodiscard]] reservation_id some_reservation(dice& random) const;

  // Of orders (workload_orders.cpp).
  place_order placement(dice& random, const std::string& name,
                        const std::vector<order_key>& known) const;
  command_body order_command(dice& random, const std::string& name,
                             const order_view& order) const;
  command_body work_command(dice& random, const std::string& name,
                            const order_view& order) const;
  command_body label_command(dice& random, const std::string& name,
                             const order_view& order) const;
  command_body edit_command(dice& random, const std::string& name,
                            const order_view& order) const;
  command_body told_command(dice& random, const order_view& order,
                            engine& seen) const;
  command_body money_command(dice& random, const std::string& name,
                             const order_view& order) const;
  command_body return_command(dice& random, const std::string& name,
                              const order_view& order) const;
  std::vector<line_choice> some_lines(dice& random,
                                      const order_view& order) const;

  command_body any_command(dice& random, const std::string& name,
                           const std::vector<order_key>& known, engine& seen);

  [[nodiscard]] const order_key& busy_order(
      dice& random, const std::vector<order_key>& known) const;

  std::uint64_t seed_;
  std::vector<sku_id> skus_;
  std::vector<std::string> locations_;
  std::vector<std::string> suppliers_;
  std::vector<brand_id> brands_;
  /// Whether locations may have a limit of fulfillments a day.
  bool with_capacity_ = false;
  bool with_limits_ = false;
  /// The order of the last command in this step.
  order_key busy_;
  /// For repeated commands.
  std::vector<command> sent_;
};

}  // namespace oms::simulation
