#include "actors/routing/cover.hpp"

#include <algorithm>
#include <functional>

namespace oms::routing {

// Capped at what is wanted: units beyond that help to cover nothing, and a
// source with many of them must not seem to.
cover::cover(const tier& asked) : asked_(asked), caps_(asked.free.size()) {
  const std::size_t skus = asked.skus();
  targets_.assign(skus, 0);
  for (std::size_t sku = 0; sku < skus; ++sku) {
    for (std::size_t s = 0; s < asked.sources.size(); ++s) {
      const auto cell = asked.cell(s, sku);
      std::int64_t cap = std::min(asked.free[cell], asked.need[sku]);
      if (!asked.split_lines) {
        // Only lines that fit whole count.
        std::int64_t fitting = 0;
        for (const whole_line& line : asked.lines[sku]) {
          if (line.units <= asked.free[cell]) fitting += line.units;
        }
        cap = std::min(cap, fitting);
      }
      caps_[cell] = cap;
      targets_[sku] = std::min(asked.need[sku], targets_[sku] + cap);
    }
    reachable_ += targets_[sku];
  }
}

void cover::look(std::span<const standing> standings,
                 std::span<const std::size_t> in, std::int64_t goal,
                 bool new_only) {
  standings_ = standings;
  new_only_ = new_only;
  // A goal below all that can be covered leaves open where the units are
  // missing. So a SKU demands sources only for what it lacks beyond that.
  slack_ = reachable_ - goal;
  missing_ = targets_;
  const auto subtract = [&](std::size_t source) {
    for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
      missing_[sku] -= std::min(missing_[sku], caps_[asked_.cell(source, sku)]);
    }
  };
  for (const std::size_t source : in) subtract(source);
  if (new_only) {
    for (std::size_t s = 0; s < standings.size(); ++s) {
      if (standings[s] == standing::open && !asked_.sources[s].is_new) {
        subtract(s);
      }
    }
  }
  deficit_ = -slack_;
  for (const std::int64_t units : missing_) deficit_ += units;
}

std::int64_t cover::gain(std::size_t source) const {
  std::int64_t units = 0;
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    units += std::min(missing_[sku], caps_[asked_.cell(source, sku)]);
  }
  return units;
}

namespace {

// How many of the largest numbers reach `goal`; `no_limit` when all of them
// do not.
std::int64_t count_to(std::vector<std::int64_t>& numbers, std::int64_t goal) {
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  std::int64_t count = 0;
  for (const std::int64_t number : numbers) {
    if (goal <= 0) return count;
    goal -= number;
    ++count;
  }
  return goal <= 0 ? count : no_limit;
}

// What a number must be to reach `goal` with the `slots` - 1 largest.
std::int64_t threshold(const std::vector<std::int64_t>& sorted,
                       std::int64_t goal, std::int64_t slots) {
  for (std::size_t i = 0;
       i < sorted.size() && static_cast<std::int64_t>(i) + 1 < slots; ++i) {
    goal -= sorted[i];
  }
  return goal;
}

}  // namespace

// Counts as if each source gave its units without overlap, so the true number
// is never smaller. The strictest of these counts is the bound: over each SKU,
// and over all units.
std::int64_t cover::least_sources() {
  if (deficit_ <= 0) return 0;
  const auto collect = [&](auto&& number) {
    gains_.clear();
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      if (is_counted(s)) gains_.push_back(number(s));
    }
  };
  std::int64_t most = 0;
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] <= slack_) continue;
    collect([&](std::size_t s) { return caps_[asked_.cell(s, sku)]; });
    most = std::max(most, count_to(gains_, missing_[sku] - slack_));
  }
  collect([&](std::size_t s) { return gain(s); });
  return std::max(most, count_to(gains_, deficit_));
}

// If the goal can't be reached with a source and the `slots` - 1 largest
// others, the source is in no plan of that many sources.
const std::vector<std::size_t>& cover::useless(std::int64_t slots) {
  useless_.clear();
  if (slots > 0 && deficit_ <= 0) return useless_;
  const auto mark = [&](std::int64_t goal, auto&& number) {
    gains_.clear();
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      if (is_counted(s)) gains_.push_back(number(s));
    }
    // All of them may be used, so none is excluded by count.
    if (slots >= static_cast<std::int64_t>(gains_.size())) return;
    std::sort(gains_.begin(), gains_.end(), std::greater<>());
    const std::int64_t least = threshold(gains_, goal, slots);
    if (least <= 0) return;
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      if (is_counted(s) && number(s) < least) useless_.push_back(s);
    }
  };
  if (slots == 0) {
    for (std::size_t s = 0; s < standings_.size(); ++s) {
      if (is_counted(s)) useless_.push_back(s);
    }
    return useless_;
  }
  mark(deficit_, [&](std::size_t s) { return gain(s); });
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] <= slack_) continue;
    mark(missing_[sku] - slack_,
         [&](std::size_t s) { return caps_[asked_.cell(s, sku)]; });
  }
  return useless_;
}

// Few choices mean few branches, and a wrong choice shows early.
std::size_t cover::hardest() const {
  const std::size_t nobody = standings_.size();
  std::size_t hard = missing_.size();
  std::size_t fewest = nobody + 1;
  for (std::size_t sku = 0; sku < missing_.size(); ++sku) {
    if (missing_[sku] <= slack_) continue;
    std::size_t count = 0;
    for (std::size_t s = 0; s < nobody; ++s) {
      if (is_counted(s) && caps_[asked_.cell(s, sku)] > 0) ++count;
    }
    if (count > 0 && count < fewest) {
      fewest = count;
      hard = sku;
    }
  }
  std::size_t chosen = nobody;
  std::int64_t most = 0;
  for (std::size_t s = 0; s < nobody; ++s) {
    if (!is_counted(s)) continue;
    if (hard < missing_.size() && caps_[asked_.cell(s, hard)] == 0) continue;
    const std::int64_t units = gain(s);
    if (units > most) {
      most = units;
      chosen = s;
    }
  }
  return chosen;
}

}  // namespace oms::routing
