/// One reader for every network: tools/json/network.hpp.

#include "tools/files/network_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/persistence/temporary_directory.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/omsctl/import/import_plan.hpp"
#include "tools/scenario/scenario.hpp"

namespace oms::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> faults_of(const std::string& text) {
  const auto read = network_of_text("net.json", text);
  std::vector<std::string> out;
  if (read) return out;
  for (const auto& each : read.failure().faults)
    out.push_back(each.path + ": " + each.message);
  return out;
}

/// A network of the location N with this besides.
std::string with(const std::string& more) {
  return R"({"locations": [{"id": "N"}], )" + more + "}";
}

const std::string long_id(129, 'N');

/// What the engine would refuse, or pass over.
const std::vector<std::pair<std::string, std::string>> bad_networks = {
    {R"({"locations": [{"id": "N "}]})",
     "locations[0].id: must not begin or end with whitespace"},
    {R"({"locations": [{"id": "N\u001b"}]})",
     "locations[0].id: must not contain control characters"},
    {R"({"locations": [{"id": ")" + long_id + R"("}]})",
     "locations[0].id: is longer than 128 bytes"},
    {R"({"locations": [{"id": "router"}]})",
     "locations[0].id: is the name of a part of the engine"},
    {R"({"locations": [{"id": "N", "brands": [" "]}]})",
     "locations[0].brands[0]: must not begin or end with whitespace"},
    {R"({"locations": [{"id": "N"}, {"id": "N", "name": "x"}]})",
     "locations[1].id: N is a duplicate; first in locations[0]"},
    {with(R"("routing": {"stuckAfterS": 9000000000000000000})"),
     "routing.stuckAfterS: must be at most 3153600000"},
    {with(R"("routing": {"tiers": [["warehouse"], ["warehouse"]]})"),
     "routing.tiers[1]: names a kind twice"},
    {with(R"("routing": [{"maxShipments": 1}, {"maxShipments": 2}])"),
     "routing[1].brand: the default is a duplicate; first in routing[0]"},
    {with(R"("products": [{"sku": "A"}, {"sku": "A"}])"),
     "products[1].sku: A is a duplicate; first in products[0]"},
    {with(R"("suppliers": [{"id": "S"}, {"id": "S"}])"),
     "suppliers[1].id: S is a duplicate; first in suppliers[0]"},
    {with(R"("suppliers": [{"id": "S",
             "products": [{"sku": "A"}, {"sku": "A"}]}])"),
     "suppliers[0].products[1].sku: is a duplicate"},
    {with(R"("stock": [{"location": "N", "sku": " A", "onHand": 1}])"),
     "stock[0].sku: must not begin or end with whitespace"},
    {with(R"("stock": [{"location": "N", "sku": "A",
             "onHand": 9000000000000000000}])"),
     "stock[0].onHand: must be at most 9007199254740991"},
    {with(R"("stock": [{"location": "N", "sku": "A", "onHand": -1}])"),
     "stock[0].onHand: must be at least 0"},
    {with(R"("stock": [{"location": "N", "sku": "A"}])"),
     "stock[0].onHand: is required"},
    {with(R"("stock": [{"location": "N", "sku": "A", "onHand": 1,
             "safetyStock": -1}])"),
     "stock[0].safetyStock: must be at least 0"},
    {with(R"("stock": [{"location": "Q", "sku": "A", "onHand": 1}])"),
     "stock[0].location: Q is not one of the locations"},
    {with(R"("stock": [{"location": "N", "sku": "A", "onHand": 1},
                       {"location": "N", "sku": "A", "onHand": 2}])"),
     "stock[1].sku: A at N is a duplicate; first in stock[0]"},
};

TEST(NetworkFile, NamesWhatTheEngineWouldRefuse) {
  for (const auto& [text, fault] : bad_networks)
    EXPECT_THAT(faults_of(text), ElementsAre(fault)) << text;
}

// They say it too, and neither has more to say.
TEST(NetworkFile, IsRefusedByScenariosAndImportsAlike) {
  const persistence::temporary_directory place;
  for (const auto& [text, fault] : bad_networks) {
    auto file = json::value::parse(text);
    file["steps"] = json::value::array();
    const auto played = scenario::read_scenario(file);
    ASSERT_FALSE(played) << text;
    ASSERT_EQ(played.failure().faults.size(), 1U) << text;
    const auto& first = played.failure().faults.front();
    EXPECT_EQ(first.path + ": " + first.message, fault);

    const auto path = place.path() / "net.json";
    tests::write_file(path, text);
    omsctl::import_request request;
    request.files = {path.string()};
    const auto plan = omsctl::read_imports(request, {});
    ASSERT_EQ(plan.faults.size(), 1U) << text;
    // An import may add stock to a location that is there.
    if (fault.find("is not one of") != std::string::npos) continue;
    EXPECT_EQ(plan.faults[0].where + ": " + plan.faults[0].what,
              path.string() + ":" + fault);
  }
}

TEST(NetworkFile, MaySayWhateverALocationCanHave) {
  const auto read = network_of_text(
      "net.json", with(R"("stock": [{"location": "N", "sku": "A",
              "onHand": 9007199254740991, "safetyStock": 0}])"));
  ASSERT_TRUE(read) << read.failure().message;
  // More than one delivery brings.
  EXPECT_TRUE(std::holds_alternative<count_stock>(
      json::opening_stock(read->stock[0], "r")));
  EXPECT_TRUE(std::holds_alternative<receive_stock>(json::opening_stock(
      {"N", sku_id{"A"}, quantity{1'000'000'000}, {}}, "r")));
}

TEST(NetworkFile, DoesNotCallALocationUnknownThatItCouldNotRead) {
  EXPECT_THAT(faults_of(R"({"locations": [{"id": "N", "kind": "barn"}],
        "stock": [{"location": "N", "sku": "A", "onHand": 1}]})"),
              ElementsAre(StartsWith("locations[0].kind: must be one of")));
  EXPECT_THAT(faults_of(with(R"("stock": [])")), IsEmpty());
}

TEST(NetworkFile, HoldsSomethingToImport) {
  const persistence::temporary_directory place;
  const auto path = place.path() / "net.json";
  for (const auto* text : {"{}", R"({"locations": null})"}) {
    tests::write_file(path, text);
    omsctl::import_request request;
    request.files = {path.string()};
    const auto plan = omsctl::read_imports(request, {});
    ASSERT_EQ(plan.faults.size(), 1U);
    EXPECT_EQ(plan.faults[0].what, "contains nothing to import");
  }
}

}  // namespace
}  // namespace oms::files
