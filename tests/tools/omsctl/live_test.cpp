/// The pure parts of omsctl's live commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/json/value.hpp"
#include "tools/omsctl/live/exposition.hpp"
#include "tools/omsctl/live/http_client.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/omsctl/live/top.hpp"
#include "tools/text/trail_text.hpp"

namespace oms::omsctl {
namespace {

using testing::DoubleEq;
using testing::HasSubstr;
using testing::Not;

// --- metrics ----------------------------------------------------------------

TEST(Exposition, ReadsSamplesWithTheirLabels) {
  const auto all = metric_samples::read(
      "# HELP oms_orders Orders, by status.\n"
      "# TYPE oms_orders gauge\n"
      "oms_orders{status=\"paid\"} 3\n"
      "oms_orders{status=\"delivered\",brand=\"a \\\"b\\\"\\\\\\n,}\"} 4.5\n"
      "oms_log_sequence 12 1700000000\n"
      "nonsense\n"
      "oms_broken{status=\"x 1\n");
  ASSERT_EQ(all.of("oms_orders").size(), 2U);
  EXPECT_EQ(all.of("oms_orders")[0].label("status"), "paid");
  EXPECT_EQ(all.of("oms_orders")[1].label("brand"), "a \"b\"\\\n,}");
  EXPECT_THAT(all.sum("oms_orders"), DoubleEq(7.5));
  EXPECT_THAT(all.sum("oms_log_sequence"), DoubleEq(12));
  EXPECT_TRUE(all.of("oms_broken").empty());
  EXPECT_THAT(all.sum("not_there"), DoubleEq(0));
}

TEST(Exposition, LeavesOutWhatIsNotWanted) {
  const auto all = metric_samples::read("a{r=\"x\"} 1\na{r=\"y\"} 2\n");
  EXPECT_THAT(all.except("r", "x").sum("a"), DoubleEq(2));
}

/// 10 values up to 0.1, 80 more up to 0.2, 10 beyond 0.5.
const char* const hundred =
    "t_bucket{le=\"0.1\"} 10\n"
    "t_bucket{le=\"0.2\"} 90\n"
    "t_bucket{le=\"0.5\"} 90\n"
    "t_bucket{le=\"+Inf\"} 100\n"
    "t_sum 30\n"
    "t_count 100\n";

TEST(Quantiles, LieBetweenTheBoundsAsIfTheseWereEvenlyFilled) {
  const auto seen = histogram_of(metric_samples::read(hundred), "t");
  EXPECT_NEAR(quantile_of(seen, 0.05), 0.05, 1e-9);
  EXPECT_NEAR(quantile_of(seen, 0.5), 0.15, 1e-9);
  EXPECT_NEAR(quantile_of(seen, 0.9), 0.2, 1e-9);
}

TEST(Quantiles, BeyondTheLastBoundAreThatBound) {
  const auto seen = histogram_of(metric_samples::read(hundred), "t");
  EXPECT_NEAR(quantile_of(seen, 0.99), 0.5, 1e-9);
}

TEST(Quantiles, OfNothingAreNone) { EXPECT_LT(quantile_of({}, 0.5), 0); }

TEST(Quantiles, AreOfWhatCameBetweenTwoLooks) {
  const auto then = histogram_of(metric_samples::read(hundred), "t");
  const auto now =
      histogram_of(metric_samples::read("t_bucket{le=\"0.1\"} 30\n"
                                        "t_bucket{le=\"0.2\"} 110\n"
                                        "t_bucket{le=\"0.5\"} 110\n"
                                        "t_bucket{le=\"+Inf\"} 120\n"
                                        "t_sum 31\nt_count 120\n"),
                   "t");
  const auto between = difference(now, then);
  EXPECT_THAT(between.count, DoubleEq(20));
  EXPECT_NEAR(quantile_of(between, 0.5), 0.05, 1e-9);
}

TEST(Quantiles, OfAServerThatBeganAnewAreOfItsOwnCounts) {
  const auto then = histogram_of(metric_samples::read(hundred), "t");
  const auto now = histogram_of(metric_samples::read("t_bucket{le=\"0.1\"} 1\n"
                                                     "t_bucket{le=\"+Inf\"} 1\n"
                                                     "t_sum 0.1\nt_count 1\n"),
                                "t");
  EXPECT_THAT(difference(now, then).count, DoubleEq(1));
}

TEST(Quantiles, SumTheHistogramsOfAllLabels) {
  const auto seen =
      histogram_of(metric_samples::read("t_bucket{r=\"a\",le=\"1\"} 1\n"
                                        "t_bucket{r=\"b\",le=\"1\"} 2\n"
                                        "t_bucket{r=\"a\",le=\"+Inf\"} 1\n"
                                        "t_bucket{r=\"b\",le=\"+Inf\"} 2\n"
                                        "t_count{r=\"a\"} 1\n"
                                        "t_count{r=\"b\"} 2\n"),
                   "t");
  EXPECT_THAT(seen.count, DoubleEq(3));
  EXPECT_THAT(seen.at_most.at(1), DoubleEq(3));
}

TEST(Rates, AreDifferencesBySecond) {
  EXPECT_THAT(rate_of(30, 10, 2), DoubleEq(10));
  EXPECT_THAT(rate_of(30, 10, 0), DoubleEq(0));
}

TEST(Rates, OfACounterThatBeganAnewCountFromZero) {
  EXPECT_THAT(rate_of(6, 1'000, 2), DoubleEq(3));
}

// --- the screen -------------------------------------------------------------

TEST(Top, LeavesOutItsOwnCalls) {
  const auto then = metric_samples::read("");
  const auto now = metric_samples::read(
      "oms_http_answers_total{route=\"/metrics\",status=\"200\"} 50\n"
      "oms_http_answers_total{route=\"/v1/orders\",status=\"201\"} 10\n"
      "oms_http_answers_total{route=\"/v1/orders\",status=\"409\"} 4\n");
  const auto figures = figures_of(now, then, 2, then);
  EXPECT_THAT(figures.answers_per_s.at('2'), DoubleEq(5));
  EXPECT_THAT(figures.answers_per_s.at('4'), DoubleEq(2));
}

TEST(Top, FitsIntoEightyColumns) {
  const auto now = metric_samples::read(
      "oms_orders{status=\"awaiting_fulfillment\"} 1234567\n"
      "oms_waiting_units{sku=\"A-LONG-SKU\"} 1234567\n"
      "oms_waiting_units{sku=\"B\"} 7\n"
      "oms_actor_mailbox_messages{kind=\"checkpointer\"} 12345\n"
      "oms_actor_wait_seconds{kind=\"checkpointer\"} 0.0123\n"
      "oms_storage_ok 1\n");
  const auto text = top_text(figures_of(now, now, 1, now), {});
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    EXPECT_LE(end - at, 80U) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("1,234,567"));
  EXPECT_THAT(text, HasSubstr("12.3 ms"));
  EXPECT_LT(text.find("A-LONG-SKU"), text.find("  B "));
}

TEST(Top, IsClippedByWhatIsSeen) {
  EXPECT_EQ(clipped("abcdef", 3), "abc");
  EXPECT_EQ(clipped("\x1b[31mabcdef\x1b[0m!", 3), "\x1b[31mabc\x1b[0m");
  EXPECT_EQ(clipped("üüü", 2), "üü");
}

// --- what others wrote ------------------------------------------------------

TEST(Harmless, KeepsColoursAndNoOtherControl) {
  EXPECT_EQ(text::harmless("a\tb\n", true), "a\tb\n");
  EXPECT_EQ(text::harmless("\x1b[31mred\x1b[0m", true), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(text::harmless("\x1b[31mred", false), "?[31mred");
  EXPECT_EQ(text::harmless("\x1b[2J\x1b]0;t\x07\r", true), "?[2J?]0;t??");
  EXPECT_EQ(text::harmless("\xc2\x9b"
                           "2J ü",
                           true),
            "?2J ü");
}

TEST(Encoded, IsWhatAPathMayHold) {
  EXPECT_EQ(encoded("SO-1_a.b~c"), "SO-1_a.b~c");
  EXPECT_EQ(encoded("a/b ?%ü"), "a%2Fb%20%3F%25%C3%BC");
}

TEST(Problems, AreTheirDetailAndFurtherFaults) {
  EXPECT_EQ(problem_text({400, R"({"detail":"a is bad","faults":[)"
                               R"({"path":"a","message":"is bad"},)"
                               R"({"path":"b","message":"is worse"}]})"}),
            "a is bad\n  b is worse");
  EXPECT_EQ(problem_text({502, "<html>"}), "the server answered 502");
}

TEST(Trail, HasALinePerEvent) {
  const auto events = json::parse_text(R"([
    {"at":7,"time":"2026-01-05T10:00:00.5Z","order":"SO-1","kind":"units.picked",
     "by":"anna","source":"NYC","lines":[{"sku":"MUG","fromAllocated":2}]},
    {"at":8,"time":"2026-01-05T10:00:01Z","order":"SO-1","kind":"alert",
     "by":"","alert":"order.stuck","reason":"nobody has it"},
    "no event"])");
  ASSERT_TRUE(events);
  const auto text = text::trail_text(*events, {});
  EXPECT_THAT(text, HasSubstr("7  2026-01-05 10:00:00  SO-1"));
  EXPECT_THAT(text, HasSubstr("source NYC, 2 x MUG  (anna)\n"));
  EXPECT_THAT(text, HasSubstr("order.stuck: nobody has it\n"));
  EXPECT_THAT(text, Not(HasSubstr("no event")));
}

}  // namespace
}  // namespace oms::omsctl
