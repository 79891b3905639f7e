/// The rules of docs/DOMAIN.md, "Placing", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "actors/outbox.hpp"
#include "messages/limits.hpp"
#include "tests/actors/order/order_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum order_status;

std::vector<std::string> paths_of(const place_order& command) {
  std::vector<std::string> paths;
  for (const auto& each : order::faults_of(command)) paths.push_back(each.path);
  return paths;
}

TEST(placing, takes_a_plain_order_as_pending_with_all_units_unrouted) {
  const order_under_test order(two_lines(2, 3).shipping(500));
  EXPECT_EQ(order.status(), pending);
  EXPECT_EQ(order.buckets("1"), line_buckets{.unrouted = quantity{2}});
  EXPECT_EQ(order.buckets("2"), line_buckets{.unrouted = quantity{3}});
  EXPECT_EQ(order.total(), 5'500);
  EXPECT_EQ(order.told("order.placed"), 1U);
}

TEST(placing, is_dated_by_the_caller_or_else_now) {
  auto early = one_line(1);
  early.command.body.placed_at = noon - std::chrono::hours(30);
  EXPECT_EQ(order_under_test(early).state().placed_at,
            noon - std::chrono::hours(30));
  EXPECT_EQ(order_under_test(one_line(1)).state().placed_at, noon);
}

struct faulty {
  const char* name;
  std::function<void(place_order&)> spoil;
  std::string path;
};

class placing_refuses : public testing::TestWithParam<faulty> {};

TEST_P(placing_refuses, the_whole_order) {
  auto command = two_lines(2, 3).command;
  GetParam().spoil(command);
  EXPECT_THAT(paths_of(command), ElementsAre(GetParam().path));
  order_under_test order;
  EXPECT_EQ(order.does(command), error_code::invalid);
  EXPECT_FALSE(order.state().exists());
}

const std::string too_long_text(limits::max_text_bytes + 1, 'x');
const std::string too_long_id(limits::max_id_bytes + 1, 'x');

INSTANTIATE_TEST_SUITE_P(
    table, placing_refuses,
    testing::Values(
        faulty{"no_lines", [](auto& c) { c.body.lines.clear(); }, "lines"},
        faulty{"no_id", [](auto& c) { c.order.id = order_id{}; }, "id"},
        faulty{"long_id", [](auto& c) { c.order.id = order_id{too_long_id}; },
               "id"},
        faulty{"slash_in_brand",
               [](auto& c) { c.order.brand = brand_id{"a/b"}; }, "brand"},
        faulty{"zero_quantity",
               [](auto& c) { c.body.lines[1].units = quantity{0}; },
               "lines[1].quantity"},
        faulty{"negative_quantity",
               [](auto& c) { c.body.lines[0].units = quantity{-4}; },
               "lines[0].quantity"},
        faulty{"duplicate_line",
               [](auto& c) { c.body.lines[1].line = line_id{"1"}; },
               "lines[1].line"},
        faulty{"no_line_id", [](auto& c) { c.body.lines[0].line = line_id{}; },
               "lines[0].line"},
        faulty{"no_sku", [](auto& c) { c.body.lines[0].sku = sku_id{}; },
               "lines[0].sku"},
        faulty{"negative_price",
               [](auto& c) { c.body.lines[0].unit_price = money{-1}; },
               "lines[0].unitPrice"},
        faulty{"negative_discount",
               [](auto& c) { c.body.lines[0].discount = money{-1}; },
               "lines[0].discount"},
        faulty{"negative_tax", [](auto& c) { c.body.lines[1].tax = money{-1}; },
               "lines[1].tax"},
        faulty{"negative_shipping",
               [](auto& c) { c.body.shipping.price = money{-1}; },
               "shipping.price"},
        faulty{"discount_above_the_line",
               [](auto& c) { c.body.lines[0].discount = money{2'001}; },
               "lines[0].discount"},
        faulty{"discount_above_the_order",
               [](auto& c) { c.body.discount = money{5'001}; }, "discount"},
        faulty{"two_letter_currency", [](auto& c) { c.body.currency = "US"; },
               "currency"},
        faulty{"four_letter_currency",
               [](auto& c) { c.body.currency = "USDX"; }, "currency"},
        faulty{"digit_in_currency", [](auto& c) { c.body.currency = "US1"; },
               "currency"},
        faulty{"long_text", [](auto& c) { c.body.channel = too_long_text; },
               "channel"},
        faulty{"long_name", [](auto& c) { c.personal.name = too_long_text; },
               "shipTo.name"},
        faulty{"too_many_lines",
               [](auto& c) {
                 auto& lines = c.body.lines;
                 for (auto n = lines.size(); n <= limits::max_order_lines; ++n)
                   lines.push_back({.line = line_id{std::to_string(n + 1)},
                                    .sku = sku_id{"A"},
                                    .units = quantity{1}});
               },
               "lines"}),
    [](const auto& of) { return std::string(of.param.name); });

TEST(placing, names_every_fault_of_a_refused_order) {
  auto command = two_lines(0, 3).command;
  command.body.currency = "EURO";
  command.body.lines[1].line = line_id{"1"};
  command.body.lines[1].unit_price = money{-5};
  EXPECT_THAT(paths_of(command),
              ElementsAre("currency", "lines[0].quantity", "lines[1].unitPrice",
                          "lines[1].line"));
}

TEST(placing, allows_the_same_sku_on_two_lines) {
  const order_under_test order(one_line(1).same_sku(2));
  EXPECT_EQ(order.state().lines[0].ordered.sku,
            order.state().lines[1].ordered.sku);
}

TEST(placing, the_largest_allowed_order_has_no_faults) {
  auto command = one_line(1).command;
  command.order.id = order_id{std::string(limits::max_id_bytes, 'x')};
  command.body.lines[0].units = quantity{limits::max_quantity_units};
  command.body.channel = std::string(limits::max_id_bytes, 'x');
  for (auto n = std::size_t{1}; n < limits::max_order_lines; ++n)
    command.body.lines.push_back({.line = line_id{std::to_string(n + 1)},
                                  .sku = sku_id{"A"},
                                  .units = quantity{1}});
  EXPECT_THAT(order::faults_of(command), IsEmpty());
}

TEST(placing, names_other_orders_each_once) {
  auto command = one_line(1).command;
  const auto other = [](const char* id) {
    return order_relation{order_id{id}, relation_kind::split};
  };
  command.body.relates_to = {other("a"), other("b")};
  EXPECT_THAT(order::faults_of(command), IsEmpty());
  command.body.relates_to = {other("a"), other("b"), other("a")};
  auto faults = order::faults_of(command);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].path, "relatesTo[2].order");
  command.body.relates_to = {{command.order.id, relation_kind::exchange}};
  faults = order::faults_of(command);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].path, "relatesTo[0].order");
}

TEST(placing, tells_the_named_orders_that_exist) {
  const auto key = key_of("o2");
  order_state state;
  state.key = key;
  auto command = one_line(1).command;
  command.order = key;
  command.body.relates_to = {{order_id{"here"}, relation_kind::exchange},
                             {order_id{"nowhere"}, relation_kind::split}};
  const std::vector<order_id> existing{order_id{"here"}};
  const auto placed =
      order::decide(state, command, 1, plan_moment::captured, noon, existing);
  ASSERT_TRUE(placed.ok());
  std::vector<entity_ref> told;
  std::size_t related = 0;
  for (const auto& each : placed->events) {
    related += std::holds_alternative<order_related>(each) ? 1 : 0;
    for (auto& message : deliveries_of(entity_of(key), each))
      told.push_back(message.to);
  }
  EXPECT_EQ(related, 2U);
  EXPECT_THAT(told,
              ElementsAre(entity_of(order_key{key.brand, order_id{"here"}})));
}

TEST(placing, keeps_attributes_of_lines_with_the_person) {
  auto command = two_lines(1, 1).command;
  command.body.lines[1].attributes.entries = {{"engraving", "For Anna"}};
  order::keep_apart(command);
  EXPECT_TRUE(command.body.lines[1].attributes.empty());
  ASSERT_THAT(command.personal.lines, SizeIs(1));
  EXPECT_EQ(command.personal.lines[0].line, command.body.lines[1].line);
  order_view view;
  view.lines.resize(2);
  view.lines[0].line = command.body.lines[0];
  view.lines[1].line = command.body.lines[1];
  order::add_personal(view, command.personal);
  EXPECT_TRUE(view.lines[0].line.attributes.empty());
  EXPECT_EQ(*view.lines[1].line.attributes.find("engraving"), "For Anna");
}

TEST(placing, bounds_the_attributes_of_all_lines_together) {
  order_builder builder;
  for (int i = 0; i < 100; ++i) builder.same_sku(1);
  auto command = builder.command;
  for (auto& line : command.body.lines)
    line.attributes.entries = {
        {"note", std::string(limits::max_text_bytes, 'x')}};
  const auto faults = order::faults_of(command);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].path, "lines[61].attributes");
}

TEST(placing, the_same_id_with_the_same_body_answers_what_the_first_did) {
  order_under_test order(two_lines(2, 3));
  const auto before = order.state();
  order.now += std::chrono::hours(1);
  EXPECT_EQ(order.does(two_lines(2, 3).command), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
  EXPECT_EQ(order.state(), before);
}

TEST(placing, the_same_id_with_another_body_is_a_conflict) {
  order_under_test order(two_lines(2, 3));
  const auto before = order.state();
  EXPECT_EQ(order.does(two_lines(2, 4).command), error_code::conflict);
  EXPECT_EQ(order.does(two_lines(2, 3).shipping(1).command),
            error_code::conflict);
  EXPECT_EQ(order.state(), before);
}

TEST(placing, is_repeatable_after_the_order_has_gone_on) {
  auto order = allocated(2);
  EXPECT_EQ(order.ship("W1"), std::nullopt);
  EXPECT_EQ(order.does(one_line(2).command), std::nullopt);
  EXPECT_THAT(order.events(), IsEmpty());
}

TEST(placing, an_order_of_total_0_is_paid_when_it_is_placed) {
  const order_under_test order(order_builder{}.line(2, 0));
  EXPECT_THAT(order.walked(),
              ElementsAre(payment_processing, paid, awaiting_fulfillment));
  EXPECT_EQ(order.told("order.paid"), 1U);
}

TEST(placing, with_a_full_payment_is_handed_to_planning_at_once) {
  const order_under_test order(one_line(2).shipping(300).prepaid(2'300));
  EXPECT_EQ(order.status(), awaiting_fulfillment);
  EXPECT_EQ(order.view().payment, payment_status::captured);
}

TEST(placing, with_a_part_payment_waits_for_the_rest) {
  order_under_test order(one_line(2).prepaid(500));
  EXPECT_EQ(order.status(), payment_processing);
  EXPECT_EQ(order.view().payment, payment_status::processing);
  EXPECT_EQ(order.pay(), std::nullopt);
  EXPECT_EQ(order.status(), awaiting_fulfillment);
}

}  // namespace
}  // namespace oms::tests
