/// Notes: docs/DOMAIN.md, "Ids", has their limit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/limits.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;

TEST(note, is_recorded_and_must_say_something) {
  auto order = allocated(1);
  const auto key = order.state().key;
  EXPECT_EQ(order.does(add_note{key, "called the customer"}), std::nullopt);
  EXPECT_THAT(order.events_of<note_added>(),
              ElementsAre(note_added{"called the customer"}));
  EXPECT_EQ(order.does(add_note{key, ""}), error_code::invalid);
  EXPECT_EQ(
      order.does(add_note{key, std::string(limits::max_text_bytes + 1, 'x')}),
      error_code::invalid);
}

}  // namespace
}  // namespace oms::tests
