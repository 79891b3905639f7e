/// Ids and texts: what is refused, what is trimmed, and what is written of
/// stores that hold worse.

#include "messages/text_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/api/json.hpp"
#include "messages/reserved_names.hpp"

namespace oms {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* no_break_space = "\xC2\xA0";
constexpr const char* ideographic_space = "\xE3\x80\x80";
constexpr const char* byte_order_mark = "\xEF\xBB\xBF";
constexpr const char* zero_width_space = "\xE2\x80\x8B";

TEST(Id, MayBeAnyTextOfTheWorld) {
  for (const std::string id : {"SO-1", "Köln", "北京", "a b", "a/b:c#d",
                               "\xF0\x9F\x93\xA6", "", "\"quoted\"", "Ünïcödé"})
    EXPECT_FALSE(fault_of_id(id)) << id;
  EXPECT_FALSE(fault_of_id(std::string(128, 'x')));
  // As long as the space is within.
  EXPECT_FALSE(fault_of_id(std::string("a") + no_break_space + "b"));
}

TEST(Id, HasNoWhitespaceAroundIt) {
  // docs/DOMAIN.md: "no leading or trailing blanks".
  for (const std::string space :
       {" ", "\t", "\n", "\r", "\v", "\f", "\xC2\x85", no_break_space,
        "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x8A", zero_width_space,
        "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
        "\xE2\x81\xA0", ideographic_space, byte_order_mark}) {
    const auto* fault = "must not begin or end with whitespace";
    EXPECT_EQ(fault_of_id(space + "A"), fault) << space;
    EXPECT_EQ(fault_of_id("A" + space), fault) << space;
    EXPECT_EQ(fault_of_id(space), fault) << space;
    EXPECT_EQ(trimmed(space + space + "A B" + space), "A B");
    EXPECT_EQ(trimmed(space), "");
  }
}

TEST(Id, HasNoControlCharacters) {
  for (const auto& control :
       {std::string("\x01"), std::string("\x1b"), std::string("\x7f"),
        std::string(1, '\0'), std::string("\n"), std::string("\xC2\x9B")})
    EXPECT_EQ(fault_of_id("a" + control + "b"),
              "must not contain control characters");
}

TEST(Id, IsValidUtf8) {
  for (const std::string id :
       {"K\xF6ln", "\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xC3", "a\xFF"}) {
    EXPECT_EQ(fault_of_id(id), "is not valid UTF-8");
    EXPECT_EQ(fault_of_text(id), "is not valid UTF-8");
  }
}

TEST(Id, HasAtMost128Bytes) {
  EXPECT_EQ(fault_of_id(std::string(129, 'x')), "is longer than 128 bytes");
  // 65 characters of two bytes each.
  std::string id;
  for (int i = 0; i < 65; ++i) id += "ö";
  EXPECT_EQ(fault_of_id(id), "is longer than 128 bytes");
}

TEST(FreeText, MayHaveLines) {
  EXPECT_FALSE(fault_of_text(" two\nlines\t"));
  EXPECT_EQ(fault_of_text(std::string(4'097, 'x')),
            "is longer than 4096 bytes");
}

TEST(ValidUtf8, ReplacesWhatIsNone) {
  EXPECT_EQ(valid_utf8("Köln"), "Köln");
  EXPECT_EQ(valid_utf8("K\xF6ln"), "K\xEF\xBF\xBDln");
  // Never a character behind it: a quote that ends a text of JSON stays.
  EXPECT_EQ(valid_utf8("\xE2\x82\""), "\xEF\xBF\xBD\"");
  EXPECT_EQ(valid_utf8("\xF0\x9F"), "\xEF\xBF\xBD");
}

// A store of an older version may hold such a location.
TEST(Json, OfAnOldStoreIsValid) {
  location_settings location;
  location.id = "K\xF6ln";
  location.name = "\xC2\x9B[2J\x7f\x1b[2J";
  const auto text = api::write_json(location);
  EXPECT_TRUE(is_utf8(text));
  EXPECT_THAT(text, HasSubstr("K\xEF\xBF\xBDln"));
  EXPECT_THAT(text, HasSubstr(R"(\u009b[2J\u007f\u001b[2J)"));
  EXPECT_THAT(text, Not(HasSubstr("\xC2\x9B")));
}

TEST(ReservedName, IsFoundHoweverItIsSpelled) {
  for (const auto* name : {"router", "Router", "waiting line", "waitingLine",
                           "WAITING_LINE", "journal", "deadlines", "api",
                           "system", "network file", "network-file"})
    EXPECT_TRUE(is_reserved_name(name)) << name;
  for (const auto* name : {"", "anna", "wms-nyc", "my api", "journalist"})
    EXPECT_FALSE(is_reserved_name(name)) << name;
  // Kinds of actors, and names that only look different.
  for (const auto* name :
       {"order", "Location", "supplier", "product", "shipmentRegistry",
        "rou\xC2\xADter", "router\xE2\x80\x8B", "\xEF\xBB\xBFrouter",
        "\xE2\x80\xAErouter", "wait\xE2\x81\xA3ing line", "a\xE2\x80\x8DPI"})
    EXPECT_TRUE(is_reserved_name(name)) << name;
  EXPECT_FALSE(is_reserved_name("r\xC3\xB6uter"));
  // omsd embeds the engine.
  EXPECT_FALSE(is_engine_part("api"));
  EXPECT_TRUE(is_engine_part("waiting line"));
}

}  // namespace
}  // namespace oms
