#pragma once

/// Time zones by their IANA names, from the time zone database of the system
/// (Debian's tzdata).
///
/// Finding a zone reads a file the first time and takes a lock later on, so it
/// is for settings that change, not for plans. A zone that was found is a value
/// that any thread may copy and use; converting with it takes no lock. Day and
/// time are those of the proleptic Gregorian calendar.

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "messages/ids.hpp"

namespace oms::calendar {

/// What calendar and clock of a place show.
struct local_time {
  date day{};
  /// Since the clock showed 00:00; on a day that summer time changes, another
  /// time than has passed since then.
  std::chrono::microseconds since_midnight{};

  friend auto operator<=>(const local_time&, const local_time&) = default;
  friend bool operator==(const local_time&, const local_time&) = default;
};

class time_zone {
 public:
  /// UTC.
  time_zone() = default;

  /// None if the database has no zone of that name; the empty name is no zone.
  [[nodiscard]] static std::optional<time_zone> find(std::string_view name);

  [[nodiscard]] local_time at(timestamp time) const;
  [[nodiscard]] date day_at(timestamp time) const { return at(time).day; }

  /// The first moment at which the clock shows this. Where the clock skips it,
  /// the moment of the skip.
  [[nodiscard]] timestamp utc_of(const local_time& shown) const;
  /// When a day begins, which need not be at 00:00.
  [[nodiscard]] timestamp begin_of(date day) const { return utc_of({day, {}}); }
  /// When the day after that of `time` begins.
  [[nodiscard]] timestamp next_day_after(timestamp time) const {
    return begin_of(day_at(time) + std::chrono::days(1));
  }

 private:
  struct rules;
  /// None: UTC, for which nothing has to be looked up.
  std::shared_ptr<const rules> rules_;
};

/// Whether the database has a zone of that name.
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace oms::calendar
