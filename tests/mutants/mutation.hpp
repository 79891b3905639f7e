#pragma once

/// Deliberately broken deciders, to see that the simulation finds them.
///
/// The product itself has no mutations. In this test program the linker puts a
/// double in front of some functions of the product (`--wrap`, see
/// wrapped.txt). A double calls the real function and, while its mutation is
/// switched on, spoils what comes out. Switches and counters are shared with
/// forked children, since each simulation runs in one.

#include <cstdint>

namespace oms::tests {

enum class mutation {
  none,
  // At a source.
  reserve_oversells,
  count_forgets_promises,
  reserved_for_nobody,
  hold_outlives_its_deadline,
  decommit_is_forgotten,
  pick_is_forgotten,
  ship_leaves_one_behind,
  shipped_units_are_not_noted,
  count_is_not_noted,
  restock_counts_twice,
  supply_is_not_offered,
  offer_drops_a_taker,
  receipt_counts_again,
  safety_stock_is_not_written_down,
  // In an order.
  line_loses_a_unit,
  cancel_takes_too_much,
  answer_cancels_too_much,
  dead_twice,
  grant_is_taken_in_part,
  loss_is_ignored,
  backorder_is_not_noted,
  refund_beyond_captured,
  owed_one_too_much,
  payment_counts_again,
  capture_requested_too_much,
  status_jumps,
  status_stands_still,
  placed_again,
  notified_twice,
  alerted_twice,
  shipped_again,
  nobody_plans,
  // Between them.
  never_waits,
  cancelled_and_still_waiting,
  wake_up_is_lost,
  newest_is_served_first,
  instruction_is_lost,
  recovery_drops_a_message,
  recovery_repeats_messages,
  recovery_drops_an_order,
  answered_and_not_written
};

/// Whether it is switched on; counts the question, so that a test knows that
/// its double was called.
[[nodiscard]] bool is_on(mutation which);
/// To be called by a double each time that it has spoilt something, so that a
/// test knows that the simulation had something to find.
void spoilt();

/// What the doubles did since a mutation was switched on.
struct deeds {
  std::uint64_t asked = 0;
  std::uint64_t spoilt = 0;
};

/// Switches one mutation on for as long as it lives, in this process and in
/// its children.
class switched_on {
 public:
  explicit switched_on(mutation which);
  ~switched_on();
  switched_on(const switched_on&) = delete;
  switched_on& operator=(const switched_on&) = delete;

  [[nodiscard]] deeds done() const;
};

}  // namespace oms::tests
