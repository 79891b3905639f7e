#include "tools/text/timeline_text.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "messages/time_text.hpp"
#include "tools/json/names.hpp"
#include "tools/text/number_text.hpp"

#include "tools/text/trail_text.hpp"

namespace oms::text {

namespace {

// Units of one SKU.
struct counted {
  std::string sku;
  std::int64_t units = 0;
};

// "8 units: 6 x 85123A, 2 x 71053". An order may have thousands of lines, but
// its timeline has one line per event: after `max_named` SKUs it says "and n
// more".
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

std::string units_text(const std::vector<line_units>& lines) {
  return units_text(lines, [](const line_units& line) { return line.units; });
}

std::string units_text(const std::vector<work_units>& lines) {
  return units_text(lines, [](const work_units& line) {
    return line.from_allocated + line.from_picked;
  });
}

std::string units_text(const std::vector<fulfillment_units>& parts) {
  std::vector<counted> some;
  for (const auto& part : parts)
    for (const auto& line : part.lines)
      some.push_back(
          {line.sku.value, (line.from_allocated + line.from_picked).value});
  return units_text(some);
}

// "2 x A; damaged", or without a reason "2 x A".
std::string with_reason(std::string words, std::string_view reason) {
  if (!reason.empty()) words += fmt::format("; {}", reason);
  return words;
}

// Puts an event into words: a kind, which is a column of its own, and the rest.
// It leaves `what` empty for events that people need not see, such as those of
// the source side. It lives for a whole timeline, since later events do not
// repeat the currency.
struct teller {
  std::string currency;
  std::string what;
  std::string text;
  colour in = colour::plain;

  void say(std::string kind, std::string words,
           colour shown_in = colour::plain) {
    what = std::move(kind);
    text = std::move(words);
    in = shown_in;
  }

  void operator()(const order_placed& e) {
    // The first event of every order, so the currency is known from here on.
    currency = e.body->currency;
    auto words = units_text(e.body->lines,
                            [](const order_line& line) { return line.units; });
    if (!e.body->ship_to.country.empty())
      words += ", to " + e.body->ship_to.country;
    say("placed", std::move(words), colour::bold);
  }
  void operator()(const payment_captured& e) {
    say("paid", money_text(e.captured, currency), colour::green);
  }
  void operator()(const payment_authorized& e) {
    say("authorized", money_text(e.authorized, currency), colour::green);
  }
  void operator()(const payment_voided& e) {
    say("voided", "authorization " + e.reference, colour::yellow);
  }
  void operator()(const payment_failed&) {
    say("payment failed", "", colour::red);
  }
  void operator()(const order_planned& e) {
    std::string parts;
    // Only sources that give something. Why the others do not is in the
    // decision, which the API shows in full.
    for (const auto& each : e.decision.candidates) {
      std::int64_t units = 0;
      for (const auto& taken : each.taken) units += taken.units.value;
      if (units == 0) continue;
      parts += fmt::format("{}{} from {}", parts.empty() ? "" : ", ",
                           grouped(units), each.source.id);
    }
    std::int64_t missing = 0;
    for (const auto& each : e.decision.uncovered) missing += each.units.value;
    // What no source can give now; it is backordered or unfillable next.
    if (missing > 0)
      parts += fmt::format("{}{} unavailable", parts.empty() ? "" : ", ",
                           grouped(missing));
    say("planned", parts);
  }
  void operator()(const units_allocated& e) {
    // Units that were backordered and units that were not may come from a
    // source at once; that an order no longer waits is the larger piece of
    // news.
    bool waited = false;
    const auto words = units_text(e.lines, [&](const allocated_line& line) {
      waited = waited || line.from_backordered > quantity{0};
      return line.from_backordered + line.from_unrouted;
    });
    say(waited ? "backorder" : "allocated",
        fmt::format("{} {}: {}", waited ? "filled from" : "from", e.source.id,
                    words),
        colour::green);
  }
  void operator()(const units_backordered& e) {
    say("backordered", units_text(e.lines), colour::yellow);
  }
  void operator()(const units_unfillable& e) {
    say("unfillable", units_text(e.lines), colour::red);
  }
  void operator()(const fulfillment_accepted& e) {
    say("accepted", "by " + e.source.id);
  }
  void operator()(const units_picked& e) {
    say("picked", fmt::format("at {}: {}", e.source.id, units_text(e.lines)));
  }
  void operator()(const units_unpicked& e) {
    say("put back", fmt::format("at {}: {}", e.source.id, units_text(e.lines)));
  }
  void operator()(const units_rejected& e) {
    const auto words = units_text(e.lines, [](const rejected_units& line) {
      return line.from_allocated + line.from_picked;
    });
    std::string reason(json::name_of(e.reason));
    if (!e.text.empty()) reason += ": " + e.text;
    // A short pick is a rejection of what the picker could not find.
    say(e.short_pick ? "short" : "rejected",
        with_reason(fmt::format("by {}: {}", e.source.id, words), reason),
        colour::red);
  }
  void operator()(const shipment_shipped& e) {
    say("shipped", fmt::format("from {}: {}", e.source.id, units_text(e.lines)),
        colour::green);
  }
  void operator()(const shipment_tracked& e) {
    // Red for what support staff must act on.
    const bool lost =
        e.news == tracking_status::lost || e.news == tracking_status::exception;
    say(std::string(json::name_of(e.news)), "shipment " + e.shipment.value,
        lost ? colour::red : colour::green);
  }
  void operator()(const units_cancelled& e) {
    // Units that no source had promised yet, and those of each source that had.
    std::vector<counted> gone;
    for (const auto& line : e.lines)
      gone.push_back(
          {line.sku.value, (line.from_unrouted + line.from_backordered).value});
    for (const auto& part : e.promised)
      for (const auto& line : part.lines)
        gone.push_back(
            {line.sku.value, (line.from_allocated + line.from_picked).value});
    say("cancelled", with_reason(units_text(gone), e.reason), colour::red);
  }
  // A third party that has units in work is asked whether they may be
  // cancelled; its answer is an event of its own.
  void operator()(const cancel_requested& e) {
    say("cancel", with_reason(fmt::format("requested from {}: {}", e.source.id,
                                          units_text(e.lines)),
                              e.reason));
  }
  void operator()(const cancel_answered& e) {
    say("cancel", fmt::format("{} by {}", e.agreed ? "accepted" : "declined",
                              e.source.id));
  }
  void operator()(const units_taken_back& e) {
    // The event answers the source even if the units have shipped meanwhile.
    if (e.promised.empty()) return;
    say("revoked",
        fmt::format("by {}: {}", e.promised.front().source.id,
                    units_text(e.promised)),
        colour::red);
  }
  void operator()(const units_released& e) {
    if (e.promised.empty()) return;
    const auto& from = e.promised.front().source.id;
    if (!e.to.empty())
      return say("moved", with_reason(fmt::format("from {} to {}: {}", from,
                                                  e.to, units_text(e.promised)),
                                      e.reason));
    say("deallocated",
        fmt::format("from {}: {}", from, units_text(e.promised)));
  }
  void operator()(const order_edited& e) {
    std::string words;
    for (const auto& each : e.changes) {
      words += (words.empty() ? "" : "; ") + each.field;
      if (!each.from.empty() || !each.to.empty())
        words += fmt::format(": {} -> {}", each.from.empty() ? "-" : each.from,
                             each.to.empty() ? "-" : each.to);
    }
    say("changed", with_reason(std::move(words), e.note), colour::yellow);
  }
  void operator()(const hold_placed& e) {
    say("on hold", with_reason(e.hold.value, e.reason), colour::yellow);
  }
  void operator()(const hold_released& e) { say("released", e.hold.value); }
  void operator()(const refund_requested& e) {
    say("refund due", money_text(e.requested, currency));
  }
  void operator()(const refund_settled& e) {
    say(e.succeeded ? "refunded" : "refund failed", "refund " + e.refund.value,
        e.succeeded ? colour::plain : colour::red);
  }
  void operator()(const return_requested& e) {
    say("return", with_reason("requested: " + units_text(e.lines), e.reason));
  }
  void operator()(const return_received& e) {
    const auto words = units_text(e.lines, [](const returned_units& line) {
      return line.from_delivered + line.from_shipped;
    });
    say("returned", fmt::format("to {}: {}", e.location.id, words));
  }
  void operator()(const return_declined& e) {
    say("return", e.id.value + " declined");
  }
  void operator()(const status_changed& e) {
    say("status",
        fmt::format("{} -> {}", json::name_of(e.from), json::name_of(e.to)),
        colour::cyan);
  }
  void operator()(const alert_raised& e) {
    say("alert", fmt::format("{}: {}", e.kind, e.reason), colour::red);
  }
  void operator()(const alert_acknowledged& e) {
    say("seen", with_reason(e.kind, e.note));
  }
  void operator()(const alert_resolved& e) {
    say("alert", e.kind + " is over");
  }
  void operator()(const backorder_dated& e) {
    say("expected",
        fmt::format("line {}: {}", e.line.value, date_text(e.expected)));
  }
  void operator()(const label_added& e) {
    say("label", with_reason(e.bought.id.value, e.bought.carrier));
  }
  void operator()(const label_voided& e) {
    say("label", e.label.value + " voided");
  }
  void operator()(const reservation_claimed& e) {
    say("reservation", e.reservation.value + " taken over");
  }
  void operator()(const backorder_answered& e) {
    say("answer",
        fmt::format("line {}: {}", e.line.value, json::name_of(e.choice)));
  }
  void operator()(const notification_attempted& e) {
    const bool lost = e.outcome == delivery_outcome::failed ||
                      e.outcome == delivery_outcome::dead;
    say("message",
        with_reason(fmt::format("{} by {}, attempt {}: {}", e.notification,
                                e.channel, e.attempt, json::name_of(e.outcome)),
                    e.reason),
        lost ? colour::red : colour::plain);
  }
  void operator()(const note_added& e) { say("note", e.text); }
  void operator()(const order_related& e) {
    say("related", fmt::format("{} {}", json::name_of(e.kind), e.order.value));
  }
  // That there was something is on record; what it was is not.
  void operator()(const personal_data_erased&) {
    say("erased", "name, address and e-mail", colour::yellow);
  }

  void operator()(const delivery_expected& e) {
    say("expected", "fulfillment " + e.fulfillment.value +
                        (e.delivery ? " on " + date_text(*e.delivery)
                                    : ", the day is not known"));
  }

  // Not exhaustive on purpose: a new event appears on people's screens only
  // once it has words of its own.
  template <class Other>
  void operator()(const Other&) {}
};

}  // namespace

std::string timeline_text(const std::vector<event>& events,
                          const timeline_style& style) {
  std::string out;
  std::string last_time;
  teller words;
  for (const auto& each : events) {
    words.what.clear();
    std::visit(words, each.body);
    if (words.what.empty()) continue;
    auto time = minute_text(each.time);
    // Events of the same minute share one time, so that what happened together
    // is seen together.
    const auto shown_time = time == last_time ? std::string{} : time;
    auto line = fmt::format("  {:<17} ", shown_time);
    if (style.sequences)
      line = fmt::format("  {} ",
                         style.colours.paint(colour::dim,
                                             fmt::format("{:>8}", each.at))) +
             line;
    line += style.colours.paint(words.in, fmt::format("{:<11}", words.what));
    if (!words.text.empty()) line += ' ' + harmless_line(words.text);
    // With a cause, the author is the other entity, which the text names
    // anyway.
    if (style.who && !each.cause && !each.by.empty())
      line += style.colours.paint(colour::dim,
                                  fmt::format("  ({})", each.by.value));
    // Kinds are padded to the longest usual one; a longer one pushes its text
    // to the right.
    out += line + '\n';
    last_time = std::move(time);
  }
  return out;
}

}  // namespace oms::text
