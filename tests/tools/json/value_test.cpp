#include <gtest/gtest.h>

#include <string>

#include "tools/json/value.hpp"

namespace oms::json {
namespace {

std::string refusal(const std::string& text) {
  const auto parsed = parse_text(text);
  return parsed ? "" : parsed.failure().message;
}

TEST(JsonText, KeepsTheOrderOfKeys) {
  const auto parsed = parse_text(R"({"b": 1, "a": [true, null, "x"]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(one_line(*parsed), R"({"b": 1, "a": [true, null, "x"]})");
}

TEST(JsonText, SaysWhereItIsWrong) {
  EXPECT_EQ(refusal("{\n  \"a\": ,\n}").substr(0, 16), "line 2, column 8");
}

TEST(JsonText, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal(R"({"a": 1, "b": {"a": 2}, "a": 3})"),
            "the key \"a\" is a duplicate");
  EXPECT_EQ(refusal(R"([{"a": 1}, {"a": 2}])"), "");
}

TEST(JsonText, HasLimits) {
  const std::string deep(static_cast<std::size_t>(max_depth) + 1, '[');
  EXPECT_EQ(refusal(deep), "deeper than 32 levels");
  const std::string allowed(static_cast<std::size_t>(max_depth), '[');
  const std::string closed(static_cast<std::size_t>(max_depth), ']');
  EXPECT_EQ(refusal(allowed + closed), "");

  std::string wide = "{";
  for (std::size_t i = 0; i <= max_keys; ++i) {
    wide += "\"" + std::to_string(i) + "\": 0,";
  }
  EXPECT_EQ(refusal(wide), "more than 256 keys in one object");
}

TEST(JsonText, ALongListTakesTimeInProportion) {
  // In proportion to the square of it, this would take minutes.
  std::string text = "[{}";
  for (int i = 0; i < 300'000; ++i) text += ",{}";
  const auto parsed = parse_text(text + "]");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->size(), 300'001U);
}

TEST(JsonText, RefusesCommentsAndWhatFollows) {
  EXPECT_NE(refusal("{} // done"), "");
  EXPECT_NE(refusal("{} {}"), "");
}

}  // namespace
}  // namespace oms::json
