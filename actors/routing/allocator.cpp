#include "actors/routing/allocator.hpp"

#include <algorithm>

#include "actors/routing/packing.hpp"

namespace oms::routing {

allocator::allocator(const tier& asked) : asked_(asked) {
  const auto& order = asked.objectives;
  balance_at_ = static_cast<std::size_t>(
      std::find(order.begin(), order.end(), objective::balance_stock) -
      order.begin());
  levels_ = asked.split_lines && balance_at_ < order.size();
  has_days_ = !asked.day.empty();
  for (const auto& lines : asked.lines) {
    // One whole line per SKU has the SKU for itself. Several compete for the
    // units of a source.
    if (lines.size() > 1) is_exact_ = false;
  }
  sort_supplies();
}

void allocator::sort_supplies() {
  const std::size_t skus = asked_.skus();
  first_.reserve(skus + 1);
  supplies_.reserve(asked_.free.size());
  if (levels_) {
    group_end_.resize(asked_.free.size());
    layer_order_.resize(asked_.free.size());
  }
  // Only prices, stock and days differ by SKU; without them one order does for
  // all.
  const bool by_sku =
      has_days_ || balance_at_ < asked_.objectives.size() ||
      std::find(asked_.objectives.begin(), asked_.objectives.end(),
                objective::lowest_cost) != asked_.objectives.end();
  const std::size_t depth =
      levels_ ? balance_at_ + 1 : asked_.objectives.size();
  const auto is_before = [&](const supply& a, const supply& b) {
    const int order = compare(a, b, 0, depth);
    return order != 0 ? order < 0 : a.source < b.source;
  };
  std::vector<supply> common(asked_.sources.size());
  for (std::size_t s = 0; s < common.size(); ++s) {
    common[s].source = static_cast<std::uint32_t>(s);
  }
  if (!by_sku) std::sort(common.begin(), common.end(), is_before);
  for (std::size_t sku = 0; sku < skus; ++sku) {
    first_.push_back(supplies_.size());
    for (const supply& each : common) {
      const auto cell = asked_.cell(each.source, sku);
      if (asked_.free[cell] > 0) {
        supplies_.push_back({each.source, asked_.free[cell],
                             asked_.unit_cost[cell], asked_.day_at(cell)});
      }
    }
    if (by_sku) {
      std::sort(supplies_.begin() + static_cast<std::ptrdiff_t>(first_[sku]),
                supplies_.end(), is_before);
    }
    if (levels_) find_groups(sku);
  }
  first_.push_back(supplies_.size());
}

// Sources that tie on the objectives ahead of the balance. Only within such a
// group may the balance decide who gives.
void allocator::find_groups(std::size_t sku) {
  const std::size_t end = supplies_.size();
  for (std::size_t begin = first_[sku]; begin < end;) {
    std::size_t stop = begin;
    while (stop < end &&
           compare(supplies_[begin], supplies_[stop], 0, balance_at_) == 0) {
      layer_order_[stop] = stop;
      ++stop;
    }
    std::sort(layer_order_.begin() + static_cast<std::ptrdiff_t>(begin),
              layer_order_.begin() + static_cast<std::ptrdiff_t>(stop),
              [&](std::size_t a, std::size_t b) {
                const int order =
                    compare(supplies_[a], supplies_[b], balance_at_ + 1,
                            asked_.objectives.size());
                return order != 0 ? order < 0
                                  : supplies_[a].source < supplies_[b].source;
              });
    std::fill(group_end_.begin() + static_cast<std::ptrdiff_t>(begin),
              group_end_.begin() + static_cast<std::ptrdiff_t>(stop), stop);
    begin = stop;
  }
}

// By what one unit (of balance: the first one) adds to the objectives. Which
// source gives a unit does not change the number of shipments once the sources
// are given.
int allocator::compare(const supply& a, const supply& b, std::size_t from,
                       std::size_t to) const {
  const auto sign = [](std::int64_t x, std::int64_t y) {
    return static_cast<int>(x > y) - static_cast<int>(x < y);
  };
  const tier_source& at = asked_.sources[a.source];
  const tier_source& bt = asked_.sources[b.source];
  int order = 0;
  for (std::size_t i = from; i < to && order == 0; ++i) {
    switch (asked_.objectives[i]) {
      case objective::soonest:
        // Of equal days any may be taken; an earlier one never makes the last
        // day later.
        order = sign(a.day, b.day);
        break;
      case objective::fewest_shipments:
        break;
      case objective::lowest_cost:
        order = sign(a.unit_cost, b.unit_cost);
        break;
      case objective::nearest:
        order = sign(at.metres, bt.metres);
        break;
      case objective::priority:
        order = sign(at.priority, bt.priority);
        break;
      case objective::balance_stock:
        order = sign(b.free, a.free);
        break;
    }
  }
  return order;
}

void allocator::reset(allocation& out) const {
  out.covered = 0;
  out.unit_cost = 0;
  out.balance = 0;
  out.arrives = {};
  out.units.assign(asked_.sources.size(), 0);
}

void allocator::take(const supply& from, std::int64_t units,
                     allocation& out) const {
  out.covered += units;
  out.units[from.source] += units;
  out.unit_cost += wide{from.unit_cost} * units;
  // (free - units)^2 - free^2: the change of the sum of squares.
  out.balance += wide{units} * (units - 2 * from.free);
  out.arrives.add(from.day, units);
}

void allocator::allocate(std::span<const standing> standings, standing least,
                         allocation& out, std::span<std::int64_t> taken) const {
  reset(out);
  if (!asked_.split_lines) return allocate_whole(standings, least, out);
  // SKUs do not compete once the sources are given, so each is served by
  // itself.
  for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
    if (levels_) {
      allocate_levels(sku, standings, least, out, taken);
      continue;
    }
    std::int64_t missing = asked_.need[sku];
    for (const supply& from : supplies(sku)) {
      if (standings[from.source] < least) continue;
      const std::int64_t units = std::min(missing, from.free);
      take(from, units, out);
      if (!taken.empty()) taken[asked_.cell(from.source, sku)] = units;
      missing -= units;
      if (missing == 0) break;
    }
  }
}

// Within a group of equals, the fullest first, units come off the top until
// all that were above a level are down to it. What is missing then is less
// than one unit from each source at that level. The sum of squares is convex,
// so this is the optimum; unit by unit would take as many steps as there are
// units.
void allocator::allocate_levels(std::size_t sku,
                                std::span<const standing> standings,
                                standing least, allocation& out,
                                std::span<std::int64_t> taken) const {
  std::int64_t missing = asked_.need[sku];
  for (std::size_t begin = first_[sku];
       begin < first_[sku + 1] && missing > 0;) {
    const std::size_t end = group_end_[begin];
    std::int64_t level = 0;
    std::int64_t above = 0;
    std::int64_t count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (standings[supplies_[i].source] < least) continue;
      if (count > 0 && level >= supplies_[i].free) break;
      above += supplies_[i].free;
      ++count;
      // Rounded up, and never below the ground.
      level = above <= missing ? 0 : (above - missing + count - 1) / count;
    }
    std::int64_t layer = missing - (above - level * count);
    if (level == 0) layer = 0;
    const std::int64_t before = out.covered;
    for (std::size_t i = begin; i < end; ++i) {
      const supply& from = supplies_[layer_order_[i]];
      if (standings[from.source] < least || from.free < level) continue;
      std::int64_t units = from.free - level;
      if (layer > 0) {
        ++units;
        --layer;
      }
      take(from, units, out);
      if (!taken.empty()) taken[asked_.cell(from.source, sku)] = units;
    }
    missing -= out.covered - before;
    begin = end;
  }
}

// Each line as if its SKU had no other: exact if it has none, else only a
// bound, since the same units may be given twice.
void allocator::allocate_whole(std::span<const standing> standings,
                               standing least, allocation& out) const {
  out.source_of_line.clear();
  const auto nobody = static_cast<std::uint32_t>(asked_.sources.size());
  for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
    for (const whole_line& line : asked_.lines[sku]) {
      std::uint32_t chosen = nobody;
      for (const supply& from : supplies(sku)) {
        if (standings[from.source] < least || from.free < line.units) continue;
        take(from, line.units, out);
        chosen = from.source;
        break;
      }
      out.source_of_line.push_back(chosen);
    }
  }
}

// The last day is one for all SKUs: where one of them has to wait longer, the
// others need not be as early as they could, if more of their units are early
// in turn. So with days all are packed a second time, once it is known which
// day is the last in any case.
bool allocator::pack(std::span<const standing> standings, standing least,
                     allocation& out, std::int64_t& steps) const {
  const bool exact = pack_each(standings, least, 0, out, steps);
  if (!has_days_ || asked_.skus() == 1) return exact;
  const auto last = out.arrives.last_day;
  return pack_each(standings, least, last, out, steps) && exact;
}

bool allocator::pack_each(std::span<const standing> standings, standing least,
                          std::int64_t day, allocation& out,
                          std::int64_t& steps) const {
  reset(out);
  out.source_of_line.clear();
  bool exact = true;
  std::vector<supply> usable;
  for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
    usable.clear();
    for (const supply& from : supplies(sku)) {
      if (standings[from.source] >= least) usable.push_back(from);
    }
    exact &= pack_lines(asked_, usable, asked_.lines[sku], day, out, steps);
  }
  return exact;
}

// Which units stay uncovered is free to choose, so the cheapest over all SKUs
// are taken. A plan of the same number of units can't cost less.
std::size_t allocator::bound(std::span<const standing> standings,
                             std::int64_t units, allocation& out) const {
  reset(out);
  if (!asked_.split_lines) return bound_whole(standings, units, out);
  // Units left where they are make a balance worse, so the plan that takes
  // more is a bound where balance comes first, and for that alone.
  if (levels_ && balance_at_ == 0) {
    allocate(standings, standing::open, out);
    return 1;
  }
  if (cheapest_.empty()) sort_cheapest();
  left_ = asked_.need;
  for (const auto& [sku, from] : cheapest_) {
    if (standings[from.source] == standing::out) continue;
    const std::int64_t given = std::min({left_[sku], from.free, units});
    take(from, given, out);
    left_[sku] -= given;
    units -= given;
    if (units == 0) break;
  }
  return levels_ ? balance_at_ : asked_.objectives.size() + 1;
}

void allocator::sort_cheapest() const {
  cheapest_.reserve(supplies_.size());
  for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
    for (const supply& from : supplies(sku)) cheapest_.push_back({sku, from});
  }
  const std::size_t depth = levels_ ? balance_at_ : asked_.objectives.size();
  std::sort(cheapest_.begin(), cheapest_.end(),
            [&](const priced_supply& a, const priced_supply& b) {
              const int order = compare(a.from, b.from, 0, depth);
              return order != 0 ? order < 0 : a.from.source < b.from.source;
            });
}

// Every line, or as much of it as still counts, from where it is best off
// alone; the lines that are cheapest by the unit first.
std::size_t allocator::bound_whole(std::span<const standing> standings,
                                   std::int64_t units, allocation& out) const {
  struct choice {
    supply from;
    std::int64_t units;
  };
  std::vector<choice> choices;
  for (std::size_t sku = 0; sku < asked_.skus(); ++sku) {
    for (const whole_line& line : asked_.lines[sku]) {
      for (const supply& from : supplies(sku)) {
        if (standings[from.source] == standing::out) continue;
        if (from.free < line.units) continue;
        choices.push_back({from, line.units});
        break;
      }
    }
  }
  // A unit of a line of n adds n - 2 x free to the sum of squares.
  const auto by_unit = [&](const choice& a, const choice& b) {
    const int before = compare(a.from, b.from, 0, balance_at_);
    if (before != 0) return before < 0;
    if (balance_at_ < asked_.objectives.size()) {
      const std::int64_t at = a.units - 2 * a.from.free;
      const std::int64_t bt = b.units - 2 * b.from.free;
      if (at != bt) return at < bt;
      const int after =
          compare(a.from, b.from, balance_at_ + 1, asked_.objectives.size());
      if (after != 0) return after < 0;
    }
    return a.from.source < b.from.source;
  };
  std::sort(choices.begin(), choices.end(), by_unit);
  for (const choice& best : choices) {
    const std::int64_t given = std::min(best.units, units);
    out.covered += given;
    out.units[best.from.source] += given;
    out.unit_cost += wide{best.from.unit_cost} * given;
    out.balance += wide{given} * (best.units - 2 * best.from.free);
    out.arrives.add(best.from.day, given);
    units -= given;
    if (units == 0) break;
  }
  return asked_.objectives.size() + 1;
}

}  // namespace oms::routing
