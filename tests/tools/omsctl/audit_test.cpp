/// `omsctl audit`: the chain, exported heads, and the trail as NDJSON.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "messages/hex.hpp"
#include "tests/tools/store_fixture.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/audit/audit_command.hpp"
#include "tools/store/chain_head.hpp"

namespace oms::omsctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

tests::outcome verify(const tests::store_on_disk& store,
                      const std::string& against = "", bool json = false) {
  return tests::running([&](const text::console& to) {
    return verify_command({store.path(), against, json}, to);
  });
}

tests::outcome exporting(const export_options& options) {
  return tests::running(
      [&](const text::console& to) { return export_command(options, to); });
}

std::vector<json::value> lines_of(const std::string& text) {
  std::vector<json::value> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    all.push_back(*json::parse_text(line));
  return all;
}

std::vector<std::string> kinds_of(const std::string& text) {
  std::vector<std::string> kinds;
  for (const auto& each : lines_of(text)) kinds.push_back(each["kind"]);
  return kinds;
}

/// Its notes make three batches that can be told from each other.
void add_notes(tests::store_on_disk& store, const std::string& second) {
  store.add_network();
  store.place("SO-1", "MUG", 1);
  const order_key key{brand_id{"acme"}, order_id{"SO-1"}};
  store.give(add_note{key, "note one"}, "ann");
  store.give(add_note{key, second}, "bob");
  store.give(add_note{key, "note three"}, "ann");
}

std::string write_head(const tests::store_on_disk& store) {
  const auto head = tests::running(
      [&](const text::console& to) { return head_command(store.path(), to); });
  EXPECT_EQ(head.code, 0) << head.err;
  tests::write_file(store.beside("head.json"), head.out);
  return store.beside("head.json");
}

TEST(AuditVerify, SaysWhereTheChainEnds) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto stats = store.stats();
  const auto found = verify(store);
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(found.out, "store     " + store.path() + "\nbatches   " +
                           std::to_string(stats.entries) + "\nevents    " +
                           std::to_string(stats.last) + "\nsequence  " +
                           std::to_string(stats.last) + "\nhash      " +
                           hex_of(stats.head) + "\nchain     unbroken\n");
}

TEST(AuditVerify, OfAnEmptyLogIsFine) {
  const tests::store_on_disk store;
  const auto found = verify(store);
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.out, HasSubstr("The log is empty.\n"));
}

TEST(AuditVerify, NamesTheFirstBadBatch) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto note = store.stats().last - 1;
  store.overwrite("note two", "note TWO");
  const auto found = verify(store);
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.out, HasSubstr("chain     BROKEN\n"));
  EXPECT_THAT(
      found.err,
      HasSubstr("the batch that starts at sequence " + std::to_string(note) +
                " is bad: its bytes don't have the hash they were "
                "given\n"));
  const auto as_json = verify(store, "", true);
  EXPECT_EQ(as_json.code, 1);
  EXPECT_EQ(lines_of(as_json.out).at(0)["unbroken"], false);
}

TEST(AuditVerify, RefusesADamagedPageBeforeLmdbFollowsIt) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  // LMDB keeps flags and length of a key ahead of it. With these flags it would
  // take the head for the number of a page, and read there.
  using namespace std::string_literals;
  store.overwrite("\0\0\4\0head"s, "\xdf\0\4\0head"s);
  const auto found = verify(store);
  EXPECT_EQ(found.code, 2);
  EXPECT_EQ(found.out, "");
  EXPECT_THAT(found.err, HasSubstr("a value is of another kind"));
}

TEST(AuditVerify, AHeadIsKeptWhileTheLogGrows) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto head = write_head(store);
  store.place("SO-2", "POT", 1);
  const auto found = verify(store, head);
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("still has that hash\n"));
}

TEST(AuditVerify, FindsAHistoryThatWasRewrittenAsAWhole) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto head = write_head(store);
  tests::store_on_disk rewritten;
  add_notes(rewritten, "note TWO");
  ASSERT_EQ(store.stats().last, rewritten.stats().last);
  EXPECT_EQ(verify(rewritten).code, 0);
  const auto found = verify(rewritten, head);
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.out, HasSubstr("IS A DIFFERENT HISTORY\n"));
  EXPECT_THAT(found.err, HasSubstr("the history before it was rewritten\n"));
}

TEST(AuditVerify, FindsAnEndThatIsMissing) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto head = write_head(store);
  tests::store_on_disk shorter;
  shorter.add_network();
  const auto found = verify(shorter, head);
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(found.err, HasSubstr("its end is missing\n"));
}

TEST(AuditVerify, RefusesWhatIsNoHead) {
  const tests::store_on_disk store;
  const auto path = store.beside("head.json");
  for (const auto* text :
       {"", "{}", "[1]", R"({"sequence": 1, "hash": "12"})",
        R"({"sequence": -1, "hash": ""})", R"({"sequence": 1})"}) {
    tests::write_file(path, text);
    const auto found = verify(store, path);
    EXPECT_EQ(found.code, 2) << text;
    EXPECT_THAT(found.err, HasSubstr("is not an exported head")) << text;
  }
  EXPECT_EQ(verify(store, store.beside("none")).code, 2);
}

TEST(AuditVerify, WantsAStore) {
  const auto found = tests::running([](const text::console& to) {
    return verify_command({"/nowhere/at/all", "", false}, to);
  });
  EXPECT_EQ(found.code, 2);
  EXPECT_THAT(found.err, HasSubstr("there is no such folder"));
}

TEST(AuditHead, IsJson) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto head = tests::contents_of(write_head(store));
  const auto read = store::head_of_text("head", head);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->last, store.stats().last);
  EXPECT_EQ(read->hash, store.stats().head);
}

TEST(AuditExport, WritesEveryEventAsALine) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto found = exporting({.store = store.path()});
  EXPECT_EQ(found.code, 0) << found.err;
  const auto lines = lines_of(found.out);
  ASSERT_THAT(lines, SizeIs(store.stats().last));
  for (std::size_t i = 0; i < lines.size(); ++i)
    EXPECT_EQ(lines[i]["at"], i + 1);
  EXPECT_THAT(found.out, Not(HasSubstr("Lovelace")));
}

TEST(AuditExport, OfAnOrderIsItsTimeline) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  store.place("SO-2", "POT", 1);
  for (const auto& brand :
       {std::optional<std::string>{}, std::optional<std::string>{"acme"}}) {
    const auto found =
        exporting({.store = store.path(), .order = "SO-1", .brand = brand});
    EXPECT_EQ(found.code, 0) << found.err;
    for (const auto& line : lines_of(found.out))
      EXPECT_EQ(line["order"], "SO-1");
    EXPECT_EQ(kinds_of(found.out).front(), "order.placed");
    EXPECT_THAT(found.out, HasSubstr("note three"));
  }
}

TEST(AuditExport, ByWhoAndWhen) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  store.pass(std::chrono::hours(24));
  const order_key key{brand_id{"acme"}, order_id{"SO-1"}};
  const auto late = store.give(add_note{key, "late"}, "ann");
  EXPECT_THAT(kinds_of(exporting({.store = store.path(), .by = "ann"}).out),
              ElementsAre("note.added", "note.added", "note.added"));
  EXPECT_THAT(
      lines_of(
          exporting({.store = store.path(), .by = "ann", .from = "2026-03-03"})
              .out),
      SizeIs(1));
  EXPECT_THAT(lines_of(exporting({.store = store.path(),
                                  .by = "ann",
                                  .upto = "2026-03-03T12:00:00Z"})
                           .out),
              SizeIs(2));
  EXPECT_THAT(
      lines_of(exporting({.store = store.path(), .after = late - 1}).out),
      SizeIs(1));
}

TEST(AuditExport, ToAFile) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto path = store.beside("trail.ndjson");
  const auto found = exporting({.store = store.path(), .output = path});
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.out, IsEmpty());
  EXPECT_THAT(lines_of(tests::contents_of(path)), SizeIs(store.stats().last));
  const auto nowhere = exporting(
      {.store = store.path(), .output = store.beside("no/such/folder")});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("can't be written"));
}

TEST(AuditExport, OnAFullDiskAFileStaysAsItWas) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  // More than stdio keeps in its buffer.
  for (int i = 0; i < 5; ++i)
    store.give(add_note{{brand_id{"acme"}, order_id{"SO-1"}},
                        std::string(1'500, 'x')});
  const auto file = store.beside("trail.ndjson");
  const auto path = store.path();
  tests::write_file(file, "as it was");
  tests::outcome found;
  {
    const tests::small_files full(100);
    found = exporting({.store = path, .output = file});
  }
  EXPECT_EQ(found.code, 2);
  EXPECT_THAT(found.err, HasSubstr("can't be written: File too large"));
  EXPECT_EQ(tests::contents_of(file), "as it was");
}

TEST(AuditExport, WritesWhatCanStillBeRead) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto last = store.stats().last;
  store.overwrite("note two", "note TWO");
  const auto found = exporting({.store = store.path()});
  EXPECT_EQ(found.code, 1);
  EXPECT_THAT(lines_of(found.out), SizeIs(last - 1));
  EXPECT_THAT(found.out, HasSubstr("note one"));
  EXPECT_THAT(found.out, Not(HasSubstr("note TWO")));
  EXPECT_THAT(found.out, HasSubstr("note three"));
  EXPECT_THAT(found.err, StartsWith("omsctl audit export: event " +
                                    std::to_string(last - 1) +
                                    " can't be read: the batch that"));
  const auto of_order = exporting({.store = store.path(), .order = "SO-1"});
  EXPECT_EQ(of_order.code, 1);
  EXPECT_THAT(of_order.out, Not(HasSubstr("note TWO")));
  EXPECT_THAT(of_order.out, HasSubstr("note three"));
}

TEST(AuditExport, SaysWhenNothingIsLikeThat) {
  tests::store_on_disk store;
  add_notes(store, "note two");
  const auto nobody = exporting({.store = store.path(), .by = "zoe"});
  EXPECT_EQ(nobody.code, 0);
  EXPECT_EQ(nobody.err, "omsctl audit export: no event matches\n");
  const auto none = exporting({.store = store.path(), .order = "SO-9"});
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.err, "omsctl audit export: there is no order SO-9\n");
  const auto wrong = exporting({.store = store.path(), .from = "monday"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--from: \"monday\" is not a time"));
}

}  // namespace
}  // namespace oms::omsctl
