/// Where a replay writes: never over what is not a store's.

#include "tools/store/store_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/tools/store_fixture.hpp"

namespace oms::store {
namespace {

TEST(StorePlace, IsEmptiedOnlyOfAStore) {
  tests::store_on_disk store;
  store.add_network();
  EXPECT_FALSE(prepare_folder(store.path(), false));
  ASSERT_TRUE(prepare_folder(store.path(), true));
  delete_store(store.path());
  EXPECT_TRUE(std::filesystem::is_empty(store.path()));
  EXPECT_TRUE(prepare_folder(store.path(), false));
}

TEST(StorePlace, IsLeftAloneWhenSomethingElseIsThere) {
  const tests::store_on_disk store;
  for (const auto* name : {"/letter.txt", "/checkpoint/letter.txt"}) {
    std::filesystem::create_directories(store.path() + "/checkpoint");
    tests::write_file(store.path() + name, "dear");
    EXPECT_FALSE(prepare_folder(store.path(), true)) << name;
    std::filesystem::remove(store.path() + name);
  }
}

}  // namespace
}  // namespace oms::store
