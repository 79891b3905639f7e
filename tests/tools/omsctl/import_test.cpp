/// `omsctl import`: files in, checked whole, and nothing changes the second
/// time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/lmdb_store.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/omsctl/export/export_command.hpp"
#include "tools/omsctl/import/import_command.hpp"
#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

/// A folder with files and a place for a store.
class desk {
 public:
  std::string file(const std::string& name, const std::string& text) const {
    const auto path = in(name);
    tests::write_file(path, text);
    return path;
  }
  [[nodiscard]] std::string in(const std::string& name) const {
    return (place_.path() / name).string();
  }
  [[nodiscard]] std::string store() const { return in("store"); }

 private:
  persistence::temporary_directory place_;
};

tests::outcome import(const std::string& store, std::vector<std::string> files,
                      import_options options = {}) {
  options.store = store;
  options.files = std::move(files);
  return tests::running(
      [&](const text::console& to) { return import_command(options, to); });
}

std::string exported(const std::string& store, const std::string& what) {
  const auto made = tests::running([&](const text::console& to) {
    return export_state_command({.store = store, .what = what}, to);
  });
  EXPECT_EQ(made.code, 0) << made.err;
  return made.out;
}

sequence last_event(const std::string& store) {
  const auto opened = persistence::open_lmdb_store(store, {.read_only = true});
  EXPECT_TRUE(opened);
  return (*opened)->stats().last;
}

/// Without the folder, which is another one each time.
std::string short_of(const desk& at, std::string text) {
  const auto folder = at.in("");
  for (auto i = text.find(folder); i != std::string::npos;
       i = text.find(folder))
    text.erase(i, folder.size());
  return text;
}

std::vector<std::string> faults_in(const desk& at,
                                   std::vector<std::string> files,
                                   import_request request = {},
                                   const known_network& known = {}) {
  request.files = std::move(files);
  std::vector<std::string> out;
  const auto plan = read_imports(request, known);
  for (const auto& each : plan.faults)
    out.push_back(short_of(at, each.where + ": " + each.what));
  EXPECT_TRUE(out.empty() || plan.commands.empty());
  return out;
}

constexpr const char* two_places = "id,kind\nLON,warehouse\nRTM,threePl\n";

TEST(ImportReading, TellsTheKindByTheHeader) {
  const desk at;
  const auto plan = read_imports(
      {.files = {at.file("a.csv", two_places),
                 at.file("b.csv", "sku,name\nMUG,Mug\n"),
                 at.file("c.csv", "location,sku,onHand\nLON,MUG,3\n"),
                 at.file("d.csv", "supplier,sku,available\nDS,CUP,4\n"),
                 at.file("suppliers.csv", "id,name\nDS,Drop\n")},
       .as = {},
       .delimiter = {},
       .by = actor_name{"me"}},
      {});
  EXPECT_THAT(plan.faults, IsEmpty());
  ASSERT_THAT(plan.commands, SizeIs(5));
  const auto& location =
      std::get<define_location>(plan.commands[1].body).settings;
  EXPECT_EQ(location.id, "RTM");
  EXPECT_EQ(location.kind, source_type::three_pl);
  const auto& supplier =
      std::get<define_supplier>(plan.commands[2].body).settings;
  EXPECT_EQ(supplier.name, "Drop");
  ASSERT_THAT(supplier.products, SizeIs(1));
  EXPECT_EQ(supplier.products[0].available, quantity{4});
  EXPECT_TRUE(std::holds_alternative<define_product>(plan.commands[3].body));
  EXPECT_EQ(std::get<count_stock>(plan.commands[4].body).on_hand, quantity{3});
  EXPECT_EQ(plan.commands[4].by, actor_name{"me"});
}

TEST(ImportReading, TrimsUnicodeWhitespaceAroundACell) {
  // docs/DOMAIN.md: "cells of a CSV file are trimmed first".
  const desk at;
  const std::string no_break = "\xC2\xA0";
  const std::string ideographic = "\xE3\x80\x80";
  const auto plan = read_imports(
      {.files = {at.file("a.csv", no_break + "id" + ideographic + ",kind\n" +
                                      no_break + "LON" + no_break + "," +
                                      ideographic + "store\t\n"),
                 at.file("b.csv", "sku,name\n\"" + no_break + " MUG \",Mug\n")},
       .as = {},
       .delimiter = {},
       .by = {}},
      {});
  ASSERT_THAT(plan.faults, IsEmpty());
  EXPECT_EQ(std::get<define_location>(plan.commands[0].body).settings.id,
            "LON");
  EXPECT_EQ(std::get<define_product>(plan.commands[1].body).settings.sku,
            sku_id{"MUG"});
  EXPECT_THAT(faults_in(at, {at.file("c.csv", "sku,name\nCUP,1\nCUP" +
                                                  no_break + ",2\n")}),
              ElementsAre("c.csv:3:sku: CUP is a duplicate; first in c.csv:2"));
}

TEST(ImportReading, RefusesIdsThatAreNone) {
  // Only cells are trimmed.
  const desk at;
  EXPECT_THAT(
      faults_in(at, {at.file("n.json", R"({"locations": [{"id": " LON"}],
          "products": [{"sku": "M\u00adUG\u0007"}],
          "suppliers": [{"id": "DS", "brands": ["b\u00a0"],
                         "products": [{"sku": "A\u009b"}]}]})")}),
      ElementsAre(
          "n.json:locations[0].id: must not begin or end with whitespace",
          "n.json:suppliers[0].brands[0]: must not begin or end with "
          "whitespace",
          "n.json:suppliers[0].products[0].sku: must not contain control "
          "characters",
          "n.json:products[0].sku: must not contain control characters"));
}

TEST(Import, IsByNobodyOfTheEngine) {
  const desk at;
  const auto done = import(at.store(), {at.file("a.csv", two_places)},
                           {.by = "Waiting Line"});
  EXPECT_EQ(done.code, text::exit_usage);
  EXPECT_THAT(done.err, HasSubstr("--by is the name of a part of the engine"));
}

TEST(ImportReading, TakesWhatSpreadsheetsWrite) {
  const desk at;
  const auto plan = read_imports(
      {.files = {at.file("x.csv",
                         "\xEF\xBB\xBFID;Kind;Name;Latitude;longitude;active;"
                         "brands;\r\n"
                         "LON;store;\"Shop \"\"1\"\"; London\";51,5;-0,125;"
                         "TRUE;\"acme; zeta\";\r\n"
                         ";;;;;;;\r\n")}},
      {});
  EXPECT_THAT(plan.faults, IsEmpty());
  ASSERT_THAT(plan.commands, SizeIs(1));
  const auto& got = std::get<define_location>(plan.commands[0].body).settings;
  EXPECT_EQ(got.name, "Shop \"1\"; London");
  EXPECT_EQ(got.position, (coordinates{51.5, -0.125}));
  EXPECT_TRUE(got.active);
  EXPECT_THAT(got.brands, ElementsAre(brand_id{"acme"}, brand_id{"zeta"}));
}

TEST(ImportReading, TakesAnotherDelimiterAndKindWhereTheyAreNamed) {
  const desk at;
  const auto plan =
      read_imports({.files = {at.file("x.csv", "id|name\nA|a,b\n")},
                    .as = files::list_kind::suppliers,
                    .delimiter = '|',
                    .by = {}},
                   {});
  EXPECT_THAT(plan.faults, IsEmpty());
  ASSERT_THAT(plan.commands, SizeIs(1));
  EXPECT_EQ(std::get<define_supplier>(plan.commands[0].body).settings.name,
            "a,b");
}

TEST(ImportReading, NamesEveryFaultWithItsPlace) {
  const desk at;
  EXPECT_THAT(
      faults_in(at, {at.file("stock.csv",
                             "location,sku,onHand,safetyStock\n"
                             "LON,MUG,many,1\n"
                             "LON,MUG,1,2,3\n"
                             "LON,\xE9,1,\n"
                             "LON,,1,\n"
                             "LON,POT,-1,\n"
                             "LON,\"open,1,\n"
                             "LON,CUP,9007199254740992,-2\n"
                             "LON,CUP,1,\n"),
                     at.file("net.json",
                             R"({"locations": [{"id": "LON", "kind": "barn"},
                                 {"id": "X", "latitude": 91, "longitude": 0}],
                                 "products": [{"name": "?"}], "orders": []})"),
                     at.in("none.csv")}),
      testing::UnorderedElementsAre(
          "stock.csv:2:onHand: must be a whole number",
          "stock.csv:3: the row has 5 columns, not 4",
          "stock.csv:4:sku: is not plain text in UTF-8; is the file in another "
          "encoding?",
          "stock.csv:5:sku: is required",
          "stock.csv:6:onHand: must be at least 0",
          "stock.csv:7: the row has an unclosed quote",
          "stock.csv:8:onHand: must be at most 9007199254740991",
          "stock.csv:8:safetyStock: must be at least 0",
          "stock.csv:9:sku: CUP at LON is a duplicate; first in stock.csv:8",
          "net.json:locations[0].kind: must be one of warehouse, store, "
          "threePl, dropship",
          "net.json:locations[1].latitude: must be at most 90",
          "net.json:products[0].sku: is required",
          "net.json:orders: is not known here",
          "none.csv: can't be read: No such file or directory"));
}

// Excel writes it first, after the byte order mark, and hides it.
TEST(ImportReading, TakesTheSeparatorThatExcelNames) {
  const desk at;
  const auto plan = read_imports(
      {.files = {at.file("a.csv", two_places),
                 at.file("b.csv",
                         "\xEF\xBB\xBFsep=;\r\nlocation;sku;onHand\r\n"
                         "LON;APFEL;12\r\n")},
       .as = {},
       .delimiter = {},
       .by = actor_name{"me"}},
      {});
  EXPECT_THAT(plan.faults, IsEmpty());
  ASSERT_THAT(plan.commands, SizeIs(3));
  EXPECT_EQ(std::get<count_stock>(plan.commands[2].body).on_hand, quantity{12});
  EXPECT_EQ(plan.places[2].line, 3U);
  EXPECT_THAT(faults_in(at, {at.file("c.csv", "sep=;\nlocation;sku;many\n")}),
              ElementsAre("c.csv:2:onHand: is required",
                          "c.csv:2:many: is not known here"));
}

TEST(ImportReading, NeverGuessesWhatASeparatorMeans) {
  const desk at;
  const auto stock = at.file("b.csv",
                             "location;sku;onHand;safetyStock\n"
                             "LON;A;1.000;0\nLON;B;1,000;0\nLON;C;12 000;0\n"
                             "LON;D;1000;1.000.000\nLON;E;1234.0;0\n");
  const auto faults =
      faults_in(at, {at.file("a.csv", two_places), stock,
                     at.file("c.csv", "sku,backorderLimit\nA,\"2,500\"\n")});
  constexpr const char* why =
      " is ambiguous: countries differ in what a separator within digits "
      "means; write it without separators";
  EXPECT_THAT(faults,
              ElementsAre(std::string("b.csv:2:onHand: 1.000") + why,
                          std::string("b.csv:3:onHand: 1,000") + why,
                          std::string("b.csv:4:onHand: 12 000") + why,
                          std::string("b.csv:5:safetyStock: 1.000.000") + why,
                          std::string("c.csv:2:backorderLimit: 2,500") + why));
}

TEST(ImportReading, NamesBothPositionsOfADuplicate) {
  const desk at;
  EXPECT_THAT(
      faults_in(at, {at.file("a.csv",
                             "id,kind\nLON,warehouse\n\"LON\u00a0\",store\n"),
                     at.file("b.csv",
                             "location,sku,onHand\nLON,SKU123,5\n"
                             "LON,\"\u2003SKU123\u202f\",6\n"),
                     at.file("suppliers.csv", "id,name\nDS,Drop\n"),
                     at.file("c.csv",
                             "supplier,sku,available\nDS,A,1\n"
                             "DS,\"A \",2\n"),
                     at.file("d.csv", "sku,name\nA,x\n\"\tA\",y\n")}),
      UnorderedElementsAre(
          "a.csv:3:id: LON is a duplicate; first in a.csv:2",
          "b.csv:3:sku: SKU123 at LON is a duplicate; first in b.csv:2",
          "c.csv:3:sku: A of DS is a duplicate; first in c.csv:2",
          "d.csv:3:sku: A is a duplicate; first in d.csv:2"));
}

TEST(ImportReading, RefusesHeadersThatItDoesNotUnderstand) {
  const desk at;
  EXPECT_THAT(faults_in(at, {at.file("a.csv", "sku,nmae,name,name\nM,,,\n")}),
              ElementsAre("a.csv:1:nmae: is not known here",
                          "a.csv:1:name: is a duplicate"));
  EXPECT_THAT(faults_in(at, {at.file("b.csv", "location,sku\nLON,M\n")}),
              ElementsAre("b.csv:1:onHand: is required"));
  EXPECT_THAT(faults_in(at, {at.file("c.csv", "id,name\nA,a\n")}),
              ElementsAre("c.csv:1: is of an unknown kind; name it with "
                          "--as"));
  EXPECT_THAT(faults_in(at, {at.file("d.csv", "")}),
              ElementsAre("d.csv:1: is empty; its first line must name the "
                          "columns"));
  EXPECT_THAT(faults_in(at, {at.file("e.csv", std::string("\xFF\xFEi\0d", 5))}),
              ElementsAre("e.csv:1: is UTF-16; save it as UTF-8"));
  EXPECT_THAT(faults_in(at, {at.file("f.json", "[{\"id\": \"A\"")}),
              ElementsAre(StartsWith("f.json: is not valid JSON: line 1")));
  EXPECT_THAT(faults_in(at, {at.file("g.json", "[{\"name\": \"A\"}]")}),
              ElementsAre("g.json: is of an unknown kind; name it with "
                          "--as"));
}

TEST(ImportReading, RefersOnlyToWhatIsThere) {
  const desk at;
  const auto stock = at.file("s.csv", "location,sku,onHand\nLON,MUG,1\n");
  const auto offers = at.file("o.csv", "supplier,sku,unitCost\nDS,CUP,-1\n");
  EXPECT_THAT(
      faults_in(at, {stock, offers}),
      ElementsAre("o.csv:2:supplier: DS is neither in the files nor in the "
                  "store",
                  "s.csv:2:location: LON is neither in the files nor in the "
                  "store"));
  known_network known;
  known.locations.insert("LON");
  known.suppliers["DS"].id = "DS";
  EXPECT_THAT(faults_in(at, {stock, offers}, {}, known),
              ElementsAre("o.csv:2:unitCost: must be at least 0"));
  EXPECT_THAT(faults_in(at, {at.file("l.csv", two_places), stock}), IsEmpty());
}

TEST(ImportReading, KeepsOfASupplierWhatTheFilesDoNotSay) {
  const desk at;
  known_network known;
  known.suppliers["DS"] = {
      .id = "DS",
      .name = "Drop",
      .products = {{.sku = sku_id{"CUP"}, .available = quantity{2}}}};
  const auto settings_of = [&](const std::string& file) {
    const auto plan = read_imports({.files = {file}}, known);
    EXPECT_THAT(plan.faults, IsEmpty());
    return std::get<define_supplier>(plan.commands.at(0).body).settings;
  };
  const auto renamed =
      settings_of(at.file("suppliers.csv", "id,name\nDS,New\n"));
  EXPECT_EQ(renamed.name, "New");
  EXPECT_EQ(renamed.products, known.suppliers["DS"].products);
  const auto restocked =
      settings_of(at.file("o.csv", "supplier,sku,available\nDS,BOWL,\n"));
  EXPECT_EQ(restocked.name, "Drop");
  ASSERT_THAT(restocked.products, SizeIs(1));
  EXPECT_EQ(restocked.products[0].available, std::nullopt);
  // A PUT: what JSON leaves out has its default.
  EXPECT_THAT(
      settings_of(at.file("suppliers.json", R"([{"id": "DS"}])")).products,
      IsEmpty());
}

TEST(ImportReading, CountsFaultsBeyondTheLimit) {
  const desk at;
  std::string text = "sku,backorderLimit\n";
  for (int i = 0; i < 250; ++i) text += "S" + std::to_string(i) + ",x\n";
  const auto plan = read_imports({.files = {at.file("p.csv", text)}}, {});
  EXPECT_THAT(plan.faults, SizeIs(max_import_faults));
  EXPECT_EQ(plan.more_faults, 250 - max_import_faults);
}

TEST(Import, ASecondTimeChangesNothing) {
  const desk at;
  const std::vector<std::string> files = {
      at.file("locations.csv", two_places),
      at.file("stock.csv",
              "location,sku,onHand,safetyStock\nLON,MUG,10,2\nRTM,MUG,0,0\n"),
      at.file("net.json", R"({"suppliers": [{"id": "DS", "products": [
          {"sku": "CUP", "available": 3}, {"sku": "BOWL"}]}],
          "products": [{"sku": "MUG", "backorderLimit": 9}],
          "routing": [{"splitLines": false}, {"brand": "acme"}]})")};
  const auto first = import(at.store(), files);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.err, "");
  EXPECT_EQ(short_of(at, first.out),
            "                 defined  changed  unchanged  refused\n"
            "  locations            2        0          0        0\n"
            "  suppliers            1        0          0        0\n"
            "  products             1        0          0        0\n"
            "  routing rules        2        0          0        0\n"
            "  stock                2        0          0        0\n"
            "  safety stock         1        0          1        0\n"
            "units counted: 10\n"
            "store is a new store.\n");
  const auto state = exported(at.store(), "network");
  const auto last = last_event(at.store());

  const auto second = import(at.store(), files);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("stock                0        0          "
                                    "2        0\n"));
  EXPECT_EQ(exported(at.store(), "network"), state);
  EXPECT_EQ(last_event(at.store()), last);
}

TEST(Import, SaysWhatChanges) {
  const desk at;
  EXPECT_EQ(import(at.store(), {at.file("l.csv", two_places)}).code, 0);
  const auto made = import(
      at.store(),
      {at.file("l2.csv", "id,kind\nLON,store\nRTM,threePl\nGLA,store\n")});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out,
              HasSubstr("locations        1        1          1        0\n"));
}

TEST(Import, NothingOfABadFileIsWritten) {
  const desk at;
  const auto good = at.file("l.csv", two_places);
  const auto bad = at.file("s.csv", "location,sku,onHand\nLON,MUG,x\n");
  const auto refused = import(at.store(), {good, bad});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(short_of(at, refused.err),
            "s.csv:2:onHand: must be a whole number\n"
            "omsctl import: nothing was written\n");
  EXPECT_FALSE(std::filesystem::exists(at.store()));

  EXPECT_EQ(import(at.store(), {good}).code, 0);
  const auto last = last_event(at.store());
  EXPECT_EQ(
      import(at.store(), {at.file("l2.csv", "id,kind\nGLA,store\n"), bad}).code,
      2);
  EXPECT_EQ(last_event(at.store()), last);
}

TEST(Import, ADryRunWritesNothing) {
  const desk at;
  const auto made =
      import(at.store(), {at.file("l.csv", two_places)}, {.dry_run = true});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out,
              HasSubstr("locations        2        0          0        0\n"));
  EXPECT_THAT(made.out, HasSubstr("this was a dry run"));
  EXPECT_FALSE(std::filesystem::exists(at.store()));
}

TEST(Import, NamesWhatTheEngineRefuses) {
  const desk at;
  // One more than the stock board has columns for.
  std::string text = "id,kind\n";
  for (int i = 0; i <= 1'024; ++i) text += "L" + std::to_string(i) + ",store\n";
  const auto made = import(at.store(), {at.file("l.csv", text)});
  EXPECT_EQ(made.code, 1);
  EXPECT_EQ(short_of(at, made.err),
            "l.csv:1026: refused: there are too many sources\n");
  EXPECT_THAT(made.out,
              HasSubstr("locations    1,024        0          0        1\n"));
}

TEST(Import, StandsInTheTrailWithItsName) {
  const desk at;
  EXPECT_EQ(
      import(at.store(), {at.file("l.csv", two_places)}, {.by = "Ada"}).code,
      0);
  const auto store =
      persistence::open_lmdb_store(at.store(), {.read_only = true});
  ASSERT_TRUE(store);
  const auto first = (*store)->read(1);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->by, actor_name{"Ada"});
}

TEST(Import, WhoWaitsGetsTheUnitsThatAreCounted) {
  tests::store_on_disk store;
  store.add_network();
  store.place("SO-1", "MUG", 8);  // 5 are there.
  const auto file = store.beside("stock.csv");
  tests::write_file(file, "location,sku,onHand\nNYC,MUG,20\n");
  const auto made = import(store.path(), {file});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(exported(store.path(), "stock"),
              HasSubstr("NYC,MUG,20,0,14,0,6,0\n"));
}

TEST(Import, KeepsAwayFromAStoreThatIsWritten) {
  tests::store_on_disk store;
  store.add_network();
  const auto file = store.beside("l.csv");
  tests::write_file(file, two_places);
  const tests::other_writer engine(store.path());
  const auto refused = import(store.path(), {file});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("stop that process first"));
  // To look is allowed.
  EXPECT_EQ(import(store.path(), {file}, {.dry_run = true}).code, 0);
}

TEST(Import, DoesNotTakeAnyFolderForAStore) {
  const desk at;
  const auto file = at.file("l.csv", two_places);
  const auto refused = import(at.in(""), {file});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--store takes the folder"));
  EXPECT_FALSE(std::filesystem::exists(at.in("data.mdb")));
}

TEST(Import, RefusesAnUnknownKindOrDelimiter) {
  const desk at;
  const auto file = at.file("l.csv", two_places);
  EXPECT_EQ(import(at.store(), {file}, {.as = "orders"}).code, 2);
  EXPECT_EQ(import(at.store(), {file}, {.delimiter = ",,"}).code, 2);
}

}  // namespace
}  // namespace oms::omsctl
