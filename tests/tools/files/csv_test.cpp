#include "tools/files/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::files {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

csv_reader reader_of(std::string text) {
  auto reader = csv_reader::of_text("orders.csv", std::move(text));
  EXPECT_TRUE(reader);
  return std::move(*reader);
}

std::vector<csv_row> rows_of(std::string text) {
  auto reader = reader_of(std::move(text));
  std::vector<csv_row> out;
  for (csv_row row; reader.next(row);) out.push_back(row);
  return out;
}

TEST(CsvReader, ReadsRowsWithTheirLines) {
  const auto rows = rows_of("a,b\n1,2\n\n3,\" 4 \"\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].line, 2U);
  EXPECT_THAT(rows[0].fields, ElementsAre("1", "2"));
  EXPECT_EQ(rows[1].line, 4U);
  // docs/DOMAIN.md, "Ids": "Cells of a CSV file are trimmed first."
  EXPECT_THAT(rows[1].fields, ElementsAre("3", "4"));
  EXPECT_EQ(rows[1].raw, "3,\" 4 \"");
}

TEST(CsvReader, TakesEitherLineEndAndNoneAtTheEnd) {
  EXPECT_EQ(rows_of("a,b\r\n1,2\r\n3,4").size(), 2U);
  EXPECT_EQ(rows_of("a,b\r1,2\r3,4\r").size(), 2U);
  EXPECT_EQ(rows_of("a,b\n1,\"2\"").size(), 1U);
}

TEST(CsvReader, TakesAByteOrderMarkAndOtherSeparators) {
  auto reader = reader_of("\xEF\xBB\xBFInvoice No;Quantity\n1;2\n");
  EXPECT_EQ(reader.column({"invoiceno"}), 0U);
  EXPECT_EQ(reader.column({"price", " QUANTITY"}), 1U);
  EXPECT_EQ(reader.column({"price"}), csv_reader::npos);
  csv_row row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_THAT(row.fields, ElementsAre("1", "2"));
}

// What Excel writes first, where a comma is not the separator of the country.
TEST(CsvReader, TakesTheSeparatorThatTheFirstLineNames) {
  for (const auto* start : {"sep=|\n", "\xEF\xBB\xBFsep=|\r\n", "SEP=|\n",
                            "\"sep=|\"\n", "sep=|\r", "\n\nsep=|\n\n"}) {
    SCOPED_TRACE(start);
    auto reader = reader_of(std::string(start) + "a,x|b;y\n1,5|2;5\n");
    EXPECT_THAT(reader.header(), ElementsAre("a,x", "b;y"));
    csv_row row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_THAT(row.fields, ElementsAre("1,5", "2;5"));
    EXPECT_EQ(row.line, reader.header_line() + 1);
  }
  auto tabs = reader_of("sep=\t\na;b\tc\n1\t2\n");
  EXPECT_THAT(tabs.header(), ElementsAre("a;b", "c"));
  EXPECT_EQ(tabs.header_line(), 2U);
}

TEST(CsvReader, PrefersItsCallersSeparatorToTheFirstLines) {
  const auto reader = csv_reader::of_text("x", "sep=;\na;b|c\n", '|');
  ASSERT_TRUE(reader);
  EXPECT_THAT(reader->header(), ElementsAre("a;b", "c"));
}

TEST(CsvReader, RefusesAFirstLineThatNamesNoSeparator) {
  for (const auto* start : {"sep=\n", "sep=;;\n", "sep=\"\n", "sep=ab\n"})
    EXPECT_THAT(csv_reader::of_text("x", std::string(start) + "a,b\n")
                    .failure()
                    .message,
                HasSubstr("x:1: \"sep=\" must be followed by one character"));
  EXPECT_THAT(reader_of("sep,b\n").header(), ElementsAre("sep", "b"));
}

TEST(CsvReader, KeepsLineEndsWithinQuotes) {
  const auto rows = rows_of("a,b\n1,\"two\nlines, \"\"quoted\"\"\"\n3,4\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0].fields, ElementsAre("1", "two\nlines, \"quoted\""));
  EXPECT_EQ(rows[1].line, 4U);
}

TEST(CsvReader, TakesAQuoteWithinAnUnquotedField) {
  const auto rows = rows_of("a,b\n1,PLATE 6\" WIDE\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0].fields, ElementsAre("1", "PLATE 6\" WIDE"));
}

TEST(CsvReader, AnOpenQuoteCostsItsOwnLineOnly) {
  const auto rows = rows_of("a,b\n1,\"open\n2,x\n3,y\n");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].fault, HasSubstr("quote"));
  EXPECT_EQ(rows[0].raw, "1,\"open");
  EXPECT_EQ(rows[0].line, 2U);
  EXPECT_THAT(rows[1].fields, ElementsAre("2", "x"));
  EXPECT_EQ(rows[2].line, 4U);
}

TEST(CsvReader, TwoOpenQuotesDoNotHideWhatIsBetween) {
  const auto rows = rows_of("a,b\n1,\"open\n2,x\n3,\"open too\n4,y\n");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_FALSE(rows[0].fault.empty());
  EXPECT_THAT(rows[1].fields, ElementsAre("2", "x"));
  EXPECT_FALSE(rows[2].fault.empty());
  EXPECT_THAT(rows[3].fields, ElementsAre("4", "y"));
}

TEST(CsvReader, NamesAWrongNumberOfColumns) {
  const auto rows = rows_of("a,b\n1,2,3\n1\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].fault, "the row has 3 columns, not 2");
  EXPECT_EQ(rows[1].fault, "the row has 1 column, not 2");
}

TEST(CsvReader, RefusesWhatHasNoHeader) {
  EXPECT_FALSE(csv_reader::of_text("x", ""));
  EXPECT_FALSE(csv_reader::of_text("x", "\n \n"));
  EXPECT_THAT(csv_reader::of_text("x", std::string("\xFF\xFEo\0r", 5))
                  .failure()
                  .message,
              HasSubstr("UTF-8"));
  EXPECT_THAT(csv_reader::open("/nowhere/x.csv").failure().message,
              HasSubstr("/nowhere/x.csv: can't be read"));
}

}  // namespace
}  // namespace oms::files
