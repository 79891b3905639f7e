/// `omsctl erase`: the person is gone everywhere, the orders are whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/history/history.hpp"
#include "persistence/lmdb_store.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/omsctl/audit/audit_command.hpp"
#include "tools/omsctl/erase/erase_command.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"

namespace oms::omsctl {
namespace {

using testing::HasSubstr;
using testing::Not;

tests::outcome erase(const tests::store_on_disk& store, erase_options options) {
  options.store = store.path();
  options.by = "privacy desk";
  return tests::running(
      [&](const text::console& to) { return erase_command(options, to); });
}

tests::outcome shown(const tests::store_on_disk& store,
                     const std::string& order) {
  return tests::running([&](const text::console& to) {
    return order_command({.store = store.path(), .id = order, .brand = "acme"},
                         to);
  });
}

TEST(Erase, RemovesThePersonAndKeepsTheOrders) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1, "C-1");
  store.place("SO-2", "POT", 1, "C-2");
  store.place("SO-3", "MUG", 9, "C-1");
  ASSERT_TRUE(store.contains("C-1@example.org"));
  const auto before = shown(store, "SO-1");

  const auto made = erase(store, {.customer = "C-1"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out,
            "Erased name, address and e-mail of customer C-1 from 2 of 2 "
            "orders.\n");
  // Not a byte of it is in the file.
  EXPECT_FALSE(store.contains("C-1@example.org"));
  EXPECT_TRUE(store.contains("C-2@example.org"));

  const auto after = shown(store, "SO-1");
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_THAT(before.out, HasSubstr("Ada Lovelace"));
  EXPECT_THAT(after.out, Not(HasSubstr("Ada Lovelace")));
  EXPECT_THAT(after.out, HasSubstr("1: 1 x MUG  1 allocated\n"));
  EXPECT_THAT(after.out,
              HasSubstr("erased      name, address and e-mail  (privacy "
                        "desk)\n"));
  EXPECT_THAT(shown(store, "SO-2").out, HasSubstr("Ada Lovelace"));
  const auto verified = tests::running([&](const text::console& to) {
    return verify_command({store.path(), "", false}, to);
  });
  EXPECT_EQ(verified.code, 0) << verified.err;
}

TEST(Erase, AgainSaysThatNothingIsLeft) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1);
  EXPECT_EQ(erase(store, {.customer = "C-1"}).code, 0);
  const auto again = erase(store, {.customer = "C-1"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out,
            "Nothing is left to erase: customer C-1 has 1 order, none with "
            "personal data.\n");
}

TEST(Erase, KeepsToTheBrand) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1, "C-1", "acme");
  store.place("SO-2", "MUG", 1, "C-1", "zeta");
  const auto made = erase(store, {.customer = "C-1", .brand = "zeta"});
  EXPECT_THAT(made.out, HasSubstr("from 1 of 1 orders"));
  EXPECT_THAT(shown(store, "SO-1").out, HasSubstr("Ada Lovelace"));
  EXPECT_TRUE(store.contains("C-1@example.org"));
}

TEST(Erase, WantsTheStoreForItself) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1);
  const tests::other_writer engine(store.path());
  const auto refused = erase(store, {.customer = "C-1"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("stop that process first"));
  EXPECT_THAT(shown(store, "SO-1").out, HasSubstr("Ada Lovelace"));
}

TEST(Erase, SaysWhoIsNotThere) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1);
  const auto nobody = erase(store, {.customer = "C-9"});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_EQ(nobody.err, "omsctl erase: there is no order of customer C-9\n");
  const auto other = erase(store, {.customer = "C-1", .brand = "zeta"});
  EXPECT_EQ(other.code, 1);
  const auto nowhere = tests::running([&](const text::console& to) {
    return erase_command({.store = store.beside("none"),
                          .customer = "C-1",
                          .brand = {},
                          .by = "me"},
                         to);
  });
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_FALSE(std::filesystem::exists(store.beside("none")));
}

TEST(Erase, DoesNotTouchADamagedStore) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1);
  store.give(add_note{{brand_id{"acme"}, order_id{"SO-1"}}, "note two"});
  store.overwrite("note two", "note TWO");
  const auto refused = erase(store, {.customer = "C-1"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("the batch that starts"));
  EXPECT_TRUE(store.contains("C-1@example.org"));
}

}  // namespace
}  // namespace oms::omsctl
