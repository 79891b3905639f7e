/// Moments, colours, tables and timelines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tools/text/as_of_text.hpp"
#include "tools/text/console.hpp"
#include "tools/text/table.hpp"
#include "tools/text/timeline_text.hpp"

namespace oms::text {
namespace {

TEST(Moment, IsASequenceOrATime) {
  EXPECT_EQ(std::get<sequence>(*parse_moment("4711")), 4711U);
  EXPECT_EQ(std::get<sequence>(*parse_moment("0")), 0U);
  const timestamp day = std::chrono::sys_days{std::chrono::year{2026} / 1 / 5};
  EXPECT_EQ(std::get<timestamp>(*parse_moment("2026-01-05")), day);
  EXPECT_EQ(std::get<timestamp>(*parse_moment("2026-01-05T11:00:00+01:00")),
            day + std::chrono::hours(10));
  for (const auto* text :
       {"", "-1", "12x", "1.5", "now", "99999999999999999999", "2026-13-01"})
    EXPECT_FALSE(parse_moment(text)) << text;
}

TEST(Palette, PaintsOnlyWhereItMay) {
  EXPECT_EQ(palette().paint(colour::red, "bad"), "bad");
  EXPECT_EQ(palette::with_colours().paint(colour::red, "bad"),
            "\x1b[31mbad\x1b[0m");
  EXPECT_EQ(palette::with_colours().paint(colour::plain, "bad"), "bad");
  // Nor does it pass on the colours and commands of others.
  EXPECT_EQ(palette::with_colours().paint(colour::red, "b\x1b[2Jad\x1b[32m"),
            "\x1b[31mb?[2Jad?[32m\x1b[0m");
  EXPECT_EQ(palette().paint(colour::red, "b\x1b[2Jad"), "b?[2Jad");
  // No file is a terminal.
  std::FILE* file = std::tmpfile();
  EXPECT_EQ(palette(file).paint(colour::red, "bad"), "bad");
  std::fclose(file);
}

TEST(TableText, HasNoControlCharacters) {
  table_text table({"name"});
  table.add(
      {"A\x1b[2J\xC2\x9B"
       "B\xF6"});
  EXPECT_EQ(table.text(palette()), "  name\n  A?[2J?B\xEF\xBF\xBD\n");
}

TEST(TimelineText, PassesOnNoEscapesOfANote) {
  event note{.at = 1,
             .time = {},
             .entity = {entity_kind::order, "/SO-1"},
             .version = 1,
             .by = actor_name{"a\x1b[2Jnn"},
             .command = {},
             .cause = {},
             .body = note_added{"\x1b]0;gotcha\x07\x1b[31mred"}};
  const auto text = timeline_text(
      {note},
      {.sequences = true, .who = true, .colours = palette::with_colours()});
  EXPECT_THAT(text, testing::HasSubstr("?]0;gotcha??[31mred"));
  EXPECT_THAT(text, testing::HasSubstr("(a?[2Jnn)"));
}

// A note must not forge the next line, nor turn the direction of its own.
TEST(TimelineText, KeepsANoteInItsLine) {
  event note{.by = actor_name{"ann"},
             .body = note_added{"gone\n  2026-01-05 00:00  paid\r"
                                "\xE2\x80\xAE\xE2\x80\xA8\xE2\x80\x8B"}};
  const auto text = timeline_text({note});
  EXPECT_THAT(text,
              testing::HasSubstr("gone\\n  2026-01-05 00:00  paid\\r???\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Harmless, KeepsWhatOnlyJoins) {
  EXPECT_EQ(harmless("a\n\tb\xE2\x80\x8D"), "a\n\tb\xE2\x80\x8D");
  EXPECT_EQ(harmless_line("a\n\tb\xFF"), "a\\n\\tb\xEF\xBF\xBD");
}

TEST(TableText, LinesUp) {
  table_text table({"name", ">units"});
  table.add({"A", "1"});
  table.add({"Longer", "12,000"});
  EXPECT_EQ(table.text(palette()),
            "  name     units\n"
            "  A            1\n"
            "  Longer  12,000\n");
}

TEST(TimelineText, SaysWhoAndWhere) {
  event note{.at = 7,
             .time = std::chrono::sys_days{std::chrono::year{2026} / 1 / 5},
             .by = actor_name{"ann"},
             .body = note_added{"hello"}};
  event gone = note;
  gone.at = 9;
  gone.body = personal_data_erased{};
  const std::vector<event> events{note, gone};
  EXPECT_EQ(timeline_text(events),
            "  2026-01-05 00:00  note        hello\n"
            "                    erased      name, address and e-mail\n");
  EXPECT_EQ(
      timeline_text(events, {.sequences = true, .who = true, .colours = {}}),
      "         7   2026-01-05 00:00  note        hello  (ann)\n"
      "         9                     erased      name, address and e-mail  "
      "(ann)\n");
}

}  // namespace
}  // namespace oms::text
