#include <gtest/gtest.h>

#include "tools/scenario/compare.hpp"

namespace oms::scenario {
namespace {

using json::value;

bool holds(const char* expected, const char* actual,
           list_order order = list_order::any) {
  return !compare(json::value::parse(expected), json::value::parse(actual),
                  order);
}

mismatch difference(const char* expected, const char* actual) {
  const auto found =
      compare(json::value::parse(expected), json::value::parse(actual));
  return found.value_or(mismatch{"none", "", ""});
}

TEST(Compare, LooksOnlyAtNamedKeys) {
  EXPECT_TRUE(holds(R"({"a": 1})", R"({"a": 1, "b": 2})"));
  EXPECT_TRUE(holds(R"({})", R"({"a": 1})"));
  EXPECT_FALSE(holds(R"({"a": 1})", R"({"a": 2})"));
  EXPECT_FALSE(holds(R"({"a": 1})", R"({})"));
}

TEST(Compare, TakesListsWholeInAnyOrder) {
  EXPECT_TRUE(holds("[1, 2, 2]", "[2, 1, 2]"));
  EXPECT_FALSE(holds("[1, 2]", "[2, 1, 2]"));
  EXPECT_FALSE(holds("[1, 2, 2]", "[1, 1, 2]"));
  EXPECT_TRUE(holds("[]", "[]"));
  EXPECT_FALSE(holds("[]", "[1]"));
}

TEST(Compare, FindsAMatchingWhereGreedWouldNot) {
  // The first element fits both, the second only the first actual one.
  EXPECT_TRUE(holds(R"([{"a": 1}, {"a": 1, "b": 2}])",
                    R"([{"a": 1, "b": 2}, {"a": 1, "b": 3}])"));
  EXPECT_TRUE(holds(R"([{}, {"a": 1}, {"a": 1, "b": 2}])",
                    R"([{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 9}])"));
  EXPECT_FALSE(holds(R"([{"b": 2}, {"b": 2}])",
                     R"([{"a": 1, "b": 2}, {"a": 1, "b": 3}])"));
}

TEST(Compare, TakesListsInOrderWhenAsked) {
  EXPECT_TRUE(holds("[1, 2]", "[1, 2]", list_order::as_given));
  EXPECT_FALSE(holds("[1, 2]", "[2, 1]", list_order::as_given));
}

TEST(Compare, TakesTimesForWhatTheyAre) {
  EXPECT_TRUE(
      holds(R"("2026-01-05T10:00:00Z")", R"("2026-01-05T11:00:00.000+01:00")"));
  EXPECT_FALSE(holds(R"("2026-01-05T10:00:00Z")", R"("2026-01-05T11:00:00Z")"));
}

TEST(Compare, MatchesNothingWithWhatIsAbsent) {
  EXPECT_TRUE(holds(R"({"expected": null})", R"({})"));
  EXPECT_TRUE(holds(R"({"expected": ""})", R"({})"));
  EXPECT_FALSE(holds(R"({"expected": null})", R"({"expected": "x"})"));
}

TEST(Compare, SaysWhereOneNumberDiffers) {
  EXPECT_EQ(
      difference(R"({"status": "paid", "lines": [{"line": "1", "picked": 2},
                     {"line": "2", "picked": 0}]})",
                 R"({"status": "paid", "lines": [{"line": "2", "picked": 0},
                     {"line": "1", "picked": 1, "shipped": 1}]})"),
      (mismatch{"lines[0].picked", "2", "1"}));
}

TEST(Compare, ShowsOnlyWhatIsNamed) {
  EXPECT_EQ(difference(R"({"refunds": [{"amount": 5}]})",
                       R"({"refunds": [{"id": "1", "amount": 2},
                                 {"id": "2", "amount": 3}]})"),
            (mismatch{"refunds", R"([{"amount": 5}])",
                      R"([{"amount": 2}, {"amount": 3}])"}));
  EXPECT_EQ(
      difference(R"({"queue": []})", R"({"queue": [{"line": "1"}]})").expected,
      "[]");
}

TEST(Compare, ShowsSeveralKeysOfOneElementTogether) {
  EXPECT_EQ(difference(R"({"stock": {"a": 1, "b": 2, "c": 3}})",
                       R"({"stock": {"a": 1, "b": 5, "c": 6}})"),
            (mismatch{"stock", R"({"b": 2, "c": 3})", R"({"b": 5, "c": 6})"}));
}

TEST(Compare, SaysNothingForWhatIsAbsent) {
  EXPECT_EQ(difference(R"({"total": 5})", R"({})"),
            (mismatch{"total", "5", "nothing"}));
}

}  // namespace
}  // namespace oms::scenario
