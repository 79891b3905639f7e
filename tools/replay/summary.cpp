#include "tools/replay/summary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <tuple>

#include "tools/json/names.hpp"
#include "tools/text/number_text.hpp"
#include "tools/text/timeline_text.hpp"

namespace oms::replay {

namespace {

// The invariants of docs/DOMAIN.md, in their order: a violation has the number.
constexpr std::array<std::string_view, 10> invariant_names = {
    "stock buckets add up to on hand, none negative",
    "line buckets add up to what was ordered",
    "units promised by sources = units on fulfillments",
    "received + adjusted = on hand + shipped",
    "no order waits for stock that could serve it",
    "refunds are at most what was captured",
    "status changes follow the table, no gap in a timeline",
    "the log from the start gives the state in memory",
    "no reservation is open past its deadline",
    "every effect is recorded once"};

void row(std::string& out, std::string_view name, const std::string& text) {
  out += fmt::format("  {:<22} {}\n", name, text);
}

std::string percent(std::int64_t part, std::int64_t of) {
  if (of == 0) return "0 %";
  return fmt::format(
      "{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(of));
}

std::string part_of(std::int64_t part, std::int64_t of) {
  return fmt::format("{:>9}  {:>7}", text::grouped(part), percent(part, of));
}

void add_lines(std::string& out, const feed& played, const rejects& rejected) {
  const auto& counts = played.counts;
  out += "\nLines\n";
  row(out, "read", fmt::format("{:>9}", text::grouped(counts.read)));
  row(out, "placed", part_of(counts.placed, counts.read));
  row(out, "cancellations", part_of(counts.cancellations, counts.read));
  row(out, "rejected", part_of(counts.rejected, counts.read));
  for (const auto& [reason, lines] : rejected.by_reason())
    row(out, "", fmt::format("{:>9}  {}", text::grouped(lines), reason));
  if (counts.rejected > 0 && !rejected.path().empty())
    row(out, "", "see " + rejected.path());
  if (counts.not_reached > 0)
    row(out, "not reached", part_of(counts.not_reached, counts.read));
  if (!counts.balance())
    out +=
        "  THE LINE COUNTS DO NOT BALANCE: read is not placed + rejected + "
        "cancellations\n";
}

void add_orders(std::string& out, const replay& run) {
  const auto& orders = run.seen().orders();
  std::array<std::int64_t, 9> by_status{};
  std::array<std::int64_t, 5> by_parcels{};
  std::int64_t split = 0;
  for (const auto& order : orders) {
    if (!order.is_placed) continue;
    ++by_status.at(static_cast<std::size_t>(order.status));
    // The last row counts 4 parcels and more.
    ++by_parcels.at(std::min<std::size_t>(order.parcels, 4));
    // Two parcels from one source are not a split: the count is about routing.
    if (std::popcount(order.places) > 1) ++split;
  }
  const auto placed = run.totals().orders_placed;
  out += fmt::format("\nOrders {:>27}\n", text::grouped(placed));
  for (std::size_t i = 0; i < by_status.size(); ++i)
    if (by_status[i] > 0)
      row(out, json::name_of(static_cast<order_status>(i)),
          part_of(by_status[i], placed));
  out += "\nParcels per order\n";
  for (std::size_t i = 0; i < by_parcels.size(); ++i)
    if (by_parcels[i] > 0)
      row(out, i == 4 ? "4 and more" : std::to_string(i),
          part_of(by_parcels[i], placed));
  row(out, "from several sources", part_of(split, placed));
}

void add_waiting(std::string& out, const replay& run) {
  const auto& seen = run.seen();
  std::int64_t orders = 0;
  std::int64_t still = 0;
  for (const auto& order : seen.orders()) {
    if (!order.has_waited) continue;
    ++orders;
    if (std::any_of(order.lines.begin(), order.lines.end(),
                    [](const auto& line) { return line.waiting > 0; }))
      ++still;
  }
  std::int64_t filled = 0;
  for (const auto& each : seen.waits()) filled += each.units;
  const auto all = seen.backordered_units();
  out += "\nBackorders\n";
  row(out, "orders", part_of(orders, run.totals().orders_placed));
  row(out, "units", part_of(all, run.totals().units_placed));
  row(out, "  filled", part_of(filled, all));
  // What has left the queue and was not filled was cancelled.
  row(out, "  cancelled meanwhile",
      part_of(all - filled - seen.queued_units(), all));
  row(out, "  waiting at the end",
      part_of(seen.queued_units(), all) + "  in " +
          text::counted(still, "order", "orders"));
  if (seen.waits().empty()) return;
  auto sorted = seen.waits();
  std::sort(sorted.begin(), sorted.end(),
            [](const wait& a, const wait& b) { return a.time < b.time; });
  row(out, "filled units waited",
      fmt::format("min {}, median {}, p90 {}, max {}",
                  text::span_text(sorted.front().time),
                  text::span_text(quantile(sorted, 0.5)),
                  text::span_text(quantile(sorted, 0.9)),
                  text::span_text(sorted.back().time)));
}

void add_places(std::string& out, const replay& run) {
  out += "\nUnits by source         promised    shipped    parcels\n";
  place_units sum;
  for (const auto& [source, units] : run.seen().places()) {
    row(out, source.id,
        fmt::format("{:>9}  {:>9}  {:>9}", text::grouped(units.allocated),
                    text::grouped(units.shipped),
                    text::grouped(units.parcels)));
    sum.allocated += units.allocated;
    sum.shipped += units.shipped;
    sum.parcels += units.parcels;
  }
  row(out, "all",
      fmt::format("{:>9}  {:>9}  {:>9}", text::grouped(sum.allocated),
                  text::grouped(sum.shipped), text::grouped(sum.parcels)));
}

void add_cancelled(std::string& out, const replay& run) {
  const auto& totals = run.totals();
  const auto cancelled = run.seen().cancelled_units();
  if (totals.asked_to_cancel_units == 0 && cancelled == 0) return;
  out += "\nCancelled\n";
  if (totals.asked_to_cancel_units > 0)
    row(out, "units asked for",
        fmt::format("{:>9}", text::grouped(totals.asked_to_cancel_units)));
  row(out, "before shipping", fmt::format("{:>9}", text::grouped(cancelled)));
  if (totals.asked_to_cancel_units > 0)
    row(out, "after shipping",
        // The file may cancel what was ordered before it begins.
        fmt::format("{:>9}  or never ordered here",
                    text::grouped(totals.asked_to_cancel_units - cancelled)));
}

void add_work(std::string& out, const replay& run,
              const replay_outcome& outcome) {
  const auto& totals = run.totals();
  out += "\nWork\n";
  row(out, "file time",
      text::minute_text(totals.first) + " to " +
          text::minute_text(totals.last));
  row(out, "receipts",
      fmt::format("{} deliveries of {} units", text::grouped(totals.receipts),
                  text::grouped(run.seen().received_units())));
  row(out, "notifications",
      fmt::format("{} and {} alerts", text::grouped(run.seen().notifications()),
                  text::grouped(run.seen().alerts())));
  row(out, "events",
      text::grouped(static_cast<std::int64_t>(outcome.store.last)));
  const auto rate = [&](double of) {
    return text::grouped(static_cast<std::int64_t>(
        outcome.seconds > 0 ? of / outcome.seconds : 0));
  };
  row(out, "took",
      fmt::format("{:.1f} s: {} orders/s, {} events/s", outcome.seconds,
                  rate(static_cast<double>(totals.orders_placed)),
                  rate(static_cast<double>(outcome.store.last))));
  row(out, "store",
      fmt::format(
          "{} in {}, {}", text::bytes_text(outcome.store.bytes),
          text::counted(static_cast<std::int64_t>(outcome.store.entries),
                        "entry", "entries"),
          outcome.directory.empty() ? "in memory" : outcome.directory));
  // In a replay every command should work, so a refusal is worth a row.
  for (const auto& [what, times] : totals.refused)
    row(out, "refused", text::counted(times, "time", "times") + ": " + what);
}

}  // namespace

// Weighted by units: one order that waits with 100 units counts like 100 that
// wait with one.
duration quantile(const std::vector<wait>& sorted, double share) {
  std::int64_t all = 0;
  for (const auto& each : sorted) all += each.units;
  std::int64_t seen = 0;
  for (const auto& each : sorted) {
    seen += each.units;
    if (static_cast<double>(seen) >= share * static_cast<double>(all))
      return each.time;
  }
  return {};
}

std::string invariants_text(const std::vector<violation>& violations) {
  // A broken invariant is often broken thousands of times; a few examples are
  // enough.
  constexpr std::size_t shown = 5;
  std::string out = "\nInvariants\n";
  for (std::size_t i = 0; i < invariant_names.size(); ++i) {
    const auto invariant = static_cast<int>(i) + 1;
    std::vector<const violation*> broken;
    for (const auto& each : violations)
      if (each.invariant == invariant) broken.push_back(&each);
    out += fmt::format("  {:>2} {:<56} {}\n", invariant, invariant_names.at(i),
                       broken.empty()
                           ? "holds"
                           : fmt::format("BROKEN {} times", broken.size()));
    for (std::size_t k = 0; k < std::min(shown, broken.size()); ++k)
      out += fmt::format("       {}: {}\n", broken[k]->where, broken[k]->what);
  }
  return out;
}

std::string summary_text(const feed& played, const rejects& rejected,
                         const replay& run, const replay_outcome& outcome) {
  std::string out;
  if (run.totals().interrupted)
    out += fmt::format(
        "Interrupted at {} of file time; the summary covers what was replayed "
        "until then.\n",
        text::minute_text(run.totals().last));
  add_lines(out, played, rejected);
  add_orders(out, run);
  add_waiting(out, run);
  add_cancelled(out, run);
  add_places(out, run);
  add_work(out, run, outcome);
  return out;
}

// Shows one order that went as it should and the liveliest of all, so that a
// reader sees what the numbers are about.
std::string sample_timelines(const feed& played, replay& run) {
  const auto& orders = run.seen().orders();
  constexpr auto none = static_cast<std::size_t>(-1);
  std::size_t plain = none;
  std::size_t lively = none;
  std::tuple<int, std::int64_t, std::int64_t> best{};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& order = orders[i];
    const bool done = order.status == order_status::delivered;
    const auto places = std::popcount(order.places);
    if (done && !order.has_waited && order.parcels == 1 &&
        (plain == none || order.lines.size() < orders[plain].lines.size()))
      plain = i;
    // The more happened the better, and then the fewer parcels and lines there
    // are to read; yet one line shows less than two.
    const auto lines = static_cast<std::int64_t>(order.lines.size());
    const std::tuple<int, std::int64_t, std::int64_t> merit{
        (order.has_waited ? 4 : 0) + (places > 1 ? 3 : 0) + (done ? 1 : 0) +
            (lines > 1 ? 1 : 0),
        -std::int64_t{order.parcels}, -lines};
    if ((order.has_waited || places > 1) && (lively == none || merit > best)) {
      lively = i;
      best = merit;
    }
  }
  std::string out;
  for (const auto index : {plain, lively}) {
    if (index == none) continue;
    const auto& key = played.orders[index].placing.order;
    const auto events = run.engine().order_timeline(key);
    if (!events) continue;
    out += fmt::format("\nOrder {}\n{}", key.id.value,
                       text::timeline_text(*events));
  }
  return out;
}

}  // namespace oms::replay
