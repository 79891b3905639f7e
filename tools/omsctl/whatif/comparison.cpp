#include "tools/omsctl/whatif/comparison.hpp"

#include <fmt/core.h>

#include <set>

#include "messages/time_text.hpp"
#include "tools/json/fields.hpp"
#include "tools/text/number_text.hpp"
#include "tools/text/table.hpp"

namespace oms::omsctl {

namespace {

// 0 of nothing: a span may serve no order, and JSON has no other number for it.
double ratio(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

// These three are per order served. An order that got nothing has no parcel and
// no cost, so rules that serve fewer orders would look better.

double per_order(const planned_window& of) {
  return ratio(static_cast<double>(of.parcels),
               static_cast<double>(of.orders_served));
}

double split_rate(const planned_window& of) {
  return ratio(static_cast<double>(of.orders_split),
               static_cast<double>(of.orders_served));
}

double cost_per_order(const planned_window& of) {
  return ratio(static_cast<double>(of.cost.value),
               static_cast<double>(of.orders_served));
}

double share(const planned_window& of, const source_ref& source) {
  const auto found = of.by_source.find(source);
  return found == of.by_source.end() ? 0
                                     : ratio(static_cast<double>(found->second),
                                             static_cast<double>(of.parcels));
}

// Of both plans: what one side never used is the very thing to be seen.
std::set<source_ref> sources_of(const comparison& made) {
  std::set<source_ref> all;
  for (const auto* each : {&made.recorded, &made.given})
    for (const auto& [source, parcels] : each->by_source) all.insert(source);
  return all;
}

// The difference of equal numbers is left empty, so that the eye finds the rows
// that differ. That of two percentages is in percentage points, without a sign
// of percent, which would say something else.
class side_by_side {
 public:
  side_by_side() : table_({"", ">as recorded", ">as changed", ">difference"}) {}

  void count(const char* name, std::int64_t a, std::int64_t b) {
    const auto more = b - a;
    table_.add({name, text::grouped(a), text::grouped(b),
                more == 0 ? "" : (more > 0 ? "+" : "") + text::grouped(more)});
  }
  void count(const char* name, std::uint64_t a, std::uint64_t b) {
    count(name, static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
  }
  void number(const char* name, double a, double b) {
    table_.add({name, fmt::format("{:.3f}", a), fmt::format("{:.3f}", b),
                a == b ? "" : fmt::format("{:+.3f}", b - a)});
  }
  void percent(const std::string& name, double a, double b) {
    table_.add({name, fmt::format("{:.1f} %", 100 * a),
                fmt::format("{:.1f} %", 100 * b),
                a == b ? "" : fmt::format("{:+.1f}", 100 * (b - a))});
  }

  [[nodiscard]] std::string text(const text::palette& colours) const {
    return table_.text(colours);
  }

 private:
  text::table_text table_;
};

std::string number_of(std::uint64_t count) {
  return text::grouped(static_cast<std::int64_t>(count));
}

// A refused command is part of what makes the plans differ, so each side has
// its own.
std::string refused_text(const char* who, const planned_window& of) {
  std::string out;
  for (const auto& [why, count] : of.refused)
    out += fmt::format("  commands that the engine refused {}: {} ({})\n", who,
                       number_of(count), why);
  return out;
}

// What the numbers do not cover is said beside them each time, or they would be
// taken for what would have happened. The first line holds for every span; the
// others are shown where they count anything.
std::string missing_text(const comparison& made) {
  const auto& missing = made.played.missing;
  std::string out = "Not played again:\n";
  out +=
      "  picking and shipping: units that come later from the same place join "
      "its parcel\n";
  if (missing.orders_waiting_before > 0)
    out += fmt::format(
        "  orders that waited at the beginning: {}, for {} units; what arrives "
        "is not kept for them\n",
        number_of(missing.orders_waiting_before),
        text::grouped(missing.units_waiting_before.value));
  if (!missing.older_orders.empty())
    out += fmt::format(
        "  orders from before that were paid, cancelled or held meanwhile: "
        "{}\n",
        number_of(missing.older_orders.size()));
  if (missing.rejections > 0)
    out += fmt::format(
        "  rejections by places: {}, of {} units; they hang on the parcels "
        "that there were\n",
        number_of(missing.rejections),
        text::grouped(missing.rejected_units.value));
  if (missing.damaged_units > quantity{0})
    out += fmt::format("  units that came back damaged: {}\n",
                       text::grouped(missing.damaged_units.value));
  if (missing.edits > 0)
    out += fmt::format("  changes of orders: {}\n", number_of(missing.edits));
  out += refused_text("as recorded", made.recorded);
  out += refused_text("as changed", made.given);
  return out;
}

// As the table, but every number is always there: a script needs the same
// members each time. Sources are a list, since a location and a supplier may
// have the same id, and a key of an object could not tell them apart.
json::value json_of(const planned_window& of) {
  json::value out{{"ordersPlaced", of.orders_placed},
                  {"ordersPlanned", of.orders_planned},
                  {"ordersServed", of.orders_served},
                  {"ordersSplit", of.orders_split},
                  {"parcels", of.parcels},
                  {"parcelsPerOrder", per_order(of)},
                  {"splitRate", split_rate(of)},
                  {"cost", of.cost.value},
                  {"costPerOrder", cost_per_order(of)},
                  {"unitsPromised", of.units_promised.value},
                  {"unitsBackordered", of.units_backordered.value},
                  {"unitsWaiting", of.units_waiting.value},
                  {"unitsUnfillable", of.units_unfillable.value}};
  auto& sources = out["sources"] = json::value::array();
  for (const auto& [source, parcels] : of.by_source)
    sources.push_back({{"source", json::write(source)},
                       {"parcels", parcels},
                       {"share", share(of, source)}});
  auto& refused = out["refused"] = json::value::object();
  for (const auto& [why, count] : of.refused) refused[why] = count;
  return out;
}

}  // namespace

std::string comparison_text(const comparison& made,
                            const text::palette& colours) {
  const auto& a = made.recorded;
  const auto& b = made.given;
  auto out = fmt::format("{} {}, {} to {}\n", number_of(made.played.orders),
                         made.played.orders == 1 ? "order" : "orders",
                         oms::time_text(made.played.begin),
                         oms::time_text(made.played.end));
  side_by_side table;
  table.count("orders planned", a.orders_planned, b.orders_planned);
  table.count("orders served", a.orders_served, b.orders_served);
  table.count("parcels", a.parcels, b.parcels);
  table.number("parcels per order served", per_order(a), per_order(b));
  table.percent("orders split", split_rate(a), split_rate(b));
  table.count("cost (minor units)", a.cost.value, b.cost.value);
  table.number("cost per order served", cost_per_order(a), cost_per_order(b));
  table.count("units promised", a.units_promised.value, b.units_promised.value);
  table.count("units that had to wait", a.units_backordered.value,
              b.units_backordered.value);
  table.count("units waiting at the end", a.units_waiting.value,
              b.units_waiting.value);
  table.count("units unfillable at the end", a.units_unfillable.value,
              b.units_unfillable.value);
  for (const auto& source : sources_of(made))
    table.percent("parcels from " + source.id, share(a, source),
                  share(b, source));
  return out + table.text(colours) + missing_text(made);
}

json::value comparison_json(const comparison& made) {
  const auto& missing = made.played.missing;
  return {{"from", oms::time_text(made.played.begin)},
          {"to", oms::time_text(made.played.end)},
          {"orders", made.played.orders},
          {"recorded", json_of(made.recorded)},
          {"given", json_of(made.given)},
          {"leftOut",
           {{"ordersWaitingBefore", missing.orders_waiting_before},
            {"unitsWaitingBefore", missing.units_waiting_before.value},
            {"olderOrders", missing.older_orders.size()},
            {"rejections", missing.rejections},
            {"rejectedUnits", missing.rejected_units.value},
            {"damagedUnits", missing.damaged_units.value},
            {"edits", missing.edits}}}};
}

}  // namespace oms::omsctl
