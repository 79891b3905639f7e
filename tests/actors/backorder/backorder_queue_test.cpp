/// The rules of docs/DOMAIN.md, "Backorders", one test each.

#include "actors/backorder/backorder_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr timestamp morning =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
    std::chrono::hours{8};

/// An order of its number, placed that many minutes after the first one.
backorder::queued_order order(int number, std::int64_t priority = 0,
                              int placed_minute = -1) {
  backorder::queued_order made;
  made.key = {brand_id{"acme"}, order_id{std::to_string(number)}};
  made.priority = priority;
  made.placed_at = morning + std::chrono::minutes(
                                 placed_minute < 0 ? number : placed_minute);
  made.number = static_cast<std::uint64_t>(number);
  made.country = "US";
  return made;
}

const source_ref w1{source_kind::location, "W1"};
const source_ref w2{source_kind::location, "W2"};

class waiting : public testing::Test {
 protected:
  waiting() {
    add_source(w1);
    add_source(w2);
  }

  network_source& add_source(const source_ref& ref,
                             source_type kind = source_type::warehouse) {
    net_.sources.push_back({.ref = ref, .settings = {.id = ref.id}});
    net_.sources.back().settings.kind = kind;
    return net_.sources.back();
  }
  network_source& source(const source_ref& ref) {
    for (auto& each : net_.sources)
      if (each.ref == ref) return each;
    throw std::out_of_range(ref.id);
  }
  routing_rules& rules() { return net_.rules[brand_id{}].rules; }

  backorder::backorder_queue::entered enter(const backorder::queued_order& who,
                                            std::int64_t units,
                                            std::size_t line = 0) {
    return line_.enter(who, line_id{std::to_string(line + 1)}, line,
                       quantity{units}, false);
  }

  using served = std::vector<std::pair<std::string, std::int64_t>>;
  /// Who gets how much, as "order" or "order/line" from the second line on.
  served serve(std::int64_t units, const source_ref& from = w1,
               std::uint64_t receipts = 1) {
    const backorder::supply_offer supply{&source(from), quantity{units},
                                         receipts};
    const bool wanted = line_.is_wanted(supply, net_);
    served all;
    takers_ = line_.serve(supply, net_, true).takers;
    for (const auto& each : takers_)
      all.emplace_back(each.order.id.value, each.line.units.value);
    EXPECT_EQ(wanted, !all.empty());
    return all;
  }
  /// One slice of an offer, settled.
  served slice(std::int64_t units, std::size_t takers, bool has_grown = false,
               std::size_t entries = 1'000) {
    auto slice = line_.serve({&source(w1), quantity{units}, 1}, net_, has_grown,
                             {.takers = takers, .entries = entries});
    is_over_ = slice.is_over;
    takers_ = std::move(slice.takers);
    served all;
    for (const auto& each : takers_)
      all.emplace_back(each.order.id.value, each.line.units.value);
    if (!keeps_unsettled_) line_.settle(w1, {});
    return all;
  }
  served queue() {
    served all;
    for (const auto& each : line_.view())
      all.emplace_back(each.order.id.value, each.units.value);
    return all;
  }
  void product(bool backorderable, std::int64_t limit = 0) {
    line_.set_product({.sku = sku_id{"A"},
                       .backorderable = backorderable,
                       .backorder_limit = quantity{limit}});
  }

  network net_;
  backorder::backorder_queue line_{sku_id{"A"}};
  std::vector<source::offer_taker> takers_;
  bool is_over_ = false;
  bool keeps_unsettled_ = false;
};

TEST_F(waiting, with_one_priority_first_come_is_first_served) {
  enter(order(2), 1);
  enter(order(1), 1);
  enter(order(3), 1);
  EXPECT_THAT(serve(2), ElementsAre(Pair("1", 1), Pair("2", 1)));
  EXPECT_THAT(queue(), ElementsAre(Pair("3", 1)));
}

TEST_F(waiting, a_higher_priority_goes_ahead_of_age) {
  enter(order(1), 1);
  enter(order(2, 5), 1);
  enter(order(3, -5), 1);
  EXPECT_THAT(queue(), ElementsAre(Pair("2", 1), Pair("1", 1), Pair("3", 1)));
}

TEST_F(waiting, an_order_of_another_priority_goes_to_its_new_place) {
  enter(order(1), 1);
  enter(order(2), 1);
  enter(order(2), 2, 1);
  enter(order(3), 1);
  line_.update(order(2, 5, 2));
  EXPECT_THAT(queue(), ElementsAre(Pair("2", 1), Pair("2", 2), Pair("1", 1),
                                   Pair("3", 1)));
  EXPECT_EQ(line_.position_of(order(2).key, line_id{"2"}), 2);
  EXPECT_EQ(line_.position_of(order(1).key, line_id{"1"}), 3);
  line_.update(order(2, -1, 2));
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 1), Pair("3", 1), Pair("2", 1),
                                   Pair("2", 2)));
  EXPECT_EQ(line_.waiting(), quantity{5});
}

TEST_F(waiting, an_order_that_is_alone_may_become_less_urgent) {
  enter(order(1, 5), 1);
  enter(order(1, 5), 2, 1);
  line_.update(order(1, 0));
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 1), Pair("1", 2)));
  EXPECT_THAT(serve(3), ElementsAre(Pair("1", 1), Pair("1", 2)));
}

TEST_F(waiting, units_that_come_with_another_priority_move_the_others_along) {
  enter(order(1), 1);
  enter(order(2), 1);
  enter(order(2, 5, 2), 2, 1);
  EXPECT_THAT(queue(), ElementsAre(Pair("2", 1), Pair("2", 2), Pair("1", 1)));
}

TEST_F(waiting, who_becomes_urgent_between_two_slices_is_served_next) {
  for (int i = 1; i <= 4; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(3, 2), ElementsAre(Pair("1", 1), Pair("2", 1)));
  line_.update(order(4, 5, 4));
  EXPECT_THAT(slice(1, 2), ElementsAre(Pair("4", 1)));
  EXPECT_THAT(queue(), ElementsAre(Pair("3", 1)));
}

TEST_F(waiting, who_becomes_urgent_before_a_slice_is_settled_is_found_by_it) {
  keeps_unsettled_ = true;
  for (int i = 1; i <= 3; ++i) enter(order(i), 2);
  EXPECT_THAT(slice(3, 2), ElementsAre(Pair("1", 2), Pair("2", 1)));
  line_.update(order(2, 5, 2));
  // The source gave the second of them nothing.
  line_.settle(w1, {takers_[1]});
  EXPECT_THAT(queue(), ElementsAre(Pair("2", 2), Pair("3", 2)));
}

TEST_F(waiting, the_same_age_goes_by_the_order_sequence) {
  enter(order(9, 0, 30), 1);
  enter(order(7, 0, 30), 1);
  enter(order(8, 0, 29), 1);
  EXPECT_THAT(queue(), ElementsAre(Pair("8", 1), Pair("7", 1), Pair("9", 1)));
}

TEST_F(waiting, two_lines_of_an_order_stand_in_their_order) {
  enter(order(1), 2, 1);
  enter(order(1), 3, 0);
  EXPECT_THAT(serve(4), ElementsAre(Pair("1", 3), Pair("1", 1)));
  EXPECT_EQ(takers_[0].line.line, line_id{"1"});
  EXPECT_EQ(takers_[1].line.line, line_id{"2"});
}

TEST_F(waiting, a_partial_fill_keeps_its_place) {
  enter(order(1), 5);
  enter(order(2), 1);
  EXPECT_THAT(serve(2), ElementsAre(Pair("1", 2)));
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 3), Pair("2", 1)));
  EXPECT_THAT(serve(9), ElementsAre(Pair("1", 3), Pair("2", 1)));
  EXPECT_THAT(serve(9), IsEmpty());
}

TEST_F(waiting, positions_count_entries_from_1) {
  enter(order(1), 5);
  enter(order(2), 1);
  EXPECT_EQ(line_.position_of(order(1).key, line_id{"1"}), 1);
  EXPECT_EQ(line_.position_of(order(2).key, line_id{"1"}), 2);
  EXPECT_EQ(line_.position_of(order(3).key, line_id{"1"}), 0);
  serve(5);
  EXPECT_EQ(line_.position_of(order(1).key, line_id{"1"}), 0);
  EXPECT_EQ(line_.position_of(order(2).key, line_id{"1"}), 1);
}

TEST_F(waiting, an_order_on_hold_is_skipped_and_keeps_its_place) {
  auto held = order(1);
  held.on_hold = true;
  enter(held, 1);
  enter(order(2), 1);
  EXPECT_THAT(serve(1), ElementsAre(Pair("2", 1)));
  EXPECT_THAT(serve(1), IsEmpty());
  held.on_hold = false;
  line_.update(held);
  enter(order(3), 1);
  EXPECT_THAT(serve(1), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, update_reaches_every_line_of_the_order_and_no_other) {
  enter(order(1), 1, 0);
  enter(order(1), 1, 3);
  enter(order(2), 1, 0);
  auto held = order(1);
  held.on_hold = true;
  line_.update(held);
  EXPECT_THAT(serve(9), ElementsAre(Pair("2", 1)));
}

TEST_F(waiting, a_source_of_another_brand_or_country_is_passed_over) {
  enter(order(1), 1);
  source(w1).settings.brands = {brand_id{"other"}};
  EXPECT_THAT(serve(1), IsEmpty());
  source(w1).settings.brands = {brand_id{"other"}, brand_id{"acme"}};
  source(w1).settings.countries = {"CA"};
  EXPECT_THAT(serve(1), IsEmpty());
  source(w1).settings.countries = {"CA", "US"};
  EXPECT_THAT(serve(1), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, an_inactive_source_serves_nobody) {
  enter(order(1), 1);
  source(w1).settings.active = false;
  EXPECT_THAT(serve(1), IsEmpty());
}

TEST_F(waiting, a_source_in_no_tier_serves_nobody) {
  rules().tiers = {{source_type::store}};
  enter(order(1), 1);
  EXPECT_THAT(serve(1), IsEmpty());
  rules().tiers = {{source_type::store}, {source_type::warehouse}};
  EXPECT_THAT(serve(1), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, a_source_that_rejected_is_out_until_it_receives_some) {
  auto who = order(1);
  who.rejections = {{w1, sku_id{"A"}, 3}};
  enter(who, 2);
  EXPECT_THAT(serve(1, w1, 3), IsEmpty());
  EXPECT_THAT(serve(1, w2, 3), ElementsAre(Pair("1", 1)));
  EXPECT_THAT(serve(1, w1, 4), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, max_shipments_lets_only_the_sources_on_the_order_serve_it) {
  rules().max_shipments = 1;
  auto who = order(1);
  who.sources = {w1};
  enter(who, 3);
  EXPECT_THAT(serve(1, w2), IsEmpty());
  EXPECT_THAT(serve(1, w1), ElementsAre(Pair("1", 1)));
  rules().max_shipments = 2;
  EXPECT_THAT(serve(1, w2), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, max_shipments_counts_sources_that_have_just_been_chosen) {
  rules().max_shipments = 1;
  enter(order(1), 3);
  EXPECT_THAT(serve(1, w1), ElementsAre(Pair("1", 1)));
  EXPECT_THAT(serve(1, w2), IsEmpty());
  EXPECT_THAT(serve(1, w1), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, max_shipments_forgets_a_source_that_revoked_before_it_settled) {
  rules().max_shipments = 1;
  enter(order(1), 1);
  EXPECT_THAT(serve(1, w1), ElementsAre(Pair("1", 1)));
  // The order got the unit, lost it again, and waits once more.
  enter(order(1), 1);
  line_.settle(w1, {});
  EXPECT_THAT(serve(1, w2), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, without_splitting_a_line_is_taken_whole_or_waits_whole) {
  rules().split_lines = false;
  enter(order(1), 5);
  enter(order(2), 2);
  EXPECT_THAT(serve(4), ElementsAre(Pair("2", 2)));
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 5)));
  EXPECT_THAT(serve(5), ElementsAre(Pair("1", 5)));
}

TEST_F(waiting, brands_have_rules_of_their_own) {
  net_.rules[brand_id{"acme"}].rules.split_lines = false;
  auto other = order(2);
  other.key.brand = brand_id{"other"};
  enter(order(1), 5);
  enter(other, 5);
  EXPECT_THAT(serve(3), ElementsAre(Pair("2", 3)));
}

TEST_F(waiting, a_product_that_may_not_wait_is_refused) {
  product(false);
  const auto entered = enter(order(1), 3);
  EXPECT_EQ(entered.accepted, quantity{0});
  EXPECT_EQ(entered.refused, quantity{3});
  EXPECT_TRUE(line_.empty());
}

TEST_F(waiting, what_goes_beyond_the_limit_is_refused) {
  product(true, 5);
  EXPECT_EQ(enter(order(1), 3).accepted, quantity{3});
  const auto entered = enter(order(2), 3);
  EXPECT_EQ(entered.accepted, quantity{2});
  EXPECT_EQ(entered.refused, quantity{1});
  EXPECT_EQ(enter(order(3), 1).accepted, quantity{0});
  serve(1);
  EXPECT_EQ(enter(order(3), 1).accepted, quantity{1});
}

TEST_F(waiting, a_limit_lowered_drops_nobody_who_waits) {
  enter(order(1), 5);
  product(true, 2);
  EXPECT_EQ(enter(order(2), 1).accepted, quantity{0});
  EXPECT_EQ(line_.waiting(), quantity{5});
}

TEST_F(waiting, what_waited_before_a_restart_comes_back_unchecked) {
  product(false);
  const auto entered =
      line_.enter(order(1), line_id{"1"}, 0, quantity{4}, true);
  EXPECT_EQ(entered.accepted, quantity{4});
}

TEST_F(waiting, a_promise_ahead_of_its_backorder_comes_back_as_a_debt) {
  // Promised before the crash, and the order had not yet said that it waits.
  (void)line_.enter(order(1), line_id{"1"}, 0, quantity{-1}, true);
  EXPECT_EQ(line_.waiting(), quantity{0});
  EXPECT_THAT(serve(1), IsEmpty());
  // The order has the promise and asks for nothing more.
  line_.adjust(order(1), line_id{"1"}, 0, quantity{1});
  EXPECT_THAT(serve(1), IsEmpty());
}

TEST_F(waiting, cancelled_units_leave_the_line) {
  enter(order(1), 3);
  line_.adjust(order(1), line_id{"1"}, 0, quantity{-2});
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 1)));
  line_.adjust(order(1), line_id{"1"}, 0, quantity{-1});
  EXPECT_THAT(queue(), IsEmpty());
  EXPECT_TRUE(line_.empty());
}

TEST_F(waiting, a_fill_that_crosses_a_cancellation_settles_to_nothing) {
  enter(order(1), 2);
  serve(2);
  // The order has cancelled both; the promise comes back as declined.
  line_.adjust(order(1), line_id{"1"}, 0, quantity{-2});
  EXPECT_EQ(line_.waiting(), quantity{0});
  EXPECT_THAT(serve(5), IsEmpty());
  line_.adjust(order(1), line_id{"1"}, 0, quantity{2});
  line_.settle(w1, {});
  EXPECT_TRUE(line_.empty());
}

TEST_F(waiting, what_a_source_could_not_give_waits_again_in_its_place) {
  enter(order(1), 3);
  enter(order(2), 3);
  serve(5);
  auto refused = takers_.at(0);
  refused.line.units = quantity{2};
  line_.settle(w1, {refused});
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 2), Pair("2", 1)));
}

TEST_F(waiting, a_source_without_capacity_is_tried_again_the_next_day) {
  enter(order(1), 3);
  serve(3);
  auto refused = takers_.at(0);
  refused.no_capacity = true;
  line_.settle(w1, {refused});
  EXPECT_THAT(serve(3), IsEmpty());
  EXPECT_THAT(serve(1, w2), ElementsAre(Pair("1", 1)));
  line_.forget_capacity();
  EXPECT_THAT(serve(3), ElementsAre(Pair("1", 2)));
}

TEST_F(waiting, a_refusal_older_than_new_limits_says_nothing_of_them) {
  enter(order(1), 3);
  serve(3);
  auto refused = takers_.at(0);
  refused.no_capacity = true;
  line_.forget_capacity();
  line_.settle(w1, {refused});
  EXPECT_THAT(serve(3), ElementsAre(Pair("1", 3)));
}

// domain.md, Backorders: "On any supply the queue is served before the units
// show as available". A long queue is served in slices, and the slices together
// give what one would.

TEST_F(waiting, slices_serve_the_queue_in_its_order) {
  for (int i = 1; i <= 7; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(5, 2, true), ElementsAre(Pair("1", 1), Pair("2", 1)));
  EXPECT_FALSE(is_over_);
  EXPECT_THAT(slice(3, 2), ElementsAre(Pair("3", 1), Pair("4", 1)));
  EXPECT_THAT(slice(1, 2), ElementsAre(Pair("5", 1)));
  EXPECT_TRUE(is_over_);
  EXPECT_THAT(queue(), ElementsAre(Pair("6", 1), Pair("7", 1)));
}

TEST_F(waiting, an_offer_is_over_when_nobody_is_left) {
  enter(order(1), 1);
  enter(order(2), 1);
  EXPECT_THAT(slice(9, 2, true), ElementsAre(Pair("1", 1), Pair("2", 1)));
  EXPECT_FALSE(is_over_);
  EXPECT_THAT(slice(7, 2), IsEmpty());
  EXPECT_TRUE(is_over_);
}

TEST_F(waiting, slices_together_look_at_each_entry_once) {
  for (int i = 1; i <= 100; ++i) {
    auto who = order(i);
    who.on_hold = i % 2 == 0;
    enter(who, 1);
  }
  int slices = 0;
  std::size_t takers = 0;
  for (bool first = true; first || !is_over_; first = false, ++slices)
    takers += slice(1'000, 1'000, first, 10).size();
  EXPECT_EQ(takers, 50U);
  // Ten of ten entries, and one that finds the end.
  EXPECT_EQ(slices, 11);
}

TEST_F(waiting, who_comes_between_two_slices_is_served_in_his_place) {
  for (int i = 2; i <= 5; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(4, 2, true), ElementsAre(Pair("2", 1), Pair("3", 1)));
  enter(order(1), 1);
  EXPECT_THAT(slice(2, 2), ElementsAre(Pair("1", 1), Pair("4", 1)));
}

TEST_F(waiting, a_hold_lifted_between_two_slices_is_served_in_its_place) {
  auto held = order(1);
  held.on_hold = true;
  enter(held, 1);
  for (int i = 2; i <= 5; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(4, 2, true), ElementsAre(Pair("2", 1), Pair("3", 1)));
  held.on_hold = false;
  line_.update(held);
  EXPECT_THAT(slice(2, 2), ElementsAre(Pair("1", 1), Pair("4", 1)));
}

TEST_F(waiting, who_cancels_between_two_slices_is_skipped) {
  for (int i = 1; i <= 4; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(4, 1, true), ElementsAre(Pair("1", 1)));
  line_.adjust(order(2), line_id{"1"}, 0, quantity{-1});
  EXPECT_THAT(slice(3, 1), ElementsAre(Pair("3", 1)));
}

TEST_F(waiting, units_that_join_an_offer_are_shown_to_everybody) {
  rules().split_lines = false;
  enter(order(1), 5);
  enter(order(2), 1);
  EXPECT_THAT(slice(3, 1, true), ElementsAre(Pair("2", 1)));
  EXPECT_THAT(slice(6, 1, true), ElementsAre(Pair("1", 5)));
}

TEST_F(waiting, who_was_refused_is_not_asked_by_the_same_offer_again) {
  enter(order(1), 1);
  enter(order(2), 1);
  keeps_unsettled_ = true;
  EXPECT_THAT(slice(5, 1, true), ElementsAre(Pair("1", 1)));
  auto refused = takers_.at(0);
  refused.nothing = true;
  line_.settle(w1, {refused});
  EXPECT_THAT(slice(4, 1), ElementsAre(Pair("2", 1)));
  EXPECT_THAT(slice(4, 1), IsEmpty());
  EXPECT_THAT(queue(), ElementsAre(Pair("1", 1)));
}

TEST_F(waiting, a_search_looks_at_each_entry_once_until_it_changes) {
  source(w1).settings.brands = {brand_id{"other"}};
  for (int i = 1; i <= 10; ++i) enter(order(i), 1);
  const std::vector<backorder::supply_offer> supplies{
      {&source(w1), quantity{5}, 1}, {&source(w2), quantity{5}, 1}};
  const std::vector<backorder::supply_offer> of_w1{supplies[0]};
  EXPECT_FALSE(line_.seek(of_w1, net_, {.takers = 1, .entries = 6}).is_over);
  EXPECT_TRUE(line_.seek(of_w1, net_, {.takers = 1, .entries = 6}).is_over);
  // Nobody has changed: there is nobody to look at, whatever there is.
  EXPECT_TRUE(line_.seek(supplies, net_).is_over);
  line_.update(order(7));
  EXPECT_EQ(line_.seek(supplies, net_).supply, 1U);
  line_.seek_anew();
  EXPECT_EQ(line_.seek(supplies, net_).supply, 1U);
}

TEST_F(waiting, who_comes_too_late_for_an_offer_is_sought_when_it_is_settled) {
  enter(order(1), 1);
  keeps_unsettled_ = true;
  EXPECT_THAT(slice(3, 2, true), ElementsAre(Pair("1", 1)));
  EXPECT_THAT(slice(2, 2), IsEmpty());
  EXPECT_TRUE(is_over_);
  enter(order(2), 1);
  EXPECT_TRUE(line_.seek({}, net_).is_over);
  line_.settle(w1, {});
  EXPECT_EQ(line_.seek({{&source(w1), quantity{2}, 1}}, net_).supply, 0U);
}

TEST_F(waiting, a_source_that_serves_more_shows_its_offer_to_all_again) {
  auto other = order(1);
  other.key.brand = brand_id{"other"};
  source(w1).settings.brands = {brand_id{"acme"}};
  enter(other, 1);
  for (int i = 2; i <= 4; ++i) enter(order(i), 1);
  EXPECT_THAT(slice(4, 1, true), ElementsAre(Pair("2", 1)));
  source(w1).settings.brands = {};
  line_.offer_anew();
  EXPECT_THAT(slice(3, 2), ElementsAre(Pair("1", 1), Pair("3", 1)));
}

TEST_F(waiting, without_supply_a_search_is_over) {
  enter(order(1), 1);
  EXPECT_TRUE(line_.seek({}, net_).is_over);
}

TEST_F(waiting, an_order_knows_how_it_waits) {
  order_state state;
  state.key = order(4).key;
  state.number = 4;
  state.placed_at = morning;
  order_body body;
  body.priority = 7;
  body.ship_to.country = "DE";
  state.body = std::move(body);
  state.holds = {{hold_id{"h"}, ""}};
  state.fulfillments = {{.id = fulfillment_id{"1"},
                         .source = w1,
                         .lines = {{.line = 0, .shipped = quantity{1}}}},
                        {.id = fulfillment_id{"2"},
                         .source = w2,
                         .lines = {{.line = 0, .cancelled = quantity{1}}}},
                        {.id = fulfillment_id{"3"},
                         .source = w1,
                         .lines = {{.line = 0, .allocated = quantity{1}}}}};
  const auto known = backorder::queued_order_of(state);
  EXPECT_EQ(known.priority, 7);
  EXPECT_EQ(known.country, "DE");
  EXPECT_TRUE(known.on_hold);
  EXPECT_THAT(known.sources, ElementsAre(w1));
}

constexpr date day(int number) {
  return std::chrono::sys_days{std::chrono::year{2026} / 3 / number};
}

class dated : public waiting {
 protected:
  void announce(const source_ref& at, const std::string& reference,
                std::int64_t units, std::optional<date> expected) {
    auto& all = announced_[at];
    std::erase_if(all, [&](const source::incoming_supply& each) {
      return each.reference == reference;
    });
    if (units > 0) all.push_back({reference, quantity{units}, expected});
    line_.set_incoming(at, all);
  }
  /// The day of the month on which the order's first line is complete; 0: not
  /// known.
  int day_of(int number) {
    const auto due = line_.date_of(order(number).key, line_id{"1"}, net_);
    return due ? (due->day - day(1)).count() + 1 : 0;
  }
  /// The same of units that would begin to wait at this place in the queue.
  int day_if_at(const backorder::queue_rank& rank, std::int64_t units) {
    while (!line_.is_dated()) line_.date_entries(net_);
    const auto due = backorder::arrivals_of(*line_.coming(), quantity{units},
                                            {.rank = rank,
                                             .brand = brand_id{"acme"},
                                             .country = "US",
                                             .unable = {},
                                             .sources = {}},
                                            rules(), net_, morning)
                         .due;
    return due ? (due->day - day(1)).count() + 1 : 0;
  }
  int next_day(std::int64_t units, std::int64_t priority = 0) {
    return day_if_at(backorder::last_rank_of(priority), units);
  }
  /// As if the customer was told what is known now.
  void tell(int number) {
    const auto key = order(number).key;
    if (const auto due = line_.date_of(key, line_id{"1"}, net_))
      line_.note_told(key, line_id{"1"}, due->day);
  }
  /// Who has to wait for longer than was told, with the day.
  std::vector<std::pair<std::string, int>> delays(
      std::size_t most = 100,
      const std::function<bool(const backorder::due_day&)>& is_past =
          [](const auto&) { return false; }) {
    while (!line_.is_dated()) line_.date_entries(net_, 2);
    std::vector<std::pair<std::string, int>> all;
    for (const auto& each : line_.take_delays(is_past, most))
      all.emplace_back(each.order.id.value,
                       (each.expected - day(1)).count() + 1);
    return all;
  }

 private:
  std::map<source_ref, std::vector<source::incoming_supply>> announced_;
};

TEST_F(dated, an_entry_is_complete_with_the_receipt_that_brings_its_last_unit) {
  announce(w1, "PO-1", 4, day(10));
  announce(w2, "PO-2", 5, day(20));
  for (int i = 1; i <= 5; ++i) enter(order(i), 2);
  EXPECT_EQ(day_of(5), 0);
  EXPECT_EQ(day_of(1), 10);
  EXPECT_EQ(day_of(2), 10);
  EXPECT_EQ(day_of(3), 20);
  EXPECT_EQ(day_of(4), 20);
}

TEST_F(dated, who_leaves_moves_up_those_behind) {
  announce(w1, "PO-1", 2, day(10));
  enter(order(1), 2);
  enter(order(2), 2);
  EXPECT_EQ(day_of(2), 0);
  line_.adjust(order(1), line_id{"1"}, 0, quantity{-2});
  EXPECT_EQ(day_of(2), 10);
}

TEST_F(dated, an_order_on_hold_is_counted_ahead) {
  announce(w1, "PO-1", 2, day(10));
  auto held = order(1);
  held.on_hold = true;
  enter(held, 2);
  enter(order(2), 2);
  EXPECT_EQ(day_of(1), 10);
  EXPECT_EQ(day_of(2), 0);
}

TEST_F(dated, a_location_that_does_not_serve_the_order_gives_it_no_date) {
  source(w1).settings.brands = {brand_id{"other"}};
  announce(w1, "PO-1", 2, day(10));
  announce(w2, "PO-2", 2, day(20));
  enter(order(1), 2);
  EXPECT_EQ(day_of(1), 20);
}

TEST_F(dated, the_restock_date_is_for_whom_no_receipt_reaches) {
  product_settings product{.sku = sku_id{"A"}};
  product.restock_date = timestamp{day(15)};
  line_.set_product(product);
  announce(w1, "PO-1", 2, day(20));
  enter(order(1), 2);
  enter(order(2), 2);
  EXPECT_EQ(day_of(1), 20);
  EXPECT_EQ(day_of(2), 15);
}

TEST_F(dated, units_without_a_day_come_last_and_give_none) {
  announce(w1, "T-1", 2, std::nullopt);
  announce(w2, "PO-1", 2, day(20));
  enter(order(1), 2);
  enter(order(2), 2);
  EXPECT_EQ(day_of(1), 20);
  EXPECT_EQ(day_of(2), 0);
}

TEST_F(dated, who_would_come_next_is_behind_those_of_the_same_priority) {
  announce(w1, "PO-1", 4, day(10));
  announce(w2, "PO-2", 5, day(20));
  enter(order(1), 3);
  enter(order(2, 2), 1);
  EXPECT_EQ(next_day(1), 20);
  EXPECT_EQ(next_day(5), 20);
  EXPECT_EQ(next_day(6), 0);
  EXPECT_EQ(next_day(3, 1), 10);
  EXPECT_EQ(next_day(4, 1), 20);
  EXPECT_EQ(next_day(4, 3), 10);
}

TEST_F(dated, who_would_come_next_gets_what_the_entries_ahead_leave) {
  source(w1).settings.brands = {brand_id{"other"}};
  announce(w1, "PO-1", 4, day(10));
  announce(w2, "PO-2", 5, day(20));
  enter(order(1), 5);
  EXPECT_EQ(next_day(1), 0);
  source(w1).settings.brands = {};
  line_.date_anew();
  EXPECT_EQ(next_day(1), 20);
  line_.adjust(order(1), line_id{"1"}, 0, quantity{-2});
  EXPECT_EQ(next_day(1), 10);
}

TEST_F(dated, an_order_is_not_behind_what_waits_of_it_already) {
  announce(w1, "PO-1", 4, day(10));
  announce(w2, "PO-2", 5, day(20));
  enter(order(1), 2);
  enter(order(2), 3);
  EXPECT_EQ(day_if_at({0, order(1).placed_at, 1, 0}, 4), 10);
  EXPECT_EQ(day_if_at({0, order(2).placed_at, 2, 0}, 2), 10);
  EXPECT_EQ(day_if_at({0, order(2).placed_at, 2, 0}, 3), 20);
  EXPECT_EQ(day_if_at({-9, order(2).placed_at, 2, 0}, 4), 10);
}

TEST_F(dated, of_very_many_entries_only_sums_by_priority_are_read) {
  const auto units = static_cast<int>(backorder::max_claims) + 1;
  announce(w1, "PO-1", units + 1, day(10));
  announce(w2, "PO-2", 5, day(20));
  for (int i = 1; i <= units; ++i) enter(order(i, i % 2), 1);
  EXPECT_EQ(next_day(1), 10);
  EXPECT_EQ(next_day(2), 20);
  EXPECT_EQ(next_day(units / 2, 1), 10);
  EXPECT_EQ(line_.coming()->claims.size(), 2U);
}

TEST_F(dated, nothing_is_said_of_what_neither_comes_nor_is_restocked) {
  enter(order(1), 2);
  EXPECT_FALSE(line_.coming());
  announce(w1, "PO-1", 2, day(10));
  EXPECT_TRUE(line_.coming());
  announce(w1, "PO-1", 0, day(10));
  EXPECT_FALSE(line_.coming());
}

TEST_F(dated, a_later_day_is_told_once_and_an_earlier_one_never) {
  announce(w1, "PO-1", 4, day(10));
  enter(order(1), 2);
  enter(order(2), 2);
  tell(1);
  tell(2);
  EXPECT_THAT(delays(), IsEmpty());
  announce(w1, "PO-1", 4, day(15));
  EXPECT_THAT(delays(), ElementsAre(Pair("1", 15), Pair("2", 15)));
  announce(w1, "PO-1", 4, day(12));
  EXPECT_THAT(delays(), IsEmpty());
  announce(w1, "PO-1", 4, day(14));
  EXPECT_THAT(delays(), IsEmpty());
  announce(w1, "PO-1", 4, day(16));
  EXPECT_THAT(delays(1), ElementsAre(Pair("1", 16)));
  EXPECT_THAT(delays(1), ElementsAre(Pair("2", 16)));
  EXPECT_THAT(delays(1), IsEmpty());
}

TEST_F(dated, what_becomes_known_or_unknown_or_is_over_is_not_told) {
  enter(order(1), 2);
  tell(1);
  announce(w1, "PO-1", 2, day(10));
  EXPECT_THAT(delays(), IsEmpty());
  enter(order(2), 2);
  announce(w1, "PO-2", 2, day(10));
  tell(2);
  announce(w1, "PO-2", 0, {});
  EXPECT_THAT(delays(), IsEmpty());
  announce(w1, "PO-2", 2, day(12));
  EXPECT_THAT(delays(100, [](const auto&) { return true; }), IsEmpty());
}

TEST_F(dated, an_entry_at_the_end_is_dated_without_a_walk_from_the_front) {
  announce(w1, "PO-1", 3, day(10));
  enter(order(1), 2);
  EXPECT_EQ(day_of(1), 10);
  enter(order(2), 1);
  EXPECT_FALSE(line_.is_dated());
  // One step is enough.
  EXPECT_TRUE(line_.date_entries(net_, 1));
  EXPECT_EQ(day_of(2), 10);
}

}  // namespace
}  // namespace oms
