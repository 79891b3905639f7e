#include "actors/routing/packing.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace oms::routing {
namespace {

// What a packing, or the beginning of one, is worth.
struct worth {
  std::int64_t covered = 0;
  score value{};
  // Units by usable supply, in the order of the source ids.
  std::vector<std::int64_t> load;
};

class packer {
 public:
  packer(const tier& asked, std::span<const supply> usable,
         std::span<const whole_line> lines, std::int64_t day,
         std::int64_t& steps)
      : asked_(asked),
        supplies_(usable.begin(), usable.end()),
        lines_(lines),
        preferred_(usable.size()),
        by_size_(lines.size()),
        steps_(steps) {
    std::sort(
        supplies_.begin(), supplies_.end(),
        [](const supply& a, const supply& b) { return a.source < b.source; });
    for (std::size_t i = 0; i < usable.size(); ++i) {
      const auto at = std::lower_bound(
          supplies_.begin(), supplies_.end(), usable[i],
          [](const supply& a, const supply& b) { return a.source < b.source; });
      preferred_[i] = static_cast<std::size_t>(at - supplies_.begin());
    }
    std::iota(by_size_.begin(), by_size_.end(), std::size_t{0});
    std::stable_sort(by_size_.begin(), by_size_.end(),
                     [&](std::size_t a, std::size_t b) {
                       return lines[a].units > lines[b].units;
                     });
    chosen_.assign(lines.size(), supplies_.size());
    now_.load.assign(supplies_.size(), 0);
    for (std::size_t i = 0; i < asked.objectives.size(); ++i)
      if (asked.objectives[i] == objective::soonest)
        now_.value[i] = arrival{day, 0}.value();
  }

  void place_first_fit() {
    for (const std::size_t line : by_size_) {
      for (const std::size_t s : preferred_) {
        if (!fits(line, s)) continue;
        put(line, s);
        break;
      }
    }
    best_ = now_;
    best_chosen_ = chosen_;
  }

  // Places the lines from `depth` on, in every way that may still win.
  void place(std::size_t depth) {
    if (depth == by_size_.size()) {
      if (!found_ || compare(now_, best_) < 0 ||
          (compare(now_, best_) == 0 && chosen_ < best_chosen_)) {
        found_ = true;
        best_ = now_;
        best_chosen_ = chosen_;
      }
      return;
    }
    // The first way down takes no steps, so there is always a packing. A bound
    // that ties goes on, because the last tie is decided by the lines.
    if (found_ && (--steps_ < 0 || compare(bound(depth), best_) > 0)) return;
    const std::size_t line = by_size_[depth];
    const std::size_t nobody = supplies_.size();
    // Lines of one size are interchangeable, so only one order of them is
    // tried: earlier lines, smaller ids. Without this, equal lines would be
    // placed in very many ways that are all the same.
    std::size_t least = 0;
    if (depth > 0 && lines_[by_size_[depth - 1]].units == lines_[line].units) {
      least = chosen_[by_size_[depth - 1]];
    }
    for (const std::size_t s : preferred_) {
      if (s < least || !fits(line, s)) continue;
      const worth before = now_;
      put(line, s);
      place(depth + 1);
      chosen_[line] = nobody;
      now_ = before;
    }
    // Leaving the line out may make room for others.
    place(depth + 1);
  }

  void add_to(allocation& out) const {
    out.covered += best_.covered;
    for (std::size_t s = 0; s < supplies_.size(); ++s) {
      const std::int64_t units = best_.load[s];
      out.units[supplies_[s].source] += units;
      out.unit_cost += wide{supplies_[s].unit_cost} * units;
      out.balance += wide{units} * (units - 2 * supplies_[s].free);
      out.arrives.add(supplies_[s].day, units);
    }
    for (const std::size_t s : best_chosen_) {
      out.source_of_line.push_back(
          s < supplies_.size() ? supplies_[s].source
                               : static_cast<std::uint32_t>(out.units.size()));
    }
  }

 private:
  [[nodiscard]] bool fits(std::size_t line, std::size_t s) const {
    return supplies_[s].free - now_.load[s] >= lines_[line].units;
  }

  void put(std::size_t line, std::size_t s) {
    chosen_[line] = s;
    add(now_, s, lines_[line].units, now_.load[s]);
    now_.load[s] += lines_[line].units;
  }

  // Adds the values of `units` more from a supply that gives `loaded`.
  void add(worth& to, std::size_t s, std::int64_t units,
           std::int64_t loaded) const {
    to.covered += units;
    const tier_source& source = asked_.sources[supplies_[s].source];
    for (std::size_t i = 0; i < asked_.objectives.size(); ++i) {
      switch (asked_.objectives[i]) {
        case objective::soonest: {
          auto with = arrival::of(to.value[i]);
          with.add(supplies_[s].day, units);
          to.value[i] = with.value();
          break;
        }
        case objective::fewest_shipments:
          break;
        case objective::lowest_cost:
          to.value[i] += wide{supplies_[s].unit_cost} * units;
          break;
        case objective::nearest:
          to.value[i] += wide{source.metres} * units;
          break;
        case objective::priority:
          to.value[i] += wide{source.priority} * units;
          break;
        case objective::balance_stock:
          to.value[i] +=
              wide{units} * (units + 2 * loaded - 2 * supplies_[s].free);
          break;
      }
    }
  }

  // As if each line that is left were alone with what is free now; a line on
  // a shelf of its own never adds more to the squares than on a shared one.
  [[nodiscard]] worth bound(std::size_t depth) const {
    worth least = now_;
    for (std::size_t i = depth; i < by_size_.size(); ++i) {
      const std::int64_t units = lines_[by_size_[i]].units;
      for (const std::size_t s : preferred_) {
        if (!fits(by_size_[i], s)) continue;
        add(least, s, units, 0);
        least.load[s] += units;
        break;
      }
    }
    return least;
  }

  // Negative when `a` is the better one.
  static int compare(const worth& a, const worth& b) {
    if (a.covered != b.covered) return a.covered > b.covered ? -1 : 1;
    if (a.value != b.value) return a.value < b.value ? -1 : 1;
    if (a.load != b.load) return a.load > b.load ? -1 : 1;
    return 0;
  }

  const tier& asked_;
  // In the order of the source ids.
  std::vector<supply> supplies_;
  std::span<const whole_line> lines_;
  // Indices of `supplies_`, the best for a line alone first.
  std::vector<std::size_t> preferred_;
  // Indices of `lines_`, the largest first.
  std::vector<std::size_t> by_size_;
  std::int64_t& steps_;
  worth now_;
  worth best_;
  // Index of the supply by line; their number for none.
  std::vector<std::size_t> chosen_;
  std::vector<std::size_t> best_chosen_;
  bool found_ = false;
};

}  // namespace

bool pack_lines(const tier& asked, std::span<const supply> usable,
                std::span<const whole_line> lines, std::int64_t day,
                allocation& out, std::int64_t& steps) {
  packer work(asked, usable, lines, day, steps);
  const bool searched = lines.size() <= max_packed_lines;
  if (searched) {
    work.place(0);
  } else {
    work.place_first_fit();
  }
  work.add_to(out);
  return searched && steps >= 0;
}

}  // namespace oms::routing
