#include "actors/calendar/time_zone.hpp"

#include <gtest/gtest.h>

namespace oms::calendar {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

timestamp utc(int y, unsigned m, unsigned d, minutes clock = 0min) {
  return sys_days(year(y) / m / d) + clock;
}

local_time shown(int y, unsigned m, unsigned d, minutes clock = 0min) {
  return {sys_days(year(y) / m / d), clock};
}

time_zone zone(const char* name) { return time_zone::find(name).value(); }

TEST(time_zone, is_known_by_its_iana_name_alone) {
  for (const char* name :
       {"UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Etc/GMT+5",
        "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "EST5EDT"})
    EXPECT_TRUE(is_time_zone(name)) << name;
  for (const char* name :
       {"", "America/Gotham", "America", "europe/berlin", "Europe/", "/etc/UTC",
        "../zoneinfo/UTC", "Europe/../UTC", "localtime", "posix/UTC",
        "right/UTC", "posixrules", "tzdata.zi", "Fixed/UTC+05:00:00",
        "file:UTC", " UTC", "UTC ", "Europe//Berlin"})
    EXPECT_FALSE(is_time_zone(name)) << name;
}

TEST(time_zone, shows_the_date_and_clock_of_the_place) {
  EXPECT_EQ(time_zone().at(utc(2026, 1, 5, 23h)), shown(2026, 1, 5, 23h));
  EXPECT_EQ(zone("Asia/Tokyo").at(utc(2026, 1, 5, 23h)), shown(2026, 1, 6, 8h));
  EXPECT_EQ(zone("America/Los_Angeles").at(utc(2026, 1, 5, 7h)),
            shown(2026, 1, 4, 23h));
  EXPECT_EQ(zone("Asia/Kathmandu").at(utc(2026, 1, 5, 23h)),
            shown(2026, 1, 6, 4h + 45min));
}

TEST(time_zone, keeps_fractions_of_a_second) {
  const auto berlin = zone("Europe/Berlin");
  const auto time = utc(2026, 7, 1) + 123'456us;
  EXPECT_EQ(berlin.at(time).since_midnight, 2h + 123'456us);
  EXPECT_EQ(berlin.utc_of(berlin.at(time)), time);
  EXPECT_EQ(berlin.at(utc(1969, 12, 31, 23h) - 1us).since_midnight, 24h - 1us);
}

TEST(time_zone, follows_summer_time) {
  const auto york = zone("America/New_York");
  EXPECT_EQ(york.at(utc(2026, 3, 8, 6h + 59min)),
            shown(2026, 3, 8, 1h + 59min));
  EXPECT_EQ(york.at(utc(2026, 3, 8, 7h)), shown(2026, 3, 8, 3h));
  // Also where the file of the zone has no more single changes.
  EXPECT_EQ(york.at(utc(2055, 7, 1, 12h)), shown(2055, 7, 1, 8h));
}

TEST(time_zone, a_clock_time_that_is_skipped_is_the_moment_of_the_skip) {
  const auto york = zone("America/New_York");
  EXPECT_EQ(york.utc_of(shown(2026, 3, 8, 2h + 30min)), utc(2026, 3, 8, 7h));
}

TEST(time_zone, a_clock_time_that_comes_twice_is_the_first) {
  const auto york = zone("America/New_York");
  EXPECT_EQ(york.utc_of(shown(2026, 11, 1, 1h + 30min)),
            utc(2026, 11, 1, 5h + 30min));
}

TEST(time_zone, a_day_begins_when_its_date_is_first_shown) {
  EXPECT_EQ(zone("America/Los_Angeles").begin_of(sys_days(2026y / 1 / 6)),
            utc(2026, 1, 6, 8h));
  // Cairo goes from 24:00 to 1:00 on the last Friday of April.
  EXPECT_EQ(zone("Africa/Cairo").begin_of(sys_days(2026y / 4 / 24)),
            utc(2026, 4, 23, 22h));
  // In Havana 0:00 to 1:00 comes twice.
  EXPECT_EQ(zone("America/Havana").begin_of(sys_days(2026y / 11 / 1)),
            utc(2026, 11, 1, 4h));
}

TEST(time_zone, the_next_day_is_23_or_25_hours_away_when_the_clock_changes) {
  const auto berlin = zone("Europe/Berlin");
  const auto spring = berlin.begin_of(sys_days(2026y / 3 / 29));
  EXPECT_EQ(berlin.next_day_after(spring), spring + 23h);
  const auto autumn = berlin.begin_of(sys_days(2026y / 10 / 25));
  EXPECT_EQ(berlin.next_day_after(autumn), autumn + 25h);
  EXPECT_EQ(berlin.next_day_after(autumn + 25h - 1us), autumn + 25h);
}

}  // namespace
}  // namespace oms::calendar
