/// `omsctl backup`: a copy of a store that is in use opens as a store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/lmdb_store.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/omsctl/backup/backup_command.hpp"

namespace oms::omsctl {
namespace {

using testing::HasSubstr;

tests::outcome back_up(const std::string& from, const std::string& to_folder) {
  return tests::running([&](const text::console& to) {
    return backup_command({from, to_folder, false}, to);
  });
}

TEST(Backup, OfAStoreThatIsWrittenOpensAsAStore) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 3);
  const auto copy = store.beside("copy");
  {
    const tests::other_writer engine(store.path());
    const auto made = back_up(store.path(), copy);
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("Check it with: omsctl audit verify"));
  }
  // The original goes on; the copy is a store of its own.
  store.place("SO-2", "POT", 1);
  auto opened = persistence::open_lmdb_store(copy);
  ASSERT_TRUE(opened) << opened.failure().message;
  EXPECT_TRUE((*opened)->verify());
  EXPECT_LT((*opened)->stats().last, store.stats().last);
  engine_options options;
  options.seed = 2;
  options.start = tests::opening;
  auto engine = oms::engine::open(**opened, std::move(options));
  ASSERT_TRUE(engine);
  const auto order = (*engine)->order({brand_id{"acme"}, order_id{"SO-1"}});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->personal.city, "Marylebone");
}

TEST(Backup, IntoItsOwnStoreIsRefused) {
  tests::store_on_disk store;
  store.add_network();
  const auto path = store.path();
  for (const auto* below : {"/sub", "/checkpoint/sub", "/../store/sub"}) {
    const auto inside = path + below;
    const auto refused = back_up(path, inside);
    EXPECT_EQ(refused.code, 2) << inside;
    EXPECT_THAT(refused.err, HasSubstr("is in the folder of the store"));
    EXPECT_FALSE(std::filesystem::exists(inside));
  }
  EXPECT_EQ(back_up(path, path + "-copy").code, 0);
}

TEST(Backup, OfADamagedEntryIsNone) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 3);
  store.give(add_note{.order = {brand_id{"acme"}, order_id{"SO-1"}},
                      .text = "before"});
  store.overwrite("before", "behind");
  const auto copy = store.beside("copy");
  const auto refused = back_up(store.path(), copy);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("starts at sequence"));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST(Backup, WantsAnEmptyFolder) {
  tests::store_on_disk store;
  store.add_network();
  const auto copy = store.beside("copy");
  EXPECT_EQ(back_up(store.path(), copy).code, 0);
  const auto again = back_up(store.path(), copy);
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("name another folder with --to"));
  EXPECT_EQ(back_up(store.beside("none"), copy).code, 2);
}

}  // namespace
}  // namespace oms::omsctl
