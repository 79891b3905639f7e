#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "persistence/memory_store.hpp"
#include "tests/persistence/store_in_front.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/files/network_file.hpp"
#include "tools/replay/catalog_guess.hpp"
#include "tools/replay/demo_orders.hpp"
#include "tools/replay/grouped_store.hpp"
#include "tools/replay/readers.hpp"
#include "tools/replay/replay_command.hpp"
#include "tools/replay/summary.hpp"

namespace oms::replay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct played {
  feed orders;
  rejects rejected;
  persistence::memory_store memory;
  grouped_store store{memory, 500};
  std::unique_ptr<replay> run;
  std::vector<violation> violations;
  std::string hash;

  played(feed given, std::uint64_t seed, std::int64_t initial,
         std::int64_t weekly,
         json::network_setup network = files::demo_network())
      : orders(std::move(given)) {
    share_skus(network, skus_of(orders), initial);
    run = std::make_unique<replay>(
        store, std::move(network), orders, rejected,
        replay_settings{
            .seed = seed, .initial_stock = initial, .weekly_receipt = weekly});
    EXPECT_TRUE(run->open());
    const std::atomic<bool> stop{false};
    run->run([](const replay_progress&) {}, stop);
    EXPECT_TRUE(store.flush());
    EXPECT_TRUE(orders.counts.balance());
    EXPECT_THAT(run->totals().refused, IsEmpty());
    violations = run->engine().check_invariants();
    hash = run->engine().state_hash();
  }
};

feed few_orders() { return make_demo_orders({.seed = 3, .orders = 300}); }

feed read_retail(const std::string& rows) {
  auto file = files::csv_reader::of_text(
      "orders.csv",
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,"
      "CustomerID,Country\n" +
          rows);
  std::vector<files::csv_reader> files;
  files.push_back(std::move(*file));
  rejects none;
  auto read = read_online_retail(std::move(files), none);
  EXPECT_TRUE(read);
  return std::move(*read);
}

TEST(Replay, TheSameSeedGivesTheSameState) {
  const played once(few_orders(), 1, 1, 2);
  const played again(few_orders(), 1, 1, 2);
  EXPECT_EQ(once.hash, again.hash);
  EXPECT_GT(once.run->seen().backordered_units(), 0);
}

TEST(Replay, TheInvariantsHoldWhateverTheInterleaving) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    const played once(few_orders(), seed, 1, 2);
    EXPECT_THAT(once.violations, IsEmpty());
    EXPECT_EQ(once.orders.counts.placed + once.orders.counts.cancellations,
              once.orders.counts.read);
  }
}

TEST(Replay, AnotherEngineOnTheStoreHasTheSameState) {
  played once(few_orders(), 1, 1, 2);
  engine_options options;
  options.seed = 99;
  options.start = once.run->engine().now();
  once.run->close();
  auto again = engine::open(once.memory, options);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->state_hash(), once.hash);
}

TEST(Replay, OrdersAreDeliveredWhenThereIsStock) {
  const played once(few_orders(), 1, 10'000, 0);
  EXPECT_EQ(once.run->seen().backordered_units(), 0);
  for (const auto& order : once.run->seen().orders())
    EXPECT_TRUE(order.status == order_status::delivered ||
                order.status == order_status::cancelled);
}

TEST(Replay, WhatNobodyHasComesWithAReceipt) {
  const played once(read_retail("1,A1,x,30,2010-12-01 08:00:00,1,7,France\n"),
                    1, 5, 2);
  EXPECT_EQ(once.run->seen().queued_units(), 0);
  ASSERT_FALSE(once.run->seen().waits().empty());
  EXPECT_EQ(once.run->seen().waits().front().time, std::chrono::days(7));
  EXPECT_EQ(once.run->seen().orders()[0].status, order_status::delivered);
}

TEST(Replay, ACustomerCancelsTheNewestUnitsThatHaveNotLeft) {
  const played once(read_retail("1,A1,x,3,2010-12-01 08:00:00,1,7,France\n"
                                "2,A1,x,3,2010-12-01 08:05:00,1,7,France\n"
                                "3,A1,x,3,2010-12-01 08:06:00,1,8,France\n"
                                "C4,A1,x,-4,2010-12-01 09:00:00,1,7,France\n"
                                "C5,A1,x,-4,2010-12-20 09:00:00,1,7,France\n"),
                    1, 100, 0);
  const auto& orders = once.run->seen().orders();
  EXPECT_EQ(orders[1].status, order_status::cancelled);
  EXPECT_EQ(once.run->totals().asked_to_cancel_units, 8);
  EXPECT_EQ(once.run->totals().cancelled_units, 4);
  EXPECT_EQ(orders[2].status, order_status::delivered);
}

TEST(Replay, AGroupThatIsRefusedIsTriedAgainAsOftenAsToldTo) {
  struct full_store : persistence::store_in_front {
    using store_in_front::store_in_front;
    status append(std::span<const decision> batch) override {
      if (refusals == 0) return store_in_front::append(batch);
      --refusals;
      return error{error_code::storage_unavailable, "full"};
    }
    int refusals = 0;
  };
  persistence::memory_store memory;
  full_store below(memory);
  int asked = 0;
  grouped_store store(below, 1, [&asked](const error& why) {
    EXPECT_EQ(why.message, "full");
    return ++asked < 4;
  });
  event one;
  one.entity = entity_of(order_key{brand_id{"b"}, order_id{"1"}});
  one.body = note_added{.text = "x"};
  ASSERT_TRUE(store.append({&one, 1}));
  below.refusals = 4;
  EXPECT_FALSE(store.flush());
  EXPECT_EQ(asked, 4);
  asked = 0;
  below.refusals = 3;
  EXPECT_TRUE(store.flush());
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(memory.stats().last, 1U);
}

TEST(Replay, AnInterruptedRunAccountsForTheRest) {
  feed orders = few_orders();
  rejects none;
  persistence::memory_store store;
  replay run(store, files::demo_network(), orders, none, {.initial_stock = 10});
  ASSERT_TRUE(run.open());
  std::atomic<bool> stop{false};
  run.run([&stop](const replay_progress& at) { stop = at.orders >= 100; },
          stop);
  EXPECT_TRUE(run.totals().interrupted);
  EXPECT_TRUE(orders.counts.balance());
  EXPECT_GT(orders.counts.not_reached, 0);
  EXPECT_THAT(run.engine().check_invariants(), IsEmpty());
}

TEST(Replay, WhatTheEngineRefusesIsRejected) {
  feed orders = read_retail(
      "1,A1,x,3,2010-12-01 08:00:00,1,7,France\n"
      "2,A1,x,3,2010-12-01 08:05:00,1,7,France\n");
  orders.orders[1].placing.body.currency = "?";
  rejects rejected;
  persistence::memory_store store;
  replay run(store, files::demo_network(), orders, rejected,
             {.initial_stock = 10});
  ASSERT_TRUE(run.open());
  run.run([](const replay_progress&) {}, std::atomic<bool>{false});
  EXPECT_EQ(orders.counts.placed, 1);
  EXPECT_EQ(orders.counts.rejected, 1);
  EXPECT_TRUE(orders.counts.balance());
}

TEST(ReplaySummary, TellsWhatPeopleWantToKnow) {
  played once(few_orders(), 1, 1, 2);
  replay_outcome outcome;
  outcome.seconds = 1;
  const auto text =
      summary_text(once.orders, once.rejected, *once.run, outcome) +
      sample_timelines(once.orders, *once.run) +
      invariants_text(once.violations);
  for (const auto* wanted :
       {"read", "placed", "delivered", "from several sources", "median",
        "backordered ", "backorder   filled from", "shipped     from", "holds"})
    EXPECT_THAT(text, HasSubstr(wanted));
  EXPECT_THAT(text, Not(HasSubstr("BROKEN")));
}

TEST(ReplaySummary, QuantilesCountUnits) {
  const std::vector<wait> waits = {{std::chrono::hours(1), 9},
                                   {std::chrono::hours(5), 1}};
  EXPECT_EQ(quantile(waits, 0.5), std::chrono::hours(1));
  EXPECT_EQ(quantile(waits, 0.95), std::chrono::hours(5));
  EXPECT_EQ(quantile({}, 0.5), duration{});
}

TEST(ReplayNetwork, FaultsAreNamed) {
  const auto got = files::network_of_text(
      "net.json", R"({"locations": [{"id": "A", "kind": "barn"}], "x": 1})");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.failure().message, HasSubstr("net.json"));
  EXPECT_THAT(got.failure().message, HasSubstr("locations[0].kind"));
  EXPECT_THAT(got.failure().message, HasSubstr("x"));
}

TEST(ReplayNetwork, WhatTheFileSaysIsInStockIsWhereItBegins) {
  auto network = files::network_of_text("net.json", R"({
    "locations": [{"id": "A"}, {"id": "B"}],
    "stock": [{"location": "A", "sku": "X1", "onHand": 7, "safetyStock": 2}],
    "routing": [{"objectives": ["priority"]}, {"brand": "b", "maxShipments": 1}]
    })");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->routing.size(), 2U);
  auto orders = read_retail("1,X1,x,1,2010-12-01 08:26:00,1,1,France\n");
  played once(std::move(orders), 1, 3, 0, std::move(*network));
  EXPECT_THAT(once.violations, IsEmpty());
  const auto stock = once.run->engine().stock("A", sku_id("X1"));
  ASSERT_TRUE(stock);
  EXPECT_EQ(stock->on_hand, quantity{6});
  EXPECT_EQ(stock->safety_stock, quantity{2});
  EXPECT_EQ(once.run->engine().stock("B", sku_id("X1"))->on_hand, quantity{3});
}

TEST(ReplayNetwork, BothDemonstrationsCanBeRead) {
  EXPECT_EQ(files::demo_network().locations.size(), 5U);
  EXPECT_EQ(files::demo_network().suppliers.size(), 1U);
  EXPECT_EQ(files::demo_network_brazil().locations.size(), 5U);
}

// --- exit codes -------------------------------------------------------------

int replayed(const std::string& rows) {
  const persistence::temporary_directory folder;
  replay_options options;
  options.orders = {folder.path() / "orders.csv"};
  options.rejects = folder.path() / "rejects.csv";
  options.memory = true;
  options.quiet = true;
  tests::write_file(options.orders.front(),
                    "order,sku,quantity,unit_price,placed_at\n" + rows);
  return replay_command(options);
}

TEST(ReplayCommand, ARunThatPlacesNothingFails) {
  EXPECT_EQ(replayed("1,A1,1,1.00,2026-01-05\n"), text::exit_ok);
  EXPECT_EQ(replayed("1,A1,1.000,1.00,2026-01-05\n"), text::exit_wrong);
  EXPECT_EQ(replayed(""), text::exit_wrong);
}

// --- the rejects file -------------------------------------------------------

constexpr const char* one_order =
    "order,sku,quantity,unit_price,placed_at\n1,A1,1,1.00,2026-01-05\n";
constexpr const char* rejects_header = "file,line,reason,text\n";

struct rejecting {
  persistence::temporary_directory folder;
  replay_options options;

  explicit rejecting(const std::string& orders) {
    options.orders = {at("orders.csv")};
    options.rejects = at("rejects.csv");
    options.memory = true;
    options.quiet = true;
    tests::write_file(options.orders.front(), orders);
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return folder.path() / name;
  }
  [[nodiscard]] std::size_t files() const {
    const std::filesystem::directory_iterator all(folder.path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
};

TEST(ReplayRejects, AFileThatIsReadIsRefused) {
  rejecting run(one_order);
  const auto refused = [&run](const std::string& path) {
    run.options.rejects = path;
    return replay_command(run.options) == text::exit_usage;
  };
  EXPECT_TRUE(refused(run.at("orders.csv")));
  std::filesystem::create_symlink(run.at("orders.csv"), run.at("link"));
  EXPECT_TRUE(refused(run.at("link")));
  run.options.network = run.at("network.json");
  tests::write_file(run.options.network, R"({"locations": []})");
  EXPECT_TRUE(refused(run.options.network));
  EXPECT_EQ(tests::contents_of(run.at("orders.csv")), one_order);
  EXPECT_EQ(tests::contents_of(run.options.network), R"({"locations": []})");
  EXPECT_EQ(run.files(), 3U);
}

TEST(ReplayRejects, AFileInTheStoreIsRefused) {
  rejecting run(one_order);
  run.options.memory = false;
  run.options.store = run.at("store");
  std::filesystem::create_directory(run.options.store);
  run.options.rejects = run.at("store/rejects.csv");
  EXPECT_EQ(replay_command(run.options), text::exit_usage);
  EXPECT_TRUE(std::filesystem::is_empty(run.options.store));
}

TEST(ReplayRejects, APathThatCannotBeWrittenIsRefusedAtTheStart) {
  rejecting run(one_order);
  run.options.memory = false;
  run.options.store = run.at("store");
  for (const auto* path : {"no/folder/rejects.csv", "."}) {
    run.options.rejects = run.at(path);
    EXPECT_EQ(replay_command(run.options), text::exit_usage) << path;
  }
  EXPECT_FALSE(std::filesystem::exists(run.options.store));
}

TEST(ReplayRejects, AnOldFileIsReplacedAtTheEnd) {
  rejecting run(one_order + std::string("2,A1,x,1.00,2026-01-05\n"));
  tests::write_file(run.options.rejects, "old");
  EXPECT_EQ(replay_command(run.options), text::exit_ok);
  EXPECT_THAT(tests::contents_of(run.options.rejects),
              testing::AllOf(testing::StartsWith(rejects_header),
                             HasSubstr("\"2,A1,x,1.00,2026-01-05\"")));
  EXPECT_EQ(run.files(), 2U);
}

TEST(ReplayRejects, ARunThatFailsLeavesAnOldFile) {
  rejecting run("nothing,of,the,kind\n");
  tests::write_file(run.options.rejects, "old");
  EXPECT_EQ(replay_command(run.options), text::exit_usage);
  EXPECT_EQ(tests::contents_of(run.options.rejects), "old");
  EXPECT_EQ(run.files(), 2U);
}

TEST(ReplayRejects, ARunWithoutRejectsEmptiesAnOldFileAndMakesNone) {
  rejecting run(one_order);
  EXPECT_EQ(replay_command(run.options), text::exit_ok);
  EXPECT_EQ(run.files(), 1U);
  tests::write_file(run.options.rejects, "old");
  EXPECT_EQ(replay_command(run.options), text::exit_ok);
  EXPECT_EQ(tests::contents_of(run.options.rejects), rejects_header);
}

TEST(ReplayRejects, ADeviceIsWrittenToAndStays) {
  rejecting run(one_order);
  const auto pipe = run.at("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  // Both ends, so that opening does not wait for the other.
  const int held = ::open(pipe.c_str(), O_RDWR);
  run.options.rejects = pipe;
  EXPECT_EQ(replay_command(run.options), text::exit_ok);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  ::close(held);
}

// --- real data --------------------------------------------------------------

class RealData : public testing::TestWithParam<const char*> {};

TEST_P(RealData, IsPlayedWithoutABrokenInvariant) {
  const auto folder = (std::filesystem::path(__FILE__).parent_path() /
                       "../../../shared/data" / GetParam())
                          .string();
  if (!std::filesystem::is_directory(folder))
    GTEST_SKIP() << "SKIPPED: there is no " << folder;
  rejects rejected;
  auto files = open_files({folder});
  ASSERT_TRUE(files);
  const auto format = format_of(*files, {});
  ASSERT_TRUE(format);
  auto read = read_files(std::move(*files), *format, {}, rejected);
  ASSERT_TRUE(read);
  auto network = *format == file_format::olist ? files::demo_network_brazil()
                                               : files::demo_network();
  if (*format == file_format::olist) network.suppliers = read->suppliers;
  const auto stock = *format == file_format::olist ? 1 : 200;
  // Rejects of reading are counted in the feed already.
  const played once(std::move(*read), 1, stock, stock, std::move(network));
  EXPECT_THAT(once.violations, IsEmpty());
  EXPECT_GT(once.run->totals().orders_placed, 5'000);
}

INSTANTIATE_TEST_SUITE_P(Folders, RealData,
                         testing::Values("online-retail", "olist-sample"),
                         [](const auto& tested) {
                           return std::string(tested.param) == "olist-sample"
                                      ? "Olist"
                                      : "OnlineRetail";
                         });

}  // namespace
}  // namespace oms::replay
