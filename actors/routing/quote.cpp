#include "actors/routing/quote.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "actors/expected_dates.hpp"
#include "actors/routing/arriving.hpp"
#include "actors/routing/cart_request.hpp"
#include "actors/routing/demand_index.hpp"

namespace oms::routing {

namespace {

// One way to ship a cart.
struct way {
  // By the candidate's place in the request; empty: nothing from there.
  std::vector<std::vector<line_units>> by_source;
  std::vector<waiting_units> waiting;
  // Of what waits, one for each in `waiting`.
  std::vector<backorder::arrivals> arriving;
  // Units of sources that open no further fulfillment today.
  bool awaits_capacity = false;
  // Later parcels are among both.
  std::int64_t parcels = 0;
  std::int64_t cost = 0;
  // As `soonest` counts them: the last day, and the sum over units.
  std::int64_t last_day = 0;
  std::int64_t sum_of_days = 0;
};

void add(std::vector<line_units>& to, const line_units& more) {
  const auto known = std::find_if(
      to.begin(), to.end(),
      [&more](const line_units& each) { return each.line == more.line; });
  if (known == to.end())
    to.push_back(more);
  else
    known->units += more.units;
}

class quoting {
 public:
  quoting(const cart& wanted, const network& net, const engine_context& context)
      : wanted_(wanted),
        net_(net),
        context_(context),
        now_(context.now()),
        asked_(request_of(wanted, net, context)),
        rules_(asked_.rules.objectives),
        taken_(asked_.candidates.size()) {
    index_demand(asked_.lines, index_);
    if (!wanted.reservation.empty()) take_over(context);
    if (wanted.alternatives) add_days(asked_, wanted, net, now_);
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (!taken_[i].empty())
        asked_.candidates[i].parcel_day =
            day_number(dates_of(i, taken_[i]).delivery, now_);
  }

  quote_view make(bool with_alternatives) {
    const auto first = plan(rules_);
    quote_view shown{.parcels = parcels_of(first),
                     .backordered = first.waiting,
                     .split = first.parcels > 1,
                     .alternatives = {}};
    if (with_alternatives) add_alternatives(first, shown);
    return shown;
  }

 private:
  // As the order will: what is held first, at its location.
  void take_over(const engine_context& context) {
    const auto held = context.held.find(wanted_.reservation, now_);
    if (!held) return;
    for (std::size_t i = 0; i < net_.sources.size(); ++i) {
      auto& candidate = asked_.candidates[i];
      if (candidate.excluded != candidate_outcome::not_needed) continue;
      const auto part = std::find_if(
          held->parts.begin(), held->parts.end(), [&](const held_part& each) {
            return each.column == net_.sources[i].column;
          });
      if (part == held->parts.end()) continue;
      auto left = part->units;
      for (auto& line : asked_.lines) {
        const auto there = left.find(line.sku);
        if (there == left.end()) continue;
        const auto units = std::min(line.units, there->second);
        if (units <= quantity{0}) continue;
        there->second -= units;
        line.units -= units;
        taken_[i].push_back({line.line, line.sku, units});
      }
      if (taken_[i].empty()) continue;
      // What else comes from there joins the parcel.
      candidate.on_order = true;
      candidate.joins = true;
      ++asked_.sources_on_order;
    }
  }

  template <class Lines>
  [[nodiscard]] calendar::parcel_dates dates_of(std::size_t source,
                                                const Lines& lines) const {
    return dates_of_parcel(net_.sources[source],
                           net_.rules_of(wanted_.brand).rules, wanted_.ship_to,
                           wanted_.shipping.service, lines, now_);
  }

  // Of a SKU among the offers.
  [[nodiscard]] std::size_t place_of(const sku_id& sku) const {
    const auto found = std::find_if(
        index_.first_line.begin(), index_.first_line.end(),
        [&](std::size_t line) { return asked_.lines[line].sku == sku; });
    return static_cast<std::size_t>(found - index_.first_line.begin());
  }

  way plan(std::vector<objective> objectives) {
    asked_.rules.objectives = std::move(objectives);
    const auto best = planner_.make(asked_);
    way out{.by_source = taken_, .waiting = {}};
    for (const auto& part : best.parts)
      for (std::size_t i = 0; i < asked_.candidates.size(); ++i)
        if (asked_.candidates[i].source == part.source)
          for (const auto& line : part.lines) add(out.by_source[i], line);
    for (const auto& line : best.uncovered) {
      const auto known = std::find_if(
          out.waiting.begin(), out.waiting.end(),
          [&line](const auto& each) { return each.sku == line.sku; });
      if (known == out.waiting.end())
        out.waiting.push_back({.sku = line.sku, .units = line.units});
      else
        known->units += line.units;
    }
    for (std::size_t i = 0; i < out.by_source.size(); ++i) {
      if (out.by_source[i].empty()) continue;
      ++out.parcels;
      out.cost += cost_of(i, out.by_source[i]);
      const auto day = day_number(dates_of(i, out.by_source[i]).delivery, now_);
      out.last_day = std::max(out.last_day, day);
      for (const auto& line : out.by_source[i])
        out.sum_of_days += day * line.units.value;
    }
    out.awaits_capacity = !best.awaiting_capacity.empty();
    add_later(out);
    return out;
  }

  // What waits comes in parcels of its own, one per location and date; all
  // those without a date are one.
  void add_later(way& to) const {
    arriving_for whom{.net = net_,
                      .context = context_,
                      .rules = net_.rules_of(wanted_.brand).rules,
                      .ship_to = wanted_.ship_to,
                      .service = wanted_.shipping.service,
                      .who = {.rank = backorder::last_rank_of(wanted_.priority),
                              .brand = wanted_.brand,
                              .country = wanted_.ship_to.country,
                              .unable = {},
                              .sources = {}}};
    for (std::size_t i = 0; i < to.by_source.size(); ++i)
      if (!to.by_source[i].empty())
        whom.who.sources.insert(asked_.candidates[i].source);
    std::set<std::pair<std::optional<date>, std::optional<source_ref>>> parcels;
    if (to.awaits_capacity) parcels.insert({});
    for (auto& each : to.waiting) {
      to.arriving.push_back(add_expected(each, whom));
      for (const auto& part : to.arriving.back().parts) {
        const auto at = part.day ? part.at : std::nullopt;
        const bool is_new = parcels.emplace(part.day, at).second;
        // What a parcel costs whose location is not known is not known either.
        const auto from = at ? net_.place_of(*at) : std::nullopt;
        if (!from) continue;
        if (is_new) to.cost += cost_of_parcel(*from);
        to.cost += unit_cost_of(*from, each.sku) * part.units.value;
      }
    }
    to.parcels += static_cast<std::int64_t>(parcels.size());
  }

  // As `lowestCost` counts it.
  [[nodiscard]] std::int64_t cost_of_parcel(std::size_t source) const {
    const auto& from = asked_.candidates[source];
    auto cost = from.shipment_cost.value;
    if (asked_.ship_to && from.position)
      cost += std::llround(distance_km(*asked_.ship_to, *from.position) *
                           static_cast<double>(from.cost_per_km.value));
    return cost;
  }

  [[nodiscard]] std::int64_t cost_of(
      std::size_t source, const std::vector<line_units>& lines) const {
    auto cost = cost_of_parcel(source);
    for (const auto& line : lines)
      cost += unit_cost_of(source, line.sku) * line.units.value;
    return cost;
  }

  [[nodiscard]] std::int64_t unit_cost_of(std::size_t source,
                                          const sku_id& sku) const {
    return asked_.candidates[source].offers[place_of(sku)].unit_cost.value;
  }

  [[nodiscard]] std::vector<dated_parcel> parcels_of(const way& of) const {
    std::vector<dated_parcel> parcels;
    for (std::size_t i = 0; i < of.by_source.size(); ++i) {
      if (of.by_source[i].empty()) continue;
      const auto dates = dates_of(i, of.by_source[i]);
      parcels.push_back({.source = asked_.candidates[i].source,
                         .lines = of.by_source[i],
                         .expected_ship = dates.ship,
                         .expected_delivery = dates.delivery});
    }
    return parcels;
  }

  // Ties are decided by the rules.
  [[nodiscard]] std::vector<objective> first_of_all(objective wanted) const {
    std::vector<objective> objectives{wanted};
    for (const auto each : rules_)
      if (each != wanted) objectives.push_back(each);
    return objectives;
  }

  // Each only if it is better than the first plan in what it is named after,
  // and each plan under its first name.
  void add_alternatives(const way& first, quote_view& to) {
    std::vector<way> listed;
    const auto offer = [&](alternative_reason why, objective wanted,
                           const auto& value_of) {
      auto objectives = first_of_all(wanted);
      auto other = plan(objectives);
      if (value_of(other) >= value_of(first)) return;
      const auto is_same = [&other](const way& known) {
        return known.by_source == other.by_source;
      };
      if (std::any_of(listed.begin(), listed.end(), is_same)) return;
      to.alternatives.push_back({.why = why,
                                 .parcels = parcels_of(other),
                                 .backordered = other.waiting,
                                 .cost_delta = other.cost - first.cost,
                                 .objectives = std::move(objectives),
                                 .policy = {}});
      listed.push_back(std::move(other));
    };
    offer(alternative_reason::fewest_parcels, objective::fewest_shipments,
          [](const way& of) { return of.parcels; });
    offer(alternative_reason::cheapest, objective::lowest_cost,
          [](const way& of) { return of.cost; });
    // What waits is the same in both.
    offer(alternative_reason::soonest, objective::soonest,
          [](const way& of) { return std::pair(of.last_day, of.sum_of_days); });
    add_whole(first, to);
  }

  // The first plan, when it waits for all of it: what waits is where it comes
  // in, and everything ships once the last of it has.
  void add_whole(const way& first, quote_view& to) const {
    if (first.waiting.empty() || first.awaits_capacity) return;
    auto all = first.by_source;
    auto last = date::min();
    for (std::size_t k = 0; k < first.waiting.size(); ++k)
      for (const auto& part : first.arriving[k].parts) {
        const auto from = part.at ? net_.place_of(*part.at) : std::nullopt;
        if (!from || !part.day) return;
        last = std::max(last, *part.day);
        for (const auto& units :
             units_of(first.waiting[k].sku, part.units, all))
          add(all[*from], units);
      }
    quote_alternative whole{.why = alternative_reason::whole,
                            .parcels = {},
                            .backordered = {},
                            .cost_delta = -first.cost,
                            .objectives = rules_,
                            .policy = shipping_policy::ship_complete};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].empty()) continue;
      whole.cost_delta += cost_of(i, all[i]);
      auto dates = dates_when_complete(i, all[i], last);
      // What is there already does not ship before its own day.
      if (!first.by_source[i].empty())
        dates = calendar::later(dates, dates_of(i, first.by_source[i]));
      whole.parcels.push_back({.source = asked_.candidates[i].source,
                               .lines = all[i],
                               .expected_ship = dates.ship,
                               .expected_delivery = dates.delivery});
    }
    to.alternatives.push_back(std::move(whole));
  }

  // So many units of a SKU by their lines, the first lines of those that have
  // no source yet.
  [[nodiscard]] std::vector<line_units> units_of(
      const sku_id& sku, quantity units,
      const std::vector<std::vector<line_units>>& given) const {
    std::vector<line_units> lines;
    for (std::size_t i = 0; i < wanted_.lines.size() && units > quantity{0};
         ++i) {
      if (wanted_.lines[i].sku != sku) continue;
      const auto& line = asked_.lines[i].line;
      auto left = wanted_.lines[i].units;
      for (const auto& part : given)
        for (const auto& each : part)
          if (each.line == line) left -= each.units;
      left = std::min(left, units);
      if (left <= quantity{0}) continue;
      lines.push_back({line, sku, left});
      units -= left;
    }
    return lines;
  }

  template <class Lines>
  [[nodiscard]] calendar::parcel_dates dates_when_complete(std::size_t source,
                                                           const Lines& lines,
                                                           date day) const {
    const auto& from = net_.sources[source];
    const auto& rules = net_.rules_of(wanted_.brand).rules;
    if (from.ref.kind == source_kind::location)
      return dates_from_receipt(from, rules, wanted_.ship_to,
                                wanted_.shipping.service, day);
    return dates_of_parcel(from, rules, wanted_.ship_to,
                           wanted_.shipping.service, lines, timestamp{day});
  }

  const cart& wanted_;
  const network& net_;
  const engine_context& context_;
  timestamp now_;
  request asked_;
  demand_index index_;
  std::vector<objective> rules_;
  // What the reservation holds of the cart.
  std::vector<std::vector<line_units>> taken_;
  planner planner_;
};

}  // namespace

quote_view quote_of(const cart& wanted, const network& net,
                    const engine_context& context) {
  return quoting(wanted, net, context).make(wanted.alternatives);
}

}  // namespace oms::routing
