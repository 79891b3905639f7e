#pragma once

/// Which sources of one tier to use, and what each gives.
///
/// For a given set of sources the allocator knows the best plan; the search
/// finds the set, in this order of wishes: most units covered, then the
/// objectives, then most units at the smallest id, the next, and so on.
///
/// It is a depth-first branch and bound over "this source, or not this one".
/// What the sources that are still open could do if they were free of charge
/// bounds a branch from below. Two more bounds sharpen that: a count of how
/// many more sources the missing units take at least, and the fixed costs
/// divided over the most units that a source can give. The search begins with a
/// good plan: the fullest source again and again, improved by adding, dropping
/// and exchanging single ones. The number of steps is bounded; where they run
/// out, the best plan found so far is the answer.

#include <cstdint>
#include <vector>

#include "actors/routing/tier.hpp"

namespace oms::routing {

/// Nodes of the search and steps of its packings together: seldom needed, then
/// some tens of milliseconds for ten SKUs over 64 sources.
inline constexpr std::int64_t search_steps = 100'000;

/// Source times SKU pairs that the steps for a larger tier may look at, and
/// that may be looked at while the first plan is improved; each some
/// milliseconds.
inline constexpr std::int64_t search_cells = 1'000'000;
inline constexpr std::int64_t improvement_cells = 2'000'000;

struct tier_plan {
  valued_plan best;
  /// Units by source * skus + sku.
  std::vector<std::int64_t> taken;
  /// No plan is better.
  bool exact = true;
};

/// Finds the best plan, without a search, if the number of sources counts most
/// and a single one has everything: nearly every order. Else it returns false.
[[nodiscard]] bool take_one_source(const tier& asked, tier_plan& out);

/// The best plan that is found within `steps` of the search.
[[nodiscard]] tier_plan solve(const tier& asked, std::int64_t steps);

}  // namespace oms::routing
