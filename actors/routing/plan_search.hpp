#pragma once

/// The working state of `solve`; see actors/routing/search.hpp for what it
/// does. One call of `solve` owns it, and the tier must outlive it.

#include <cstdint>
#include <span>
#include <vector>

#include "actors/routing/allocator.hpp"
#include "actors/routing/cover.hpp"
#include "actors/routing/fixed_costs.hpp"
#include "actors/routing/search.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {

class plan_search {
 public:
  plan_search(const tier& asked, std::int64_t steps);

  tier_plan run();

 private:
  /// Only how much can be covered, or also how well.
  enum class phase : std::uint8_t { coverage, objectives };

  // Plans: plan_search.cpp.
  [[nodiscard]] bool needs_choice() const;
  [[nodiscard]] score value_of(const allocation& given, wide sources,
                               wide fixed_cost) const;
  void value_used(valued_plan& plan) const;
  /// The best plan with the sources that are in; false when a better one with
  /// them may exist.
  bool evaluate(std::span<const standing> set, valued_plan& out,
                std::int64_t& steps) const;
  [[nodiscard]] bool within_limit(const allocation& given) const;
  [[nodiscard]] bool is_better(const valued_plan& a,
                               const valued_plan& b) const;
  /// Keeps the plan if it is the best so far.
  bool consider(const valued_plan& plan);
  tier_plan finish();

  // The heuristic: heuristic.cpp.
  void try_obvious();
  void find_good_plan();
  void add_until_covered(std::vector<standing>& set);
  void improve();
  bool try_moves(std::vector<standing>& set);
  bool try_set(std::span<const standing> set);

  // Branch and bound: branch_and_bound.cpp.
  [[nodiscard]] bool is_proven();
  void search(phase what);
  void descend();
  [[nodiscard]] bool is_promising();
  [[nodiscard]] std::int64_t goal() const;
  bool fits_limit();
  bool beats_best();
  void drop(const std::vector<std::size_t>& sources);
  std::size_t pick();
  [[nodiscard]] std::size_t pick_for_cover() const;
  void set_standing(std::size_t source, standing to);
  void undo_to(std::size_t mark);

  const tier& asked_;
  allocator allocator_;
  cover cover_;
  fixed_costs fixed_costs_;
  /// There are more new sources than may be used.
  bool limited_ = false;
  bool exact_ = true;
  /// Steps left; negative when more were wanted.
  std::int64_t steps_;
  std::int64_t cells_ = improvement_cells;

  valued_plan best_;
  bool found_ = false;
  valued_plan trial_;

  phase phase_ = phase::objectives;
  std::vector<standing> standings_;
  /// Sources that are no longer open, in the order of the decisions.
  std::vector<std::size_t> trail_;
  /// Sources that are in.
  std::vector<std::size_t> in_;
  /// What the sources that are not out could give if they cost nothing.
  allocation relaxed_;
  allocation bound_;
};

}  // namespace oms::routing
