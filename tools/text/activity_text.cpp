#include "tools/text/activity_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "tools/text/number_text.hpp"
#include "tools/text/table.hpp"

namespace oms::text {

namespace {

struct kind_of_actor {
  // As in the API, which is also how the command line names them.
  std::string_view name;
  // What `actor_activity::holds` counts in an actor of this kind.
  std::string_view keeps;
};

// Orders are not among them: there may be a million, so they are counted and
// not asked. A kind without an actor is listed too, with 0.
constexpr std::array<kind_of_actor, 12> kinds = {{
    {"directory", "orders in memory"},
    {"location", "SKUs"},
    {"supplier", "SKUs"},
    {"waitingLine", "backordered SKUs"},
    {"router", "orders to plan"},
    {"network", "locations and suppliers"},
    {"journal", "batches to write"},
    {"checkpointer", "orders that may be passivated"},
    {"shipmentRegistry", "shipment ids since the checkpoint"},
    {"reservationKeeper", "reservations"},
    {"deadlines", "deadlines"},
    {"consolidator", "consolidations"},
}};

struct summary {
  std::size_t count = 0;
  std::size_t keeps = 0;
  std::size_t mailbox = 0;
  bool answered = true;
  std::chrono::microseconds waited{0};
};

summary sum_of(const engine_activity& all, std::string_view kind) {
  summary sum;
  for (const auto& each : all.actors) {
    if (each.kind != kind) continue;
    ++sum.count;
    sum.keeps += each.holds;
    sum.mailbox += each.mailbox;
    // The worst of the kind: one actor that does not answer is what a reader
    // looks for.
    sum.answered = sum.answered && each.answered;
    sum.waited = std::max(sum.waited, each.waited);
  }
  return sum;
}

std::string count_text(std::uint64_t count) {
  return grouped(static_cast<std::int64_t>(count));
}

std::string wait_text(std::chrono::microseconds waited, bool answered) {
  const auto text =
      short_time_text(std::chrono::duration<double>(waited).count());
  // It has not answered yet, so all that is known is a lower bound.
  return answered ? text : "over " + text;
}

bool is_wanted(const actors_shown& shown, std::string_view kind) {
  return shown.kind.empty() || shown.kind == kind;
}

}  // namespace

bool is_actor_kind(const std::string& word) {
  return word == "order" || std::any_of(kinds.begin(), kinds.end(),
                                        [&](const kind_of_actor& each) {
                                          return each.name == word;
                                        });
}

std::string short_time_text(double seconds) {
  if (seconds < 0.001) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1e3);
  return fmt::format("{:.1f} s", seconds);
}

std::string actors_text(const actors_shown& shown, const palette& colours) {
  const auto orders = fmt::format("{} orders in memory, {} passivated\n",
                                  count_text(shown.orders_awake),
                                  count_text(shown.orders_asleep));
  // An order as an actor is shown by its id only.
  if (shown.kind == "order") return orders;
  const bool all = shown.kind.empty();
  table_text table({all ? "kind" : "id", all ? ">actors" : "", ">message wait",
                    ">in mailbox", ">holds", ""});
  for (const auto& kind : kinds) {
    if (!is_wanted(shown, kind.name)) continue;
    if (all) {
      const auto sum = sum_of(shown.activity, kind.name);
      table.add({std::string(kind.name), count_text(sum.count),
                 sum.count == 0 ? "" : wait_text(sum.waited, sum.answered),
                 count_text(sum.mailbox), count_text(sum.keeps),
                 std::string(kind.keeps)});
      continue;
    }
    for (const auto& each : shown.activity.actors)
      if (each.kind == kind.name)
        table.add({each.id, "", wait_text(each.waited, each.answered),
                   count_text(each.mailbox), count_text(each.holds),
                   std::string(kind.keeps)});
  }
  return (all ? orders : std::string()) + table.text(colours);
}

// The numbers of the text, and each actor of a kind besides. Waits are in
// microseconds here, since programs compare them.
json::value actors_json(const actors_shown& shown) {
  auto list = json::value::array();
  if (is_wanted(shown, "order"))
    list.push_back({{"kind", "order"},
                    {"count", shown.orders_awake},
                    {"asleep", shown.orders_asleep}});
  for (const auto& kind : kinds) {
    if (!is_wanted(shown, kind.name)) continue;
    const auto sum = sum_of(shown.activity, kind.name);
    json::value row{{"kind", kind.name},
                    {"count", sum.count},
                    {"keeps", sum.keeps},
                    {"waitUs", sum.waited.count()},
                    {"mailbox", sum.mailbox}};
    // Also if it is empty, so that a reader needs no case for it.
    auto& actors = row["actors"] = json::value::array();
    for (const auto& each : shown.activity.actors)
      if (each.kind == kind.name)
        actors.push_back({{"id", each.id},
                          {"keeps", each.holds},
                          {"answered", each.answered},
                          {"waitUs", each.waited.count()},
                          {"mailbox", each.mailbox}});
    list.push_back(std::move(row));
  }
  return {{"kinds", std::move(list)}};
}

}  // namespace oms::text
