#pragma once

/// How many more sources it takes to cover what is missing.
///
/// Two counting bounds of the search. The units missing in all need at least as
/// many sources as it takes of the fullest ones, and so do the units missing of
/// each SKU. A source whose units do not help enough to reach the goal within
/// the number of sources that are left is useless.

#include <cstdint>
#include <span>
#include <vector>

#include "actors/routing/allocator.hpp"
#include "actors/routing/tier.hpp"

namespace oms::routing {

class cover {
 public:
  explicit cover(const tier& asked);

  /// What all sources together could cover at most.
  [[nodiscard]] std::int64_t reachable() const { return reachable_; }

  /// Looks at what the sources `in` leave missing of `goal` units in all;
  /// with `new_only` the open sources that are not new give theirs as well,
  /// and only new ones are counted below.
  void look(std::span<const standing> standings,
            std::span<const std::size_t> in, std::int64_t goal, bool new_only);

  /// Units still missing; not positive when the goal is reached.
  [[nodiscard]] std::int64_t deficit() const { return deficit_; }

  /// The least number of further sources; `no_limit` when even all of them do
  /// not reach the goal.
  [[nodiscard]] std::int64_t least_sources();

  /// The open sources that cannot be one of `slots` further sources that
  /// reach the goal. To be called after `least_sources` gave at most `slots`.
  [[nodiscard]] const std::vector<std::size_t>& useless(std::int64_t slots);

  /// The open source to decide next: of the SKU that the fewest can give, the
  /// one that covers most; the number of sources when nothing is missing.
  [[nodiscard]] std::size_t hardest() const;

  /// What a source could add now.
  [[nodiscard]] std::int64_t gain(std::size_t source) const;

 private:
  [[nodiscard]] bool is_counted(std::size_t source) const {
    return standings_[source] == standing::open &&
           (!new_only_ || asked_.sources[source].is_new);
  }

  const tier& asked_;
  /// What a source can give of a SKU, at most what is wanted.
  std::vector<std::int64_t> caps_;
  /// What all together can give of a SKU.
  std::vector<std::int64_t> targets_;
  std::int64_t reachable_ = 0;

  std::span<const standing> standings_;
  bool new_only_ = false;
  std::int64_t deficit_ = 0;
  /// Units of any SKU that may stay uncovered.
  std::int64_t slack_ = 0;
  std::vector<std::int64_t> missing_;
  std::vector<std::size_t> useless_;
  std::vector<std::int64_t> gains_;
};

}  // namespace oms::routing
