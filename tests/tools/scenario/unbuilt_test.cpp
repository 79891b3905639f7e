// The words of the table in tools/scenario/unbuilt.cpp, as a file uses them.
// Whoever builds one of the words below moves its test to the readers.

#include "tools/scenario/unbuilt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/store_fixture.hpp"
#include "tools/scenario/scenario.hpp"
#include "tools/scenario/scenario_command.hpp"

namespace oms::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "word at path", or the faults of a file that has some.
std::vector<std::string> found_in(const std::string& text) {
  std::vector<std::string> out;
  const auto read = read_scenario(json::value::parse(text));
  if (read) {
    for (const unbuilt_word& one : read->unbuilt) {
      out.push_back(one.word + " at " + one.path);
    }
    return out;
  }
  for (const fault& one : read.failure().faults) {
    out.push_back(one.path + ": " + one.message);
  }
  return out;
}

std::vector<std::string> found_in_steps(const std::string& steps) {
  return found_in("{\"steps\": [" + steps + "]}");
}

TEST(UnbuiltWords, AreVerbs) {
  EXPECT_THAT(
      found_in_steps(R"({"advance": "1s"}, {"reserve": {"reservation": "R",
          "lines": [{"sku": "A", "quantity": 1}], "expiresInS": 60}},
        {"together": [{"release": {"reservation": "R"}},
                      {"edit": {"order": "O", "priority": 5}}]},
        {"reserve": {"reservation": "R2", "lines": []}, "fails": "invalid"})"),
      ElementsAre("reserve at steps[1].reserve",
                  "release at steps[2].together[0].release",
                  "edit at steps[2].together[1].edit"));
}

TEST(UnbuiltWords, AreKeysOfOrders) {
  EXPECT_THAT(found_in_steps(R"({"place": {"id": "O", "channelOrder": "#1001",
          "relatesTo": [{"order": "N", "kind": "exchange"}],
          "lines": [{"sku": "A", "quantity": 1, "title": "Mug",
                     "attributes": {"gift": "yes"}}]}})"),
              ElementsAre("relatesTo at steps[0].place.relatesTo",
                          "attributes at steps[0].place.lines[0].attributes"));
}

TEST(UnbuiltWords, AreKeysOfTheNetwork) {
  EXPECT_THAT(found_in(R"({"steps": [{"location": {"id": "B", "cutoff": null}}],
        "locations": [{"id": "A"}, {"id": "B", "timeZone": "Asia/Tokyo"}],
        "routing": {"objectives": ["priority", "soonest"],
                    "transit": [{"service": "", "days": 2}]}})"),
              ElementsAre("timeZone at locations[1].timeZone",
                          "soonest at routing.objectives[1]",
                          "transit at routing.transit",
                          "cutoff at steps[0].location.cutoff"));
}

TEST(UnbuiltWords, AreWordsOfEnumerations) {
  EXPECT_THAT(found_in_steps(R"({"routing": {"objectives": ["soonest"]}},
          {"expect": {"notifications": {"order": "O"},
                      "kinds": ["order.changed"]}},
          {"expect": {"alerts": {"order": "O"}, "open": true,
                      "kinds": ["incoming.overdue"]}})"),
              ElementsAre("soonest at steps[0].routing.objectives[0]",
                          "order.changed at steps[1].expect.kinds[0]",
                          "open at steps[2].expect.open",
                          "incoming.overdue at steps[2].expect.kinds[0]"));
}

TEST(UnbuiltWords, AreExpectations) {
  EXPECT_THAT(found_in_steps(R"({"expect": {"oneOf": [
          {"quote": {"lines": []}, "parcels": [{"source": "A"}]},
          {"preview": {"order": "O"}, "total": 5, "due": 0}]}},
          {"expect": {"order": "O", "lines": [{"awaitingPayment": 1}],
             "queue": [{"sku": "A", "overdue": "2026-02-27"}]}})"),
              ElementsAre("quote at steps[0].expect.oneOf[0].quote",
                          "preview at steps[0].expect.oneOf[1].preview",
                          "awaitingPayment at "
                          "steps[1].expect.lines[0].awaitingPayment",
                          "overdue at steps[1].expect.queue[0].overdue"));
}

TEST(UnbuiltWords, ExcuseWhatTheyReplace) {
  EXPECT_THAT(found_in_steps(R"({"place": {"id": "O",
          "lines": [{"sku": "A", "quantity": 1, "attributes": {"a": "b"}}]}},
        {"receive": {"location": "A", "lines": [{"sku": "A", "quantity": 1}]}})"),
              ElementsAre("attributes at steps[0].place.lines[0].attributes",
                          "lines at steps[1].receive.lines"));
}

// Issue 10: "a word that is not in interface.md exits 2".
TEST(UnbuiltWords, ExcuseNoWordThatNobodyKnows) {
  EXPECT_THAT(found_in_steps(R"({"edit": {"order": "O", "prioritty": 5}},
        {"place": {"id": "O", "billTo": {"town": "Bonn"}, "lines": [],
                   "colour": "red"}},
        {"expect": {"quote": {"lines": [{"sku": "A", "amount": 1}]}}},
        {"dance": {}})"),
              testing::UnorderedElementsAre(
                  "steps[0].edit.prioritty: is not known here",
                  "steps[1].place.billTo.town: is not known here",
                  "steps[1].place.colour: is not known here",
                  "steps[2].expect.quote.lines[0].amount: is not known here",
                  "steps[3].dance: is not a known verb"));
}

TEST(UnbuiltWords, AreAbsentFromTextsThatOnlyLookLikeThem) {
  EXPECT_THAT(found_in(R"({"name": "quote", "source": "edit", "locations":
        [{"id": "soonest", "name": "timeZone"}], "steps": [
        {"place": {"id": "label", "lines": [{"sku": "soonest", "quantity": 1}]},
         "by": "move"},
        {"payment": {"order": "label", "event": "failed",
                     "reference": "incoming.overdue"}}]})"),
              IsEmpty());
}

// --- exit codes --------------------------------------------------------------

constexpr const char* passes = R"({"steps": []})";
constexpr const char* fails =
    R"({"steps": [{"expect": {"total": {"orders": 1, "status": "paid"}}}]})";
constexpr const char* is_bad = R"({"steps": [{"dance": {}}]})";
constexpr const char* is_unbuilt = R"({"steps": [{"quote": {"lines": []}}]})";

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
  EXPECT_EQ(run({passes, is_unbuilt}).code, 3);
  EXPECT_EQ(run({is_unbuilt, fails, passes}).code, 1);
  EXPECT_EQ(run({fails, is_bad, is_unbuilt}).code, 2);
}

TEST(ScenarioCommand, NamesTheWordThatIsNotBuilt) {
  const auto ran = run({is_unbuilt});
  EXPECT_THAT(ran.out, HasSubstr("not built yet: quote (steps[0].quote)\n"));
  EXPECT_THAT(run({is_bad}).out,
              HasSubstr("steps[0].dance: is not a known verb\n"));
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
