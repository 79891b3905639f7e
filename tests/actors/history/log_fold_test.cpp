/// The fold: which events of a log a reader gets, whose they are, and what the
/// states are that they lead to.

#include "actors/history/log_fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "actors/history/recovery.hpp"
#include "tests/actors/engine_fixture.hpp"

namespace oms::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// States of everything that has one.
struct states_of_all {
  std::map<order_key, order_state> orders;
  std::map<source_ref, source_state> sources;

  void on_order(const event& e) {
    const auto key = order_of(e.entity);
    history::fold(orders[key], key, e);
  }
  void on_source(const event& e) {
    const auto ref = source_of(e.entity);
    history::fold(sources[ref], ref, e);
  }
  void on_product(const event& /*e*/) {}
  void on_rules(const event& /*e*/) {}
  void on_engine(const event& /*e*/) {}
  void on_reservation(const event& /*e*/) {}

  friend bool operator==(const states_of_all&, const states_of_all&) = default;
};

/// Two orders over a small network, each event an entry of its own.
class LogFold : public testing::Test {
 protected:
  LogFold() {
    persistence::memory_store first;
    const auto running = simulated(first, 1);
    (void)running->execute(small_network());
    (void)running->execute(by_test(define_product{{.sku = sku_id{"A"}}}));
    (void)running->execute(by_test(set_routing{{.brand = brand_id{"acme"}}}));
    (void)running->execute(receiving("W1", "A", 5));
    (void)running->execute(placing("o1", {2}));
    (void)running->execute(placing("o2", {9}));
    running->advance_to(running->now() + std::chrono::minutes(7));
    (void)running->execute(shipping("o1", "W1"));
    running->settle();
    for (const auto& e : events_of(first))
      EXPECT_TRUE(store_.append(std::span(&e, 1)).ok());
    log_ = events_of(store_);
  }

  /// The sequences that a reader of the span gets.
  [[nodiscard]] std::vector<sequence> read(
      const history::log_span& span) const {
    std::vector<sequence> seen;
    const auto outcome =
        history::read_log(store_, span, [&seen](const event& e) {
          seen.push_back(e.at);
          return true;
        });
    EXPECT_TRUE(outcome.ok());
    return seen;
  }

  [[nodiscard]] sequence last() const { return log_.back().at; }
  [[nodiscard]] sequence head_of(const entity_ref& entity) const {
    sequence head = 0;
    for (const auto& e : log_)
      if (e.entity == entity) head = e.at;
    return head;
  }

  /// The span of a timeline, found in the whole log.
  [[nodiscard]] std::vector<event> expected(
      const entity_ref& entity, const history::timeline_span& span) const {
    std::vector<event> all;
    for (const auto& e : log_)
      if (e.entity == entity && e.at > span.after && e.at <= span.head &&
          !history::is_later(e, span.upto))
        all.push_back(e);
    return all;
  }

  void fold_into(states_of_all& states, const history::log_span& span) const {
    const auto outcome =
        history::read_log(store_, span, [&states](const event& e) {
          history::dispatch(e, states);
          return true;
        });
    EXPECT_TRUE(outcome.ok());
  }

  persistence::memory_store store_;
  std::vector<event> log_;
  const entity_ref o1_ = entity_of(order_named("o1"));
  const entity_ref w1_ = entity_of(source_ref{source_kind::location, "W1"});
};

// --- which part of a log ----------------------------------------------------

TEST_F(LogFold, ReadsWhatIsInTheSpanOldestFirst) {
  for (sequence after = 0; after <= last(); after += 3)
    for (sequence upto = 0; upto <= last() + 1; ++upto) {
      std::vector<sequence> wanted;
      for (auto at = after + 1; at <= std::min(upto, last()); ++at)
        wanted.push_back(at);
      EXPECT_EQ(read({after, upto}), wanted) << after << " to " << upto;
    }
}

TEST_F(LogFold, ReadsTheWholeLogWhereNoSpanIsGiven) {
  EXPECT_EQ(read({}).size(), log_.size());
}

TEST_F(LogFold, OfAnEmptyLogReadsNothing) {
  const persistence::memory_store empty;
  const auto outcome = history::read_log(empty, {}, [](const event&) {
    ADD_FAILURE() << "there is no event";
    return true;
  });
  EXPECT_TRUE(outcome.ok());
}

TEST_F(LogFold, StopsWhenTheReaderHasEnough) {
  std::vector<sequence> seen;
  const auto outcome =
      history::read_log(store_, {.after = 2}, [&seen](const event& e) {
        seen.push_back(e.at);
        return seen.size() < 3;
      });
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(seen, ElementsAre(3, 4, 5));
}

TEST_F(LogFold, GivesWhatIsBeforeADamagedEntryAndNamesTheEntry) {
  ASSERT_TRUE(store_.damage(10, [](codec::bytes& data) {
    data.at(data.size() / 2) ^= std::byte{2};
  }));
  sequence newest = 0;
  const auto outcome = history::read_log(store_, {}, [&newest](const event& e) {
    newest = e.at;
    return true;
  });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().code, error_code::storage_unavailable);
  EXPECT_THAT(outcome.failure().message, HasSubstr("starts at sequence 10 "));
  EXPECT_EQ(newest, 9U);
}

// --- whose an event is ------------------------------------------------------

TEST(Dispatch, CallsTheMemberForTheEntity) {
  struct called_members {
    std::vector<std::string> names;
    void on_order(const event& /*e*/) { names.emplace_back("order"); }
    void on_source(const event& /*e*/) { names.emplace_back("source"); }
    void on_product(const event& /*e*/) { names.emplace_back("product"); }
    void on_rules(const event& /*e*/) { names.emplace_back("rules"); }
    void on_engine(const event& /*e*/) { names.emplace_back("engine"); }
    void on_reservation(const event& /*e*/) {
      names.emplace_back("reservation");
    }
  };
  const auto called = [](entity_kind kind) {
    event e;
    e.entity.kind = kind;
    called_members reader;
    history::dispatch(e, reader);
    return reader.names;
  };
  EXPECT_THAT(called(entity_kind::order), ElementsAre("order"));
  EXPECT_THAT(called(entity_kind::location), ElementsAre("source"));
  EXPECT_THAT(called(entity_kind::supplier), ElementsAre("source"));
  EXPECT_THAT(called(entity_kind::product), ElementsAre("product"));
  EXPECT_THAT(called(entity_kind::routing), ElementsAre("rules"));
  EXPECT_THAT(called(entity_kind::engine), ElementsAre("engine"));
  EXPECT_THAT(called(entity_kind::reservation), ElementsAre("reservation"));
}

// --- states -----------------------------------------------------------------

TEST_F(LogFold, LeadsToTheStatesOfRecovery) {
  states_of_all states;
  fold_into(states, {});
  const auto recovered = history::replay(store_);
  ASSERT_TRUE(recovered.ok());
  ASSERT_EQ(states.orders.size(), recovered->orders.size());
  for (const auto& [key, order] : recovered->orders)
    EXPECT_EQ(states.orders.at(key), order.state);
  ASSERT_EQ(states.sources.size(), recovered->sources.size());
  for (const auto& [ref, source] : recovered->sources)
    EXPECT_EQ(states.sources.at(ref), source.state);
}

TEST_F(LogFold, CountsTheVersionOfEachEvent) {
  states_of_all states;
  for (const auto& e : log_) {
    history::dispatch(e, states);
    if (e.entity.kind == entity_kind::order) {
      EXPECT_EQ(states.orders.at(order_of(e.entity)).version, e.version);
    } else if (is_source(e.entity.kind)) {
      EXPECT_EQ(states.sources.at(source_of(e.entity)).version, e.version);
    }
  }
}

TEST_F(LogFold, GoesOnFromWhereItEnded) {
  states_of_all whole;
  fold_into(whole, {});
  for (sequence cut = 0; cut <= last(); ++cut) {
    states_of_all in_two;
    fold_into(in_two, {.after = 0, .upto = cut});
    fold_into(in_two, {.after = cut});
    EXPECT_EQ(in_two, whole) << cut;
  }
}

// --- one timeline -----------------------------------------------------------

TEST_F(LogFold, ReadsATimelineBackFromItsHead) {
  for (const auto& entity : {o1_, w1_}) {
    const auto head = head_of(entity);
    ASSERT_GT(head, 0U);
    for (sequence after = 0; after <= head; ++after)
      for (sequence upto = 0; upto <= head; ++upto) {
        const history::timeline_span span{head, after, upto};
        const auto events = history::read_back(store_, span);
        ASSERT_TRUE(events.ok());
        EXPECT_EQ(*events, expected(entity, span)) << after << " to " << upto;
      }
  }
}

TEST_F(LogFold, LeavesOutOfATimelineWhatIsLaterThanATime) {
  const auto whole = expected(o1_, {.head = last()});
  ASSERT_LT(whole.front().time, whole.back().time);
  for (const auto time : {whole.front().time, whole.back().time,
                          whole.front().time - std::chrono::seconds(1)}) {
    const history::timeline_span span{
        .head = head_of(o1_), .after = 0, .upto = time};
    const auto events = history::read_back(store_, span);
    ASSERT_TRUE(events.ok());
    EXPECT_EQ(*events, expected(o1_, span));
  }
}

TEST_F(LogFold, OfNoHeadReadsNoTimeline) {
  const auto events = history::read_back(store_, {.head = 0});
  ASSERT_TRUE(events.ok());
  EXPECT_THAT(*events, IsEmpty());
}

TEST_F(LogFold, DoesNotFindATimelineBeyondTheLog) {
  const auto events = history::read_back(store_, {.head = last() + 1});
  ASSERT_FALSE(events.ok());
  EXPECT_EQ(events.failure().code, error_code::not_found);
}

TEST_F(LogFold, OfAnOrderIsTheStateAfterEachOfItsEvents) {
  const auto key = order_named("o1");
  const auto head = head_of(o1_);
  order_state state;
  for (const auto& e : expected(o1_, {.head = last()})) {
    history::fold(state, key, e);
    for (const auto& span : {history::timeline_span{.head = e.at},
                             {.head = head, .after = 0, .upto = e.at}}) {
      const auto read = history::read_order_state(store_, key, span);
      ASSERT_TRUE(read.ok());
      EXPECT_EQ(*read, state) << e.at;
    }
  }
}

TEST_F(LogFold, OfAnOrderDoesNotExistBeforeItsFirstEvent) {
  const auto read = history::read_order_state(
      store_, order_named("o1"),
      {.head = head_of(o1_), .after = 0, .upto = sequence{0}});
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->exists());
  EXPECT_EQ(read->key, order_named("o1"));
}

// --- what does not belong there ---------------------------------------------

TEST_F(LogFold, RefusesTheTimelineOfAnotherEntity) {
  const error wanted{
      error_code::invalid, "the timeline of o1 leads to another entity", {}};
  const auto key = order_named("o1");
  const auto of_another = history::read_order_state(
      store_, key, {.head = head_of(entity_of(order_named("o2")))});
  ASSERT_FALSE(of_another.ok());
  EXPECT_EQ(of_another.failure(), wanted);
  // Also where all of it is later than what is asked for.
  const auto of_a_source = history::read_order_state(
      store_, key, {.head = head_of(w1_), .after = 0, .upto = sequence{0}});
  ASSERT_FALSE(of_a_source.ok());
  EXPECT_EQ(of_a_source.failure(), wanted);
}

TEST_F(LogFold, ReadsOneEvent) {
  for (const auto& e : log_) {
    const auto one = history::read_event(store_, e.at);
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(*one, e);
  }
  const auto missing = history::read_event(store_, 9'999);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.failure(),
            (error{error_code::invalid, "event 9999 is missing", {}}));
}

TEST_F(LogFold, ReadsTheHeadThatACheckpointNames) {
  const auto head = head_of(w1_);
  const auto its_own = history::read_head(store_, {w1_, head});
  ASSERT_TRUE(its_own.ok());
  EXPECT_EQ(its_own->at, head);
  const auto of_another = history::read_head(store_, {w1_, head_of(o1_)});
  ASSERT_FALSE(of_another.ok());
  EXPECT_EQ(of_another.failure(),
            (error{error_code::invalid,
                   "the checkpoint names an event of another entity",
                   {}}));
}

}  // namespace
}  // namespace oms::tests
