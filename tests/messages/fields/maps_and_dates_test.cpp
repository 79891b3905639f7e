/// Maps of texts, dates, and `null` that clears: in JSON both ways, checked,
/// and as records of Cap'n Proto.

#include <capnp/message.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "messages/codec/record.hpp"
#include "messages/fields/check.hpp"
#include "messages/fields/json_read.hpp"
#include "messages/fields/json_write.hpp"
#include "messages/ids.hpp"
#include "messages/text_map.hpp"
// Below this the lists are tables.
#include "messages/fields/define.hpp"

namespace oms::tests {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

}  // namespace

struct contact {
  std::optional<std::string> phone;
  std::optional<double> latitude;

  friend bool operator==(const contact&, const contact&) = default;
};
OMS_FIELDS(contact, "Contact", "",
           OMS_FIELD(phone, 0, .is = fields::null_clears),
           OMS_FIELD(latitude, 1, .is = fields::null_clears));

struct card {
  text_map notes;
  text_map_change changes;
  std::optional<date> due;
  std::optional<timestamp> restock;
  std::vector<date> holidays;
  std::optional<contact> to;

  friend bool operator==(const card&, const card&) = default;
};
OMS_FIELDS(card, "Card", "", OMS_FIELD(notes, 0, .is = fields::unless_empty),
           OMS_FIELD(changes, 1, .is = fields::unless_empty), OMS_FIELD(due, 2),
           OMS_FIELD(restock, 3, .is = fields::as_date),
           OMS_FIELD(holidays, 4, .is = fields::unless_empty),
           OMS_FIELD(to, 5, .is = fields::null_clears));

namespace {

std::vector<std::string> faults_in(std::string_view text) {
  card out;
  std::vector<std::string> all;
  for (const auto& each : fields::read_json(text, out))
    all.push_back(each.path + " " + each.message);
  return all;
}

card read(std::string_view text) {
  card out;
  EXPECT_THAT(fields::read_json(text, out), IsEmpty()) << text;
  return out;
}

std::string written(const card& from) {
  return fields::write_json(type_of(&from), &from);
}

date day(int year, unsigned month, unsigned of_month) {
  return std::chrono::year{year} / static_cast<int>(month) /
         static_cast<int>(of_month);
}

TEST(text_map_in_json, is_an_object) {
  const std::string text = R"({"notes":{"engraving":"A & B","gift":""}})";
  const auto from = read(text);
  EXPECT_EQ(from.notes, (text_map{{{"gift", ""}, {"engraving", "A & B"}}}));
  EXPECT_EQ(written(from), text);
  EXPECT_THAT(read(R"({"notes":{}})").notes.entries, IsEmpty());
}

TEST(text_map_in_json, names_its_faults_by_their_keys) {
  EXPECT_THAT(faults_in(R"({"notes":{"a":1,"b":{"c":2},"a":"x","":"y",
                            " d":"z","e":null},"due":"2026-01-09"})"),
              ElementsAre("notes.a must be a text", "notes.b must be a text",
                          "notes.a is a duplicate", "notes. must have a name",
                          "notes. d must not begin or end with whitespace",
                          "notes.e must be a text"));
  EXPECT_THAT(faults_in(R"({"notes":["a"]})"),
              ElementsAre("notes must be an object"));
  EXPECT_THAT(faults_in(R"({"notes":"a"})"),
              ElementsAre("notes must be an object"));
}

TEST(text_map_in_json, has_an_end) {
  std::string text = R"({"notes":{)";
  for (std::size_t i = 0; i <= limits::max_text_entries; ++i)
    text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"x\"";
  EXPECT_THAT(faults_in(text + "}}"),
              ElementsAre("notes has more than 100 entries"));
}

TEST(text_map_change_in_json, clears_with_null) {
  const auto from = read(R"({"changes":{"gift":null,"engraving":"C"}})");
  text_map map{{{"gift", "yes"}, {"engraving", "A"}, {"card", "B"}}};
  from.changes.apply_to(map);
  EXPECT_EQ(map, (text_map{{{"engraving", "C"}, {"card", "B"}}}));
}

TEST(text_map, is_checked_where_it_came_as_a_list) {
  card from;
  from.notes.entries = {{"a", "x"}, {"a", "y"}, {"", "z"}};
  std::vector<std::string> all;
  for (const auto& each : fields::faults_of(type_of(&from), &from))
    all.push_back(each.path + " " + each.message);
  EXPECT_THAT(all, ElementsAre("notes.a is a duplicate",
                               "notes must have a name for each of its texts"));
}

TEST(date_in_json, is_a_day_of_the_calendar) {
  const auto from = read(
      R"({"due":"2026-02-28","restock":"2026-03-01","holidays":["1969-12-31"]})");
  EXPECT_EQ(from.due, day(2026, 2, 28));
  EXPECT_EQ(from.restock, timestamp{day(2026, 3, 1)});
  EXPECT_THAT(from.holidays, ElementsAre(day(1969, 12, 31)));
  EXPECT_EQ(written(from), R"({"due":"2026-02-28","restock":"2026-03-01",)"
                           R"("holidays":["1969-12-31"]})");
}

TEST(date_in_json, of_a_time_is_its_date_in_utc) {
  const auto from = read(R"({"due":"2026-01-01T00:30:00+02:00",
                             "restock":"2026-01-05T23:59:59Z"})");
  EXPECT_EQ(from.due, day(2025, 12, 31));
  EXPECT_EQ(from.restock, timestamp{day(2026, 1, 5)});
}

TEST(date_in_json, that_does_not_exist_is_refused) {
  EXPECT_THAT(faults_in(R"({"due":"2026-02-30"})"),
              ElementsAre("due must be a date such as 2026-01-09"));
  EXPECT_EQ(read(R"({"due":"","restock":""})"), card{});
}

TEST(null_in_json, clears_where_the_list_says_so) {
  auto from = read(R"({"to":{"phone":null,"latitude":null}})");
  ASSERT_TRUE(from.to && from.to->phone && from.to->latitude);
  EXPECT_EQ(*from.to->phone, "");
  EXPECT_TRUE(std::isnan(*from.to->latitude));
  EXPECT_THAT(fields::faults_of(type_of(&from), &from), IsEmpty());
  from = read(R"({"to":null})");
  ASSERT_TRUE(from.to && from.to->phone);
  EXPECT_EQ(*from.to->phone, "");
  EXPECT_EQ(read(R"({"due":null})"), card{});
}

TEST(record_with_dates_and_maps, comes_back_as_it_was) {
  const card from{.notes = {{{"a", "x"}}},
                  .changes = {{{"b", std::nullopt}, {"c", "y"}}},
                  .due = day(1969, 12, 31),
                  .restock = timestamp{day(2026, 1, 5)},
                  .holidays = {day(9999, 12, 31), day(1, 1, 1)},
                  .to = {}};
  capnp::MallocMessageBuilder message;
  codec::write_whole(message.initRoot<capnp::AnyPointer>(), from);
  EXPECT_EQ(
      codec::read_whole<card>(message.getRoot<capnp::AnyPointer>().asReader()),
      from);
}

}  // namespace
}  // namespace oms::tests
