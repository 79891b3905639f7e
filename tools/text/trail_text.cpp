#include "tools/text/trail_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "tools/text/number_text.hpp"

namespace oms::text {

namespace {

// The keys that name the entity of an event in its JSON.
constexpr std::array<std::string_view, 6> owners = {
    "order", "location", "supplier", "sku", "routing", "engine"};
// Keys that the columns show already, and those that only programs need.
constexpr std::array<std::string_view, 8> shown = {
    "at", "time", "kind", "by", "command", "brand", "subject", "number"};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& words,
               std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string text_at(const json::value& of, const char* key) {
  const auto found = of.find(key);
  return found != of.end() && found->is_string() ? found->get<std::string>()
                                                 : std::string();
}

// An alert or notification has its kind under this key; what is about one has
// its sequence there.
bool names(const json::value& event, const char* key) {
  return event.contains(key) && event[key].is_string();
}

// "2 x MUG": units are in one bucket or in several, whose keys begin with
// "from".
std::string units_text(const json::value& line) {
  std::int64_t units = 0;
  for (const auto& [key, value] : line.items())
    if (value.is_number_integer() &&
        (key == "quantity" || key.starts_with("from")))
      units += value.get<std::int64_t>();
  return fmt::format("{} x {}", grouped(units), text_at(line, "sku"));
}

std::string list_text(const std::string& name, const json::value& list) {
  if (list.empty()) return "";
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < max_named; ++i) {
    // A list of something else, such as fulfillments, is only counted.
    if (!list[i].is_object() || !list[i].contains("sku"))
      return fmt::format("{} {}", list.size(), name);
    out += (i == 0 ? "" : ", ") + units_text(list[i]);
  }
  if (list.size() > max_named)
    out += fmt::format(" and {} more", list.size() - max_named);
  return out;
}

std::string particular_text(const std::string& key, const json::value& value) {
  if (value.is_array()) return list_text(key, value);
  // Settings, decisions and the like would fill the screen. --json has them.
  if (value.is_object()) return "";
  if (value.is_boolean()) return value.get<bool>() ? key : "";
  return key + ' ' +
         (value.is_string() ? value.get<std::string>() : value.dump());
}

std::string particulars_text(const json::value& event,
                             std::string_view owner_key) {
  // An alert is read for its kind and reason, in this order.
  if (names(event, "alert")) {
    const auto reason = text_at(event, "reason");
    return text_at(event, "alert") + (reason.empty() ? "" : ": " + reason);
  }
  if (names(event, "notification")) {
    const auto text = text_at(event, "text");
    return text_at(event, "notification") + (text.empty() ? "" : ": " + text);
  }
  // A change of status.
  if (event.contains("from") && event.contains("to"))
    return text_at(event, "from") + " -> " + text_at(event, "to");
  std::string out;
  for (const auto& [key, value] : event.items()) {
    if (key == owner_key || is_one_of(shown, key)) continue;
    const auto text = particular_text(key, value);
    if (!text.empty()) out += (out.empty() ? "" : ", ") + text;
  }
  return out;
}

colour colour_of(const json::value& event) {
  if (names(event, "alert")) return colour::red;
  return names(event, "notification") ? colour::cyan : colour::plain;
}

std::string line_of(const json::value& event, const palette& colours) {
  std::string_view owner_key;
  for (const auto& [key, value] : event.items()) {
    // The first such key: an event of a source may name an order after its own
    // key.
    if (!is_one_of(owners, key)) continue;
    owner_key = *std::find(owners.begin(), owners.end(), key);
    break;
  }
  auto owner = text_at(event, std::string(owner_key).c_str());
  if (owner.empty()) owner = owner_key;
  // To the second: "2026-01-05T10:00:00.123456Z" is longer than it is useful
  // here.
  auto time = text_at(event, "time").substr(0, 19);
  std::replace(time.begin(), time.end(), 'T', ' ');
  const auto at = event.value("at", std::uint64_t{0});
  auto line =
      fmt::format("{}  {}  {:<12}  {}",
                  colours.paint(colour::dim, fmt::format("{:>8}", at)),
                  harmless_line(time), harmless_line(owner),
                  colours.paint(colour_of(event),
                                fmt::format("{:<22}", text_at(event, "kind"))));
  line += ' ' + harmless_line(particulars_text(event, owner_key));
  // Without details the kind's column is the last.
  line.erase(line.find_last_not_of(' ') + 1);
  const auto by = text_at(event, "by");
  if (!by.empty()) line += "  " + colours.paint(colour::dim, "(" + by + ")");
  return line + '\n';
}

}  // namespace

std::string trail_text(const json::value& events, const palette& colours) {
  std::string out;
  for (const auto& each : events)
    if (each.is_object() && each.contains("at")) out += line_of(each, colours);
  return out;
}

}  // namespace oms::text
