/// Reservations of a whole engine: what a crash leaves of an attempt, and what
/// is remembered. docs/DOMAIN.md, "Reservations".

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using persistence::memory_store;
using testing::IsEmpty;
using testing::SizeIs;

command by_shop(command_body body) {
  return {std::move(body), actor_name{"shop"}, ""};
}

// Two locations with three units of A each.
void set_up(engine& to) {
  for (const auto* id : {"W1", "W2"}) {
    location_settings place;
    place.id = id;
    ASSERT_TRUE(to.execute(by_shop(define_location{place})));
    ASSERT_TRUE(to.execute(
        by_shop(receive_stock{id, sku_id{"A"}, quantity{3}, "first"})));
  }
  to.settle();
}

reserve_stock five_of_a() {
  reserve_stock wanted;
  wanted.reservation = reservation_id{"R"};
  wanted.wanted.lines = {{sku_id{"A"}, quantity{5}}};
  return wanted;
}

quantity reserved_in(engine& of) {
  quantity sum;
  for (const auto* id : {"W1", "W2"})
    sum += of.stock(id, sku_id{"A"})->reserved;
  return sum;
}

TEST(reservation_keeper, gives_the_same_answer_after_a_checkpoint_and_a_crash) {
  memory_store store;
  auto running = simulated(store, 1);
  set_up(*running);
  const auto first = running->execute(by_shop(five_of_a()));
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->reservation);
  EXPECT_THAT(first->reservation->lines, SizeIs(2));
  ASSERT_TRUE(running->checkpoint().ok());
  running.reset();
  running = simulated(store, 2);
  const auto again = running->execute(by_shop(five_of_a()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->reservation, first->reservation);
  EXPECT_EQ(reserved_in(*running), quantity{5});
  auto other = five_of_a();
  other.partial = true;
  EXPECT_EQ(running->execute(by_shop(other)).failure().code,
            error_code::conflict);
  EXPECT_THAT(running->reservations({}, 10), SizeIs(1));
}

TEST(reservation_keeper, a_crash_leaves_it_whole_or_nothing_of_it) {
  for (std::size_t turns = 0; turns < 40; ++turns) {
    memory_store store;
    auto running = simulated(store, turns);
    set_up(*running);
    running->submit({by_shop(five_of_a())}, [](const auto&) {});
    running->run(turns);
    running.reset();
    running = simulated(store, turns);
    running->settle();
    const auto held = reserved_in(*running);
    EXPECT_TRUE(held == quantity{0} || held == quantity{5}) << turns;
    EXPECT_EQ(running->reservations({}, 10).empty(), held == quantity{0});
    EXPECT_THAT(running->check_invariants(), IsEmpty()) << turns;
  }
}

TEST(reservation_keeper, a_person_in_the_address_is_not_kept) {
  memory_store store;
  auto running = simulated(store, 1);
  set_up(*running);
  auto wanted = five_of_a();
  wanted.wanted.address.name = "Ann";
  ASSERT_TRUE(running->execute(by_shop(wanted)));
  // The same request without her is the same reservation.
  ASSERT_TRUE(running->execute(by_shop(five_of_a())));
  EXPECT_THAT(running->check_invariants(), IsEmpty());
}

}  // namespace
}  // namespace oms::tests
