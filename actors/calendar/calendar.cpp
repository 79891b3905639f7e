#include "actors/calendar/calendar.hpp"

#include <algorithm>
#include <limits>

namespace oms::calendar {

namespace {

using std::chrono::days;

constexpr days default_unknown_days{3};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

days default_transit_days(double km) {
  if (km <= 300) return days(2);
  return km <= 1'000 ? days(3) : days(4);
}

// Of a service: the row with the smallest distance that is enough, else the
// one for any distance.
const transit_row* row_for(const std::vector<transit_row>& rows,
                           std::string_view service, double km) {
  const transit_row* best = nullptr;
  const auto reach = [](const transit_row& row) {
    return row.up_to_km.value_or(std::numeric_limits<std::int64_t>::max());
  };
  for (const transit_row& row : rows) {
    if (row.service != service) continue;
    if (row.up_to_km && static_cast<double>(*row.up_to_km) < km) continue;
    if (best == nullptr || reach(row) < reach(*best)) best = &row;
  }
  return best;
}

std::optional<date> later_of(const std::optional<date>& a,
                             const std::optional<date>& b) {
  // No date is before any date.
  return std::max(a, b);
}

}  // namespace

std::optional<std::chrono::minutes> clock_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) ||
      !is_digit(text[1]) || !is_digit(text[3]) || !is_digit(text[4]))
    return std::nullopt;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes);
}

work_calendar::work_calendar(const location_settings& settings)
    : zone_(time_zone::find(settings.time_zone).value_or(time_zone())),
      cutoff_(clock_time(settings.cutoff)),
      handling_days_(settings.handling_days),
      holidays_(settings.holidays) {
  works_.fill(!settings.working_days || settings.working_days->empty());
  if (settings.working_days)
    for (const weekday day : *settings.working_days)
      works_.at(static_cast<std::size_t>(day)) = true;
  std::sort(holidays_.begin(), holidays_.end());
  holidays_.erase(std::unique(holidays_.begin(), holidays_.end()),
                  holidays_.end());
}

date work_calendar::day_zero(timestamp now) const {
  const auto [day, clock] = zone_.at(now);
  return cutoff_ && clock > *cutoff_ ? day + days(1) : day;
}

bool work_calendar::is_working(date day) const {
  // `iso_encoding` counts from Monday, which is 1.
  const auto weekday = std::chrono::weekday(day).iso_encoding() - 1;
  return works_[weekday] &&
         (holidays_.empty() || !std::ranges::binary_search(holidays_, day));
}

// It ends: there is a working day in every week but for the holidays, of which
// there are only so many.
date work_calendar::ship_day(date day_zero) const {
  date day = day_zero;
  for (std::int32_t left = handling_days_; left > 0;) {
    day += days(1);
    if (is_working(day)) --left;
  }
  // Without handling days.
  while (!is_working(day)) day += days(1);
  return day;
}

days transit_days(const routing_rules& rules, std::string_view service,
                  std::optional<double> km) {
  const auto unknown =
      rules.unknown_days ? days(*rules.unknown_days) : default_unknown_days;
  if (!km) return unknown;
  if (!rules.transit) return default_transit_days(*km);
  const transit_row* row = row_for(*rules.transit, service, *km);
  if (row == nullptr && !service.empty())
    row = row_for(*rules.transit, {}, *km);
  return row == nullptr ? unknown : days(row->days);
}

parcel_dates later(const parcel_dates& a, const parcel_dates& b) {
  return {later_of(a.ship, b.ship), later_of(a.delivery, b.delivery)};
}

}  // namespace oms::calendar
