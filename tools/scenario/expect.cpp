#include "tools/scenario/expect.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "tools/json/events.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"

namespace oms::scenario {

namespace {

using json::value;

// Whether an element of this list has the key.
bool names(const json::value& list, const char* key) {
  return std::ranges::any_of(list, [key](const json::value& element) {
    return element.contains(key);
  });
}

// Whether a line of an element of `list` is named by `line`.
bool names_lines(const json::value& list) {
  return std::ranges::any_of(list, [](const json::value& element) {
    return element.contains("lines") && names(element["lines"], "line");
  });
}

// Adds up the numbers of lines with the same SKU, unless lines are expected by
// their ids. Lines without units are left out. So an expectation need not know
// how an order's lines are divided.
json::value summed(const json::value& lines, bool by_line) {
  json::value out = json::value::array();
  for (const json::value& line : lines) {
    if (line["quantity"] == 0) continue;
    const auto same =
        by_line ? out.end()
                : std::ranges::find_if(out, [&line](const json::value& other) {
                    return other["sku"] == line["sku"];
                  });
    if (same == out.end()) {
      out.push_back(line);
      continue;
    }
    same->erase("line");
    for (const auto& [key, number] : line.items()) {
      if (!number.is_number()) continue;
      (*same)[key] =
          (*same)[key].get<std::int64_t>() + number.get<std::int64_t>();
    }
  }
  return out;
}

json::value fulfillment_facts(
    const json::value& named,
    const std::vector<fulfillment_view>& fulfillments) {
  // A fulfillment whose units have all gone is over. It is of interest only to
  // those who ask for its status.
  const bool with_empty = names(named, "status");
  const bool by_line = names_lines(named);
  json::value out = json::value::array();
  for (const fulfillment_view& fulfillment : fulfillments) {
    json::value facts = json::write(fulfillment);
    // Files name a source by its id alone.
    facts["source"] = fulfillment.source.id;
    facts["lines"] = summed(facts["lines"], by_line);
    if (with_empty || !facts["lines"].empty()) {
      out.push_back(std::move(facts));
    }
  }
  return out;
}

json::value shipment_facts(const json::value& named,
                           const std::vector<shipment_view>& shipments) {
  const bool by_line = names_lines(named);
  json::value out = json::write_list(shipments);
  for (json::value& facts : out)
    facts["lines"] = summed(facts["lines"], by_line);
  return out;
}

// What an element of a timeline may name of this event.
json::value timeline_facts(const event& happened) {
  json::value out = json::write(happened);
  if (const auto* told = std::get_if<notification_recorded>(&happened.body)) {
    out["note"] = told->text;
  }
  if (const auto* named = std::get_if<order_related>(&happened.body)) {
    out["note"] =
        std::string(json::name_of(named->kind)) + ' ' + named->order.value;
  }
  return out;
}

// The kind of a notification is what it is about, and that of an alert what it
// warns of: files name either that or the event's own kind.
bool is_of_kind(const json::value& wanted, const event& happened) {
  if (wanted == std::string(kind_of(happened.body))) return true;
  if (const auto* told = std::get_if<notification_recorded>(&happened.body)) {
    return wanted == told->kind;
  }
  const auto* alert = std::get_if<alert_raised>(&happened.body);
  return alert != nullptr && wanted == alert->kind;
}

bool is_event(json::value wanted, const event& happened) {
  const auto kind = wanted.find("kind");
  if (kind != wanted.end()) {
    if (!is_of_kind(*kind, happened)) return false;
    wanted.erase(kind);
  }
  return !compare(wanted, timeline_facts(happened));
}

// A trail for the reader of a failure: without what files never name.
std::string trail_text(const std::vector<event>& trail) {
  json::value out = json::value::array();
  for (const event& happened : trail) {
    const json::value facts = timeline_facts(happened);
    json::value shown = json::value::object();
    for (const char* key : {"kind", "notification", "alert", "by", "note",
                            "from", "to", "reason"}) {
      if (facts.contains(key)) shown[key] = facts[key];
    }
    out.push_back(std::move(shown));
  }
  return json::one_line(out);
}

// Files name a source by its id alone.
json::value parcel_facts(const std::vector<dated_parcel>& parcels,
                         bool by_line) {
  json::value out = json::value::array();
  for (const dated_parcel& parcel : parcels) {
    json::value facts = json::write(parcel);
    facts["source"] = parcel.source.id;
    facts["lines"] = summed(facts["lines"], by_line);
    out.push_back(std::move(facts));
  }
  return out;
}

// If lines are expected by their ids, the others are left out: nothing is said
// about them.
void keep_named_lines(const json::value& named, json::value& lines) {
  if (!named.is_array() || named.empty()) return;
  for (const json::value& each : named)
    if (!each.is_object() || !each.contains("line")) return;
  json::value kept = json::value::array();
  for (json::value& line : lines) {
    const auto is_it = [&](const json::value& each) {
      return each["line"] == line["line"];
    };
    if (std::any_of(named.begin(), named.end(), is_it))
      kept.push_back(std::move(line));
  }
  lines = std::move(kept);
}

}  // namespace

bool is_about(std::string_view alert, std::string_view subject) {
  if (!alert.starts_with(subject)) return false;
  alert.remove_prefix(subject.size());
  if (alert.empty()) return true;
  constexpr std::string_view digits = "0123456789";
  return alert.front() == '@' && alert.size() > 1 &&
         alert.find_first_not_of(digits, 1) == alert.npos;
}

json::value order_facts(const json::value& named, const order_view& order) {
  json::value out = json::write(order);
  if (named.contains("fulfillments")) {
    out["fulfillments"] =
        fulfillment_facts(named["fulfillments"], order.fulfillments);
  }
  if (named.contains("shipments")) {
    out["shipments"] = shipment_facts(named["shipments"], order.shipments);
  }
  if (named.contains("lines")) keep_named_lines(named["lines"], out["lines"]);
  // What is not overdue does not say so, but a file may.
  if (named.contains("queue") && named["queue"].is_array())
    for (const json::value& each : named["queue"])
      if (each.is_object() && each.value("overdue", json::value()) == false)
        for (json::value& entry : out["queue"])
          if (!entry.contains("overdue")) entry["overdue"] = false;
  return out;
}

json::value preview_facts(const json::value& named, const edit_preview& shown) {
  json::value out = json::write(shown);
  out["parcels"] =
      parcel_facts(shown.parcels,
                   named.contains("parcels") && names_lines(named["parcels"]));
  return out;
}

json::value notification_facts(const std::vector<event>& trail) {
  json::value kinds = json::value::array();
  for (const event& happened : trail) {
    const auto* told = std::get_if<notification_recorded>(&happened.body);
    if (told != nullptr) kinds.push_back(told->kind);
  }
  return {{"kinds", std::move(kinds)}};
}

json::value alert_facts(const std::vector<event>& trail,
                        const std::optional<std::string>& subject,
                        const std::optional<std::vector<open_alert>>& open) {
  json::value kinds = json::value::array();
  json::value reasons = json::value::array();
  for (const event& happened : trail) {
    const auto* alert = std::get_if<alert_raised>(&happened.body);
    if (alert == nullptr) continue;
    // A location's trail has the alerts of all its SKUs.
    if (subject && !is_about(alert->subject, *subject)) continue;
    if (open &&
        std::ranges::find(*open, open_alert{alert->kind, alert->subject}) ==
            open->end())
      continue;
    kinds.push_back(alert->kind);
    reasons.push_back(alert->reason);
  }
  return {{"kinds", std::move(kinds)},
          {"reasons", std::move(reasons)},
          {"open", open.has_value()}};
}

json::value transition_facts(const std::vector<event>& trail) {
  json::value statuses = json::value::array();
  // No event records the first status: an order begins with it.
  statuses.push_back(json::name_of(order_status::pending));
  for (const event& happened : trail) {
    const auto* change = std::get_if<status_changed>(&happened.body);
    if (change != nullptr) statuses.push_back(json::name_of(change->to));
  }
  return {{"statuses", std::move(statuses)}};
}

std::optional<mismatch> compare_order(const json::value& named,
                                      const order_view& order) {
  return compare(named, order_facts(named, order));
}

std::optional<mismatch> compare_quote(const json::value& named,
                                      const quote_view& quote) {
  json::value facts = json::write(quote);
  facts["parcels"] = parcel_facts(quote.parcels, false);
  facts["alternatives"] = json::value::array();
  for (const quote_alternative& other : quote.alternatives) {
    json::value shown = json::write(other);
    shown["parcels"] = parcel_facts(other.parcels, false);
    facts["alternatives"].push_back(std::move(shown));
  }
  return compare(named, facts);
}

std::optional<mismatch> compare_backorder_queue(
    const json::value& named, const std::vector<waiting_view>& line) {
  return compare(named, {{"queue", json::write_list(line)}},
                 list_order::as_given);
}

std::optional<mismatch> compare_timeline(const json::value& named,
                                         const std::vector<event>& trail) {
  if (!named.contains("contains")) return std::nullopt;
  auto next = trail.begin();
  std::size_t index = 0;
  for (const json::value& wanted : named["contains"]) {
    const auto found =
        std::find_if(next, trail.end(), [&wanted](const event& happened) {
          return is_event(wanted, happened);
        });
    if (found == trail.end()) {
      return mismatch{fmt::format("contains[{}]", index),
                      json::one_line(wanted),
                      "no match among the events that follow: " +
                          trail_text({next, trail.end()})};
    }
    // The next element must come after this one.
    next = found + 1;
    ++index;
  }
  return std::nullopt;
}

std::optional<mismatch> compare_invariants(
    const std::vector<violation>& violations) {
  if (violations.empty()) return std::nullopt;
  std::string text;
  for (const violation& broken : violations) {
    if (!text.empty()) text += "; ";
    text += fmt::format("invariant {}, {}: {}", broken.invariant, broken.where,
                        broken.what);
  }
  return mismatch{"invariants", "all to hold", text};
}

}  // namespace oms::scenario
