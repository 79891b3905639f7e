// What every log store promises, as log_store.hpp says it.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "messages/limits.hpp"
#include "tests/messages/sample_events.hpp"
#include "tests/persistence/stores.hpp"

namespace oms::persistence {
namespace {

using samples::as_stored;
using samples::generator;

template <class Kind>
class log_store_contract : public testing::Test {
 protected:
  log_store& store() { return kind_.store(); }

  /// Appends, and remembers what should be there.
  void append(std::vector<event> batch) {
    const auto outcome = store().append(batch);
    ASSERT_TRUE(outcome.ok()) << outcome.failure().message;
    for (auto& one : as_stored(std::move(batch), expected_.size() + 1))
      expected_.push_back(std::move(one));
  }

  std::vector<event> scanned(sequence from) {
    std::vector<event> events;
    const auto outcome = store().scan(from, [&](const event& one) {
      events.push_back(one);
      return true;
    });
    EXPECT_TRUE(outcome.ok()) << outcome.failure().message;
    return events;
  }

  std::vector<event> expected_from(sequence from) const {
    if (from > expected_.size()) return {};
    return {expected_.begin() + static_cast<std::ptrdiff_t>(from - 1),
            expected_.end()};
  }

  Kind kind_;
  generator random_{11};
  std::vector<event> expected_;
};

using kinds = testing::Types<in_memory, on_disk>;
TYPED_TEST_SUITE(log_store_contract, kinds);

TYPED_TEST(log_store_contract, begins_empty) {
  EXPECT_EQ(this->store().stats().last, 0U);
  EXPECT_EQ(this->store().stats().entries, 0U);
  EXPECT_EQ(this->store().stats().head, codec::digest{});
  EXPECT_TRUE(this->scanned(0).empty());
  EXPECT_TRUE(this->scanned(1).empty());
  EXPECT_TRUE(this->store().verify().ok());
  const auto none = this->store().read(1);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
}

TYPED_TEST(log_store_contract, gives_back_what_was_appended) {
  for (int round = 0; round < 30; ++round)
    this->append(this->random_.batch(1 + this->random_.below(40)));
  const auto last = this->expected_.size();
  EXPECT_EQ(this->store().stats().last, last);
  EXPECT_EQ(this->store().stats().entries, 30U);
  for (const sequence from :
       {sequence{0}, sequence{1}, sequence{2}, last / 2, last})
    EXPECT_EQ(this->scanned(from),
              this->expected_from(std::max<sequence>(from, 1)))
        << from;
  EXPECT_TRUE(this->scanned(last + 1).empty());
  EXPECT_TRUE(this->scanned(last + 1'000).empty());
  for (sequence at = 1; at <= last; ++at) {
    const auto one = this->store().read(at);
    ASSERT_TRUE(one.ok()) << one.failure().message;
    ASSERT_TRUE(one->has_value());
    EXPECT_EQ(**one, this->expected_.at(at - 1));
  }
  for (const sequence at : {sequence{0}, last + 1, ~sequence{0}})
    EXPECT_FALSE(this->store().read(at)->has_value());
  EXPECT_TRUE(this->store().verify().ok());
}

TYPED_TEST(log_store_contract, is_the_same_when_it_is_opened_again) {
  this->append(this->random_.batch(25));
  this->append(this->random_.batch(1));
  const auto before = this->store().stats();
  this->kind_.reopen();
  EXPECT_EQ(this->store().stats().last, before.last);
  EXPECT_EQ(this->store().stats().entries, before.entries);
  EXPECT_EQ(this->store().stats().head, before.head);
  EXPECT_EQ(this->scanned(1), this->expected_);
  this->append(this->random_.batch(3));
  this->kind_.reopen();
  EXPECT_EQ(this->scanned(1), this->expected_);
  EXPECT_TRUE(this->store().verify().ok());
}

TYPED_TEST(log_store_contract, numbers_by_place_whatever_the_events_say) {
  auto batch = this->random_.batch(3);
  batch.at(0).at = 99;
  this->append(batch);
  EXPECT_EQ(this->scanned(1).at(0).at, 1U);
}

TYPED_TEST(log_store_contract, stops_when_the_visitor_has_enough) {
  this->append(this->random_.batch(10));
  this->append(this->random_.batch(10));
  for (const std::size_t enough : {1U, 10U, 11U}) {
    std::size_t seen = 0;
    EXPECT_TRUE(this->store()
                    .scan(1, [&](const event&) { return ++seen < enough; })
                    .ok());
    EXPECT_EQ(seen, enough);
  }
}

TYPED_TEST(log_store_contract, lets_the_visitor_use_the_store) {
  this->append(this->random_.batch(5));
  std::vector<event> seen;
  EXPECT_TRUE(this->store()
                  .scan(1,
                        [&](const event& one) {
                          seen.push_back(one);
                          if (one.at == 2) this->append(this->random_.batch(4));
                          return this->store().read(one.at).ok();
                        })
                  .ok());
  // What was appended meanwhile may be seen or not, but in whole batches.
  EXPECT_TRUE(seen.size() == 5 || seen.size() == 9);
  EXPECT_EQ(this->scanned(1), this->expected_);
}

TYPED_TEST(log_store_contract, takes_an_empty_batch_for_nothing) {
  this->append({});
  EXPECT_EQ(this->store().stats().entries, 0U);
}

TYPED_TEST(log_store_contract, keeps_personal_data_beside_the_log) {
  auto batch = this->random_.batch(2);
  const order_key order{brand_id{"acme"}, order_id{"7"}};
  batch.at(1).entity = entity_of(order);
  const personal_data person{.customer_name = "Erika Mustermann",
                             .email = "erika@example.org",
                             .name = "E. M.",
                             .line1 = "Heidestrasse 17",
                             .line2 = "",
                             .city = "Koeln"};
  batch.at(1).body = order_placed{.body = {}, .number = 1, .personal = person};
  this->append(batch);
  this->kind_.reopen();
  EXPECT_EQ(*this->store().personal(order), person);
  EXPECT_TRUE(
      std::get<order_placed>(this->scanned(1).at(1).body).personal->empty());
}

TYPED_TEST(log_store_contract, erases_personal_data_with_its_event) {
  const order_key gone{brand_id{"acme"}, order_id{"7"}};
  const order_key kept{brand_id{"acme"}, order_id{"8"}};
  const auto placing = [](const order_key& order) {
    event one;
    one.entity = entity_of(order);
    one.body = order_placed{.body = {},
                            .number = 1,
                            .personal = personal_data{.customer_name = "Erika",
                                                      .email = order.id.value}};
    return one;
  };
  event erasure;
  erasure.entity = entity_of(gone);
  erasure.body = personal_data_erased{};

  this->append({placing(gone), placing(kept)});
  EXPECT_FALSE(this->store().personal(gone)->empty());
  this->append({erasure});
  this->kind_.reopen();
  EXPECT_TRUE(this->store().personal(gone)->empty());
  EXPECT_EQ(this->store().personal(kept)->email, "8");
  // Once more does no harm, nor does an order without a record.
  erasure.entity = entity_of(order_key{brand_id{"acme"}, order_id{"9"}});
  this->append({erasure});
  erasure.entity = entity_of(gone);
  this->append({erasure});
  EXPECT_TRUE(this->store().verify().ok());
}

TYPED_TEST(log_store_contract, erases_what_was_placed_in_the_same_batch) {
  const order_key order{brand_id{"acme"}, order_id{"7"}};
  auto batch = this->random_.batch(3);
  for (auto& one : batch) one.entity = entity_of(order);
  batch.at(0).body =
      order_placed{.body = {},
                   .number = 1,
                   .personal = personal_data{.customer_name = "Erika"}};
  batch.at(1).body = note_added{.text = "n"};
  batch.at(2).body = personal_data_erased{};
  this->append(batch);
  EXPECT_TRUE(this->store().personal(order)->empty());
}

TYPED_TEST(log_store_contract, keeps_a_person_before_and_after_an_edit) {
  const order_key order{brand_id{"acme"}, order_id{"7"}};
  // In the order of bytes a neighbor of it.
  const order_key next{brand_id{"acme"}, order_id{"7 "}};
  const auto event_of = [](const order_key& whose, std::uint64_t version,
                           event_body body) {
    event one;
    one.entity = entity_of(whose);
    one.version = version;
    one.body = std::move(body);
    return one;
  };
  const auto named = [](const char* name) {
    return personal_data{.customer_name = name};
  };
  order_edited edited;
  edited.personal = named("Erika after");
  edited.has_personal = edited.personal_changed = true;
  this->append(
      {event_of(order, 1,
                order_placed{.number = 1, .personal = named("Erika")}),
       event_of(next, 1, order_placed{.number = 2, .personal = named("Max")})});
  this->append({event_of(order, 2, edited)});
  this->kind_.reopen();
  EXPECT_EQ(this->store().personal(order)->customer_name, "Erika");
  EXPECT_EQ(this->store().personal(order, 2)->customer_name, "Erika after");
  EXPECT_TRUE(this->store().personal(order, 1)->empty());
  EXPECT_TRUE(*this->store().has_personal(order));
  EXPECT_TRUE(
      std::get<order_edited>(this->scanned(3).at(0).body).personal->empty());
  EXPECT_TRUE(this->store().verify().ok());

  this->append({event_of(order, 3, personal_data_erased{})});
  this->kind_.reopen();
  EXPECT_TRUE(this->store().personal(order)->empty());
  EXPECT_TRUE(this->store().personal(order, 2)->empty());
  EXPECT_FALSE(*this->store().has_personal(order));
  EXPECT_EQ(this->store().personal(next)->customer_name, "Max");
  EXPECT_TRUE(*this->store().has_personal(next));

  // A person that came with an edit alone is found and erased as well.
  this->append({event_of(order, 4, edited)});
  EXPECT_TRUE(*this->store().has_personal(order));
  this->append({event_of(order, 5, personal_data_erased{})});
  EXPECT_FALSE(*this->store().has_personal(order));
}

TYPED_TEST(log_store_contract, has_empty_personal_data_where_none_was_given) {
  EXPECT_TRUE(this->store().personal({})->empty());
  const order_key large{brand_id{"b"}, order_id{std::string(5'000, 'x')}};
  EXPECT_TRUE(this->store().personal(large)->empty());
}

// --- timelines and hashes ---------------------------------------------------

/// Events of several entities in turn, each with the one before it.
template <class Random>
std::vector<event> timelines(Random& random, std::size_t events,
                             std::size_t entities, sequence first,
                             std::vector<sequence>& heads) {
  auto batch = random.batch(events);
  heads.resize(entities);
  for (auto& one : batch) {
    const auto whose = random.below(entities);
    one.entity = {.kind = entity_kind::order, .key = std::to_string(whose)};
    one.previous = std::exchange(heads.at(whose), first++);
  }
  return batch;
}

TYPED_TEST(log_store_contract, walks_timelines_back) {
  std::vector<sequence> heads;
  for (int round = 0; round < 20; ++round)
    this->append(
        timelines(this->random_, 60, 4, this->expected_.size() + 1, heads));
  this->kind_.reopen();
  for (const auto head : heads) {
    std::vector<event> expected;
    for (auto at = head; at != 0; at = expected.back().previous)
      expected.push_back(this->expected_.at(at - 1));
    ASSERT_GT(expected.size(), 200U);
    std::vector<event> walked;
    const auto outcome = this->store().walk_back(head, [&](const event& one) {
      walked.push_back(one);
      return this->store().read(one.at).ok();
    });
    EXPECT_TRUE(outcome.ok()) << outcome.failure().message;
    EXPECT_EQ(walked, expected);
  }
}

TYPED_TEST(log_store_contract, stops_walking_when_the_visitor_has_enough) {
  std::vector<sequence> heads;
  this->append(timelines(this->random_, 300, 1, 1, heads));
  for (const std::size_t enough : {1U, 64U, 65U, 200U}) {
    std::size_t seen = 0;
    EXPECT_TRUE(
        this->store()
            .walk_back(300, [&](const event&) { return ++seen < enough; })
            .ok());
    EXPECT_EQ(seen, enough);
  }
}

TYPED_TEST(log_store_contract, walks_nowhere_from_nothing) {
  this->append(this->random_.batch(2));
  int seen = 0;
  const auto count = [&seen](const event&) { return ++seen > 0; };
  EXPECT_TRUE(this->store().walk_back(0, count).ok());
  for (const sequence missing : {sequence{3}, ~sequence{0}}) {
    const auto outcome = this->store().walk_back(missing, count);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.failure().code, error_code::not_found);
  }
  EXPECT_EQ(seen, 0);
}

TYPED_TEST(log_store_contract, refuses_a_timeline_that_does_not_go_back) {
  auto batch = this->random_.batch(4);
  for (auto& one : batch) one.entity.key = "mine";
  for (auto& one : batch) one.entity.kind = entity_kind::order;
  batch.at(0).previous = 0;
  batch.at(1).previous = 2;
  batch.at(2).previous = 4;
  batch.at(3).entity.key = "another's";
  batch.at(3).previous = 1;
  this->append(batch);
  for (const sequence head : {2U, 3U, 4U}) {
    const auto outcome =
        this->store().walk_back(head, [](const event&) { return true; });
    ASSERT_FALSE(outcome.ok()) << head;
    EXPECT_EQ(outcome.failure().code, error_code::storage_unavailable);
  }
}

TYPED_TEST(log_store_contract, knows_the_hash_where_an_entry_ends) {
  std::map<sequence, codec::digest> ends;
  for (int round = 0; round < 6; ++round) {
    this->append(this->random_.batch(1 + this->random_.below(5)));
    ends[this->expected_.size()] = this->store().stats().head;
  }
  this->kind_.reopen();
  for (sequence at = 0; at <= this->expected_.size() + 2; ++at) {
    const auto hash = this->store().hash_at(at);
    ASSERT_TRUE(hash.ok()) << hash.failure().message;
    const auto end = ends.find(at);
    EXPECT_EQ(hash->has_value(), end != ends.end()) << at;
    if (*hash) {
      EXPECT_EQ(**hash, end->second);
    }
  }
}

TYPED_TEST(log_store_contract, refuses_what_is_over_a_limit_as_a_whole) {
  this->append(this->random_.batch(2));
  auto batch = this->random_.batch(2);
  batch.at(1).body =
      note_added{.text = std::string(limits::max_entry_bytes, 'x')};
  const auto refused = this->store().append(batch);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, error_code::too_large);

  order_placed placed;
  placed.personal = personal_data{
      .customer_name = std::string(limits::max_personal_bytes, 'x')};
  batch.at(1).body = placed;
  EXPECT_EQ(this->store().append(batch).failure().code, error_code::too_large);
  EXPECT_EQ(this->scanned(1), this->expected_);
  this->append(this->random_.batch(2));
  EXPECT_EQ(this->scanned(1), this->expected_);
}

TYPED_TEST(log_store_contract, chains_the_same_events_to_the_same_head) {
  TypeParam other;
  for (int round = 0; round < 5; ++round) {
    const auto batch = this->random_.batch(500 * (round + 1));
    this->append(batch);
    ASSERT_TRUE(other.store().append(batch).ok());
    EXPECT_EQ(this->store().stats().head, other.store().stats().head);
  }
}

TYPED_TEST(log_store_contract, readers_see_whole_batches_beside_the_writer) {
  constexpr std::size_t batch_events = 7;
  std::atomic<bool> over = false;
  std::atomic<bool> good = true;
  std::thread reader([&] {
    while (!over) {
      std::size_t seen = 0;
      const auto outcome = this->store().scan(
          1, [&](const event& one) { return one.at == ++seen; });
      if (!outcome.ok() || seen % batch_events != 0 ||
          !this->store().verify().ok() || !this->store().read(seen / 2).ok())
        good = false;
    }
  });
  for (int round = 0; round < 50; ++round)
    this->append(this->random_.batch(batch_events));
  over = true;
  reader.join();
  EXPECT_TRUE(good);
}

TEST(memory_store, fails_as_often_as_it_is_told_and_loses_nothing) {
  memory_store store;
  generator random(12);
  const auto first = random.batch(3);
  const auto second = random.batch(4);
  ASSERT_TRUE(store.append(first).ok());
  store.fail_next_appends(2);
  for (int i = 0; i < 2; ++i) {
    const auto failed = store.append(second);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.failure().code, error_code::storage_unavailable);
    EXPECT_EQ(store.stats().last, 3U);
  }
  ASSERT_TRUE(store.append(second).ok());
  EXPECT_EQ(store.stats().last, 7U);
  EXPECT_TRUE(store.verify().ok());
  EXPECT_EQ(**store.read(7), as_stored(second.at(3), 7));
}

}  // namespace
}  // namespace oms::persistence
