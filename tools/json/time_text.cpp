#include "tools/json/time_text.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <utility>

namespace oms::json {

namespace {

namespace chrono = std::chrono;

/// Eats a text from its front.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool eat(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == any_of.npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `digits` digits within the bounds.
  std::optional<int> number(std::size_t digits, int least, int most) {
    if (rest_.size() < digits) return std::nullopt;
    int out = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      out = 10 * out + (c - '0');
    }
    if (out < least || out > most) return std::nullopt;
    rest_.remove_prefix(digits);
    return out;
  }

  /// The digits of a fraction of a second, cut off after microseconds.
  std::optional<chrono::microseconds> fraction() {
    std::int64_t out = 0;
    std::size_t digits = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (digits < 6) out = 10 * out + (rest_.front() - '0');
      ++digits;
      rest_.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 6; ++digits) out *= 10;
    return chrono::microseconds{out};
  }

 private:
  std::string_view rest_;
};

std::optional<chrono::sys_days> scan_date(scanner& text) {
  const auto year = text.number(4, 0, 9999);
  if (!year || !text.eat("-")) return std::nullopt;
  const auto month = text.number(2, 1, 12);
  if (!month || !text.eat("-")) return std::nullopt;
  const auto day = text.number(2, 1, 31);
  if (!day) return std::nullopt;
  const chrono::year_month_day date{
      chrono::year{*year}, chrono::month{static_cast<unsigned>(*month)},
      chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return chrono::sys_days{date};
}

std::optional<duration> scan_time_of_day(scanner& text) {
  const auto hour = text.number(2, 0, 23);
  if (!hour || !text.eat(":")) return std::nullopt;
  const auto minute = text.number(2, 0, 59);
  if (!minute || !text.eat(":")) return std::nullopt;
  const auto second = text.number(2, 0, 59);
  if (!second) return std::nullopt;
  duration out = chrono::hours{*hour} + chrono::minutes{*minute} +
                 chrono::seconds{*second};
  if (text.eat(".")) {
    const auto fraction = text.fraction();
    if (!fraction) return std::nullopt;
    out += *fraction;
  }
  return out;
}

/// What local time is ahead of UTC.
std::optional<chrono::minutes> scan_offset(scanner& text) {
  if (text.eat("Zz")) return chrono::minutes{0};
  const bool ahead = text.eat("+");
  if (!ahead && !text.eat("-")) return std::nullopt;
  const auto hour = text.number(2, 0, 23);
  if (!hour || !text.eat(":")) return std::nullopt;
  const auto minute = text.number(2, 0, 59);
  if (!minute) return std::nullopt;
  const chrono::minutes out{60 * *hour + *minute};
  return ahead ? out : -out;
}

}  // namespace

std::optional<timestamp> parse_time(std::string_view text) {
  scanner scan(text);
  const auto date = scan_date(scan);
  if (!date) return std::nullopt;
  if (scan.at_end()) return timestamp{*date};
  if (!scan.eat("Tt ")) return std::nullopt;
  const auto time = scan_time_of_day(scan);
  if (!time) return std::nullopt;
  const auto offset = scan_offset(scan);
  if (!offset || !scan.at_end()) return std::nullopt;
  return timestamp{*date} + *time - *offset;
}

std::string time_text(timestamp time) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{time - day};
  auto out = fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const auto fraction = clock.subseconds().count();
  if (fraction % 1000 != 0) {
    out += fmt::format(".{:06}", fraction);
  } else if (fraction != 0) {
    out += fmt::format(".{:03}", fraction / 1000);
  }
  return out + "Z";
}

std::optional<duration> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, duration>, 5> units{{
      {"ms", chrono::milliseconds{1}},
      {"s", chrono::seconds{1}},
      {"m", chrono::minutes{1}},
      {"h", chrono::hours{1}},
      {"d", chrono::days{1}},
  }};
  constexpr duration longest = chrono::years{1000};

  std::int64_t count = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc{} || count < 0) return std::nullopt;
  const auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, length] : units) {
    if (name != unit) continue;
    if (count > longest / length) return std::nullopt;
    return count * length;
  }
  return std::nullopt;
}

}  // namespace oms::json
