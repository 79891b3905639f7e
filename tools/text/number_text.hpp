#pragma once

/// Text of order files to values, and numbers to text.
///
/// Purpose: strict readers; what is not wholly a number is none. Owner: pure
/// functions. Threads: any. Units: money in minor units, times in UTC.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/ids.hpp"

namespace oms::text {

/// "12", "-3" or "12.0"; none with a separator of thousands.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text);

/// Whether digits stand in groups: "1.000", "1,000,000", "1 000", "1.000,00".
/// "1.000" is a thousand in one country and one in another, so a reader of
/// whole numbers can't know which is meant.
[[nodiscard]] bool has_thousands_separator(std::string_view text);

/// "2.55" with two `digits` is 255; none with more digits than these.
[[nodiscard]] std::optional<money> parse_price(std::string_view text,
                                               int digits);

/// Digits of the minor unit by ISO 4217, in either case; 2 where the currency
/// is not known.
[[nodiscard]] int currency_digits(std::string_view currency);

/// Three letters.
[[nodiscard]] bool is_currency(std::string_view text);

/// Without the quote that Excel puts before digits that are a text: "'53111".
[[nodiscard]] std::string_view without_excel_quote(std::string_view text);

/// Of ASCII letters.
[[nodiscard]] std::string upper_case(std::string_view text);

/// RFC 3339, "2010-12-01 08:26[:00]", the same with an offset ("-05:00" or
/// " -0500"), and "12/1/2010 8:26" (month first), in the years 1970 to 2099.
[[nodiscard]] std::optional<timestamp> parse_file_time(std::string_view text);

[[nodiscard]] std::optional<double> parse_degrees(std::string_view text,
                                                  double limit);

/// UTF-8 without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text);

/// "12,345".
[[nodiscard]] std::string grouped(std::int64_t number);
/// "1,234.50 GBP".
[[nodiscard]] std::string money_text(money amount, std::string_view currency);
/// "3.2 days" or "4.5 h".
[[nodiscard]] std::string span_text(duration time);
/// "2010-12-01 08:26".
[[nodiscard]] std::string minute_text(timestamp time);
/// "12.3 MB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace oms::text
