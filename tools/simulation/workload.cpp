#include "tools/simulation/workload.hpp"

#include <chrono>
#include <utility>

namespace oms::simulation {

namespace {

using namespace std::chrono_literals;

// The stream of the network; steps have their numbers.
constexpr std::uint64_t network_stream = 0;
constexpr std::size_t max_commands_per_step = 8;
constexpr std::size_t max_orders = 16;

// Zero often, so that commands meet in the mailboxes. Otherwise each magnitude
// is as likely as any other.
std::size_t some_turns(dice& random) {
  if (random.chance(30)) return 0;
  return random.below(std::uint64_t{1} << random.below(9));
}

duration some_time(dice& random, timestamp now) {
  switch (random.below(4)) {
    case 0:
      return std::chrono::seconds(random.between(1, 7'200));
    case 1:
      // Just over the next midnight, when capacities per day begin anew.
      return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1) -
             now + std::chrono::seconds(random.between(0, 60));
    case 2:
      return std::chrono::hours(24);
    default:
      return std::chrono::hours(random.between(1, 80));
  }
}

}  // namespace

workload::workload(std::uint64_t seed) : seed_(seed) {
  dice random(seed_, network_stream);
  // Few SKUs, locations and orders: what is to be found is in the races for the
  // same units.
  const auto skus = random.between(1, 3);
  for (std::int64_t i = 0; i < skus; ++i)
    skus_.emplace_back("SKU" + std::to_string(i + 1));
  const auto locations = random.between(1, 4);
  for (std::int64_t i = 0; i < locations; ++i)
    locations_.push_back("L" + std::to_string(i + 1));
  const auto suppliers = random.between(0, 2);
  for (std::int64_t i = 0; i < suppliers; ++i)
    suppliers_.push_back("D" + std::to_string(i + 1));
  const auto brands = random.between(1, 3);
  for (std::int64_t i = 0; i < brands; ++i)
    brands_.emplace_back(i == 0 ? "" : "brand" + std::to_string(i));
  with_capacity_ = random.chance(40);
  with_limits_ = random.chance(60);
}

simulation_step workload::step(std::size_t number, engine& seen) {
  dice random(seed_, number);
  simulation_step step;
  // What exists decides, too, so that commands mostly make sense, also if
  // earlier steps were left out.
  const auto known = seen.gather_all_orders();
  busy_ = {};
  if (random.chance(15)) {
    step.passing = some_time(random, seen.now());
    if (random.chance(50)) return step;
  }
  const auto size = 1 + random.below(max_commands_per_step);
  for (std::size_t i = 0; i < size; ++i) {
    const auto name = std::to_string(number) + "." + std::to_string(i + 1);
    command next;
    if (!sent_.empty() && random.chance(5))
      // A command again, perhaps after a crash, under an id of its own: what it
      // names by reference must count once.
      next = random.one_of(sent_);
    else
      next.body = any_command(random, name, known, seen);
    next.by = actor_name{random.chance(50) ? "anna" : "shop"};
    // With the prefix, the engine remembers the command, and invariant 8
    // compares what it remembers.
    next.id = std::string(idempotency_prefix) + name;
    sent_.push_back(next);
    step.commands.push_back(std::move(next));
    step.turns.push_back(random.chance(60) ? 0 : some_turns(random));
  }
  if (random.chance(12)) step.refused_appends = 1 + random.below(3);
  if (random.chance(15)) step.crash_after = some_turns(random);
  return step;
}

const order_key& workload::busy_order(
    dice& random, const std::vector<order_key>& known) const {
  // Several commands of one step about the same order: these are what
  // interleaves.
  if (!busy_.id.empty() && random.chance(50)) return busy_;
  return random.one_of(known);
}

command_body workload::any_command(dice& random, const std::string& name,
                                   const std::vector<order_key>& known,
                                   engine& seen) {
  const auto choice = random.below(100);
  if (known.empty() || (choice < 20 && known.size() < max_orders))
    return placement(random, name, known);
  if (choice < 32) return stock_command(random, name);
  if (choice < 36) return cart_command(random);
  if (choice < 40) return settings_command(random, seen);
  std::optional<order_view> order;
  // An order that is over refuses nearly everything, so another one is tried.
  for (int i = 0; i < 3; ++i) {
    busy_ = busy_order(random, known);
    auto found = seen.order(busy_);
    if (!found) return add_note{busy_, "of nobody"};
    order = std::move(*found);
    if (order->status != order_status::cancelled &&
        order->status != order_status::refunded)
      break;
    busy_ = {};
  }
  if (random.chance(8)) return told_command(random, *order, seen);
  return order_command(random, name, *order);
}

}  // namespace oms::simulation
