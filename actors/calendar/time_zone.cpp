#include "actors/calendar/time_zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <string>
#include <utility>

namespace oms::calendar {

struct time_zone::rules {
  absl::TimeZone zone;
};

namespace {

absl::CivilSecond civil_of(const local_time& shown) {
  const std::chrono::year_month_day day{shown.day};
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(shown.since_midnight);
  return absl::CivilSecond(static_cast<int>(day.year()),
                           static_cast<unsigned>(day.month()),
                           static_cast<unsigned>(day.day())) +
         seconds.count();
}

// The library takes the name for a path below the database's folder, and has
// names of its own. What the database has beside zones must not pass for one.
bool may_be_zone(std::string_view name) {
  const bool is_plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
           c == '/';
  });
  // All names of the database begin with a capital letter; its other files and
  // folders ("posix/", "right/", "localtime", "tzdata.zi") do not.
  return !name.empty() && is_plain && name.front() >= 'A' &&
         name.front() <= 'Z' && !name.starts_with("Fixed/") &&
         name.find("//") == name.npos && name.back() != '/';
}

}  // namespace

std::optional<time_zone> time_zone::find(std::string_view name) {
  time_zone found;
  if (name == "UTC") return found;
  if (!may_be_zone(name)) return std::nullopt;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
  found.rules_ = std::make_shared<const rules>(rules{zone});
  return found;
}

local_time time_zone::at(timestamp time) const {
  if (rules_ == nullptr) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {day, time - day};
  }
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto shown =
      rules_->zone.At(absl::FromUnixSeconds(second.time_since_epoch().count()))
          .cs;
  const std::chrono::year_month_day day{
      std::chrono::year(static_cast<int>(shown.year())),
      std::chrono::month(static_cast<unsigned>(shown.month())),
      std::chrono::day(static_cast<unsigned>(shown.day()))};
  return {day, std::chrono::hours(shown.hour()) +
                   std::chrono::minutes(shown.minute()) +
                   std::chrono::seconds(shown.second()) + (time - second)};
}

timestamp time_zone::utc_of(const local_time& shown) const {
  if (rules_ == nullptr) return shown.day + shown.since_midnight;
  const auto found = rules_->zone.At(civil_of(shown));
  const bool is_skipped = found.kind == absl::TimeZone::TimeInfo::SKIPPED;
  // `pre` is the earlier one of two, and the only one otherwise.
  const auto seconds =
      absl::ToUnixSeconds(is_skipped ? found.trans : found.pre);
  const timestamp moment{std::chrono::seconds(seconds)};
  if (is_skipped) return moment;
  return moment + shown.since_midnight % std::chrono::seconds(1);
}

bool is_time_zone(std::string_view name) {
  return time_zone::find(name).has_value();
}

}  // namespace oms::calendar
