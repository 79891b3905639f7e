// The exit codes of `omsctl scenario`, and what it says of words that it does
// not know.

#include "tools/scenario/scenario_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/store_fixture.hpp"

namespace oms::scenario {
namespace {

using testing::HasSubstr;

constexpr const char* passes = R"({"steps": []})";
constexpr const char* fails =
    R"({"steps": [{"expect": {"total": {"orders": 1, "status": "paid"}}}]})";
constexpr const char* is_bad = R"({"steps": [{"dance": {}}]})";

tests::outcome run(const std::vector<const char*>& files) {
  const persistence::temporary_directory folder;
  scenario_options options;
  for (const char* text : files) {
    const std::string number = std::to_string(options.paths.size());
    options.paths.push_back(folder.path() / (number + ".json"));
    tests::write_file(options.paths.back(), text);
  }
  return tests::running(
      [&](const text::console& to) { return scenario_command(options, to); });
}

TEST(ScenarioCommand, ExitsWithTheWorstOfItsFiles) {
  EXPECT_EQ(run({passes}).code, 0);
  EXPECT_EQ(run({fails, passes}).code, 1);
  EXPECT_EQ(run({fails, is_bad}).code, 2);
}

TEST(ScenarioCommand, NamesAWordThatIsNotOfTheFormat) {
  EXPECT_THAT(run({is_bad}).out,
              HasSubstr("steps[0].dance: is not a known verb\n"));
  EXPECT_THAT(run({R"({"steps": [{"place": {"id": "A", "colour": "red",
                     "lines": [{"sku": "S", "quantity": 1}]}}]})"})
                  .out,
              HasSubstr("steps[0].place.colour: is not known here\n"));
}

TEST(ScenarioCommand, WarnsOfTheOldNameOfInvariants) {
  const auto ran = run({R"({"steps": [{"expect": {"laws": true}}]})"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("steps[0].expect: \"laws\" is now called "
                                 "\"invariants\""));
  EXPECT_EQ(run({R"({"steps": [{"expect": {"invariants": true}}]})"}).err, "");
}

}  // namespace
}  // namespace oms::scenario
