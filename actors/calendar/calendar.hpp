#pragma once

/// Expected dates of parcels: on which day a location ships, and how long a
/// parcel is on the way.
///
/// Pure: what a date depends on is in the arguments. The rules are those of
/// docs/DOMAIN.md, "Expected delivery". A `work_calendar` is made once from the
/// settings of a location and may be read by any thread; asking it allocates
/// nothing.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/calendar/time_zone.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"

namespace oms::calendar {

/// "HH:MM", from 00:00 to 23:59; none for anything else.
[[nodiscard]] std::optional<std::chrono::minutes> clock_time(
    std::string_view text);

class work_calendar {
 public:
  /// Of a place in UTC that works every day and handles a parcel in no time.
  work_calendar() { works_.fill(true); }
  /// Of a zone that is not known (any more): UTC.
  explicit work_calendar(const location_settings& settings);

  /// The date at the place.
  [[nodiscard]] date today(timestamp now) const { return zone_.day_at(now); }
  /// When the day after that of `now` begins there.
  [[nodiscard]] timestamp next_day_after(timestamp now) const {
    return zone_.next_day_after(now);
  }
  /// The day from which handling counts, for what is planned at `now`: today,
  /// or after the cutoff the next one.
  [[nodiscard]] date day_zero(timestamp now) const;
  /// The handlingDays-th working day after `day_zero`; without handling days
  /// the first one from then on.
  [[nodiscard]] date ship_day(date day_zero) const;

 private:
  [[nodiscard]] bool is_working(date day) const;

  time_zone zone_;
  std::optional<std::chrono::minutes> cutoff_;
  std::int32_t handling_days_ = 0;
  /// From Monday on.
  std::array<bool, 7> works_{};
  /// In order, each once.
  std::vector<date> holidays_;
};

/// Days on the way for a service over so many km; none: the distance is not
/// known.
[[nodiscard]] std::chrono::days transit_days(const routing_rules& rules,
                                             std::string_view service,
                                             std::optional<double> km);

/// When a parcel is expected to leave and to arrive; none: not known.
struct parcel_dates {
  std::optional<date> ship;
  std::optional<date> delivery;

  friend bool operator==(const parcel_dates&, const parcel_dates&) = default;
};

/// Each date the later of the two. Of one that is not known, the other.
[[nodiscard]] parcel_dates later(const parcel_dates& a, const parcel_dates& b);

}  // namespace oms::calendar
