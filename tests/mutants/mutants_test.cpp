// Each invariant finds something: a decider that is broken on purpose is found
// by the simulation, and by the invariant that it breaks.
//
// Run the program by itself for the table: mutation, invariant, how many seeds
// it took.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tests/mutants/mutation.hpp"
#include "tests/persistence/store_in_front.hpp"
#include "tools/simulation/isolated.hpp"
#include "tools/simulation/ledger.hpp"
#include "tools/simulation/simulation.hpp"

namespace oms::tests {
namespace {

using testing::Contains;

constexpr std::uint64_t most_seeds = 40;
constexpr std::size_t steps = 60;

// Says that it has written, and drops every seventh batch: answers are given
// for events that are not there.
class forgetful_store : public persistence::store_in_front {
 public:
  using store_in_front::store_in_front;

  status append(std::span<const decision> batch) override {
    if (!is_on(mutation::answered_and_not_written) || ++appends_ % 7 != 0)
      return store_in_front::append(batch);
    spoilt();
    return done{};
  }

 private:
  int appends_ = 0;
};

std::optional<simulation::breach> run(std::uint64_t seed) {
  return oms::simulation::simulate_isolated({
      .seed = seed,
      .steps = oms::simulation::first_steps(steps),
      .in_front =
          [](persistence::log_store& real) {
            return std::make_unique<forgetful_store>(real);
          },
  });
}

struct mutant {
  mutation what;
  const char* name;
  // The first is the invariant that it is about; others may see it earlier.
  std::vector<int> invariants;
};

class Mutant : public testing::TestWithParam<mutant> {};

TEST_P(Mutant, IsFound) {
  const auto& [what, name, invariants] = GetParam();
  const switched_on on(what);
  std::optional<simulation::breach> found;
  std::uint64_t seed = 0;
  while (!found && seed < most_seeds) found = run(++seed);
  const auto done = on.done();
  ASSERT_GT(done.asked, 0U) << "its double is never called";
  ASSERT_GT(done.spoilt, 0U) << "its double has had nothing to spoil";
  ASSERT_TRUE(found) << done.spoilt << " times nobody noticed";
  fmt::print("{:<34} invariant {:>2}  {:>2} seeds, step {:>2}  {}: {}\n", name,
             found->invariant, seed, found->step, found->where, found->what);
  EXPECT_THAT(invariants, Contains(found->invariant))
      << found->where << found->what;
}

const std::vector<mutant> mutants{
    {mutation::reserve_oversells, "reserve_oversells", {1}},
    {mutation::count_forgets_promises, "count_forgets_promises", {1, 3}},
    {mutation::line_loses_a_unit, "line_loses_a_unit", {2}},
    {mutation::cancel_takes_too_much, "cancel_takes_too_much", {2}},
    {mutation::answer_cancels_too_much, "answer_cancels_too_much", {2, 5}},
    {mutation::decommit_is_forgotten, "decommit_is_forgotten", {3}},
    {mutation::pick_is_forgotten, "pick_is_forgotten", {3}},
    {mutation::ship_leaves_one_behind, "ship_leaves_one_behind", {3}},
    {mutation::grant_is_taken_in_part, "grant_is_taken_in_part", {3}},
    {mutation::loss_is_ignored, "loss_is_ignored", {3}},
    {mutation::shipped_units_are_not_noted, "shipped_units_are_not_noted", {4}},
    {mutation::count_is_not_noted, "count_is_not_noted", {4}},
    {mutation::restock_counts_twice, "restock_counts_twice", {4}},
    {mutation::never_waits, "never_waits", {5}},
    {mutation::backorder_is_not_noted, "backorder_is_not_noted", {5}},
    {mutation::cancelled_and_still_waiting, "cancelled_and_still_waiting", {5}},
    {mutation::wake_up_is_lost, "wake_up_is_lost", {5}},
    {mutation::supply_is_not_offered, "supply_is_not_offered", {5}},
    {mutation::offer_drops_a_taker, "offer_drops_a_taker", {5}},
    {mutation::refund_beyond_captured, "refund_beyond_captured", {6}},
    {mutation::owed_one_too_much, "owed_one_too_much", {6}},
    {mutation::status_jumps, "status_jumps", {7}},
    {mutation::status_stands_still, "status_stands_still", {7}},
    {mutation::safety_stock_is_not_written_down,
     "safety_stock_is_not_written_down",
     {8}},
    {mutation::instruction_is_lost, "instruction_is_lost", {8}},
    {mutation::recovery_drops_a_message, "recovery_drops_a_message", {8, 3}},
    {mutation::recovery_repeats_messages,
     "recovery_repeats_messages",
     {simulation::engine_died, 3, 4, 8}},
    // If its units wait, the queue doesn't know them either.
    {mutation::recovery_drops_an_order, "recovery_drops_an_order", {8, 3, 5}},
    // A log with a hole may meet an assertion before it meets the invariant.
    {mutation::answered_and_not_written,
     "answered_and_not_written",
     {8, simulation::engine_died}},
    {mutation::reserved_for_nobody, "reserved_for_nobody", {9}},
    {mutation::hold_outlives_its_deadline, "hold_outlives_its_deadline", {9}},
    {mutation::notified_twice, "notified_twice", {10}},
    {mutation::alerted_twice, "alerted_twice", {10}},
    {mutation::dead_twice, "dead_twice", {10}},
    {mutation::shipped_again, "shipped_again", {10}},
    // What is placed again has other lines, no checkpoint can hold it, or it
    // takes effect twice.
    {mutation::placed_again, "placed_again", {10, 2, 8}},
    {mutation::payment_counts_again,
     "payment_counts_again",
     {simulation::ledger_differs}},
    {mutation::capture_requested_too_much,
     "capture_requested_too_much",
     {simulation::ledger_differs}},
    {mutation::receipt_counts_again,
     "receipt_counts_again",
     {simulation::ledger_differs}},
    {mutation::nobody_plans, "nobody_plans", {simulation::ledger_differs}},
    {mutation::newest_is_served_first,
     "newest_is_served_first",
     // With one entry kept out, offers may go round without an end.
     {simulation::ledger_differs, simulation::engine_died}},
};

INSTANTIATE_TEST_SUITE_P(Mutants, Mutant, testing::ValuesIn(mutants),
                         [](const auto& each) {
                           return std::string(each.param.name);
                         });

TEST(Doubles, SpoilNothingWhenTheyAreOff) {
  for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
    const auto found = run(seed);
    ASSERT_FALSE(found) << "seed " << seed << ", invariant " << found->invariant
                        << ": " << found->where << ": " << found->what;
  }
}

}  // namespace
}  // namespace oms::tests
