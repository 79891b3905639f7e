/// What is on its way to a location: the rules of docs/DOMAIN.md, "Incoming
/// receipts and transfers", one test each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "actors/source/decide.hpp"
#include "actors/source/source.hpp"

namespace oms {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const sku_id a{"A"};
const sku_id b{"B"};

constexpr date day(int number) {
  return std::chrono::sys_days{std::chrono::year{2026} / 2 / number};
}

class incoming : public testing::Test {
 protected:
  incoming() {
    state_.self = {source_kind::location, "NYC"};
    EXPECT_EQ(does(define_location{{.id = "NYC"}}), "");
  }

  /// The code of the refusal; empty when it was done.
  template <class Command>
  std::string does(const Command& command) {
    const auto before = state_;
    source::source_change change(state_, now_);
    const auto decided = source::decide(change, command);
    note(before, change);
    if (decided) return "";
    EXPECT_TRUE(events_.empty());
    return decided.failure().code == error_code::conflict ? "conflict"
           : decided.failure().code == error_code::insufficient_stock
               ? "insufficientStock"
               : "other";
  }
  void arrives(const std::string& transfer, std::int64_t units) {
    const auto before = state_;
    source::source_change change(state_, now_);
    source::await_transfer(
        change, {transfer_id{transfer}, {{a, quantity{units}}}, day(10)});
    note(before, change);
  }
  void day_begins(int number) {
    now_ = timestamp{day(number)};
    const auto before = state_;
    source::source_change change(state_, now_);
    source::check_overdue(change);
    note(before, change);
  }
  std::string announce(const std::string& reference,
                       std::vector<incoming_line> lines, int expected = 10) {
    return does(
        announce_incoming{"NYC", reference, std::move(lines), day(expected)});
  }
  void receive(std::int64_t units, const std::string& reference,
               const std::string& drawn = "") {
    EXPECT_EQ(does(receive_stock{"NYC", a, quantity{units}, reference, drawn}),
              "");
  }
  void nobody_waits() {
    source::source_change change(state_, now_);
    EXPECT_THAT(source::settle_offer(change, {a, item().on_offer, {}}),
                IsEmpty());
  }
  /// What is outstanding of A.
  std::vector<std::pair<std::string, std::int64_t>> outstanding() const {
    std::vector<std::pair<std::string, std::int64_t>> all;
    for (const auto& each : source::incoming_of(state_, a))
      all.emplace_back(each.reference, each.units.value);
    return all;
  }
  /// Alerts that were raised or resolved by the last change.
  std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const auto& body : events_) {
      if (const auto* raised = std::get_if<alert_raised>(&body))
        all.push_back("raised " + raised->kind);
      if (const auto* over = std::get_if<alert_resolved>(&body))
        all.push_back("over " + over->subject);
    }
    return all;
  }
  [[nodiscard]] const stock_item& item() const { return state_.item(a); }

  source_state state_;
  timestamp now_{day(2)};
  std::vector<event_body> events_;

 private:
  void note(const source_state& before, source::source_change& change) {
    events_ = std::move(change.events());
    auto folded = before;
    for (const auto& body : events_) source::apply(folded, body, now_);
    EXPECT_TRUE(folded == state_);
    for (const auto& [sku, of] : state_.stock)
      EXPECT_EQ(of.received + of.adjusted, of.on_hand + of.shipped + of.sent);
  }
};

TEST_F(incoming, the_same_reference_replaces_all_that_it_named) {
  announce("PO", {{a, quantity{3}}, {b, quantity{2}}});
  announce("PO", {{a, quantity{5}}});
  EXPECT_THAT(outstanding(), ElementsAre(Pair("PO", 5)));
  EXPECT_THAT(source::incoming_of(state_, b), IsEmpty());
  announce("PO", {{a, quantity{0}}});
  EXPECT_TRUE(state_.announced.empty());
}

TEST_F(incoming, the_same_announcement_again_records_nothing) {
  announce("PO", {{a, quantity{3}}});
  announce("PO", {{a, quantity{1}}, {a, quantity{2}}});
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(incoming, a_receipt_draws_down_what_it_names_or_its_own_reference) {
  announce("PO-1", {{a, quantity{3}}});
  announce("PO-2", {{a, quantity{3}}});
  receive(2, "PO-1");
  receive(2, "R", "PO-2");
  EXPECT_THAT(outstanding(), ElementsAre(Pair("PO-1", 1), Pair("PO-2", 1)));
  // More than is outstanding is a plain receipt.
  receive(9, "R-2", "PO-2");
  receive(9, "R-3", "unknown");
  EXPECT_THAT(outstanding(), ElementsAre(Pair("PO-1", 1)));
  EXPECT_EQ(item().on_hand, quantity{22});
}

TEST_F(incoming, a_receipt_that_counted_draws_nothing_again) {
  announce("PO", {{a, quantity{3}}});
  receive(2, "PO");
  receive(2, "PO");
  EXPECT_THAT(outstanding(), ElementsAre(Pair("PO", 1)));
}

TEST_F(incoming, a_transfer_takes_all_its_lines_or_none) {
  receive(3, "R");
  nobody_waits();
  EXPECT_EQ(does(transfer_stock{transfer_id{"T"},
                                "NYC",
                                "LAX",
                                {{a, quantity{1}}, {b, quantity{1}}},
                                {}}),
            "insufficientStock");
  EXPECT_EQ(does(transfer_stock{transfer_id{"T"},
                                "NYC",
                                "LAX",
                                {{a, quantity{2}}, {a, quantity{2}}},
                                {}}),
            "insufficientStock");
}

TEST_F(incoming, what_is_on_offer_is_not_available_to_a_transfer) {
  // The receipt is on offer to the backorder queue until that has answered.
  receive(3, "R");
  const transfer_stock all{
      transfer_id{"T"}, "NYC", "LAX", {{a, quantity{3}}}, {}};
  EXPECT_EQ(does(all), "insufficientStock");
  nobody_waits();
  EXPECT_EQ(does(all), "");
  EXPECT_EQ(item().on_hand, quantity{0});
  EXPECT_EQ(item().sent, quantity{3});
  EXPECT_EQ(state_.transfers.at("T").to, "LAX");
}

TEST_F(incoming, a_transfer_is_drawn_down_and_the_rest_written_off_once) {
  arrives("T", 4);
  receive(3, "T");
  EXPECT_THAT(outstanding(), ElementsAre(Pair("T", 1)));
  EXPECT_EQ(item().landed, quantity{3});
  EXPECT_EQ(does(close_transfer{transfer_id{"T"}}), "");
  EXPECT_EQ(item().landed, quantity{4});
  EXPECT_EQ(does(close_transfer{transfer_id{"T"}}), "");
  EXPECT_THAT(events_, IsEmpty());
  receive(2, "R", "T");
  EXPECT_EQ(item().landed, quantity{4});
}

TEST_F(incoming, a_transfer_that_is_under_way_is_not_announced_anew_or_ended) {
  arrives("T", 4);
  EXPECT_EQ(announce("T", {{a, quantity{1}}}), "conflict");
  EXPECT_EQ(does(end_incoming{"NYC", "T"}), "conflict");
  EXPECT_THAT(outstanding(), ElementsAre(Pair("T", 4)));
}

TEST_F(incoming, it_is_overdue_the_day_after_and_once) {
  announce("PO", {{a, quantity{3}}}, 10);
  EXPECT_EQ(source::next_overdue(state_), timestamp{day(11)});
  day_begins(10);
  EXPECT_THAT(alerts(), IsEmpty());
  day_begins(11);
  EXPECT_THAT(alerts(), ElementsAre("raised incoming.overdue"));
  EXPECT_EQ(source::next_overdue(state_), std::nullopt);
  day_begins(12);
  EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(incoming, the_alert_is_over_when_the_last_of_it_arrives) {
  announce("PO-1", {{a, quantity{3}}}, 10);
  announce("PO-2", {{a, quantity{1}}}, 9);
  day_begins(11);
  receive(1, "PO-2");
  EXPECT_THAT(alerts(), IsEmpty());
  receive(2, "PO-1");
  EXPECT_THAT(alerts(), IsEmpty());
  receive(1, "R", "PO-1");
  EXPECT_THAT(alerts(), ElementsAre("over A"));
}

TEST_F(incoming, the_alert_is_over_when_it_ends_or_gets_a_later_day) {
  announce("PO", {{a, quantity{3}}}, 10);
  day_begins(11);
  announce("PO", {{a, quantity{3}}}, 14);
  EXPECT_THAT(alerts(), ElementsAre("over A"));
  day_begins(15);
  EXPECT_THAT(alerts(), ElementsAre("raised incoming.overdue"));
  EXPECT_EQ(does(end_incoming{"NYC", "PO"}), "");
  EXPECT_THAT(alerts(), ElementsAre("over A"));
}

TEST_F(incoming, what_is_announced_for_a_day_that_is_over_is_overdue_at_once) {
  now_ = timestamp{day(20)};
  announce("PO-1", {{a, quantity{3}}}, 10);
  EXPECT_THAT(alerts(), ElementsAre("raised incoming.overdue"));
  announce("PO-2", {{a, quantity{3}}}, 11);
  EXPECT_THAT(alerts(), ElementsAre("raised incoming.overdue"));
  // Fewer units for the same day are no news.
  announce("PO-2", {{a, quantity{2}}}, 11);
  EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(incoming, many_lines_are_received_whole_or_not_at_all) {
  receive_stock many{"NYC", {}, {}, "R"};
  many.lines = {{a, quantity{1}}, {b, quantity{2}}, {a, quantity{3}}};
  EXPECT_EQ(does(many), "");
  EXPECT_EQ(state_.item(a).on_hand, quantity{4});
  adjust_stock change{"NYC", {}, {}, "lost"};
  change.lines = {{a, quantity{-4}}, {b, quantity{-3}}};
  EXPECT_EQ(does(change), "other");
  EXPECT_EQ(state_.item(a).on_hand, quantity{4});
}

}  // namespace
}  // namespace oms
