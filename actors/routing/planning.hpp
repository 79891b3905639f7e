#pragma once

/// The working state of a planner: from a request to tiers, and from the plans
/// of the tiers to the answer with its explanation. It refers to the request,
/// which must live until the next one begins. Its memory is used again for the
/// next request: allocating it would be a third of the time of a small plan.

#include <cstdint>
#include <vector>

#include "actors/routing/demand_index.hpp"
#include "actors/routing/planner.hpp"
#include "actors/routing/search.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {

/// Candidates are numbered in the order of their ids, so that the order in
/// which they were given decides nothing.
class planning {
 public:
  /// Begins a request, and forgets the one before.
  void begin(const request& asked);

  plan run();

  /// Takes these parts for the plan, instead of a search.
  void adopt(const std::vector<part>& parts);
  /// Covers at least as many units of every line and, by the rules, is better.
  [[nodiscard]] bool improves_on(const planning& other) const;
  void explain(routing_decision& out) const;

  /// The size of its tables: places times SKUs.
  [[nodiscard]] std::size_t cells() const { return taken_.size(); }

 private:
  struct place {
    const candidate* from = nullptr;
    std::int32_t tier = -1;
    /// It may give now.
    bool is_usable = false;
    /// It may give after midnight UTC, when its capacity is new.
    bool awaits_capacity = false;
    std::int64_t fixed_cost = 0;
    std::int64_t metres = 0;
    bool is_taken = false;
  };

  void add_place(const candidate& from);
  void add_distance(place& at) const;
  [[nodiscard]] std::int32_t tier_of(source_type kind) const;
  [[nodiscard]] const sku_id& sku_at(std::size_t sku) const {
    return asked_->lines[index_.first_line[sku]].sku;
  }
  [[nodiscard]] std::int64_t stock(const place& at, std::size_t sku) const;
  [[nodiscard]] std::int64_t free(const place& at, std::size_t sku) const;

  void plan_tier(std::int32_t number);
  /// Fills `tier_`.
  void make_tier(std::int32_t number);
  [[nodiscard]] bool gives_something(const place& at) const;
  void take(const tier_plan& best);
  void add_values(std::int32_t number, const tier_plan& best);

  [[nodiscard]] std::vector<std::int64_t> units_by_tier() const;
  [[nodiscard]] score value_of_taken() const;

  [[nodiscard]] bool sources_used_up() const;
  void make_parts(plan& out);
  [[nodiscard]] std::vector<std::vector<std::int64_t>> keep_held();
  void split_uncovered(plan& out) const;
  [[nodiscard]] std::vector<place> awaited_places() const;
  void add_view(std::size_t number, routing_decision& out) const;
  [[nodiscard]] shared_value<std::vector<sku_quantity>> units_of(
      const place& at) const;
  [[nodiscard]] candidate_outcome outcome_of(const place& at,
                                             const candidate_view& view) const;

  const request* asked_ = nullptr;
  demand_index index_;
  /// By SKU: units asked for, and units that no tier has given yet.
  std::vector<std::int64_t> total_;
  std::vector<std::int64_t> missing_;
  /// By line: units that no tier has given yet.
  std::vector<std::int64_t> line_missing_;
  std::vector<place> places_;
  /// Units by place * SKUs + SKU.
  std::vector<std::int64_t> taken_;
  /// Whole lines only: the place of each line; their number for none.
  std::vector<std::size_t> place_of_line_;
  std::vector<objective> objectives_;
  bool uses_distance_ = false;
  bool uses_days_ = false;
  score values_{};
  std::int64_t sources_ = 0;
  bool exact_ = true;
  /// The tier that is being planned, with its places and SKUs, and its plan.
  tier tier_;
  std::vector<std::size_t> tier_places_;
  std::vector<std::size_t> tier_skus_;
  tier_plan best_;
};

}  // namespace oms::routing
