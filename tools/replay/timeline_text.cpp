#include "tools/replay/timeline_text.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "tools/json/names.hpp"
#include "tools/replay/text.hpp"

namespace oms::tools {

namespace {

/// More SKUs than this are "and n more".
constexpr std::size_t max_named = 3;

struct counted {
  std::string sku;
  std::int64_t units = 0;
};

/// "8 units: 6 x 85123A, 2 x 71053".
std::string units_text(const std::vector<counted>& lines) {
  std::int64_t sum = 0;
  std::string names;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    sum += lines[i].units;
    if (i < max_named)
      names += fmt::format("{}{} x {}", i == 0 ? "" : ", ",
                           grouped(lines[i].units), lines[i].sku);
  }
  if (lines.size() > max_named)
    names += fmt::format(" and {} more", lines.size() - max_named);
  if (lines.size() == 1) return names;
  return fmt::format("{} units: {}", grouped(sum), names);
}

template <class Line, class Units>
std::string units_text(const std::vector<Line>& lines, Units units_of) {
  std::vector<counted> some;
  for (const Line& line : lines)
    some.push_back({line.sku.value, units_of(line).value});
  return units_text(some);
}

/// The event in words; nothing for what people need not see.
struct teller {
  std::string currency;
  std::string what;
  std::string text;

  void say(std::string kind, std::string words) {
    what = std::move(kind);
    text = std::move(words);
  }

  void operator()(const order_placed& e) {
    currency = e.body.currency;
    auto words = units_text(e.body.lines,
                            [](const order_line& line) { return line.units; });
    if (!e.body.ship_to.country.empty())
      words += ", to " + e.body.ship_to.country;
    say("placed", std::move(words));
  }
  void operator()(const payment_captured& e) {
    say("paid", money_text(e.captured, currency));
  }
  void operator()(const payment_failed&) { say("payment failed", ""); }
  void operator()(const order_planned& e) {
    std::string parts;
    for (const auto& each : e.decision.candidates) {
      std::int64_t units = 0;
      for (const auto& taken : each.taken) units += taken.units.value;
      if (units == 0) continue;
      parts += fmt::format("{}{} from {}", parts.empty() ? "" : ", ",
                           grouped(units), each.source.id);
    }
    std::int64_t missing = 0;
    for (const auto& each : e.decision.uncovered) missing += each.units.value;
    if (missing > 0)
      parts += fmt::format("{}{} that nobody has", parts.empty() ? "" : ", ",
                           grouped(missing));
    say("planned", parts);
  }
  void operator()(const units_allocated& e) {
    bool waited = false;
    const auto words = units_text(e.lines, [&](const allocated_line& line) {
      waited = waited || line.from_backordered > quantity{0};
      return line.from_backordered + line.from_unrouted;
    });
    say(waited ? "came in" : "promised",
        fmt::format("by {}: {}", e.source.id, words));
  }
  void operator()(const units_backordered& e) {
    say("waits for",
        units_text(e.lines, [](const line_units& line) { return line.units; }));
  }
  void operator()(const shipment_shipped& e) {
    const auto words = units_text(e.lines, [](const work_units& line) {
      return line.from_allocated + line.from_picked;
    });
    say("shipped", fmt::format("from {}: {}", e.source.id, words));
  }
  void operator()(const shipment_tracked& e) {
    say(std::string(json::name_of(e.news)), "parcel " + e.shipment.value);
  }
  void operator()(const units_cancelled& e) {
    std::vector<counted> gone;
    for (const auto& line : e.lines)
      gone.push_back(
          {line.sku.value, (line.from_unrouted + line.from_backordered).value});
    for (const auto& part : e.promised)
      for (const auto& line : part.lines)
        gone.push_back(
            {line.sku.value, (line.from_allocated + line.from_picked).value});
    say("cancelled", fmt::format("{}; {}", units_text(gone), e.reason));
  }
  void operator()(const refund_requested& e) {
    say("owed back", money_text(e.requested, currency));
  }
  void operator()(const status_changed& e) {
    say("status",
        fmt::format("{} -> {}", json::name_of(e.from), json::name_of(e.to)));
  }
  void operator()(const alert_raised& e) {
    say("alert", fmt::format("{}: {}", e.kind, e.reason));
  }
  void operator()(const note_added& e) { say("note", e.text); }

  template <class Other>
  void operator()(const Other&) {}
};

}  // namespace

std::string timeline_text(const std::vector<event>& events) {
  std::string out;
  std::string last_time;
  teller words;
  for (const auto& each : events) {
    words.what.clear();
    std::visit(words, each.body);
    if (words.what.empty()) continue;
    auto time = minute_text(each.time);
    // The same minute is not repeated.
    out += fmt::format("  {:<17} {:<11} {}\n", time == last_time ? "" : time,
                       words.what, words.text);
    last_time = std::move(time);
  }
  return out;
}

}  // namespace oms::tools
