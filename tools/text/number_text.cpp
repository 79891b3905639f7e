#include "tools/text/number_text.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::text {

namespace {

namespace chrono = std::chrono;

// Years beyond these are typing mistakes, and a replay would walk there day by
// day.
constexpr timestamp first_time = chrono::sys_days{chrono::year{1970} / 1 / 1};
constexpr timestamp end_of_time = chrono::sys_days{chrono::year{2100} / 1 / 1};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

bool all_zeros(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

// Unlike strtol it skips no blanks and knows no locale.
template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number out{};
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return out;
}

// "12/1/2010 8:26", as spreadsheets of the United States write it, to
// "2010-12-01T08:26:00Z". Only the form is changed; `parse_time` refuses a
// month 13, which a file with the day first has sooner or later.
std::optional<std::string> from_slashes(std::string_view text) {
  const auto slash = text.find('/');
  const auto second = text.find('/', slash + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto blank = std::min(text.find(' ', second), text.size());
  const auto month = read_number<unsigned>(text.substr(0, slash));
  const auto day =
      read_number<unsigned>(text.substr(slash + 1, second - slash - 1));
  const auto year =
      read_number<unsigned>(text.substr(second + 1, blank - second - 1));
  if (!month || !day || !year) return std::nullopt;
  std::string clock = "00:00:00";
  if (blank < text.size()) {
    clock = text.substr(blank + 1);
    if (clock.find(':') == 1) clock.insert(0, 1, '0');
    if (clock.size() == 5) clock += ":00";
  }
  return fmt::format("{:04}-{:02}-{:02}T{}Z", *year, *month, *day, clock);
}

// "2010-12-01 08:26[:00]", in UTC or with an offset as in "08:26:00 -0500",
// to RFC 3339.
std::string from_blanks(std::string_view text) {
  // After the date, whose hyphens are not a sign.
  const auto zone = std::min(text.find_first_of("Z+-", 11), text.size());
  auto clock = text.substr(11, zone - 11);
  auto offset = std::string(text.substr(zone));
  if (!offset.empty() && clock.ends_with(' ')) clock.remove_suffix(1);
  std::string out(text.substr(0, 10));
  out += 'T';
  out += clock;
  if (clock.size() == 5) out += ":00";
  // "-0500" lacks the colon.
  if (offset.size() == 5) offset.insert(3, 1, ':');
  return out + (offset.empty() ? "Z" : offset);
}

}  // namespace

std::optional<std::int64_t> parse_whole(std::string_view text) {
  if (has_thousands_separator(text)) return std::nullopt;
  // Spreadsheets write whole numbers as "12.0".
  if (const auto point = text.find('.'); point != std::string_view::npos) {
    const auto fraction = text.substr(point + 1);
    if (!all_digits(fraction) || !all_zeros(fraction)) return std::nullopt;
    text = text.substr(0, point);
  }
  const bool has_sign = text.starts_with('+') || text.starts_with('-');
  const auto unsigned_part = has_sign ? text.substr(1) : text;
  if (!all_digits(unsigned_part)) return std::nullopt;
  // std::from_chars takes a minus, but no plus.
  if (text.starts_with('+')) text.remove_prefix(1);
  return read_number<std::int64_t>(text);
}

bool has_thousands_separator(std::string_view text) {
  // A point, a comma, a blank, an apostrophe in two forms, and the blanks of
  // typesetters: U+00A0, U+2009 and U+202F.
  static constexpr std::array<std::string_view, 8> separators = {
      ".", ",", "'", " ", "\u2019", "\u00a0", "\u2009", "\u202f"};
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const auto eat_digits = [&text] {
    const auto end =
        std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end;
  };
  const auto first = eat_digits();
  // "1234.5" is not grouped: the first group has at most three digits.
  if (first == 0 || first > 3) return false;
  // Groups of three follow, each after a separator. Separators may differ, as
  // in "1.000,00".
  for (bool found = false;; found = true) {
    const auto* separator = std::find_if(
        separators.begin(), separators.end(),
        [&text](std::string_view each) { return text.starts_with(each); });
    if (separator == separators.end()) return found && text.empty();
    text.remove_prefix(separator->size());
    const auto digits = eat_digits();
    // "1.000,00": what follows the last separator are decimals.
    if (digits != 3) return found && digits > 0 && text.empty();
  }
}

std::optional<money> parse_price(std::string_view text, int digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, point);
  const auto fraction =
      point < text.size() ? text.substr(point + 1) : std::string_view{};
  if (!all_digits(whole)) return std::nullopt;
  if (point < text.size() && !all_digits(fraction)) return std::nullopt;
  const auto most = static_cast<std::size_t>(digits);
  // Rounding would change what a customer paid.
  if (fraction.size() > most) return std::nullopt;
  // In decimal digits, since 2.55 has no exact double.
  std::string minor = std::string(whole) + std::string(fraction);
  minor.append(most - fraction.size(), '0');
  const auto out = read_number<std::int64_t>(minor);
  if (!out) return std::nullopt;
  return money{negative ? -*out : *out};
}

int currency_digits(std::string_view currency) {
  // ISO 4217, list one: these have none, three or four digits, and all others
  // that have minor units have two.
  static constexpr std::array<std::string_view, 17> none = {
      "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
      "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::array<std::string_view, 7> three = {
      "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  static constexpr std::array<std::string_view, 2> four = {"CLF", "UYW"};
  const auto code = upper_case(currency);
  const auto is_in = [&code](const auto& list) {
    return std::find(list.begin(), list.end(), code) != list.end();
  };
  if (is_in(none)) return 0;
  if (is_in(three)) return 3;
  return is_in(four) ? 4 : 2;
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

std::string_view without_excel_quote(std::string_view text) {
  if (text.starts_with('\'')) text.remove_prefix(1);
  return text;
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
                                : static_cast<char>(c);
  });
  return out;
}

std::optional<timestamp> parse_file_time(std::string_view text) {
  std::optional<timestamp> time;
  if (text.find('/') != std::string_view::npos) {
    if (const auto turned = from_slashes(text)) time = parse_time(*turned);
  } else if (text.size() > 10 && text[10] == ' ') {
    time = parse_time(from_blanks(text));
  } else {
    time = parse_time(text);
  }
  // All forms, so that the range holds for each of them.
  if (time && (*time < first_time || *time >= end_of_time)) time.reset();
  return time;
}

std::optional<double> parse_degrees(std::string_view text, double limit) {
  const auto out = read_number<double>(text);
  if (!out || !std::isfinite(*out) || std::abs(*out) > limit)
    return std::nullopt;
  return out;
}

bool is_plain_text(std::string_view text) {
  return is_utf8(text) && !has_control_character(text);
}

std::string grouped(std::int64_t number) {
  // Without a locale: output looks the same on every machine.
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return number < 0 ? "-" + digits : digits;
}

std::string counted(std::int64_t number, std::string_view one,
                    std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::string money_text(money amount, std::string_view currency) {
  const int digits = currency_digits(currency);
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  auto out = grouped(amount.value / unit);
  if (digits > 0)
    out += fmt::format(".{:0{}}", std::abs(amount.value % unit), digits);
  return fmt::format("{} {}", out, currency);
}

std::string span_text(duration time) {
  const auto hours = std::chrono::duration<double, std::ratio<3600>>(time);
  if (hours.count() < 1) return fmt::format("{:.0f} min", hours.count() * 60);
  // Up to two days people count in hours.
  if (hours.count() < 48) return fmt::format("{:.1f} h", hours.count());
  return fmt::format("{:.1f} days", hours.count() / 24);
}

std::string minute_text(timestamp time) {
  // A time_t has whole seconds. Rounding up could show the next minute.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format(
      "{:%Y-%m-%d %H:%M}",
      fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  if (bytes < 10'000'000)
    return fmt::format("{:.0f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace oms::text
