#include "tools/text/quote_text.hpp"

#include <fmt/core.h>

#include "messages/time_text.hpp"
#include "tools/json/names.hpp"
#include "tools/text/number_text.hpp"

namespace oms::text {

namespace {

std::string units_text(const sku_id& sku, quantity units) {
  return fmt::format("{} of {}", grouped(units.value), sku.value);
}

std::string parcels_text(const std::vector<dated_parcel>& parcels,
                         const std::vector<waiting_units>& waiting,
                         const palette& colours) {
  std::string out;
  const auto row = [&](const std::string& name, const std::string& text) {
    out += fmt::format("  {}  {}\n",
                       colours.paint(colour::bold, fmt::format("{:<10}", name)),
                       text);
  };
  for (const auto& parcel : parcels) {
    std::string text;
    for (const auto& line : parcel.lines)
      text += (text.empty() ? "" : ", ") + units_text(line.sku, line.units);
    if (parcel.expected_ship)
      text += ", ships " + date_text(*parcel.expected_ship);
    if (parcel.expected_delivery)
      text += ", arrives " + date_text(*parcel.expected_delivery);
    row(parcel.source.id, text);
  }
  for (const auto& units : waiting)
    row("waits",
        units_text(units.sku, units.units) +
            (units.expected ? ", expected " + date_text(*units.expected) : ""));
  return out;
}

}  // namespace

std::string quote_text(const quote_view& quote, const palette& colours) {
  std::string out = quote.split ? "More than one parcel\n" : "One parcel\n";
  if (quote.parcels.empty() && !quote.split) out = "Nothing would ship now\n";
  out += parcels_text(quote.parcels, quote.backordered, colours);
  for (const auto& other : quote.alternatives) {
    out += fmt::format(
        "{}, {} {}\n", json::name_of(other.why),
        grouped(other.cost_delta < 0 ? -other.cost_delta : other.cost_delta),
        other.cost_delta < 0 ? "less" : "more");
    out += parcels_text(other.parcels, other.backordered, colours);
  }
  return out;
}

}  // namespace oms::text
