#include "tools/text/number_text.hpp"

#include <gtest/gtest.h>

#include "messages/time_text.hpp"

namespace oms::text {
namespace {

TEST(ReplayText, WholeNumbers) {
  EXPECT_EQ(parse_whole("12"), 12);
  EXPECT_EQ(parse_whole("-3"), -3);
  EXPECT_EQ(parse_whole("+3"), 3);
  EXPECT_EQ(parse_whole("12.0"), 12);
  EXPECT_EQ(parse_whole("1234.000"), 1234);
  for (const auto* none : {"", "-", "1.5", "1.", "1e3", "0x1", "twelve", " 1",
                           "99999999999999999999", "--1", "+-1"})
    EXPECT_FALSE(parse_whole(none)) << none;
}

// Digits in groups of three: which country wrote them?
TEST(ReplayText, ThousandsAreAmbiguousAndNeverGuessed) {
  for (const auto* grouped :
       {"1.000", "12.000", "123.456", "-1.000", "+1.000", "1,000", "1.000.000",
        "1,000,000", "1 000", "1'000", "1\u2019000", "1\u00a0000", "1\u202f000",
        "1.000,00", "1,000.00", "1.000,5", "0.000"}) {
    EXPECT_TRUE(has_thousands_separator(grouped)) << grouped;
    EXPECT_FALSE(parse_whole(grouped)) << grouped;
  }
  for (const auto* plain :
       {"", "1", "1000", "1.0", "1.00", "12.0000", "1234.000", ".000", "1.",
        "1.000.", "1..000", "a.000", "1.000x", "1,5"})
    EXPECT_FALSE(has_thousands_separator(plain)) << plain;
}

TEST(ReplayText, PricesAreExact) {
  EXPECT_EQ(parse_price("2.55", 2), money{255});
  EXPECT_EQ(parse_price("2.5", 2), money{250});
  EXPECT_EQ(parse_price("2", 2), money{200});
  EXPECT_EQ(parse_price("-0.05", 2), money{-5});
  EXPECT_EQ(parse_price("120", 0), money{120});
  EXPECT_EQ(parse_price("1.234", 3), money{1234});
  for (const auto* none :
       {"", ".", "2.", ".5", "2.555", "2.550", "2.5500", "1,5", "GBP 2", "nan",
        "1e5", "99999999999999999999", "--1"})
    EXPECT_FALSE(parse_price(none, 2)) << none;
  EXPECT_FALSE(parse_price("705.00", 0));
  EXPECT_FALSE(parse_price("1.2345", 3));
}

TEST(ReplayText, MinorUnitsFollowIso4217) {
  for (const auto* none : {"JPY", "jpy", "XPF", "CLP", "KRW", "VND", "Isk",
                           "XAF", "XOF", "UGX", "UYI", "PYG", "RWF", "VUV"})
    EXPECT_EQ(currency_digits(none), 0) << none;
  for (const auto* three :
       {"KWD", "LYD", "lyd", "BHD", "TND", "OMR", "JOD", "IQD"})
    EXPECT_EQ(currency_digits(three), 3) << three;
  for (const auto* four : {"CLF", "UYW", "clf"})
    EXPECT_EQ(currency_digits(four), 4) << four;
  for (const auto* two : {"EUR", "usd", "HUF", "TWD", "MGA", "MRU", "COP"})
    EXPECT_EQ(currency_digits(two), 2) << two;
}

TEST(ReplayText, OneIsSingular) {
  EXPECT_EQ(text::counted(0, "batch", "batches"), "0 batches");
  EXPECT_EQ(text::counted(1, "batch", "batches"), "1 batch");
  EXPECT_EQ(text::counted(1'234, "batch", "batches"), "1,234 batches");
}

TEST(ReplayText, Times) {
  const auto wanted = parse_time("2010-12-01T08:26:00Z");
  EXPECT_EQ(parse_file_time("2010-12-01 08:26:00"), wanted);
  EXPECT_EQ(parse_file_time("2010-12-01 08:26"), wanted);
  EXPECT_EQ(parse_file_time("2010-12-01T08:26:00Z"), wanted);
  EXPECT_EQ(parse_file_time("12/1/2010 8:26"), wanted);
  for (const auto* offset :
       {"2010-12-01 03:26:00 -0500", "2010-12-01 03:26:00 -05:00",
        "2010-12-01 03:26:00-05:00", "2010-12-01 03:26 -0500",
        "2010-12-01 13:56:00 +0530", "2010-12-01T03:26:00-05:00"})
    EXPECT_EQ(parse_file_time(offset), wanted) << offset;
  EXPECT_EQ(parse_file_time("2010-12-01"), parse_time("2010-12-01T00:00:00Z"));
  for (const auto* none :
       {"", "soon", "2010-02-30 08:26", "2010-12-01 25:00", "13/1/2010 8:26",
        "0201-12-01 08:26", "9999-12-01 08:26", "2010-12-01 08:26 -500",
        "2010-12-01 08:26:00 EST", "2010-12-01 08:26:00 -0500x", "1/1", "//",
        "1/2/2010 "})
    EXPECT_FALSE(parse_file_time(none)) << none;
}

TEST(ReplayText, PlainTextIsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(is_plain_text(""));
  EXPECT_TRUE(is_plain_text("Caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\x81"));
  EXPECT_FALSE(
      is_plain_text("\xA3"
                    "5"));
  EXPECT_FALSE(is_plain_text("a\tb"));
  EXPECT_FALSE(is_plain_text(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_plain_text("\xC0\xAF"));
  EXPECT_FALSE(is_plain_text("\xED\xA0\x80"));
  EXPECT_FALSE(is_plain_text("\xE2\x82"));
}

TEST(ReplayText, NumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(-1'234'567), "-1,234,567");
  EXPECT_EQ(money_text(money{123'456}, "GBP"), "1,234.56 GBP");
  EXPECT_EQ(money_text(money{500}, "JPY"), "500 JPY");
  EXPECT_EQ(span_text(std::chrono::minutes(90)), "1.5 h");
  EXPECT_EQ(span_text(std::chrono::hours(84)), "3.5 days");
}

}  // namespace
}  // namespace oms::text
