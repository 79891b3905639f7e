#pragma once

/// Texts of order and import files to values, and numbers to text. The readers
/// are strict: what is not wholly a number is none. Money is in minor units,
/// times are UTC.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/ids.hpp"

namespace oms::text {

/// "12", "-3" or "12.0"; none if the digits are grouped.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text);

/// Whether digits are grouped: "1.000", "1,000,000", "1 000", "1.000,00".
/// "1.000" is a thousand in one country and one in another, so a reader of
/// whole numbers can't know which is meant.
[[nodiscard]] bool has_thousands_separator(std::string_view text);

/// "2.55" with two `digits` is 255; none if there are more digits after the
/// point.
[[nodiscard]] std::optional<money> parse_price(std::string_view text,
                                               int digits);

/// The digits of the minor unit by ISO 4217, in either case; 2 for an unknown
/// currency.
[[nodiscard]] int currency_digits(std::string_view currency);

/// Whether it has the form of a currency code: three letters.
[[nodiscard]] bool is_currency(std::string_view text);

/// Without the quote that Excel puts before digits that are a text: "'53111".
[[nodiscard]] std::string_view without_excel_quote(std::string_view text);

/// Changes ASCII letters only.
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
/// "1 batch" or "1,234 batches".
[[nodiscard]] std::string counted(std::int64_t number, std::string_view one,
                                  std::string_view many);
/// "1,234.50 GBP".
[[nodiscard]] std::string money_text(money amount, std::string_view currency);
/// "3.2 days" or "4.5 h".
[[nodiscard]] std::string span_text(duration time);
/// "2010-12-01 08:26".
[[nodiscard]] std::string minute_text(timestamp time);
/// "12.3 MB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace oms::text
