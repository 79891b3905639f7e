/// The rules of docs/DOMAIN.md, "Returns", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

order_under_test shipped(std::int64_t units) {
  auto order = allocated(units);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  return order;
}

order_under_test arrived(std::int64_t units) {
  auto order = shipped(units);
  EXPECT_EQ(order.deliver(), std::nullopt);
  return order;
}

return_status status_of(const order_under_test& order, std::size_t n = 0) {
  return order.view().returns.at(n).status;
}

TEST(return_of_goods, is_requested_received_and_closed_when_complete) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(status_of(order), return_status::requested);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(status_of(order), return_status::received);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(status_of(order), return_status::closed);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.delivered = quantity{1}, .returned = quantity{2}}));
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}),
            error_code::invalid_transition);
}

TEST(return_of_goods, is_at_most_what_has_left) {
  auto order = allocated(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 1}}), error_code::quantity_too_great);
  EXPECT_EQ(order.ask_return("r1"), error_code::quantity_too_great);
  EXPECT_EQ(order.ship("W1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ask_return("r1", {{"1", 3}}), error_code::quantity_too_great);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
}

TEST(return_of_goods, is_of_nothing_that_is_in_another_return) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ask_return("r2", {{"1", 2}}), error_code::quantity_too_great);
  EXPECT_EQ(order.ask_return("r2", {{"1", 1}}), std::nullopt);
}

TEST(return_of_goods, without_lines_is_everything_that_can_come_back) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.ask_return("r2"), std::nullopt);
  ASSERT_THAT(order.state().returns[1].lines, SizeIs(1));
  EXPECT_EQ(order.state().returns[1].lines[0].units, quantity{2});
}

TEST(return_of_goods, declined_frees_its_units_for_another) {
  auto order = arrived(2);
  EXPECT_EQ(order.ask_return("r1"), std::nullopt);
  EXPECT_EQ(
      order.does(decide_return{order.state().key, return_id{"r1"}, false}),
      std::nullopt);
  EXPECT_EQ(status_of(order), return_status::declined);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}),
            error_code::invalid_transition);
  EXPECT_EQ(order.ask_return("r2"), std::nullopt);
}

TEST(return_of_goods, is_not_declined_once_something_came) {
  auto order = arrived(2);
  EXPECT_EQ(order.ask_return("r1"), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(
      order.does(decide_return{order.state().key, return_id{"r1"}, false}),
      error_code::invalid_transition);
}

TEST(return_of_goods, asked_for_twice_is_one_and_another_body_a_conflict) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.ask_return("r1", {{"1", 1}}), error_code::conflict);
}

TEST(return_of_goods, without_a_name_gets_one_that_is_free) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("2", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.ask_return("", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.ask_return("", {{"1", 1}}), std::nullopt);
  ASSERT_THAT(order.state().returns, SizeIs(3));
  EXPECT_NE(order.state().returns[0].id, order.state().returns[1].id);
  EXPECT_NE(order.state().returns[1].id, order.state().returns[2].id);
}

TEST(return_of_goods, receives_no_more_than_it_expects) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 3}}),
            error_code::quantity_too_great);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}, {"1", 2}}),
            error_code::quantity_too_great);
  EXPECT_EQ(order.receive_back("r9", {{"1", 1}}), error_code::not_found);
  EXPECT_EQ(order.receive_back("r1", {}), error_code::invalid);
}

// domain.md, Fulfillment: "A list that is left out means everything that the
// command can act on; an empty list is `invalid`."
TEST(return_of_goods, without_lines_is_of_everything) {
  auto order = arrived(3);
  EXPECT_EQ(order.does(request_return{order.state().key, return_id{"r1"},
                                      std::vector<line_choice>{}, ""}),
            error_code::invalid);
  EXPECT_EQ(
      order.does(request_return{order.state().key, return_id{"r1"}, {}, ""}),
      std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(
      order.does(receive_return{order.state().key, return_id{"r1"}, "W1", {}}),
      std::nullopt);
  EXPECT_EQ(order.buckets("1").returned, quantity{3});
}

TEST(return_of_goods, says_first_what_is_invalid) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1", {{"1", 9}, {"9", 1}}), error_code::invalid);
  EXPECT_EQ(order.receive_back("r9", {{"9", 1}}), error_code::invalid);
}

TEST(return_of_goods, tells_the_location_what_came_in_which_condition) {
  auto order = arrived(3);
  EXPECT_EQ(order.ask_return("r1"), std::nullopt);
  receive_return command{order.state().key, return_id{"r1"}, "W2", {}};
  command.lines = {{{line_id{"1"}, quantity{2}, return_condition::sellable},
                    {line_id{"1"}, quantity{1}, return_condition::damaged}}};
  EXPECT_EQ(order.does(command), std::nullopt);
  const auto came = order.events_of<return_received>();
  ASSERT_THAT(came, SizeIs(1));
  const auto told = deliveries_of(entity_of(order.state().key), came[0]);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].to.key, "W2");
  EXPECT_THAT(
      std::get<instruction>(told[0].content).restocked,
      ElementsAre(restocked_line{sku_id{"A"}, quantity{2}, quantity{0}},
                  restocked_line{sku_id{"A"}, quantity{0}, quantity{1}}));
}

TEST(return_of_goods, refunds_nothing_by_itself) {
  auto order = arrived(2);
  EXPECT_EQ(order.ask_return("r1"), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 2}}), std::nullopt);
  EXPECT_EQ(order.owed(), 0);
  EXPECT_EQ(order.state().refunded, money{0});
}

TEST(return_of_goods, takes_delivered_units_before_those_on_their_way) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s1"), std::nullopt);
  EXPECT_EQ(order.ship("W1", {{"1", 1}}, "s2"), std::nullopt);
  EXPECT_EQ(order.deliver("s1"), std::nullopt);
  EXPECT_EQ(order.ask_return("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.receive_back("r1", {{"1", 1}}), std::nullopt);
  EXPECT_EQ(order.buckets("1"),
            (line_buckets{.shipped = quantity{1}, .returned = quantity{1}}));
}

}  // namespace
}  // namespace oms::tests
