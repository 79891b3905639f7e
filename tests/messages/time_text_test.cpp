#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/time_text.hpp"

namespace oms::json {
namespace {

using namespace std::chrono_literals;

constexpr timestamp noon = std::chrono::sys_days{2026y / 1 / 5} + 12h;

TEST(TimeText, ReadsUtc) {
  EXPECT_EQ(parse_time("2026-01-05T12:00:00Z"), noon);
  EXPECT_EQ(parse_time("2026-01-05t12:00:00z"), noon);
  EXPECT_EQ(parse_time("2026-01-05 12:00:00Z"), noon);
}

TEST(TimeText, ReadsOffsets) {
  EXPECT_EQ(parse_time("2026-01-05T14:30:00+02:30"), noon);
  EXPECT_EQ(parse_time("2026-01-04T23:00:00-13:00"), noon);
}

TEST(TimeText, ReadsFractionsDownToMicroseconds) {
  EXPECT_EQ(parse_time("2026-01-05T12:00:00.5Z"), noon + 500ms);
  EXPECT_EQ(parse_time("2026-01-05T12:00:00.000001Z"), noon + 1us);
  EXPECT_EQ(parse_time("2026-01-05T12:00:00.0000019Z"), noon + 1us);
}

TEST(TimeText, ReadsADateAsItsMidnight) {
  EXPECT_EQ(parse_time("2026-01-05"), noon - 12h);
}

TEST(TimeText, KnowsTheCalendar) {
  EXPECT_TRUE(parse_time("2024-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_time("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_time("2026-04-31T00:00:00Z"));
}

TEST(TimeText, RefusesOtherForms) {
  for (const char* text :
       {"", "now", "2026-1-5T12:00:00Z", "2026-01-05T12:00Z",
        "2026-01-05T12:00:00", "2026-01-05T24:00:00Z", "2026-01-05T12:60:00Z",
        "2026-01-05T12:00:60Z", "2026-01-05T12:00:00.Z",
        "2026-01-05T12:00:00+0200", "2026-01-05T12:00:00Z ",
        "+026-01-05T12:00:00Z", "2026-13-05"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(TimeText, WritesWhatItReads) {
  EXPECT_EQ(time_text(noon), "2026-01-05T12:00:00Z");
  EXPECT_EQ(time_text(noon + 20ms), "2026-01-05T12:00:00.020Z");
  EXPECT_EQ(time_text(noon + 7us), "2026-01-05T12:00:00.000007Z");
  EXPECT_EQ(time_text(timestamp{-1us}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(time_text(timestamp{-24h}), "1969-12-31T00:00:00Z");
  // Years of six digits are beyond std::chrono, the time of day is not.
  EXPECT_THAT(time_text(timestamp::min()),
              testing::EndsWith("T19:59:05.224192Z"));
  EXPECT_THAT(time_text(timestamp::max()),
              testing::EndsWith("T04:00:54.775807Z"));
}

TEST(DurationText, ReadsEachUnit) {
  EXPECT_EQ(parse_duration("100ms"), duration{100ms});
  EXPECT_EQ(parse_duration("90s"), duration{90s});
  EXPECT_EQ(parse_duration("5m"), duration{5min});
  EXPECT_EQ(parse_duration("25h"), duration{25h});
  EXPECT_EQ(parse_duration("3d"), duration{72h});
  EXPECT_EQ(parse_duration("0s"), duration{0});
}

TEST(DurationText, RefusesOtherForms) {
  for (const char* text : {"", "h", "5", "-5m", "+5m", "1.5h", "5 m", "5w",
                           "1h30m", "9223372036854775807d", "366000d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace oms::json
