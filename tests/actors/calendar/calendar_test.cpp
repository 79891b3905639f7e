#include "actors/calendar/calendar.hpp"

#include <gtest/gtest.h>

namespace oms::calendar {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

date day(int y, unsigned m, unsigned d) { return sys_days(year(y) / m / d); }

location_settings place(std::int32_t handling_days) {
  location_settings settings;
  settings.handling_days = handling_days;
  return settings;
}

TEST(clock_time, is_two_digits_each_within_a_day) {
  EXPECT_EQ(clock_time("00:00"), 0min);
  EXPECT_EQ(clock_time("14:05"), 14h + 5min);
  EXPECT_EQ(clock_time("23:59"), 23h + 59min);
  for (const char* text : {"", "24:00", "14:60", "1:00", "14.00", "14:0x",
                           "14:000", "-1:00", " 1:00"})
    EXPECT_EQ(clock_time(text), std::nullopt) << text;
}

TEST(work_calendar, exactly_at_the_cutoff_is_not_after_it) {
  auto settings = place(0);
  settings.time_zone = "America/New_York";
  settings.cutoff = "14:00";
  const work_calendar york(settings);
  const timestamp cutoff = day(2026, 2, 3) + 19h;
  EXPECT_EQ(york.day_zero(cutoff), day(2026, 2, 3));
  EXPECT_EQ(york.day_zero(cutoff + 1us), day(2026, 2, 4));
  // Still the 3rd there, and then its 4th before the cutoff.
  EXPECT_EQ(york.day_zero(day(2026, 2, 4) + 4h + 59min), day(2026, 2, 4));
  EXPECT_EQ(york.day_zero(day(2026, 2, 4) + 5h), day(2026, 2, 4));
}

TEST(work_calendar, without_a_cutoff_the_day_counts_to_its_end) {
  EXPECT_EQ(work_calendar(place(0)).day_zero(day(2026, 2, 4) - 1us),
            day(2026, 2, 3));
}

TEST(work_calendar, counts_handling_in_working_days_after_day_zero) {
  auto settings = place(2);
  settings.working_days = {weekday::mon, weekday::tue, weekday::wed,
                           weekday::thu, weekday::fri};
  settings.holidays = {day(2027, 1, 1), day(2026, 12, 26), day(2026, 12, 25),
                       day(2026, 12, 25)};
  const work_calendar berlin(settings);
  EXPECT_EQ(berlin.ship_day(day(2026, 12, 21)), day(2026, 12, 23));
  EXPECT_EQ(berlin.ship_day(day(2026, 12, 23)), day(2026, 12, 28));
  EXPECT_EQ(berlin.ship_day(day(2026, 12, 30)), day(2027, 1, 4));
  // Day 0 itself need not be a working day, and never counts.
  EXPECT_EQ(berlin.ship_day(day(2026, 12, 26)), day(2026, 12, 29));
}

TEST(work_calendar, without_handling_days_ships_on_day_zero_if_it_works) {
  auto settings = place(0);
  settings.working_days = {weekday::mon};
  const work_calendar mondays(settings);
  EXPECT_EQ(mondays.ship_day(day(2026, 2, 2)), day(2026, 2, 2));
  EXPECT_EQ(mondays.ship_day(day(2026, 2, 3)), day(2026, 2, 9));
}

TEST(work_calendar, finds_a_day_behind_any_number_of_holidays) {
  auto settings = place(1);
  settings.working_days = {weekday::sun};
  for (int i = 0; i < 1'000; ++i)
    settings.holidays.push_back(day(2026, 2, 1) + days(7 * i));
  EXPECT_EQ(work_calendar(settings).ship_day(day(2026, 1, 31)),
            day(2026, 2, 1) + days(7'000));
}

TEST(work_calendar, takes_a_place_without_working_days_to_work_always) {
  auto settings = place(1);
  settings.working_days.emplace();
  EXPECT_EQ(work_calendar(settings).ship_day(day(2026, 2, 2)), day(2026, 2, 3));
}

TEST(transit_days, follows_the_default_table_by_distance) {
  const routing_rules rules;
  EXPECT_EQ(transit_days(rules, "", 0), days(2));
  EXPECT_EQ(transit_days(rules, "express", 300), days(2));
  EXPECT_EQ(transit_days(rules, "", 300.1), days(3));
  EXPECT_EQ(transit_days(rules, "", 1'000), days(3));
  EXPECT_EQ(transit_days(rules, "", 1'000.1), days(4));
  EXPECT_EQ(transit_days(rules, "", std::nullopt), days(3));
}

TEST(transit_days, takes_the_smallest_distance_that_is_enough) {
  routing_rules rules;
  rules.transit = {{"", std::nullopt, 9}, {"", 500, 3}, {"", 100, 1}};
  EXPECT_EQ(transit_days(rules, "", 100), days(1));
  EXPECT_EQ(transit_days(rules, "", 101), days(3));
  EXPECT_EQ(transit_days(rules, "", 501), days(9));
}

TEST(transit_days, asks_the_rows_of_the_service_first) {
  routing_rules rules;
  rules.transit = {{"express", 500, 1}, {"", 400, 3}, {"", std::nullopt, 6}};
  EXPECT_EQ(transit_days(rules, "express", 500), days(1));
  EXPECT_EQ(transit_days(rules, "express", 501), days(6));
  EXPECT_EQ(transit_days(rules, "standard", 400), days(3));
  EXPECT_EQ(transit_days(rules, "", 400), days(3));
}

TEST(transit_days, is_unknown_without_a_distance_or_a_row_that_fits) {
  routing_rules rules;
  rules.unknown_days = 8;
  EXPECT_EQ(transit_days(rules, "", std::nullopt), days(8));
  EXPECT_EQ(transit_days(rules, "", 10), days(2));
  rules.transit = {{"express", std::nullopt, 1}};
  EXPECT_EQ(transit_days(rules, "express", std::nullopt), days(8));
  EXPECT_EQ(transit_days(rules, "", 10), days(8));
  rules.transit.emplace();
  EXPECT_EQ(transit_days(rules, "express", 10), days(8));
}

TEST(parcel_dates, keep_the_later_date_of_each_kind) {
  const parcel_dates a{day(2026, 1, 5), day(2026, 1, 9)};
  const parcel_dates b{day(2026, 1, 6), day(2026, 1, 8)};
  EXPECT_EQ(later(a, b), (parcel_dates{day(2026, 1, 6), day(2026, 1, 9)}));
  EXPECT_EQ(later({}, b), b);
  EXPECT_EQ(later(a, {}), a);
  EXPECT_EQ(later({}, {}), parcel_dates{});
}

}  // namespace
}  // namespace oms::calendar
