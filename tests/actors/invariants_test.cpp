#include "actors/invariants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "actors/history/recovery.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms {
namespace {

using testing::Contains;
using testing::IsEmpty;

const source_ref w1{source_kind::location, "W1"};
const sku_id mug{"A"};

/// A log whose reader sees it changed.
class tampered_log : public persistence::log_store {
 public:
  using reading = std::function<std::vector<event>(std::vector<event>)>;
  tampered_log(const log_store& real, reading how)
      : real_(real), how_(std::move(how)) {}

  using log_store::append;
  status append(std::span<const decision>) override { return done{}; }
  status scan(sequence,
              const std::function<bool(const event&)>& visit) const override {
    for (const auto& each : how_(tests::events_of(real_)))
      if (!visit(each)) break;
    return done{};
  }
  result<std::optional<event>> read(sequence at) const override {
    return real_.read(at);
  }
  status walk_back(
      sequence head,
      const std::function<bool(const event&)>& visit) const override {
    return real_.walk_back(head, visit);
  }
  result<std::optional<codec::digest>> hash_at(sequence last) const override {
    return real_.hash_at(last);
  }
  result<personal_data> personal(const order_key& order,
                                 std::uint64_t version) const override {
    return real_.personal(order, version);
  }
  result<bool> has_personal(const order_key& order) const override {
    return real_.has_personal(order);
  }
  status verify() const override { return done{}; }
  persistence::store_stats stats() const override { return real_.stats(); }
  persistence::table_store& tables() override { return tables_; }
  const persistence::table_store& tables() const override { return tables_; }
  status back_up(const std::filesystem::path& to) const override {
    return real_.back_up(to);
  }
  void on_damage(damage_listener) override {}
  void report_damage(const std::string&, const error&) const override {}

 private:
  const log_store& real_;
  persistence::memory_table_store tables_;
  reading how_;
};

/// An order with a shipment, units still promised, a refund and a note, and
/// one that waits. All invariants hold until a test breaks one.
class Invariants : public testing::Test {
 protected:
  Invariants() {
    auto engine = tests::simulated(store_, 1);
    const auto run = [&engine](command asked) {
      const auto got = engine->execute(std::move(asked));
      EXPECT_TRUE(got) << got.failure().message;
      engine->settle();
    };
    run(tests::by_test(define_location{{.id = "W1"}}));
    run(tests::receiving("W1", "A", 10));
    run(tests::placing("first", {5}));
    auto parcel =
        std::get<work_fulfillment>(tests::shipping("first", "W1").body);
    parcel.lines = {{.line = {}, .sku = mug, .units = quantity{2}}};
    run(tests::by_test(parcel));
    run(tests::by_test(request_refund{
        .order = first_, .amount = money{100}, .reason = "late"}));
    run(tests::by_test(add_note{first_, "called"}));
    run(tests::placing("second", {20}));
    EXPECT_THAT(engine->check_invariants(), IsEmpty());
    engine.reset();

    auto state = history::recover(store_);
    EXPECT_TRUE(state);
    for (auto& [key, order] : state->orders) all_.add(order.state);
    for (auto& [ref, source] : state->sources) all_.add(source.state);
    const auto& waiting = all_.orders[second_];
    all_.waiting[mug] = {{.order = second_,
                          .line = waiting.lines[0].ordered.line,
                          .units = waiting.lines[0].buckets.backordered,
                          .placed_at = waiting.placed_at}};
    EXPECT_THAT(broken(), IsEmpty());
  }

  [[nodiscard]] std::set<int> broken() const { return broken(store_); }
  [[nodiscard]] std::set<int> broken(const persistence::log_store& log) const {
    std::set<int> invariants;
    for (const auto& each : violations_of(all_, log))
      invariants.insert(each.invariant);
    return invariants;
  }
  /// With the log read as `how` says.
  [[nodiscard]] std::set<int> broken_in(tampered_log::reading how) const {
    return broken(tampered_log(store_, std::move(how)));
  }

  stock_item& mugs() { return all_.sources[w1].stock[mug]; }

  const order_key first_ = tests::order_named("first");
  const order_key second_ = tests::order_named("second");
  persistence::memory_store store_;
  collection all_;
};

TEST_F(Invariants, OneStockIsNeverNegative) {
  mugs().on_hand = mugs().committed - quantity{1};
  EXPECT_THAT(broken(), Contains(1));
}

TEST_F(Invariants, OneDamagedUnitsAreOnHand) {
  mugs().damaged = mugs().on_hand + quantity{1};
  EXPECT_THAT(broken(), Contains(1));
}

TEST_F(Invariants, TwoNoUnitOfALineIsLost) {
  all_.orders[first_].lines[0].buckets.shipped -= quantity{1};
  EXPECT_THAT(broken(), Contains(2));
}

TEST_F(Invariants, TwoNoBucketIsNegative) {
  auto& in = all_.orders[first_].lines[0].buckets;
  in.lost -= quantity{1};
  in.unrouted += quantity{1};
  EXPECT_THAT(broken(), Contains(2));
}

TEST_F(Invariants, ThreeAnOrderHasWhatIsPromisedToIt) {
  all_.orders[first_].fulfillments[0].lines[0].allocated -= quantity{1};
  EXPECT_THAT(broken(), Contains(3));
}

TEST_F(Invariants, ThreeNobodyIsPromisedWhatHeDoesNotHave) {
  all_.sources[w1].promises[tests::order_named("nobody")].units.push_back(
      {.sku = mug, .committed = quantity{1}});
  mugs().committed += quantity{1};
  EXPECT_THAT(broken(), Contains(3));
}

TEST_F(Invariants, ThreeCommittedIsTheSumOfThePromises) {
  mugs().committed += quantity{1};
  EXPECT_THAT(broken(), Contains(3));
}

TEST_F(Invariants, FourUnitsAreConserved) {
  mugs().received += quantity{1};
  EXPECT_THAT(broken(), Contains(4));
}

TEST_F(Invariants, FiveNobodyWaitsBesideStock) {
  mugs().on_hand += quantity{1};
  mugs().received += quantity{1};
  EXPECT_THAT(broken(), Contains(5));
}

TEST_F(Invariants, FiveNobodyIsForgottenByTheWaitingLine) {
  all_.waiting.clear();
  EXPECT_THAT(broken(), Contains(5));
}

TEST_F(Invariants, SixRefundsAreCovered) {
  all_.orders[first_].refund_requested =
      all_.orders[first_].captured + money{1};
  EXPECT_THAT(broken(), Contains(6));
}

TEST_F(Invariants, SevenTheStatusIsWhatTheBucketsSay) {
  all_.orders[first_].status = order_status::paid;
  EXPECT_THAT(broken(), Contains(7));
}

TEST_F(Invariants, SevenStatusesChangeByTheTable) {
  EXPECT_THAT(broken_in([](std::vector<event> log) {
                for (auto& each : log)
                  if (auto* step = std::get_if<status_changed>(&each.body);
                      step != nullptr && step->to == order_status::paid)
                    step->from = order_status::delivered;
                return log;
              }),
              Contains(7));
}

TEST_F(Invariants, SevenATimelineHasNoGap) {
  EXPECT_THAT(
      broken_in([](std::vector<event> log) {
        std::erase_if(log, [](const event& each) {
          return std::holds_alternative<notification_recorded>(each.body);
        });
        return log;
      }),
      Contains(7));
}

TEST_F(Invariants, SevenATimelineIsInOrder) {
  EXPECT_THAT(
      broken_in([this](std::vector<event> log) {
        for (std::size_t i = 1; i < log.size(); ++i)
          if (log[i - 1].entity == entity_of(first_) &&
              log[i].entity == entity_of(first_) &&
              std::holds_alternative<notification_recorded>(log[i].body) &&
              log[i - 1].version > 1) {
            std::swap(log[i - 1], log[i]);
            break;
          }
        return log;
      }),
      Contains(7));
}

TEST_F(Invariants, EightTheLogGivesTheSameOrder) {
  all_.orders[first_].payment_references.emplace_back("never written");
  EXPECT_THAT(broken(), Contains(8));
}

TEST_F(Invariants, EightTheLogGivesTheSameStock) {
  mugs().version += 1;
  EXPECT_THAT(broken(), Contains(8));
}

TEST_F(Invariants, EightTheEndOfTheLogIsThere) {
  EXPECT_THAT(broken_in([](std::vector<event> log) {
                log.pop_back();
                return log;
              }),
              Contains(8));
}

TEST_F(Invariants, EightAQuantityInTheLogIsTheOneInMemory) {
  EXPECT_THAT(broken_in([](std::vector<event> log) {
                for (auto& each : log)
                  if (auto* in = std::get_if<stock_received>(&each.body))
                    in->units += quantity{1};
                return log;
              }),
              Contains(8));
}

TEST_F(Invariants, EightEveryMessageHasArrived) {
  EXPECT_THAT(broken_in([](std::vector<event> log) {
                // The location has never heard of the shipment.
                std::erase_if(log, [](const event& each) {
                  return std::holds_alternative<stock_shipped>(each.body);
                });
                return log;
              }),
              Contains(8));
}

TEST_F(Invariants, TenAnEffectIsRecordedOnce) {
  EXPECT_THAT(
      broken_in([](std::vector<event> log) {
        auto last =
            std::find_if(log.rbegin(), log.rend(), [](const event& each) {
              return std::holds_alternative<notification_recorded>(each.body);
            });
        log.push_back(*last);
        return log;
      }),
      Contains(10));
}

}  // namespace
}  // namespace oms
