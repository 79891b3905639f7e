/// What goes into the hash of a record, and what does not.

#include "messages/fields/hash_input.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "messages/order_state.hpp"
#include "messages/text_map.hpp"
#include "tests/messages/sample_events.hpp"

namespace oms::fields {
namespace {

template <class T>
std::string input_of(const T& record) {
  std::string text;
  add_hash_input(record, text);
  return text;
}

TEST(hash_input, is_what_its_header_says) {
  order_body body;
  body.channel = "web";
  body.currency.clear();
  body.ship_to.position = coordinates{0, 1};
  body.lines = {{.line = line_id{"1"}, .units = quantity{12}}, {}};
  body.policy = shipping_policy::ship_complete;
  EXPECT_EQ(input_of(body),
            "(0=3:web4=(1=(1=4607182418800017408,))5=2,(0=1:12=12,)()8=1,)");
}

// So a field that is added later changes no hash of what does not use it.
TEST(hash_input, leaves_out_what_is_zero_or_empty) {
  order_body body;
  body.currency.clear();
  body.placed_at.reset();
  EXPECT_EQ(input_of(body), "()");
  EXPECT_EQ(input_of(location_settings{
                .active = false, .priority = 0, .handling_days = 0}),
            "()");
}

TEST(hash_input, tells_what_is_there_and_zero_from_what_is_not_there) {
  EXPECT_NE(input_of(supplier_product{.available = quantity{0}}),
            input_of(supplier_product{}));
  order_body body;
  body.payment = prepayment{};
  EXPECT_NE(input_of(body), input_of(order_body{}));
}

TEST(hash_input, sorts_lists_whose_order_says_nothing) {
  location_settings one{.brands = {brand_id{"b"}, brand_id{"a"}}};
  const location_settings other{.brands = {brand_id{"a"}, brand_id{"b"}}};
  EXPECT_EQ(input_of(one), input_of(other));
  one.brands.emplace_back("a");
  EXPECT_NE(input_of(one), input_of(other));

  const routing_rules first{
      .objectives = {objective::nearest, objective::priority}};
  const routing_rules second{
      .objectives = {objective::priority, objective::nearest}};
  EXPECT_NE(input_of(first), input_of(second));
}

TEST(hash_input, of_a_map_has_no_order) {
  const text_map one{{{"a", "1"}, {"b", "2"}}};
  const text_map other{{{"b", "2"}, {"a", "1"}}};
  ASSERT_EQ(one, other);
  EXPECT_EQ(input_of(one), input_of(other));
  EXPECT_NE(input_of(one), input_of(text_map{{{"a", "2"}, {"b", "1"}}}));
}

TEST(hash_input, has_nothing_that_is_kept_apart_from_the_log) {
  order_placed placed;
  const auto before = input_of(placed);
  placed.personal.renew().email = "ada@example.com";
  EXPECT_EQ(input_of(placed), before);
}

TEST(hash_input, is_the_same_for_equal_numbers) {
  EXPECT_EQ(input_of(coordinates{-0.0, 1}), input_of(coordinates{0.0, 1}));
}

TEST(hash_input, of_different_records_differs) {
  std::map<std::string, order_body> seen;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const auto body = samples::generator(seed).any<order_body>();
    const auto [found, is_new] = seen.emplace(input_of(body), body);
    if (!is_new) {
      EXPECT_EQ(found->second, body) << "seed " << seed;
    }
    EXPECT_EQ(input_of(body), found->first);
  }
  EXPECT_GT(seen.size(), 1'900U);
}

}  // namespace
}  // namespace oms::fields
