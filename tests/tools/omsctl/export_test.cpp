/// `omsctl export`: what is in a store, whole or not at all, and back again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "messages/time_text.hpp"
#include "persistence/lmdb_store.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/files/output_file.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/export/export_command.hpp"
#include "tools/omsctl/import/import_command.hpp"

namespace oms::omsctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

tests::outcome exporting(const std::string& store,
                         export_state_options options) {
  options.store = store;
  return tests::running([&](const text::console& to) {
    return export_state_command(options, to);
  });
}

std::string exported(const std::string& store, export_state_options options) {
  const auto made = exporting(store, std::move(options));
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  return made.out;
}

tests::outcome import_file(const std::string& store, const std::string& file,
                           const std::string& as = {}) {
  return tests::running([&](const text::console& to) {
    return import_command({.store = store, .files = {file}, .as = as}, to);
  });
}

std::vector<std::string> files_beside(const tests::store_on_disk& store) {
  std::vector<std::string> names;
  const auto folder = std::filesystem::path(store.path()).parent_path();
  for (const auto& each : std::filesystem::directory_iterator(folder))
    names.push_back(each.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

/// Two brands, of which one order waits.
void add_orders(tests::store_on_disk& store) {
  store.place("SO-1", "MUG", 4);
  store.place("SO-2", "POT", 2, "C-2", "zeta");
  store.place("SO-3", "MUG", 9);
}

TEST(Export, WritesTheNetworkAsItWasSetUp) {
  tests::store_on_disk store;
  store.add_network();
  store.give(define_product{{.sku = sku_id{"MUG"},
                             .name = "Mug, \"big\"",
                             .backorder_limit = quantity{7},
                             .restock_date = tests::opening,
                             .weight_grams = 350,
                             .barcode = "4006381333931"}});
  store.give(set_safety_stock{"NYC", sku_id{"POT"}, quantity{4}});
  const auto at = store.path();
  EXPECT_EQ(exported(at, {.what = "locations"}),
            "id,kind,name,country,latitude,longitude,active,priority,"
            "shipmentCost,unitCost,costPerKm,handlingDays,dailyCapacity,"
            "brands,countries,timeZone,cutoff,workingDays,holidays\n"
            "LAX,warehouse,,,,,true,2,0,0,0,1,0,,,,,,\n"
            "NYC,warehouse,New York,,,,true,1,0,0,0,1,0,,,,,,\n");
  EXPECT_EQ(exported(at, {.what = "suppliers"}),
            "id,name,priority,active,shipmentCost,brands,countries\n"
            "DS,,1,true,500,,\n");
  EXPECT_EQ(exported(at, {.what = "supplier-products"}),
            "supplier,sku,available,unitCost,leadTimeDays,committed\n"
            "DS,CUP,5,90,4,0\n");
  EXPECT_EQ(exported(at, {.what = "products"}),
            "sku,name,backorderable,backorderLimit,restockDate,weightGrams,"
            "lengthMm,widthMm,heightMm,barcode,image,countryOfOrigin,hsCode\n"
            "MUG,\"Mug, \"\"big\"\"\",true,7,2026-03-02,350,,,,"
            "4006381333931,,,\n");
  EXPECT_EQ(exported(at, {.what = "stock"}),
            "location,sku,onHand,safetyStock,available,reserved,committed,"
            "damaged\n"
            "LAX,MUG,2,0,2,0,0,0\n"
            "NYC,MUG,3,0,3,0,0,0\n"
            "NYC,POT,10,4,6,0,0,0\n");
  EXPECT_EQ(exported(at, {.what = "stock", .format = "ndjson"}),
            "{\"location\": \"LAX\", \"sku\": \"MUG\", \"onHand\": 2, "
            "\"safetyStock\": 0, \"available\": 2, \"reserved\": 0, "
            "\"committed\": 0, \"damaged\": 0}\n"
            "{\"location\": \"NYC\", \"sku\": \"MUG\", \"onHand\": 3, "
            "\"safetyStock\": 0, \"available\": 3, \"reserved\": 0, "
            "\"committed\": 0, \"damaged\": 0}\n"
            "{\"location\": \"NYC\", \"sku\": \"POT\", \"onHand\": 10, "
            "\"safetyStock\": 4, \"available\": 6, \"reserved\": 0, "
            "\"committed\": 0, \"damaged\": 0}\n");
}

TEST(Export, ANetworkCanBeImportedAgain) {
  tests::store_on_disk store;
  store.add_network();
  store.give(define_location{{.id = "SHOP",
                              .kind = source_type::store,
                              .name = "Zoë's \"shop\", ground floor",
                              .country = "GB",
                              .position = coordinates{51.5, -0.1234567},
                              .active = false,
                              .brands = {brand_id{"a;b"}},
                              .countries = {"GB", "IE"}}});
  store.give(define_product{{.sku = sku_id{"=1+1"},
                             .backorderable = false,
                             .restock_date = timestamp{date_of(tests::opening)},
                             .bins = {{{"NYC", "A-12-3"}}}}});
  store.give(set_routing{{.objectives = {objective::nearest}}});
  store.give(set_routing{{.brand = brand_id{"acme"}, .max_shipments = 2}});
  store.give(set_safety_stock{"NYC", sku_id{"POT"}, quantity{4}});
  add_orders(store);
  const auto file = store.beside("network.json");
  EXPECT_EQ(exported(store.path(), {.what = "network", .output = file}), "");

  const auto copy = store.beside("copy");
  const auto made = import_file(copy, file);
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(exported(copy, {.what = "network"}), tests::contents_of(file));
  for (const auto* what : {"locations", "products"})
    EXPECT_EQ(exported(copy, {.what = what, .format = "json"}),
              exported(store.path(), {.what = what, .format = "json"}));
}

TEST(Export, EveryListCanBeImportedAgain) {
  tests::store_on_disk store;
  store.add_network();
  store.give(define_product{{.sku = sku_id{"MUG"}, .name = "\u00fc"}});
  const auto copy = store.beside("copy");
  for (const auto* what :
       {"locations", "suppliers", "supplier-products", "products", "stock"})
    for (const auto* format : {"csv", "json"}) {
      const auto file = store.beside(std::string(what) + "." + format);
      exported(store.path(), {.what = what, .format = format, .output = file});
      const auto made = import_file(copy, file);
      EXPECT_EQ(made.code, 0) << what << '.' << format << '\n' << made.err;
      EXPECT_EQ(exported(copy, {.what = what}),
                exported(store.path(), {.what = what}))
          << what << '.' << format;
    }
}

TEST(Export, WritesOrdersWithTheirSums) {
  tests::store_on_disk store;
  store.add_network();
  add_orders(store);
  const auto all = exported(store.path(), {.what = "orders"});
  EXPECT_THAT(all, StartsWith("id,brand,channel,status,paymentStatus,placedAt,"
                              "currency,customer,country,total,due,captured,"
                              "overpaid,refunded,refundRequested,lines,units,"
                              "unrouted,backordered,allocated,picked,shipped,"
                              "delivered,returned,lost,cancelled,"
                              "fulfillments,holds,version,channelOrder\n"));
  EXPECT_THAT(all,
              HasSubstr("\nSO-1,acme,web,awaiting_fulfillment,captured,"
                        "2026-03-02T12:00:00Z,USD,C-1,US,4000,0,4000,0,0,0,"
                        "1,4,0,0,4,0,0,0,0,0,0,2,0,"));
  EXPECT_LT(all.find("\nSO-1,"), all.find("\nSO-2,"));
  EXPECT_LT(all.find("\nSO-2,"), all.find("\nSO-3,"));
  // Personal data is in JSON alone.
  EXPECT_THAT(all, Not(HasSubstr("Ada")));

  const auto of_zeta = exported(
      store.path(), {.what = "orders", .format = "json", .brand = "zeta"});
  const auto parsed = json::parse_text(of_zeta);
  ASSERT_TRUE(parsed) << of_zeta;
  ASSERT_EQ(parsed->size(), 1U);
  EXPECT_EQ(parsed->at(0).at("id"), "SO-2");
  EXPECT_EQ(parsed->at(0).at("customer").at("name"), "Ada Lovelace");
  EXPECT_FALSE(parsed->at(0).contains("queue"));
  EXPECT_EQ(
      exported(store.path(),
               {.what = "orders", .format = "json", .status = "cancelled"}),
      "[\n]\n");
}

TEST(Export, WritesFulfillmentsByLine) {
  tests::store_on_disk store;
  store.add_network();
  add_orders(store);
  EXPECT_EQ(exported(store.path(), {.what = "fulfillments", .brand = "acme"}),
            "order,brand,fulfillment,sourceKind,source,status,line,sku,"
            "quantity,picked,shipped,cancelRequested,expectedShip,"
            "expectedDelivery\n"
            "SO-1,acme,1,location,NYC,open,1,MUG,3,0,0,0,2026-03-03,"
            "2026-03-06\n"
            "SO-1,acme,2,location,LAX,open,1,MUG,1,0,0,0,2026-03-03,"
            "2026-03-06\n"
            "SO-3,acme,1,location,LAX,open,1,MUG,1,0,0,0,2026-03-03,"
            "2026-03-06\n");
  EXPECT_EQ(exported(store.path(), {.what = "fulfillments",
                                    .format = "ndjson",
                                    .brand = "zeta",
                                    .status = "open"}),
            "{\"order\": \"SO-2\", \"brand\": \"zeta\", \"id\": \"1\", "
            "\"source\": {\"kind\": \"location\", \"id\": \"NYC\"}, "
            "\"status\": \"open\", \"lines\": [{\"line\": \"1\", \"sku\": "
            "\"POT\", \"quantity\": 2, \"picked\": 0, \"shipped\": 0, "
            "\"cancelRequested\": 0}], \"expectedShip\": \"2026-03-03\", "
            "\"expectedDelivery\": \"2026-03-06\", \"labels\": []}\n");
}

TEST(Export, WritesCellsAsTheyAre) {
  tests::store_on_disk store;
  store.give(define_product{{.sku = sku_id{"=cmd()"}, .name = " a\tb"}});
  EXPECT_THAT(exported(store.path(), {.what = "products"}),
              HasSubstr("\n=cmd(),\" a\tb\",true,0,,,,,,,,,\n"));
}

TEST(Export, ReadsBesideAWriter) {
  tests::store_on_disk store;
  store.add_network();
  add_orders(store);
  const tests::other_writer engine(store.path());
  EXPECT_THAT(exported(store.path(), {.what = "orders"}), HasSubstr("SO-3"));
  EXPECT_THAT(exported(store.path(), {.what = "stock"}), HasSubstr("LAX"));
}

constexpr int busy_orders = 200;

/// Another process whose engine takes orders, and writes checkpoints all the
/// time, while this lives.
class busy_engine {
 public:
  explicit busy_engine(const std::string& path) {
    std::array<int, 2> ready{};
    if (::pipe(ready.data()) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) run(path, ready[1]);
    ::close(ready[1]);
    char good = 'n';
    const auto got = ::read(ready[0], &good, 1);
    ::close(ready[0]);
    if (got != 1) throw std::runtime_error("no busy engine");
  }
  ~busy_engine() {
    if (::waitpid(child_, nullptr, WNOHANG) == 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    } else {
      ADD_FAILURE() << "the engine ended by itself";
    }
  }
  busy_engine(const busy_engine&) = delete;
  busy_engine& operator=(const busy_engine&) = delete;

 private:
  /// Says so once its first order is placed, and then places the others.
  [[noreturn]] static void run(const std::string& path, int ready) {
    const auto log = persistence::open_lmdb_store(path);
    if (!log) ::_exit(1);
    engine_options options;
    options.checkpoints = {.events = 50,
                           .interval = std::chrono::milliseconds(5),
                           .snapshot_events = 10,
                           .sleep_after = std::chrono::seconds(0)};
    const auto running = engine::open(**log, options);
    if (!running) ::_exit(1);
    for (int i = 0; i < busy_orders; ++i) {
      place_order order;
      order.order = {brand_id{"acme"}, order_id{"B-" + std::to_string(i)}};
      order.body.lines.push_back({.line = line_id{"1"},
                                  .sku = sku_id{"MUG"},
                                  .units = quantity{1},
                                  .unit_price = money{100}});
      order.body.payment = prepayment{money{100}, "p"};
      std::vector<command> batch;
      batch.push_back({std::move(order), actor_name{"shop"}, ""});
      batch.push_back({receive_stock{"NYC", sku_id{"MUG"}, quantity{1}, ""},
                       actor_name{"dock"}, ""});
      for (const auto& each : (*running)->execute(std::move(batch)))
        if (!each) ::_exit(1);
      if (i == 0 && ::write(ready, "y", 1) != 1) ::_exit(1);
    }
    while (true) ::pause();
  }

  pid_t child_ = -1;
};

TEST(Export, ReadsWhatIsWholeWhileAnEngineWrites) {
  tests::store_on_disk store;
  store.add_network();
  const auto path = store.path();
  std::size_t orders = 0;
  {
    const busy_engine other(path);
    // Every export is one moment: all orders that there were, none twice.
    while (orders < busy_orders) {
      const auto rows = exported(path, {.what = "orders"});
      std::istringstream lines(rows);
      std::string line;
      std::getline(lines, line);
      std::size_t count = 0;
      for (; std::getline(lines, line); ++count)
        ASSERT_THAT(line, StartsWith("B-" + std::to_string(count) + ",acme,"));
      ASSERT_GE(count, orders);
      orders = count;
      // On hand is the sum of its buckets, so both are of the same moment.
      const auto stock =
          json::parse_text(exported(path, {.what = "stock", .format = "json"}));
      ASSERT_TRUE(stock);
      for (const auto& row : *stock)
        ASSERT_EQ(row.at("onHand").get<int>(),
                  row.at("available").get<int>() +
                      row.at("reserved").get<int>() +
                      row.at("committed").get<int>());
    }
  }
  EXPECT_THAT(exported(path, {.what = "orders"}),
              HasSubstr("\nB-" + std::to_string(orders - 1) + ","));
}

TEST(Export, AFileIsThereWholeOrAsItWas) {
  tests::store_on_disk store;
  store.give(
      define_location{{.id = "NYC", .brands = {brand_id{"with;semicolon"}}}});
  const auto file = store.beside("out.csv");
  tests::write_file(file, "as it was");
  const auto before = files_beside(store);
  const auto refused =
      exporting(store.path(), {.what = "locations", .output = file});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("use --format json"));
  EXPECT_EQ(tests::contents_of(file), "as it was");
  EXPECT_EQ(files_beside(store), before);

  EXPECT_EQ(exported(store.path(), {.what = "products", .output = file}), "");
  EXPECT_THAT(tests::contents_of(file), StartsWith("sku,"));
  EXPECT_EQ(files_beside(store), before);
}

TEST(Export, AFullDiskIsAnErrorInEveryFormat) {
  tests::store_on_disk store;
  store.add_network();
  for (int i = 0; i < 10; ++i) store.place("SO-" + std::to_string(i), "POT", 1);
  const auto file = store.beside("out");
  const auto path = store.path();
  tests::write_file(file, "as it was");
  const auto before = files_beside(store);
  // Less than what any of these writes, and than stdio keeps in its buffer.
  const tests::small_files full(100);
  for (const auto* format : {"csv", "json", "ndjson"}) {
    const auto refused =
        exporting(path, {.what = "orders", .format = format, .output = file});
    EXPECT_EQ(refused.code, 2) << format;
    EXPECT_THAT(refused.err, HasSubstr("can't be written: File too large"));
  }
  const auto network = exporting(path, {.what = "network", .output = file});
  EXPECT_EQ(network.code, 2);
  EXPECT_EQ(tests::contents_of(file), "as it was");
  EXPECT_EQ(files_beside(store), before);
}

TEST(Export, SaysWhereItCantWrite) {
  tests::store_on_disk store;
  store.add_network();
  const auto nowhere = store.beside("none") + "/out.csv";
  const auto refused =
      exporting(store.path(), {.what = "stock", .output = nowhere});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("out.csv: can't be written: No such"));
  const auto full =
      exporting(store.path(), {.what = "stock", .output = "/dev/full"});
  EXPECT_EQ(full.code, 2);
  EXPECT_THAT(full.err, HasSubstr("/dev/full: can't be written: No space"));
}

TEST(Export, OfADamagedStoreIsNone) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 1);
  store.give(add_note{{brand_id{"acme"}, order_id{"SO-1"}}, "note two"});
  store.overwrite("note two", "note TWO");
  std::filesystem::remove_all(store.path() + "/checkpoint");
  const auto file = store.beside("orders.csv");
  const auto refused =
      exporting(store.path(), {.what = "orders", .output = file});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("the batch that starts"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Export, RefusesWhatDoesNotGoTogether) {
  tests::store_on_disk store;
  store.add_network();
  const auto at = store.path();
  EXPECT_EQ(exporting(at, {.what = "stock", .brand = "acme"}).code, 2);
  EXPECT_EQ(exporting(at, {.what = "network", .format = "csv"}).code, 2);
  const auto refused = exporting(at, {.what = "orders", .status = "open"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--status must be one of pending, "));
  EXPECT_EQ(exporting(store.beside("none"), {.what = "stock"}).code, 2);
}

}  // namespace
}  // namespace oms::omsctl
